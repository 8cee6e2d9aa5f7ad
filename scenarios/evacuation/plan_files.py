"""A plan of an evacuation as files: problem, groups, streets and homes, enough to replay and to tell it.

A run keeps one folder per way of travelling, ``evacuation/drive`` or ``evacuation/walk``:

    plan.json        format, mode, unit, seconds in a step, when step 0 is, where that is known
    nodes.parquet    of the problem: place, junction, shelter's name, supply, places, step of closing
    arcs.parquet     tail, head, steps, capacity, opening, closing, the road edges behind each
    edges.parquet    of the road network: ends, road, direction, turned, step of closing
    roads.parquet    GeoParquet: name, class, line
    groups.parquet   origin, persons, arcs and steps of entry
    homes.parquet    who is told what: cell, community, junction where they set out, persons
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from dss.arrays import FloatArray, IntArray, UIntArray
from dss.errors import InputError
from models.evacuation import Evacuation, Groups
from scenarios.evacuation.streets import Streets, Words
from scenarios.stored import readable_proof

FOLDER: Final = "evacuation"
FORMAT: Final = 1
Mode = Literal["drive", "walk"]
Unit = Literal["vehicles", "persons"]


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What the numbers of a plan mean.

    Parameters
    ----------
    mode
        How people travel.
    unit
        What one of the problem's persons is.
    step_s
        Seconds in a step.
    start
        When step 0 is, local time; None where the plan holds for any time of the day.
    """

    mode: Mode
    unit: Unit
    step_s: float
    start: datetime | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Where those who are told something live; a cell has several rows where its people set out in several.

    Parameters
    ----------
    cell
        H3 cells, shape (h,).
    community
        The community each belongs to, shape (h,): an administrative area's name, or a coarser cell.
    junction
        Node of the road network where they set out, shape (h,).
    persons
        How many people live there, shape (h,): what a junction's groups are shared out by.
    """

    cell: UIntArray
    community: Words
    junction: IntArray
    persons: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FiledPlan:
    """A plan with everything that is needed to replay it and to tell it."""

    facts: PlanFacts
    problem: Evacuation
    groups: Groups
    streets: Streets
    homes: Homes


def write_plan(folder: Path, plan: FiledPlan) -> None:
    """Write a plan into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    start = plan.facts.start
    facts = {
        **asdict(plan.facts),
        "start": start and start.isoformat(),
        "format": FORMAT,
        "crs": plan.streets.crs,
    }
    (folder / "plan.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    for name, columns in _tables(plan).items():
        _write(folder / f"{name}.parquet", columns)
    import geopandas as gpd  # noqa: PLC0415 - who only reads a plan waits for no library of layers

    streets = plan.streets
    roads = {"name": streets.road_name, "road_class": streets.road_class}
    frame = gpd.GeoDataFrame(roads, geometry=streets.line, crs=streets.crs)
    frame.to_parquet(folder / "roads.parquet", compression="zstd")


def read_plan(folder: Path) -> FiledPlan:
    """Read a plan back from its folder.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    with readable_proof(folder):
        facts = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        tables = {
            name: pq.read_table(folder / f"{name}.parquet")
            for name in ("nodes", "arcs", "edges", "groups", "homes", "roads")
        }
        return _plan_of(facts, tables)


def plan_folders(run: Path) -> dict[str, Path]:
    """Return the folders of a run's plans by their way of travelling, those by car first.

    Raises
    ------
    InputError
        If the run has no plan of an evacuation.
    """
    found = {path.parent.name: path.parent for path in sorted((run / FOLDER).glob("*/plan.json"))}
    if not found:
        raise InputError("evacuation_plan_missing", folder=run)
    return found


def _tables(plan: FiledPlan) -> dict[str, dict[str, Any]]:
    problem, streets, groups, homes = plan.problem, plan.streets, plan.groups, plan.homes
    nodes = {
        "x_m": streets.x_m, "y_m": streets.y_m, "junction": streets.junction,
        "shelter": pa.array(streets.shelter, pa.string()),
        "supply": problem.supply, "places": problem.shelter_capacity,
        "closing_step": problem.node_closing_step,
    }  # fmt: skip
    arcs = {
        "tail": problem.tail, "head": problem.head, "travel_steps": problem.travel_steps,
        "capacity": problem.capacity, "opening_step": problem.opening_step,
        "closing_step": problem.closing_step, "edges": _lists(streets.offsets, streets.edge),
    }  # fmt: skip
    edges = {
        name: getattr(streets, name) for name in ("tail", "head", "road", "along", "turned", "closed_step")
    }
    return {
        "nodes": nodes,
        "arcs": arcs,
        "edges": edges,
        "groups": {
            "origin": groups.origin,
            "persons": groups.persons,
            "arcs": _lists(groups.offsets, groups.arc),
            "enter_step": _lists(groups.offsets, groups.enter_step),
        },
        "homes": {
            "cell": homes.cell,
            "community": pa.array(homes.community, pa.string()),
            "junction": homes.junction,
            "persons": homes.persons,
        },
    }


def _write(path: Path, columns: dict[str, Any]) -> None:
    given = {name: values for name, values in columns.items() if values is not None}
    pq.write_table(pa.table(given), path, compression="zstd")


def _plan_of(facts: dict[str, Any], tables: dict[str, pa.Table]) -> FiledPlan:
    if facts["format"] != FORMAT:
        raise ValueError(f"format {facts['format']}")
    nodes, arcs, edges, groups, homes, roads = (
        _Columns(tables[name]) for name in ("nodes", "arcs", "edges", "groups", "homes", "roads")
    )
    offsets, arc = groups.lists("arcs")
    start = facts["start"] and datetime.fromisoformat(facts["start"])
    return FiledPlan(
        PlanFacts(facts["mode"], facts["unit"], float(facts["step_s"]), start),
        _problem(nodes, arcs),
        Groups(groups.whole("origin"), groups.whole("persons"), offsets, arc, groups.lists("enter_step")[1]),
        _streets(facts["crs"], (nodes, arcs, edges, roads)),
        Homes(
            homes.whole("cell").astype(np.uint64),
            homes.words("community"),
            homes.whole("junction"),
            homes.number("persons"),
        ),
    )


def _problem(nodes: "_Columns", arcs: "_Columns") -> Evacuation:
    return Evacuation(
        tail=arcs.whole("tail"),
        head=arcs.whole("head"),
        travel_steps=arcs.whole("travel_steps"),
        capacity=arcs.whole("capacity"),
        supply=nodes.whole("supply"),
        shelter_capacity=nodes.number("places"),
        opening_step=arcs.whole("opening_step") if arcs.has("opening_step") else None,
        closing_step=arcs.number("closing_step") if arcs.has("closing_step") else None,
        node_closing_step=nodes.number("closing_step") if nodes.has("closing_step") else None,
    )


def _streets(crs: str, tables: tuple["_Columns", "_Columns", "_Columns", "_Columns"]) -> Streets:
    nodes, arcs, edges, roads = tables
    offsets, edge = arcs.lists("edges")
    return Streets(
        crs=crs,
        x_m=nodes.number("x_m"),
        y_m=nodes.number("y_m"),
        junction=nodes.whole("junction"),
        shelter=nodes.words("shelter"),
        offsets=offsets,
        edge=edge,
        tail=edges.whole("tail"),
        head=edges.whole("head"),
        road=edges.whole("road"),
        along=edges.truth("along"),
        turned=edges.truth("turned"),
        closed_step=edges.number("closed_step"),
        road_name=roads.words("name"),
        road_class=roads.words("road_class"),
        line=shapely.from_wkb(roads.words("geometry")),
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    table: pa.Table

    def has(self, name: str) -> bool:
        return name in self.table.column_names

    def whole(self, name: str) -> IntArray:
        return np.asarray(self.table[name].to_numpy()).astype(np.int64)

    def number(self, name: str) -> FloatArray:
        return np.asarray(self.table[name].to_numpy(), dtype=np.float64)

    def truth(self, name: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.asarray(self.table[name].to_numpy(), dtype=np.bool_)

    def words(self, name: str) -> Words:
        return np.asarray(self.table[name].to_numpy(zero_copy_only=False), dtype=object)

    def lists(self, name: str) -> tuple[IntArray, IntArray]:
        column = self.table[name].combine_chunks()
        lists = column if isinstance(column, pa.Array) else column.chunk(0)
        return np.asarray(lists.offsets).astype(np.int64), np.asarray(lists.values).astype(np.int64)


def _lists(offsets: IntArray, values: IntArray) -> pa.Array:
    return pa.LargeListArray.from_arrays(pa.array(offsets), pa.array(values))
