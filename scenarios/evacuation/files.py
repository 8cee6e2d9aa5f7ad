"""Write and read an evacuation in a run folder: what was planned, what proves it, what it is compared with.

evacuation/drive, evacuation/walk           the plan (`plan_files`), with `proof.parquet` and `proof.json`
evacuation/variants/NAME/drive ...          the same under other controls
evacuation/at_once/drive, .../walk          everyone leaving at once
evacuation/bus, evacuation/special          vehicles that fetch people (`buses.files`)
evacuation/facts.json                       who is counted beside the plans
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dss.arrays import IntArray
from models import Plan, SolveReport, Termination
from models.evacuation import ArrivalProof, EvacuationDecision
from scenarios.evacuation.buses.carried import CARRIED
from scenarios.evacuation.buses.files import read_carried, write_carried
from scenarios.evacuation.movement import CAUSES, Freely, Movement, PlannedMeans
from scenarios.evacuation.plan_files import FOLDER, FiledPlan, Mode, PlanFacts, Unit, read_plan, write_plan
from scenarios.evacuation.record import Call, Facts, Moved, Record, Unplanned
from scenarios.evacuation.turning_files import read_turning, write_turning
from scenarios.stored import readable_proof

MODES: Final[dict[PlannedMeans, Mode]] = {"walk": "walk", "car": "drive"}
UNITS: Final[dict[PlannedMeans, Unit]] = {"car": "vehicles", "walk": "persons"}
VARIANTS: Final = "variants"
AT_ONCE: Final = "at_once"


def write_record(folder: Path, record: Record) -> None:
    """Write an evacuation into a run folder."""
    path = folder / FOLDER
    path.mkdir()
    (path / "facts.json").write_text(json.dumps(asdict(record.facts), ensure_ascii=False), encoding="utf-8")
    for means, moved in record.plan.items():
        _write_moved(path / MODES[means], means, moved)
    for name, parts in record.variants.items():
        for means, moved in parts.items():
            _write_moved(path / VARIANTS / name / MODES[means], means, moved)
    for means, one in record.at_once.items():
        like = record.plan[means]
        _write_unplanned(path / AT_ONCE / MODES[means], means, one, like)
    for kind, carried in record.carried.items():
        write_carried(path / kind, carried)


def read_record(folder: Path) -> Record:
    """Read an evacuation back from a run folder.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    path = folder / FOLDER
    with readable_proof(path):
        facts = json.loads((path / "facts.json").read_text(encoding="utf-8"))
        calls = tuple(Call(one["at_s"], one["reached_s"], tuple(one["areas"])) for one in facts.pop("calls"))
        names = sorted(one.name for one in (path / VARIANTS).glob("*") if one.is_dir())
        return Record(
            Facts(**facts, calls=calls),
            _by_means(path, _read_moved),
            {name: _by_means(path / VARIANTS / name, _read_moved) for name in names},
            _by_means(path / AT_ONCE, _read_unplanned),
            {kind: read_carried(path / kind) for kind in CARRIED if (path / kind).is_dir()},
        )


def _by_means(path: Path, read: Any) -> dict[PlannedMeans, Any]:  # the reader says what it returns
    return {means: read(path / mode) for means, mode in MODES.items() if (path / mode).is_dir()}


def _write_moved(path: Path, means: PlannedMeans, moved: Moved) -> None:
    movement, decision = moved.movement, moved.movement.decision
    facts = PlanFacts(MODES[means], UNITS[means], movement.step_s)
    write_plan(path, FiledPlan(facts, movement.problem, decision.groups, moved.streets, moved.homes))
    columns: dict[str, Any] = {cause: getattr(decision, cause) for cause in CAUSES}
    columns |= {"persons": movement.persons, "home": moved.home, "certificate": decision.certificate}
    if decision.persons_certificate is not None:
        columns["persons_certificate"] = decision.persons_certificate
    _write(path / "proof.parquet", columns)
    _write(path / "calls.parquet", {"call": moved.call})
    _write(path / "sites.parquet", {"node": moved.site})
    if movement.arrival_proof is not None:
        _write_arrival_proof(path, movement.arrival_proof)
    if moved.turning is not None:
        write_turning(path / "contraflow", moved.turning)
    report = asdict(movement.plan.report) | {"termination": movement.plan.report.termination.value}
    stated = {
        "report": report,
        "objective": decision.objective,
        "clearance_step": decision.clearance_step,
        "total_arrival_steps": decision.total_arrival_steps,
        "deadline_step": decision.deadline_step,
        "total_bound_steps": movement.total_bound_steps,
        "freely": movement.freely and asdict(movement.freely),
    }
    (path / "proof.json").write_text(json.dumps(stated, indent=1), encoding="utf-8")


