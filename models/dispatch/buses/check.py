"""Check a bus plan without the solver: add up every tour, count persons, weigh the prices.

Nothing is shared with the search but the problem and the formulas of ``bound.py``; the best tours for the
prices are found anew, by a dynamic programme of its own.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.buses.problem import BusDecision, BusEvacuation, BusPrices, finish_times_s
from models.dispatch.buses.reach import single_trip_s
from models.dispatch.buses.rewards import excess, trip_rewards
from models.dispatch.buses.units import NEVER, UnitTimes, unit_times
from models.plan import Plan, Violation

SECONDS: Final = 1e-6
"""Relative rounding of sums of seconds."""


def check(problem: BusEvacuation, plan: Plan[BusDecision]) -> list[Violation]:
    """Return the constraints that a plan breaks; empty when it keeps all of them and its figures are true."""
    decision = plan.decision
    if decision is None:
        return []
    broken = list(_broken_rows(problem, decision))
    if broken:
        return broken  # what follows counts on whole rows
    return [*_persons(problem, decision), *_figures(problem, decision, plan)]


def _broken_rows(problem: BusEvacuation, decision: BusDecision) -> Iterator[Violation]:
    """Find rows that are no trips, or are not in the order of the buses: (1)."""
    rows = (decision.bus, decision.pickup, decision.shelter, decision.persons)
    limits = (problem.bus_depot.size, problem.demand.size, problem.shelter_capacity.size, 2**62)
    if len({row.shape for row in rows}) > 1 or decision.finish_s.shape != (problem.bus_depot.size,):
        yield Violation("(1)", "rows of trips differ in length", 1.0)
        return
    for name, row, limit in zip(("bus", "pickup", "shelter", "persons"), rows, limits, strict=True):
        for k in np.flatnonzero((row < 0) | (row >= limit))[:1]:
            yield Violation("(1)", f"trip {k}: {name} {row[k]} is none", 1.0)
    for k in np.flatnonzero(np.diff(decision.bus) < 0)[:1]:
        yield Violation("(1)", f"trip {k + 1} is not in the order of the buses", 1.0)


def _persons(problem: BusEvacuation, decision: BusDecision) -> Iterator[Violation]:
    """Find persons left, shelters too full, and trips too full or empty: (2), (3), (4)."""
    points, shelters = problem.demand.size, problem.shelter_capacity.size
    gone = np.bincount(decision.pickup, weights=decision.persons, minlength=points) - problem.demand
    over = (
        np.bincount(decision.shelter, weights=decision.persons, minlength=shelters) - problem.shelter_capacity
    )
    for p in np.flatnonzero(gone):
        yield Violation("(2)", f"pick-up point {p}", float(abs(gone[p])))
    for s in np.flatnonzero(over > 0):
        yield Violation("(3)", f"shelter {s}", float(over[s]))
    seated = decision.persons
    for k in np.flatnonzero((seated < 1) | (seated > problem.bus_capacity)):
        yield Violation("(4)", f"trip {k}", float(max(1 - seated[k], seated[k] - problem.bus_capacity)))


def _figures(problem: BusEvacuation, decision: BusDecision, plan: Plan[BusDecision]) -> Iterator[Violation]:
    """Find stated figures that trips and prices do not bear out."""
    finish = finish_times_s(problem, decision.bus, decision.pickup, decision.shelter)
    if not np.isfinite(finish).all():
        yield Violation("(1)", "a trip on a way that does not exist", 1.0)
        return
    last = float(finish.max(initial=0.0))
    objective, bound = plan.report.objective, plan.report.bound
    near = SECONDS * max(last, 1.0)
    stated = [
        ("finish_s", float(np.abs(finish - decision.finish_s).max(initial=0.0))),
        ("last_arrival_s", abs(last - decision.last_arrival_s)),
        ("objective", np.inf if objective is None else abs(last - objective)),
        ("bound", max(0.0, (0.0 if bound is None else bound) - last)),
    ]
    for name, off in stated:
        if off > near:
            yield Violation("figures", name, float(off))
    if decision.prices is not None and not excludes(problem, decision.prices, last):
        yield Violation("bound", "the prices do not prove it", decision.prices.excluded_s)


def proven_s(problem: BusEvacuation, decision: BusDecision) -> float:
    """Return what the prices and the longest single trip prove on the last arrival, without a solver."""
    bound = single_trip_s(problem)
    if decision.prices is not None and excludes(problem, decision.prices, decision.last_arrival_s):
        times = unit_times(problem, decision.last_arrival_s)
        units = round(decision.prices.excluded_s / times.unit_s)
        bound = max(bound, times.bound_s(units))
    return bound


def excludes(problem: BusEvacuation, prices: BusPrices, last_s: float) -> bool:
    """Tell whether prices prove that no plan is done by the time they exclude."""
    points, shelters = problem.pickup_to_shelter_s.shape
    given = (prices.trip, prices.trip_more, prices.person, prices.place)
    shapes = ((points,), (points,), (points,), (shelters,))
    if any(x.shape != shape or not (x >= 0).all() for x, shape in zip(given, shapes, strict=True)):
        return False
    if (prices.place[np.isinf(problem.shelter_capacity)] > 0).any():
        return False
    times = unit_times(problem, last_s)
    units = round(prices.excluded_s / times.unit_s)
    best = _best_rewards(times, trip_rewards(problem, prices), units + times.allowance)
    return excess(problem, prices, best) > 0


def _best_rewards(times: UnitTimes, reward: FloatArray, units: int) -> FloatArray:
    """Return the greatest reward of a tour from each depot within ``units``, shape (d,); plain NumPy."""
    points, shelters = reward.shape
    reward = np.where(times.shelter < NEVER, reward, -np.inf)
    from_shelter, from_point = np.zeros((units + 1, shelters)), np.full((units + 1, points), -np.inf)
    p, s = (x.ravel() for x in np.indices((points, shelters)))
    leg: IntArray = times.shelter.ravel()
    for left in range(units + 1):
        usable = leg <= left
        here, there, after = p[usable], s[usable], left - leg[usable]
        np.maximum.at(from_point[left], here, reward[here, there] + from_shelter[after, there])
        np.maximum.at(from_shelter[left], there, from_point[after, here])
    left_at = units - times.depot
    at = np.where(left_at >= 0, from_point[np.maximum(left_at, 0), np.arange(points)], 0.0)
    return np.maximum(at.max(axis=1, initial=0.0), 0.0)
