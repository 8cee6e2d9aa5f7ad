"""Write and read what proves a plan over stages, and check it without its search."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from models import Plan, SolveReport, Termination, Violation
from models.shelter import stages as model
from scenarios.allocation.check import Proof
from scenarios.allocation.plan_figures import decided
from scenarios.allocation.staging import UNMET_S, Staged
from scenarios.stored import readable_proof

ZONES, SITES, FIRST, MOVES = (
    "stages.parquet",
    "stage_sites.parquet",
    "stage_first.parquet",
    "stage_moves.parquet",
)


def write_stages(path: Path, staged: Staged) -> None:
    """Write communities and shelters by stage, the ways of the first stage, and the moves."""
    problem, decision, report = staged.problem, staged.plan.decision, staged.plan.report
    assert decision is not None
    s, z = np.indices(problem.persons.shape).reshape(2, -1)
    pd.DataFrame(
        {
            "stage": s, "zone": staged.zone[z], "persons": problem.persons.ravel(),
            "placed": decision.placed.ravel(), "site": decision.site.ravel(),
        }
    ).to_parquet(path / ZONES)  # fmt: skip
    s, j = np.indices(problem.capacity.shape).reshape(2, -1)
    pd.DataFrame(
        {"stage": s, "site": j, "capacity": problem.capacity.ravel(), "price_s": decision.prices.ravel()}
    ).to_parquet(path / SITES)
    z, j = np.nonzero(np.isfinite(problem.stay_s[0]))
    pd.DataFrame({"zone": z, "site": j, "stay_s": problem.stay_s[0, z, j]}).to_parquet(path / FIRST)
    values = {"objective": report.objective, "bound": report.bound}
    pd.DataFrame({"move_s": problem.move_s.ravel(), **values}).to_parquet(path / MOVES)


def check_stages(path: Path, proof: Proof, stated: dict[str, Any]) -> list[Violation]:
    """Return what is wrong with a plan over stages: its constraints, its bound, that it begins with the plan.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    with readable_proof(path):
        zones, sites, first, moves = (pd.read_parquet(path / name) for name in (ZONES, SITES, FIRST, MOVES))
        stages = int(zones["stage"].max()) + 1
        shape = (stages, len(zones) // stages)
        persons = zones["persons"].to_numpy().reshape(shape)
        capacity = sites["capacity"].to_numpy().reshape(stages, -1)
        m = capacity.shape[1]
        stay_s = np.zeros((stages, shape[1], m))
        stay_s[0] = np.inf
        stay_s[0, first["zone"], first["site"]] = first["stay_s"]
        problem = model.Stages(persons, capacity, stay_s, moves["move_s"].to_numpy().reshape(m, m), UNMET_S)
        decision = model.StagesDecision(
            zones["site"].to_numpy().reshape(shape),
            zones["placed"].to_numpy(np.bool_).reshape(shape),
            sites["price_s"].to_numpy().reshape(stages, m),
        )
        objective, bound = float(moves["objective"].iloc[0]), float(moves["bound"].iloc[0])
    report = SolveReport(Termination.FEASIBLE, objective, bound, 0.0, "-", 0)
    broken = model.check(problem, Plan(decision, report))
    unmet = [int(persons[s][~decision.placed[s]].sum()) for s in range(stages)]
    if unmet != [row["unmet"] for row in stated["rows"]]:
        broken.append(Violation("(11) stages", "unmet", float(sum(unmet))))
    return [*broken, *_begins_with_the_plan(proof, zones[zones["stage"] == 0])]


def _begins_with_the_plan(proof: Proof, first: pd.DataFrame) -> list[Violation]:
    problem = proof.problem
    assert problem.whole is not None
    used = np.flatnonzero(decided(proof.plan).persons > 0)
    sent = dict(zip(problem.whole[problem.cell[used]].tolist(), problem.site[used].tolist(), strict=True))
    there = first[first["placed"] & (first["persons"] > 0)]
    wrong = [zone for zone, site in zip(there["zone"], there["site"], strict=True) if sent.get(zone) != site]
    return [Violation("(11) stages", f"zone {zone}", 1.0) for zone in wrong]
