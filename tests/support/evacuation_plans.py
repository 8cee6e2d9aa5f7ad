"""A village that leaves by hand-worked routes: two homes, one shelter, five roads.

        2 --公园路-- 3 shelter
        |解放路
    0 --+1--人民路-- 5          0 (0, 0), 1 (500, 0), 2 (500, 500), 3 (1000, 500), 4 (500, -300), 5 (1000, 0)
     人民路 |解放路
        4

Home 0 has 5 vehicles, home 4 has 3; every road takes a step of 60 s and 2 vehicles a step.
"""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from shapely import LineString

from models.evacuation import Evacuation, Groups
from scenarios.evacuation.plan_files import FiledPlan, Homes, PlanFacts
from scenarios.evacuation.streets import Streets

X0, Y0 = 500_000.0, 3_400_000.0
PLACES = [(0, 0), (500, 0), (500, 500), (1000, 500), (500, -300), (1000, 0)]
ROADS = [(0, 1, "人民路"), (1, 2, "解放路"), (2, 3, "公园路"), (4, 1, "解放路"), (1, 5, "人民路")]
CELLS = np.array([0x8931AA0000BFFFF, 0x8931AA0000FFFFF], dtype=np.uint64)
ROUTE_A, ROUTE_B = [0, 2, 4], [6, 2, 4]
"""Arcs are edges: road r gives arc 2r along it and 2r + 1 against it."""


def groups_of(rows: list[tuple[int, int, list[int], list[int]]]) -> Groups:
    """Return groups from origin, persons, arcs and steps of entry."""
    lengths = [len(arcs) for _, _, arcs, _ in rows]
    return Groups(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.array([a for row in rows for a in row[2]], dtype=np.int64),
        np.array([t for row in rows for t in row[3]], dtype=np.int64),
    )


def published_problem(file: Path) -> Evacuation:
    """Return a published instance as a problem."""
    content = json.loads(file.read_text(encoding="utf-8"))
    row = {name: v for v, name in enumerate(content["nodes"])}
    arcs = np.array([(row[u], row[v], *rest) for u, v, *rest in content["arcs_u_v_time_capPerStep"]])
    supply, places = np.zeros(len(row), dtype=np.int64), np.zeros(len(row))
    for name, persons in content["supply_at_t0"].items():
        supply[row[int(name)]] = persons
    for name, room in content["shelters_capacity"].items():
        places[row[int(name)]] = np.inf if room is None else room
    return Evacuation(*arcs.T, supply, places)


def village() -> FiledPlan:
    """Return the village's plan: roads from 1 on are shared, so B goes first and A follows."""
    place = np.array(PLACES) + np.array([X0, Y0])
    ends = np.array([(u, v) for u, v, _ in ROADS])
    tail, head = np.column_stack([ends, ends[:, ::-1]]).reshape(-1, 2).T
    k = tail.size
    steps = np.ones(k, dtype=np.int64)
    problem = Evacuation(
        tail, head, steps, 2 * steps, np.array([5, 0, 0, 0, 3, 0]), np.array([0.0, 0, 0, 10, 0, 0])
    )
    rows = [
        (4, 2, ROUTE_B, [0, 1, 2]), (4, 1, ROUTE_B, [1, 2, 3]), (0, 1, ROUTE_A, [1, 2, 3]),
        (0, 2, ROUTE_A, [2, 3, 4]), (0, 2, ROUTE_A, [3, 4, 5]),
    ]  # fmt: skip
    streets = Streets(
        crs="EPSG:4547",
        x_m=place[:, 0],
        y_m=place[:, 1],
        junction=np.arange(6),
        shelter=np.array(["", "", "", "中心公园", "", ""], dtype=object),
        offsets=np.arange(k + 1),
        edge=np.arange(k),
        tail=tail,
        head=head,
        road=np.repeat(np.arange(5), 2),
        along=np.arange(k) % 2 == 0,
        turned=np.zeros(k, dtype=np.bool_),
        closed_step=np.full(k, np.inf),
        road_name=np.array([name for _, _, name in ROADS], dtype=object),
        road_class=np.array(["primary"] * 5, dtype=object),
        line=np.array([LineString(place[[u, v]]) for u, v, _ in ROADS], dtype=object),
    )
    homes = Homes(CELLS, np.array(["西村", "南村"], dtype=object), np.array([0, 4]), np.array([15.0, 9.0]))
    facts = PlanFacts("drive", "vehicles", 60.0, datetime(2026, 6, 1, 8))
    return FiledPlan(facts, problem, groups_of(rows), streets, homes)


def with_streets(plan: FiledPlan, **changed: object) -> FiledPlan:
    """Return the plan with other facts of its streets."""
    return replace(plan, streets=replace(plan.streets, **changed))
