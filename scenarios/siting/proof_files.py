"""Write and read what proves a study: `proof/` in its folder, as Parquet, and nothing of the map."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from dss import columns as col
from dss.arrays import BoolArray, FloatArray
from models import Plan, SolveReport, Termination, siting
from models.siting.certificate import shares
from models.siting.problem import splits
from models.siting.proof import BoundBy, CapacityProof, Proof
from models.siting.rules import NO_RULES, SiteRules
from scenarios.siting.preset import Model
from scenarios.siting.study import Study
from scenarios.stored import readable_proof

FOLDER: Final = "proof"
FACTS: Final = "facts.json"
SITE_CAPACITY: Final = "capacity_persons"
BUILDING_COST: Final = "building_cost"


@dataclass(frozen=True, slots=True, eq=False)
class StudyProof:
    """A study without its map.

    Parameters
    ----------
    persons
        Of every cell, shape (n,).
    rows
        Cells that are demands of the problem, shape (n,).
    cost
        Between every cell and every site in use, shape (n, k).
    names, candidate
        Name of each site, and its row among the candidates, shape (k,); existing sites have no row and come
        first.
    """

    persons: FloatArray
    rows: BoolArray
    cost: FloatArray
    limit: float
    names: tuple[str, ...]
    candidate: tuple[int | None, ...]
    problem: siting.Problem
    plan: Plan[siting.SitingDecision]


def write_proof(folder: Path, study: Study) -> None:
    """Write the proof of a study that has a plan into its folder."""
    path = folder / FOLDER
    path.mkdir(exist_ok=True)
    decision, report = study.plan.decision, study.plan.report
    assert decision is not None
    _write(
        path / "cells.parquet",
        cell=study.ground.cells.cell,
        persons=study.ground.demand,
        is_demand=study.rows,
    )
    _write(path / "cost.parquet", **{str(k): study.cost[:, k] for k in range(study.column.size)})
    _write(path / "sites.parquet", **_site_columns(study))
    share = shares(study.problem, decision)
    _write(path / "assignment.parquet", demand=share.coords[0], site=share.coords[1], share=share.data)
    _write_certificate(path, decision.proof)
    facts = {
        "model": study.model,
        "limit": study.limit,
        "p": getattr(study.problem, "p", None),
        "budget": study.problem.rules.budget,
        "termination": report.termination.value,
        "objective": report.objective,
        "bound": report.bound,
        "wall_s": report.wall_s,
        "solver": report.solver,
        "seed": report.seed,
        "bound_by": decision.bound_by.value,
        "time_limit_s": study.options.time_limit_s,
    }
    (path / FACTS).write_text(json.dumps(facts, indent=1), encoding="utf-8")


def _site_columns(study: Study) -> dict[str, object]:
    e = len(study.ground.existing)
    frames = (study.ground.existing, study.ground.candidates.features)
    names = np.concatenate([frame[col.NAME].to_numpy(object) for frame in frames])[study.column]
    problem = study.problem
    columns: dict[str, object] = {
        "name": [str(name) for name in names],
        "candidate": [int(row) - e if row >= e else None for row in study.column],
        "is_open": np.isin(np.arange(study.column.size), study.open_sites),
    }
    if problem.capacity is not None:
        columns[SITE_CAPACITY] = problem.capacity
    if problem.rules.site_cost is not None:
        columns[BUILDING_COST] = problem.rules.site_cost
    return columns


def _write_certificate(path: Path, proof: Proof | CapacityProof | None) -> None:
    if isinstance(proof, Proof):
        _write(path / "prices.parquet", **{str(k): prices for k, prices in enumerate(proof.prices)})
        _write(path / "tree.parquet", parent=proof.parent, site=proof.site, opened=proof.opened)
    elif proof is not None:
        _write(path / "prices.parquet", **{"0": proof.prices})


def read_proof(folder: Path) -> StudyProof:
    """Read the proof of a study back.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    path = folder / FOLDER
    with readable_proof(path):
        facts = json.loads((path / FACTS).read_text(encoding="utf-8"))
        tables = {name: pq.read_table(path / f"{name}.parquet") for name in ("cells", "sites", "assignment")}
        cost = _matrix(path / "cost.parquet").T
        return _assemble(path, facts, tables, cost)


def _assemble(path: Path, facts: dict[str, Any], tables: dict[str, pa.Table], cost: FloatArray) -> StudyProof:
    def column(table: str, name: str) -> NDArray[Any]:
        return np.array(tables[table].column(name))

    sites = tables["sites"]
    capacity = column("sites", SITE_CAPACITY) if SITE_CAPACITY in sites.column_names else None
    rules = NO_RULES
    if facts["budget"] is not None:
        rules = SiteRules(site_cost=column("sites", BUILDING_COST), budget=facts["budget"])
    candidate = tuple(sites.column("candidate").to_pylist())
    rows, persons = column("cells", "is_demand"), column("cells", "persons")
    problem = _problem(facts, cost[rows], persons[rows], (capacity, sum(c is None for c in candidate), rules))
    n, m = problem.cost.shape
    demand, site, share = (column("assignment", name) for name in ("demand", "site", "share"))
    whole = csr_array(coo_array((share, (demand, site)), shape=(n, m)))
    decision = siting.SitingDecision(
        np.flatnonzero(column("sites", "is_open")),
        whole if splits(problem) else site[np.argsort(demand, kind="stable")],
        _read_certificate(path),
        BoundBy(facts["bound_by"]),
    )
    report = SolveReport(
        Termination(facts["termination"]),
        *(facts[name] for name in ("objective", "bound", "wall_s", "solver", "seed")),
    )
    return StudyProof(
        persons,
        rows,
        cost,
        facts["limit"],
        tuple(sites.column("name").to_pylist()),
        candidate,
        problem,
        Plan(decision, report),
    )


def _problem(
    facts: dict[str, Any],
    cost: FloatArray,
    weight: FloatArray,
    sites: tuple[FloatArray | None, int, SiteRules],
) -> siting.Problem:
    """Return the problem of a model; of the sites the capacity, how many exist, and their rules."""
    capacity, existing, rules = sites
    model: Model = facts["model"]
    fixed, p = np.arange(existing), facts["p"]
    if model == "median":
        return siting.PMedian(cost, weight, p, fixed, rules=rules)
    if model == "center":
        return siting.PCenter(cost, p, fixed, rules=rules)
    if model == "cover":
        return siting.SetCover(cost, facts["limit"], fixed, rules=rules)
    return siting.MaxCoverage(cost, weight, p, facts["limit"], capacity, fixed, rules)


def _read_certificate(path: Path) -> Proof | CapacityProof | None:
    if not (path / "prices.parquet").exists():
        return None
    prices = _matrix(path / "prices.parquet")
    if not (path / "tree.parquet").exists():
        return CapacityProof(prices[0])
    tree = pq.read_table(path / "tree.parquet")
    return Proof(prices, *(np.array(tree.column(name)) for name in ("parent", "site", "opened")))


def _matrix(path: Path) -> FloatArray:
    """Return the columns of a table as rows of a matrix."""
    table = pq.read_table(path)
    return np.array([np.array(table.column(str(k))) for k in range(table.num_columns)], dtype=np.float64)


def _write(path: Path, **columns: object) -> None:
    pq.write_table(pa.table(columns), path, compression="zstd")
