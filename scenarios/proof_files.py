"""Write and read what proves a plan: `proof/` in the run folder, as Parquet."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dss.errors import InputError
from models import Plan, SolveReport, Termination
from models.shelter import Allocation, AllocationDecision
from scenarios.check import Proof, RouteTiming
from scenarios.journeys import Journeys
from scenarios.timed_journeys import time_routes

FOLDER = "proof"


def gather_proof(journeys: Journeys, plan: Plan[AllocationDecision]) -> Proof:
    """Collect the arrays that a check needs, with the road edges of every trip taken."""
    assert plan.decision is not None
    arcs = np.flatnonzero(plan.decision.persons > 0)
    offsets, edges = journeys.paths(arcs)
    return Proof(
        problem=journeys.problem,
        plan=plan,
        arc_mode=journeys.arc_mode,
        tail=journeys.network.tail,
        head=journeys.network.head,
        edge_s=np.stack([trips.edge_s for trips in journeys.trips]),
        origin_edge=np.stack([trips.origin.edge for trips in journeys.trips]),
        origin_share=np.stack([trips.origin.share for trips in journeys.trips]),
        site_edge=np.stack([trips.destination.edge for trips in journeys.trips]),
        site_share=np.stack([trips.destination.share for trips in journeys.trips]),
        route_arc=arcs,
        route_offset=offsets,
        route_edge=edges,
        route_access_s=journeys.access_s(arcs),
        timing=time_routes(journeys, arcs),
    )


def write_proof(folder: Path, proof: Proof) -> None:
    """Write a proof into a run folder."""
    path = folder / FOLDER
    path.mkdir()
    problem, decision, report = proof.problem, proof.plan.decision, proof.plan.report
    assert decision is not None
    assert decision.prices is not None
    _write(
        path / "arcs.parquet",
        cell=problem.cell.astype(np.int32),
        site=problem.site.astype(np.int32),
        cost_s=problem.cost_s,
        mode=proof.arc_mode.astype(np.int8),
        persons=decision.persons,
    )
    _write(
        path / "cells.parquet",
        persons=problem.persons,
        unmet=decision.unmet,
        edge_walk=proof.origin_edge[0],
        edge_drive=proof.origin_edge[1],
        share_walk=proof.origin_share[0],
        share_drive=proof.origin_share[1],
    )
    _write(
        path / "sites.parquet",
        capacity=problem.capacity,
        price_s=decision.prices,
        edge_walk=proof.site_edge[0],
        edge_drive=proof.site_edge[1],
        share_walk=proof.site_share[0],
        share_drive=proof.site_share[1],
    )
    _write(
        path / "edges.parquet",
        tail=proof.tail,
        head=proof.head,
        walk_s=proof.edge_s[0],
        drive_s=proof.edge_s[1],
    )
    routes = pa.LargeListArray.from_arrays(pa.array(proof.route_offset), pa.array(proof.route_edge))
    _write(path / "routes.parquet", arc=proof.route_arc, access_s=proof.route_access_s, edges=routes)
    if proof.timing is not None:
        _write_timing(path, proof.timing)
    pd.DataFrame(
        {
            "termination": [report.termination.value],
            "objective": [report.objective],
            "bound": [report.bound],
            "wall_s": [report.wall_s],
            "solver": [report.solver],
            "seed": [report.seed],
        }
    ).to_parquet(path / "report.parquet")


def read_proof(folder: Path) -> Proof:
    """Read a proof back from a run folder.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    path = folder / FOLDER
    try:
        names = ("arcs", "cells", "sites", "edges", "routes", "report")
        tables = {name: pq.read_table(path / f"{name}.parquet") for name in names}
        return _assemble(tables, _read_timing(path))
    except (OSError, KeyError, pa.ArrowException) as error:
        raise InputError("proof_unreadable", folder=path, why=" ".join(str(error).split())[:300]) from error


def _assemble(tables: dict[str, pa.Table], timing: RouteTiming | None) -> Proof:
    def column(table: str, name: str) -> NDArray[Any]:
        return np.array(tables[table].column(name))

    def both_modes(table: str, name: str) -> NDArray[Any]:
        return np.stack([column(table, f"{name}_walk"), column(table, f"{name}_drive")])

    report = tables["report"].to_pylist()[0]
    report["termination"] = Termination(report["termination"])
    problem = Allocation(
        persons=column("cells", "persons"),
        capacity=column("sites", "capacity"),
        cell=column("arcs", "cell"),
        site=column("arcs", "site"),
        cost_s=column("arcs", "cost_s"),
    )
    decision = AllocationDecision(
        persons=column("arcs", "persons"), unmet=column("cells", "unmet"), prices=column("sites", "price_s")
    )
    routes = tables["routes"].column("edges").combine_chunks()
    return Proof(
        problem=problem,
        plan=Plan(decision, SolveReport(**report)),
        arc_mode=column("arcs", "mode").astype(np.int64),
        tail=column("edges", "tail"),
        head=column("edges", "head"),
        edge_s=np.stack([column("edges", "walk_s"), column("edges", "drive_s")]),
        origin_edge=both_modes("cells", "edge"),
        origin_share=both_modes("cells", "share"),
        site_edge=both_modes("sites", "edge"),
        site_share=both_modes("sites", "share"),
        route_arc=column("routes", "arc"),
        route_offset=np.array(routes.offsets),
        route_edge=np.array(routes.flatten()),
        route_access_s=column("routes", "access_s"),
        timing=timing,
    )


def _write_timing(path: Path, timing: RouteTiming) -> None:
    steps = {
        f"{mode}_{k}": timing.edge_s[m, k]
        for m, mode in enumerate(("walk", "drive"))
        for k in range(timing.start_s.size)
    }
    _write(path / "edge_steps.parquet", **steps)
    _write(path / "steps.parquet", start_s=timing.start_s)
    _write(path / "route_ready.parquet", ready_s=timing.ready_s)
    _write(path / "route_clock.parquet", enter_s=timing.enter_s, leave_s=timing.leave_s)
    _write(path / "departure.parquet", depart_s=np.array([timing.depart_s]))


def _read_timing(path: Path) -> RouteTiming | None:
    if not (path / "departure.parquet").exists():
        return None

    def column(file: str, name: str) -> NDArray[Any]:
        return np.array(pq.read_table(path / f"{file}.parquet").column(name))

    start_s = column("steps", "start_s")
    edge_s = np.stack(
        [
            np.stack([column("edge_steps", f"{mode}_{k}") for k in range(start_s.size)])
            for mode in ("walk", "drive")
        ]
    )
    return RouteTiming(
        depart_s=float(column("departure", "depart_s")[0]),
        start_s=start_s,
        edge_s=edge_s,
        ready_s=column("route_ready", "ready_s"),
        enter_s=column("route_clock", "enter_s"),
        leave_s=column("route_clock", "leave_s"),
    )


def _write(path: Path, **columns: object) -> None:
    pq.write_table(pa.table(columns), path, compression="zstd")
