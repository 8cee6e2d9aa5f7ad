"""A plan as traffic: the arcs that are roads, and a vehicle for each vehicle of the plan.

Doors (arcs without road edges) are left out: a vehicle appears where its first road begins, when the plan
lets it enter there, and is safe at the end of its last road. Circles are cut out of ways.

Index names: ``a`` arcs, ``v`` nodes, ``r`` routes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import InputError
from models.evacuation.loops import without_loops
from scenarios.evacuation.plan_files import FiledPlan

LEAST_M: Final = 5.0
"""No road is shorter: simulations have vehicles of some length."""
LEAST_MPS: Final = 20 / 3.6
"""Whole steps make the shortest streets slow; no street is given a lower speed than 20 km/h."""
LANE_VEHICLES_H: Final = 1800.0
"""As many vehicles an hour are given one lane: what a lane lets through behind a green light (HCM: 1,900)."""


@dataclass(frozen=True, slots=True, eq=False)
class Traffic:
    """Roads and vehicles of a plan.

    Parameters
    ----------
    arc
        Arcs of the problem that are roads, shape (m,); what follows of them has the same shape.
    tail, head
        Nodes of the problem.
    length_m, speed_mps, capacity_h, lanes
        The speed is such that the arc takes its planned steps, but not below 20 km/h; lanes are as many as
        the capacity needs.
    paths
        Corners of each arc.
    node
        Nodes at the ends of those arcs, shape (n,), and where they lie.
    x_m, y_m
        Shape (n,).
    routes
        Rows of the arcs of each route.
    route, depart_s
        Route of each vehicle and when it enters its first road, in the order of departure, shape (vehicles,).
        Those of one group are spread over its step.
    left_out
        Vehicles that use no road at all.
    """

    arc: IntArray
    tail: IntArray
    head: IntArray
    length_m: FloatArray
    speed_mps: FloatArray
    capacity_h: FloatArray
    lanes: IntArray
    paths: tuple[FloatArray, ...]
    node: IntArray
    x_m: FloatArray
    y_m: FloatArray
    routes: tuple[IntArray, ...]
    route: IntArray
    depart_s: FloatArray
    left_out: int


def traffic_of(plan: FiledPlan) -> Traffic:
    """Return a plan as traffic.

    Raises
    ------
    InputError
        If the plan is not one of vehicles.
    """
    if plan.facts.unit != "vehicles":
        raise InputError("evacuation_export_mode", mode=plan.facts.mode)
    problem, streets, step_s = plan.problem, plan.streets, plan.facts.step_s
    arc = np.flatnonzero((np.diff(streets.offsets) > 0) & (problem.capacity > 0))
    paths = tuple(np.concatenate([streets.path_of(int(e)) for e in streets.edges_of(int(a))]) for a in arc)
    lengths = [np.hypot(*np.diff(path, axis=0).T).sum() for path in paths]
    length_m = np.maximum(LEAST_M, np.array(lengths, dtype=np.float64))
    capacity_h = problem.capacity[arc] * 3600 / step_s
    tail, head = problem.tail[arc], problem.head[arc]
    node = np.unique(np.concatenate([tail, head]))
    routes, route, depart_s, left_out = _vehicles(plan, arc)
    return Traffic(
        arc=arc,
        tail=tail,
        head=head,
        length_m=length_m,
        speed_mps=np.maximum(LEAST_MPS, length_m / (problem.travel_steps[arc] * step_s)),
        capacity_h=capacity_h,
        lanes=np.ceil(capacity_h / LANE_VEHICLES_H).astype(np.int64),
        paths=paths,
        node=node,
        x_m=streets.x_m[node],
        y_m=streets.y_m[node],
        routes=routes,
        route=route,
        depart_s=depart_s,
        left_out=left_out,
    )


def _vehicles(plan: FiledPlan, arc: IntArray) -> tuple[tuple[IntArray, ...], IntArray, FloatArray, int]:
    groups, step_s = without_loops(plan.problem, plan.groups), plan.facts.step_s
    row = np.full(plan.problem.tail.size, -1, dtype=np.int64)
    row[arc] = np.arange(arc.size)
    known: dict[bytes, int] = {}
    routes: list[IntArray] = []
    route: list[int] = []
    depart_s: list[FloatArray] = []
    left_out = 0
    for g, persons in enumerate(groups.persons.tolist()):
        rows = row[groups.arc[groups.offsets[g] : groups.offsets[g + 1]]]
        driven = np.flatnonzero(rows >= 0)
        if driven.size == 0:
            left_out += persons
            continue
        key = rows[driven].tobytes()
        if key not in known:
            known[key] = len(routes)
            routes.append(rows[driven])
        begin = groups.enter_step[groups.offsets[g] + driven[0]]
        route += [known[key]] * persons
        depart_s.append((begin + np.arange(persons) / persons) * step_s)
    departs = np.concatenate([np.zeros(0), *depart_s])
    order = np.argsort(departs, kind="stable")
    return tuple(routes), np.array(route, dtype=np.int64)[order], departs[order], left_out
