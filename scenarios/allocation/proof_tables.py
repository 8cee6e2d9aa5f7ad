"""What a plan was to achieve, as tables of the proof: aim, certificates, rows, and the plan compared with."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dss.arrays import FloatArray
from models import Plan, SolveReport, Termination, shelter
from models.shelter import Allocation, AllocationDecision
from models.shelter.aims import AimProof, LongestProof, ShareProof, WeighedProof, WeighedStep
from scenarios.allocation.facts import Allocating, RowFacts

AIMS: dict[str, type[shelter.Aim]] = {
    "total_time": shelter.TotalTime,
    "longest_trip": shelter.LongestTrip,
    "share_within": shelter.ShareWithin,
    "weighed": shelter.Weighed,
}
Read = Callable[[str, str], NDArray[Any]]


def arc_columns(problem: Allocation, allocating: Allocating) -> dict[str, NDArray[Any]]:
    """Return what the table of arcs holds beside trips."""
    columns: dict[str, NDArray[Any]] = {"border": allocating.rows.border.astype(np.int8)}
    if problem.extra_s is not None:
        columns["extra_s"] = problem.extra_s
    if problem.previous is not None:
        columns["previous"] = problem.previous
    if allocating.split is not None:
        assert allocating.split.decision is not None
        columns["split_persons"] = allocating.split.decision.persons
    return columns


def row_columns(problem: Allocation, allocating: Allocating) -> dict[str, NDArray[Any]]:
    """Return what the table of rows holds: whose they are, who stays together, who weighs how much."""
    rows = allocating.rows
    columns: dict[str, NDArray[Any]] = {
        "cell": rows.cell, "group": rows.group, "pace": rows.pace, "cause": rows.cause,
    }  # fmt: skip
    if problem.whole is not None:
        columns["zone"] = problem.whole
    if problem.priority is not None:
        columns["priority"] = problem.priority
    if allocating.split is not None:
        assert allocating.split.decision is not None
        columns["split_unmet"] = allocating.split.decision.unmet
    return columns


def site_columns(allocating: Allocating) -> dict[str, NDArray[Any]]:
    """Return what the table of shelters holds beside places: their rows, prices of the plan compared with."""
    columns: dict[str, NDArray[Any]] = {"row": allocating.rows.site_row}
    if allocating.split is not None:
        assert allocating.split.decision is not None
        assert allocating.split.decision.prices is not None
        columns["split_price_s"] = allocating.split.decision.prices
    return columns


def write_allocating(
    path: Path, problem: Allocation, plan: Plan[AllocationDecision], ours: Allocating
) -> None:
    """Write aim, scalars and certificates into a proof folder."""
    name = next(key for key, aim in AIMS.items() if isinstance(ours.aim, aim))
    scalars: dict[str, Any] = {
        "aim": {"kind": name, **asdict(ours.aim)},
        "stability_s": problem.stability_s,
        "unmet_s": problem.unmet_s,
        "late_s": ours.late_s,
        "told": ours.told,
        "forced": ours.forced,
        "groups": list(ours.rows.group_keys),
        "split": None if ours.split is None else _report(ours.split.report),
    }
    assert plan.decision is not None
    values = dict(_certificates("", plan.decision))
    if ours.split is not None:
        assert ours.split.decision is not None
        values |= _certificates("split_", ours.split.decision)
    names = [key for key, array in values.items() for _ in array]
    table = {"name": pa.array(names, pa.string()), "value": np.concatenate([np.zeros(0), *values.values()])}
    pq.write_table(pa.table(table), path / "certificates.parquet")
    (path / "allocation.json").write_text(json.dumps(scalars, indent=1), encoding="utf-8")


def _report(report: SolveReport) -> dict[str, Any]:
    return {**asdict(report), "termination": report.termination.value}


def _certificates(prefix: str, decision: AllocationDecision) -> dict[str, FloatArray]:
    """Return certificates by name, each an array of numbers."""
    found: dict[str, FloatArray] = {}
    if decision.multipliers is not None:
        found["multipliers"] = decision.multipliers
    proof = decision.aim_proof
    if isinstance(proof, LongestProof):
        found |= _longest(proof)
    if isinstance(proof, ShareProof):
        limits = np.array([proof.limit_s, proof.proven_s, proof.toll_s])
        found |= {"share": limits, "share_prices": proof.prices}
    if isinstance(proof, WeighedProof):
        found |= _longest(proof.longest)
        found["steps"] = np.array([step.limit_s for step in proof.steps])
        found |= {f"step_{s}": step.prices for s, step in enumerate(proof.steps)}
        found |= {
            f"step_multipliers_{s}": step.multipliers
            for s, step in enumerate(proof.steps)
            if step.multipliers is not None
        }
    return {f"{prefix}{name}": np.asarray(array, dtype=np.float64) for name, array in found.items()}


def _longest(proof: LongestProof) -> dict[str, FloatArray]:
    return {"longest": np.array([proof.limit_s, proof.bound_s]), "longest_cells": proof.cells.astype(float)}


def read_scalars(path: Path) -> dict[str, Any]:
    """Read what was written beside the tables.

    Raises
    ------
    ValueError
        If the file is not the JSON it should be.
    """
    scalars: dict[str, Any] = json.loads((path / "allocation.json").read_text(encoding="utf-8"))
    return scalars


class Certificates:
    """The certificates of a proof folder, by name."""

    def __init__(self, path: Path) -> None:
        table = pq.read_table(path / "certificates.parquet")
        names, value = np.array(table["name"].to_pylist(), dtype=object), table["value"].to_numpy()
        self._found = {str(name): value[names == name] for name in dict.fromkeys(names)}

    def multipliers(self) -> FloatArray | None:
        """Return what placing each zone is worth; None where cells may be split."""
        return self._found.get("multipliers")

    def aim_proof(self, prefix: str = "") -> AimProof | None:
        """Return what proves the aim; None for the total."""
        found = {name.removeprefix(prefix): v for name, v in self._found.items() if name.startswith(prefix)}
        none = np.zeros(0)
        longest = None
        if "longest" in found:
            limit_s, bound_s = found["longest"]
            longest = LongestProof(limit_s, bound_s, found.get("longest_cells", none).astype(np.int64))
        if "share" in found:
            limit_s, bound_s, toll_s = found["share"]
            return ShareProof(limit_s, found.get("share_prices", none), toll_s, bound_s)
        if longest is not None and "steps" in found:
            steps = (
                WeighedStep(t, found.get(f"step_{s}", none), found.get(f"step_multipliers_{s}"))
                for s, t in enumerate(found["steps"])
            )
            return WeighedProof(longest, tuple(steps))
        return longest


def read_allocating(
    scalars: dict[str, Any],
    certificates: Certificates,
    read: Read,
    has: Callable[[str, str], bool],
    cells: NDArray[Any],
) -> Allocating:
    """Read what the plan was to achieve, and what it is compared with.

    Parameters
    ----------
    read, has
        Return a column of a table, and whether there is one.
    cells
        H3 index of each affected cell, shape (c,).

    Raises
    ------
    KeyError
        If something is missing.
    """
    aim = dict(scalars["aim"])
    rows = RowFacts(
        cell=read("rows", "cell"),
        cell_id=cells,
        group=read("rows", "group"),
        pace=read("rows", "pace"),
        cause=read("rows", "cause"),
        border=read("arcs", "border").astype(np.int64),
        site_row=read("sites", "row"),
        group_keys=tuple(scalars["groups"]),
    )
    split = None
    if scalars["split"] is not None and has("arcs", "split_persons"):
        report = {**scalars["split"], "termination": Termination(scalars["split"]["termination"])}
        decision = AllocationDecision(
            read("arcs", "split_persons"),
            read("rows", "split_unmet"),
            read("sites", "split_price_s"),
            aim_proof=certificates.aim_proof("split_"),
        )
        split = Plan(decision, SolveReport(**report))
    return Allocating(
        aim=AIMS[aim.pop("kind")](**aim),
        rows=rows,
        split=split,
        late_s=scalars["late_s"],
        told=scalars["told"],
        forced=scalars["forced"],
    )
