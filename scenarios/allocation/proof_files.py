"""Write and read what proves a plan: `proof/` in the run folder, as Parquet."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from dss.arrays import IntArray
from models import Plan, SolveReport, Termination
from models.shelter import Allocation, AllocationDecision
from scenarios.allocation.check import Proof, RouteTiming
from scenarios.allocation.proof_tables import (
    Certificates,
    arc_columns,
    read_allocating,
    read_scalars,
    row_columns,
    site_columns,
    write_allocating,
)
from scenarios.stored import readable_proof

FOLDER = "proof"
TOUCHING = "touching.parquet"


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
        **arc_columns(problem, proof.allocating),
    )
    _write(
        path / "rows.parquet",
        persons=problem.persons,
        unmet=decision.unmet,
        **row_columns(problem, proof.allocating),
    )
    _write(
        path / "cells.parquet",
        cell_id=proof.allocating.rows.cell_id,
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
        **site_columns(proof.allocating),
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
    if problem.touching is not None:
        _write(path / TOUCHING, zone=problem.touching[:, 0], beside=problem.touching[:, 1])
    write_allocating(path, problem, proof.plan, proof.allocating)
    _write(
        path / "report.parquet",
        termination=[report.termination.value],
        objective=[report.objective],
        bound=[report.bound],
        wall_s=[report.wall_s],
        solver=[report.solver],
        seed=[report.seed],
    )


def read_proof(folder: Path) -> Proof:
    """Read a proof back from a run folder.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    path = folder / FOLDER
    with readable_proof(path):
        names = ("arcs", "rows", "cells", "sites", "edges", "routes", "report")
        tables = {name: pq.read_table(path / f"{name}.parquet") for name in names}
        return _assemble(path, tables, _read_timing(path))


def _assemble(path: Path, tables: dict[str, pa.Table], timing: RouteTiming | None) -> Proof:
    def has(table: str, name: str) -> bool:
        return name in tables[table].column_names

    def optional(table: str, name: str) -> NDArray[Any] | None:
        return column(table, name) if has(table, name) else None

    def column(table: str, name: str) -> NDArray[Any]:
        return np.array(tables[table].column(name))

    def both_modes(table: str, name: str) -> NDArray[Any]:
        return np.stack([column(table, f"{name}_walk"), column(table, f"{name}_drive")])

    scalars, certificates = read_scalars(path), Certificates(path)
    report = tables["report"].to_pylist()[0]
    report["termination"] = Termination(report["termination"])
    problem = Allocation(
        persons=column("rows", "persons"),
        capacity=column("sites", "capacity"),
        cell=column("arcs", "cell"),
        site=column("arcs", "site"),
        cost_s=column("arcs", "cost_s"),
        whole=optional("rows", "zone"),
        priority=optional("rows", "priority"),
        extra_s=optional("arcs", "extra_s"),
        previous=optional("arcs", "previous"),
        stability_s=scalars["stability_s"],
        unmet_s=scalars["unmet_s"],
        touching=_read_touching(path),
    )
    decision = AllocationDecision(
        persons=column("arcs", "persons"),
        unmet=column("rows", "unmet"),
        prices=column("sites", "price_s"),
        multipliers=certificates.multipliers(),
        aim_proof=certificates.aim_proof(),
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
        allocating=read_allocating(scalars, certificates, column, has, column("cells", "cell_id")),
        timing=timing,
    )


def _read_touching(path: Path) -> IntArray | None:
    if not (path / TOUCHING).exists():
        return None
    table = pq.read_table(path / TOUCHING)
    return np.column_stack([np.array(table.column("zone")), np.array(table.column("beside"))])


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
