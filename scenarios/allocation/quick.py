"""An answer within seconds when shelters are lost: from a run's folder alone, without its map.

The trips of a run stay as they are, so the folder holds all that a new allocation needs. What people do on
the roads then is for a new run to say.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np

from dss import columns as col
from dss.errors import ScenarioError
from models import Limits, Violation, shelter
from scenarios.allocation.plan_figures import decided, loads
from scenarios.allocation.proof_files import read_proof


@dataclass(frozen=True, slots=True)
class Change:
    """How many a shelter had, and how many it is to take now."""

    shelter: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, eq=False)
class QuickAnswer:
    """What the loss of shelters means.

    Parameters
    ----------
    told
        Who keeps the shelter that they were told, and who cannot.
    unmet_before, unmet_after
        Persons without a place.
    hours_before, hours_after
        Travel of all, person-hours.
    changes
        Shelters that have others to take now, the largest change first.
    violations
        What the check found, [] when nothing.
    read_s, solve_s, check_s
        Seconds spent on reading, solving and checking.
    """

    told: shelter.Told
    unmet_before: int
    unmet_after: int
    hours_before: float
    hours_after: float
    changes: tuple[Change, ...]
    violations: list[Violation]
    read_s: float
    solve_s: float
    check_s: float


def answer_loss(
    run: Path,
    lost: Sequence[str],
    stability_s: float,
    limits: Limits = Limits(),  # noqa: B008
) -> QuickAnswer:
    """Plan again without some shelters, keeping people where they are as far as that is worth it.

    Parameters
    ----------
    lost
        Shelters by name, or by number in the run's layer.

    Raises
    ------
    InputError
        If the folder holds no run that can be read.
    ScenarioError
        If the run uses no such shelter.
    """
    started_s = time.perf_counter()
    proof = read_proof(run)
    names = gpd.read_parquet(run / "shelters.parquet", columns=[col.NAME, "geometry"])[col.NAME].astype(str)
    site_name = names.to_numpy(object)[proof.allocating.rows.site_row]
    before, old = proof.problem, decided(proof.plan)
    gone = np.isin(site_name, list(lost))
    gone |= np.isin((proof.allocating.rows.site_row + 1).astype(str), list(lost))
    for name in lost:
        if name not in site_name and name not in (proof.allocating.rows.site_row + 1).astype(str):
            raise ScenarioError("allocation_shelter", name=name, near=", ".join(site_name[:5]))
    now = replace(
        before.restricted(~gone[before.site]),
        capacity=np.where(gone, 0, before.capacity),
        previous=None,
        stability_s=0.0,
    )
    read_s = time.perf_counter()
    plan = shelter.replan(
        now, before, old, stability_s=stability_s, limits=limits, objective=proof.allocating.aim
    )
    solve_s = time.perf_counter()
    following = shelter.follow(now, before, old, stability_s)
    violations = shelter.check(following, plan, objective=proof.allocating.aim)
    new = decided(plan)
    after = np.bincount(now.site, new.persons, now.capacity.size).astype(np.int64)
    had = loads(proof)
    order = np.argsort(-np.abs(after - had), kind="stable")
    return QuickAnswer(
        told=shelter.told_anew(now, new, before, old),
        unmet_before=int(old.unmet.sum()),
        unmet_after=int(new.unmet.sum()),
        hours_before=round(float(before.cost_s @ old.persons) / 3600, 1),
        hours_after=round(float(now.cost_s @ new.persons) / 3600, 1),
        changes=tuple(
            Change(str(site_name[j]), int(had[j]), int(after[j])) for j in order if had[j] != after[j]
        ),
        violations=violations,
        read_s=round(read_s - started_s, 3),
        solve_s=round(solve_s - read_s, 3),
        check_s=round(time.perf_counter() - solve_s, 3),
    )
