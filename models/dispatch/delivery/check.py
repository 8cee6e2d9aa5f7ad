"""Check a delivery plan without the solver: drive every trip, count every unit, weigh the prices."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.dispatch.delivery.problem import (
    Delivery,
    DeliveryDecision,
    driving_cost,
    weighted_shortage,
)
from models.dispatch.delivery.proof import proven_bounds
from models.plan import Plan, Violation

SECONDS: Final = 1e-6
"""Rounding of seconds, and of loads relative to what a vehicle holds."""


def check(problem: Delivery, plan: Plan[DeliveryDecision]) -> list[Violation]:
    """Return the constraints that a plan breaks; empty when it keeps all of them and its figures are true."""
    decision = plan.decision
    if decision is None:
        return []
    broken = list(broken_rows(problem, decision))
    if broken:
        return broken  # what follows counts on whole rows
    return [
        *_ways(problem, decision),
        *units(problem, decision),
        *loads(problem, decision),
        *_times(problem, decision),
        *_rules(problem, decision),
        *_figures(problem, decision, plan),
    ]


def broken_rows(problem: Delivery, decision: DeliveryDecision) -> Iterator[Violation]:
    """Find rows that name what is not there, or are out of order: (1)."""
    tables = {
        "trip": (decision.trip_vehicle, decision.trip_depot, decision.trip_start_s, decision.trip_end_s),
        "visit": (
            decision.visit_trip,
            decision.visit_stop,
            decision.visit_arrive_s,
            decision.visit_leave_s,
        ),
        "drop": (decision.drop_visit, decision.drop_line, decision.drop_units),
    }
    for name, rows in tables.items():
        if len({row.shape for row in rows}) > 1 or rows[0].ndim != 1:
            yield Violation("(1)", f"rows of a {name} differ in length", 1.0)
            return
    if decision.short_units.shape != problem.demand.amount.shape:
        yield Violation("(2)", "short_units has another length than the lines", 1.0)
        return
    limits = [
        ("trip_vehicle", decision.trip_vehicle, problem.fleet.size),
        ("visit_trip", decision.visit_trip, decision.trip_vehicle.size),
        ("visit_stop", decision.visit_stop, problem.stops),
        ("drop_visit", decision.drop_visit, decision.visit_trip.size),
        ("drop_line", decision.drop_line, problem.demand.size),
    ]
    for name, row, limit in limits:
        for x in np.flatnonzero((row < 0) | (row >= limit))[:1]:
            yield Violation("(1)", f"{name} at {x} is {row[x]}", 1.0)
    ordered = [
        ("trip_vehicle", decision.trip_vehicle),
        ("visit_trip", decision.visit_trip),
        ("drop_visit", decision.drop_visit),
    ]
    for name, row in ordered:
        for x in np.flatnonzero(np.diff(row) < 0)[:1]:
            yield Violation("(1)", f"{name} at {x + 1} is out of order", 1.0)


def units(problem: Delivery, decision: DeliveryDecision) -> Iterator[Violation]:
    """Find units that do not add up or are dropped elsewhere, and depots overdrawn: (2), (3)."""
    brought = np.zeros(problem.demand.size, dtype=np.int64)
    np.add.at(brought, decision.drop_line, decision.drop_units)
    off = brought + decision.short_units - problem.demand.amount
    for q in np.flatnonzero(off):
        yield Violation("(2)", f"line {q}", float(abs(off[q])))
    for q in np.flatnonzero(decision.short_units < 0):
        yield Violation("(2)", f"line {q} is short of less than nothing", float(-decision.short_units[q]))
    for x in np.flatnonzero(decision.drop_units < 1):
        yield Violation("(2)", f"drop {x}", float(1 - decision.drop_units[x]))
    elsewhere = decision.visit_stop[decision.drop_visit] != problem.demand.stop[decision.drop_line]
    for x in np.flatnonzero(elsewhere):
        yield Violation("(2)", f"drop {x} is not at the stop of its line", float(decision.drop_units[x]))
    depot = decision.trip_depot[decision.visit_trip[decision.drop_visit]]
    left = problem.stock.copy()
    np.subtract.at(left, (depot, problem.demand.commodity[decision.drop_line]), decision.drop_units)
    for d, k in np.argwhere(left < 0):
        yield Violation("(3)", f"depot {d}, commodity {k}", float(-left[d, k]))


def loads(problem: Delivery, decision: DeliveryDecision) -> Iterator[Violation]:
    """Find trips that carry more than their vehicle takes: (4)."""
    trip = decision.visit_trip[decision.drop_visit]
    commodity = problem.demand.commodity[decision.drop_line]
    for name, unit, room in (
        ("weight", problem.unit_weight_kg, problem.fleet.weight_kg),
        ("volume", problem.unit_volume_m3, problem.fleet.volume_m3),
    ):
        held = np.bincount(
            trip, weights=unit[commodity] * decision.drop_units, minlength=decision.trip_vehicle.size
        )
        most = room[decision.trip_vehicle]
        for t in np.flatnonzero(held > most * (1 + SECONDS)):
            yield Violation("(4)", f"trip {t}: {name}", float(held[t] - most[t]))


def _ways(problem: Delivery, decision: DeliveryDecision) -> Iterator[Violation]:
    """Find trips from elsewhere than home, without a visit, or on ways that do not exist: (1)."""
    home = problem.fleet.depot[decision.trip_vehicle]
    for t in np.flatnonzero(decision.trip_depot != home):
        yield Violation("(1)", f"trip {t} is not from its vehicle's depot", 1.0)
    for t in np.flatnonzero(np.bincount(decision.visit_trip, minlength=home.size) == 0):
        yield Violation("(1)", f"trip {t} visits nothing", 1.0)
    if not np.isfinite(driving_cost(problem, decision)):
        yield Violation("(1)", "a trip on a way that does not exist", 1.0)


def _times(problem: Delivery, decision: DeliveryDecision) -> Iterator[Violation]:
    """Find what is done sooner than it can be, and what comes too late: (5), (6)."""
    kind = problem.fleet.kind[decision.trip_vehicle]
    place, trip = problem.depots + decision.visit_stop, decision.visit_trip
    first = np.diff(trip, prepend=-1) > 0
    before = np.where(first, decision.trip_depot[trip], np.roll(place, 1))
    left_s = np.where(first, decision.trip_start_s[trip], np.roll(decision.visit_leave_s, 1))
    yield from _late(
        "(5)", "visit", left_s + problem.travel_s[kind[trip], before, place], decision.visit_arrive_s
    )
    begin_s = decision.visit_arrive_s.copy()
    drop = decision.drop_visit
    np.maximum.at(begin_s, drop, problem.demand.earliest_s[decision.drop_line])
    yield from _late("(5)", "visit", begin_s + problem.unload_s[decision.visit_stop], decision.visit_leave_s)
    yield from _late("(5)", "drop", decision.visit_arrive_s[drop], problem.demand.due_s[decision.drop_line])
    last = np.flatnonzero(np.diff(trip, append=-1) != 0)
    t = trip[last]
    home_s = decision.visit_leave_s[last] + problem.travel_s[kind[t], place[last], decision.trip_depot[t]]
    yield from _late("(6)", "trip", home_s, decision.trip_end_s[t])
    yield from _turns(problem, decision)


def _turns(problem: Delivery, decision: DeliveryDecision) -> Iterator[Violation]:
    """Find trips that load before their vehicle is there, and vehicles back too late: (6)."""
    vehicle = decision.trip_vehicle
    again = np.diff(vehicle, prepend=-1) == 0
    free_s = np.where(again, np.roll(decision.trip_end_s, 1), problem.fleet.ready_s[vehicle])
    yield from _late("(6)", "trip", free_s + problem.load_s[decision.trip_depot], decision.trip_start_s)
    yield from _late("(6)", "trip", decision.trip_end_s, problem.fleet.back_by_s[vehicle])


def _late(constraint: str, name: str, soonest_s: np.ndarray, stated_s: np.ndarray) -> Iterator[Violation]:
    near = SECONDS * np.maximum(np.abs(np.where(np.isfinite(stated_s), stated_s, 0.0)), 1.0)
    for x in np.flatnonzero(~(soonest_s <= stated_s + near)):
        yield Violation(constraint, f"{name} {x}", float(soonest_s[x] - stated_s[x]))


def _rules(problem: Delivery, decision: DeliveryDecision) -> Iterator[Violation]:
    """Find lines brought in parts, and second trips, where these are not allowed: (7), (8)."""
    if not problem.split:
        visits = np.bincount(decision.drop_line, minlength=problem.demand.size)
        partly = (visits > 1) | ((visits == 1) & (decision.short_units > 0))
        for q in np.flatnonzero(partly):
            yield Violation("(7)", f"line {q}", float(visits[q]))
    if not problem.reload:
        for v in np.flatnonzero(np.bincount(decision.trip_vehicle) > 1):
            yield Violation("(8)", f"vehicle {v}", 1.0)


def _figures(
    problem: Delivery, decision: DeliveryDecision, plan: Plan[DeliveryDecision]
) -> Iterator[Violation]:
    """Find stated figures that trips and prices do not bear out."""
    short, cost = weighted_shortage(problem, decision), driving_cost(problem, decision)
    proven_short, proven_cost = proven_bounds(problem, decision, short)
    objective, bound = plan.report.objective, plan.report.bound
    near = SECONDS * max(cost, 1.0)
    stated = [
        ("objective", np.inf if objective is None else abs(cost - objective), near),
        ("bound", abs((0.0 if bound is None else bound) - decision.driving_bound_s), near),
        ("driving_bound_s", decision.driving_bound_s - min(proven_cost, cost), near),
        ("shortage_bound", decision.shortage_bound - min(proven_short, short), SECONDS * max(short, 1.0)),
    ]
    for name, off, most in stated:
        if not off <= most:
            yield Violation("figures", name, float(off))
