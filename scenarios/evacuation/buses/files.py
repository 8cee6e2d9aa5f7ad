"""Write and read the vehicles that fetch people, in ``evacuation/bus`` and ``evacuation/special`` of a run.

facts.json          seats, stops, where numbers come from, how the solve went
depots.parquet      name, place, vehicles; points: name, place, persons; shelters: name, place, places
cells.parquet       who is fetched from which cell at which point
ways_*.parquet      seconds from depots and to shelters, row after row
prices_*.parquet    what proves the bound
trips.parquet       who drives when from where to where with how many
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from dss.arrays import FloatArray, IntArray
from models import Plan, SolveReport, Termination
from models.dispatch import BusDecision, BusEvacuation, BusPrices
from scenarios.evacuation.buses.carried import Carried, Living, Places, Service
from scenarios.evacuation.movement import PLANNED

PRICES: Final = {"point": ("trip", "trip_more", "person"), "shelter": ("place",)}


def write_carried(path: Path, carried: Carried) -> None:
    """Write vehicles into a folder."""
    path.mkdir()
    problem, decision, living = carried.problem, carried.decision, carried.living
    report = carried.plan.report
    facts = {
        "service": asdict(carried.service),
        "seats": problem.bus_capacity,
        "report": asdict(report) | {"termination": report.termination.value},
        "last_arrival_s": decision.last_arrival_s,
        "excluded_s": None if decision.prices is None else decision.prices.excluded_s,
    }
    (path / "facts.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    nodes = {f"node_{means}": node for means, node in carried.node.items()}
    tables: dict[str, dict[str, Any]] = {
        "depots": _columns(carried.depots) | {"vehicles": problem.buses_at_depot},
        "points": _columns(carried.points)
        | {"persons": problem.demand, "no_way": carried.no_way, "no_place": carried.no_place},
        "shelters": _columns(carried.shelters)
        | {"places": problem.shelter_capacity, "capacity": carried.capacity, **nodes},
        "cells": {
            "cell": living.cell,
            "persons": living.persons,
            "point": living.point,
            "community": pa.array(living.community, pa.string()),
        },
        "ways_depots": _matrix(problem.depot_to_pickup_s),
        "ways_shelters": _matrix(problem.pickup_to_shelter_s),
        "trips": trip_columns(carried),
        "finish": {"finish_s": decision.finish_s},
    }
    if decision.prices is not None:
        for rows, names in PRICES.items():
            tables[f"prices_{rows}"] = {name: getattr(decision.prices, name) for name in names}
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), path / f"{name}.parquet", compression="zstd")


def trip_columns(carried: Carried) -> dict[str, Any]:
    """Return who drives when from where to where with how many."""
    decision = carried.decision
    leaves_s, arrives_s = carried.trip_times_s()
    return {
        "bus": decision.bus,
        "depot": carried.problem.bus_depot[decision.bus],
        "pickup": decision.pickup,
        "shelter": decision.shelter,
        "persons": decision.persons,
        "leaves_s": leaves_s,
        "arrives_s": arrives_s,
    }


def read_carried(path: Path) -> Carried:
    """Read vehicles back from their folder."""
    facts = json.loads((path / "facts.json").read_text(encoding="utf-8"))
    table = {one.stem: pq.read_table(one) for one in path.glob("*.parquet")}
    points, shelters, cells = table["points"], table["shelters"], table["cells"]
    problem = BusEvacuation(
        buses_at_depot=_whole(table["depots"], "vehicles"),
        bus_capacity=facts["seats"],
        demand=_whole(points, "persons"),
        shelter_capacity=_number(shelters, "places"),
        depot_to_pickup_s=_read_matrix(table["ways_depots"], points.num_rows),
        pickup_to_shelter_s=_read_matrix(table["ways_shelters"], shelters.num_rows),
    )
    report = SolveReport(**{**facts["report"], "termination": Termination(facts["report"]["termination"])})
    living = Living(
        cells["cell"].to_numpy(), _whole(cells, "persons"), _whole(cells, "point"),
        cells["community"].to_numpy(zero_copy_only=False),
    )  # fmt: skip
    return Carried(
        problem=problem,
        plan=Plan(_decision(table, facts), report),
        service=Service(**facts["service"]),
        depots=_places(table["depots"]),
        points=_places(points),
        shelters=_places(shelters),
        living=living,
        no_way=_whole(points, "no_way"),
        no_place=_whole(points, "no_place"),
        node={means: _whole(shelters, f"node_{means}") for means in PLANNED},
        capacity=_whole(shelters, "capacity"),
    )


def _decision(table: dict[str, pa.Table], facts: dict[str, Any]) -> BusDecision:
    prices = None
    if facts["excluded_s"] is not None:
        given = {
            name: _number(table[f"prices_{rows}"], name) for rows, names in PRICES.items() for name in names
        }
        prices = BusPrices(facts["excluded_s"], **given)
    trips = {name: _whole(table["trips"], name) for name in ("bus", "pickup", "shelter", "persons")}
    return BusDecision(
        **trips,
        finish_s=_number(table["finish"], "finish_s"),
        last_arrival_s=facts["last_arrival_s"],
        prices=prices,
    )


def _columns(places: Places) -> dict[str, Any]:
    return {"name": pa.array(places.name, pa.string()), "x_m": places.x_m, "y_m": places.y_m}


def _places(table: pa.Table) -> Places:
    name = table["name"].to_numpy(zero_copy_only=False)
    return Places(name, _number(table, "x_m"), _number(table, "y_m"))


def _matrix(seconds: FloatArray) -> dict[str, Any]:
    return {"seconds": seconds.ravel()}


def _read_matrix(table: pa.Table, columns: int) -> FloatArray:
    values = _number(table, "seconds")
    return values.reshape(values.size // max(columns, 1), columns)


def _whole(table: pa.Table, name: str) -> IntArray:
    return np.asarray(table[name].to_numpy()).astype(np.int64)


def _number(table: pa.Table, name: str) -> FloatArray:
    return np.asarray(table[name].to_numpy(), dtype=np.float64)