def _read_moved(path: Path) -> Moved:
    filed = read_plan(path)
    table = pq.read_table(path / "proof.parquet")
    stated = json.loads((path / "proof.json").read_text(encoding="utf-8"))

    def column(name: str) -> IntArray:
        return np.asarray(table[name].to_numpy()).astype(np.int64)

    proven = "persons_certificate" in table.column_names
    decision = EvacuationDecision(
        objective=stated["objective"],
        groups=filed.groups,
        clearance_step=stated["clearance_step"],
        total_arrival_steps=stated["total_arrival_steps"],
        certificate=column("certificate"),
        deadline_step=stated["deadline_step"],
        persons_certificate=column("persons_certificate") if proven else None,
        arrival_proof=_read_arrival_proof(path) if stated["objective"] == "total_arrival" else None,
        **{cause: column(cause) for cause in CAUSES},
    )
    report = SolveReport(**{**stated["report"], "termination": Termination(stated["report"]["termination"])})
    movement = Movement(
        filed.problem, Plan(decision, report), column("persons"), filed.facts.step_s,
        stated["total_bound_steps"], _read_arrival_proof(path),
        stated["freely"] and Freely(**stated["freely"]),
    )  # fmt: skip
    turned = path / "contraflow"
    return Moved(
        movement=movement,
        streets=filed.streets,
        homes=filed.homes,
        home=column("home"),
        call=np.asarray(pq.read_table(path / "calls.parquet")["call"].to_numpy()).astype(np.int64),
        turning=read_turning(turned) if turned.is_dir() else None,
        site=np.asarray(pq.read_table(path / "sites.parquet")["node"].to_numpy()).astype(np.int64),
    )


def _write_arrival_proof(path: Path, proof: ArrivalProof) -> None:
    cuts = {f"threshold_{number}": row for number, row in enumerate(proof.threshold)}
    _write(path / "arrival_cuts.parquet", {"price": proof.price, **cuts})
    _write(path / "arrival_steps.parquet", {"step": proof.step})


def _read_arrival_proof(path: Path) -> ArrivalProof | None:
    if not (path / "arrival_cuts.parquet").is_file():
        return None
    cuts, steps = (pq.read_table(path / f"arrival_{name}.parquet") for name in ("cuts", "steps"))
    step = np.asarray(steps["step"].to_numpy()).astype(np.int64)
    threshold = [cuts[f"threshold_{number}"].to_numpy() for number in range(step.size)]
    price = np.asarray(cuts["price"].to_numpy()).astype(np.int64)
    return ArrivalProof(price, step, np.array(threshold, dtype=np.int64).reshape(step.size, price.size))


def _write_unplanned(path: Path, means: PlannedMeans, one: Unplanned, like: Moved) -> None:
    none = np.zeros(0, dtype=np.int64)
    offsets = np.zeros(one.problem.tail.size + 1, dtype=np.int64)
    n = one.problem.supply.size  # nodes for those made ready later come after these
    at_nodes = {name: getattr(like.streets, name)[:n] for name in ("x_m", "y_m", "junction", "shelter")}
    streets = replace(like.streets, **at_nodes, offsets=offsets, edge=none)
    facts = PlanFacts(MODES[means], UNITS[means], one.step_s)
    write_plan(path, FiledPlan(facts, one.problem, one.groups, streets, like.homes))
    _write(path / "proof.parquet", {"persons": one.persons})


def _read_unplanned(path: Path) -> Unplanned:
    filed = read_plan(path)
    persons = np.asarray(pq.read_table(path / "proof.parquet")["persons"].to_numpy()).astype(np.int64)
    return Unplanned(filed.problem, filed.groups, persons, filed.facts.step_s)


def _write(path: Path, columns: Mapping[str, Any]) -> None:
    pq.write_table(pa.table(dict(columns)), path, compression="zstd")
