"""Good timetables fast: loads by the least driving, trips to the bus that is done first, then annealing."""

import time
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.clock import Clock
from models.dispatch.buses.kernels.anneal import Rows, Ways, anneal, finish_of_all
from models.dispatch.buses.problem import BusEvacuation
from models.plan import Termination
from models.solver import least_cost_flow

FIRST_MOVES: Final = 200_000
MOST_MOVES: Final = 50_000_000
MOST_TURNS: Final = 40
COSTS_PER_S: Final = 10
"""Whole costs per second in the flow that chooses shelters."""
Loads: TypeAlias = tuple[IntArray, IntArray, IntArray]
"""Persons, pick-up point and shelter of trips, shape (k,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Timetable:
    """Trips by bus and order: bus, pick-up point, shelter and persons, shape (k,); the last arrival."""

    bus: IntArray
    pickup: IntArray
    shelter: IntArray
    persons: IntArray
    last_arrival_s: float


def first_timetable(problem: BusEvacuation) -> Timetable | None:
    """Return a plan that keeps all constraints, with the fewest trips where full buses fit into the shelters.

    None where the shelters in reach have no room for all, or no bus gets there.
    """
    ways, q = _ways(problem), problem.bus_capacity
    everyone = float(problem.demand.sum())
    if everyone > 0 and problem.bus_depot.size == 0:
        return None
    full = _flow(problem, problem.fewest_trips, np.minimum(problem.shelter_capacity, everyone) // q)
    if full is not None:
        rows = _rows(ways, _fewest_loads(problem, full))
    else:
        split = _flow(problem, problem.demand, np.minimum(problem.shelter_capacity, everyone))
        if split is None:
            return None
        rows = _rows(ways, _split_loads(split, q))
    last_s = float(finish_of_all(ways, rows).max(initial=0.0))
    return _timetable(rows, last_s) if last_s < _far(problem) else None


def better_timetable(
    problem: BusEvacuation, known: Timetable, goal_s: float, clock: Clock, seed: int
) -> Timetable:
    """Return the best plan that annealing finds, longer each time, until the goal or the time is reached.

    The last annealing may end after the clock; an audience that has enough ends it.
    """
    ways, moves, turn, best = _ways(problem), FIRST_MOVES, 0, known
    heard = Clock(np.inf, clock.audience)
    while best.last_arrival_s > goal_s and turn < MOST_TURNS and not heard.over:
        began_s = time.perf_counter()
        start = _rows_of(problem, known if turn % 2 == 0 else best)
        rows, last_s = heard.attend(
            anneal, ways, start, moves, goal_s, seed * 1000 + turn, best.last_arrival_s
        )
        if last_s < best.last_arrival_s:
            best = _timetable(rows, float(last_s))
        took_s = time.perf_counter() - began_s
        if time.perf_counter() + 2.0 * took_s > clock.until_s:
            break
        moves, turn = min(2 * moves, MOST_MOVES), turn + 1
    return best


def _flow(problem: BusEvacuation, amounts: IntArray, room: FloatArray) -> IntArray | None:
    """Return how many go from each point to each shelter by the least driving, (p, s); None: not all fit."""
    points, shelters = problem.pickup_to_shelter_s.shape
    p, s = np.nonzero(np.isfinite(problem.pickup_to_shelter_s))
    everyone = int(amounts.sum())
    tail = np.concatenate([p, points + np.arange(shelters)])
    head = np.concatenate([points + s, np.full(shelters, points + shelters)])
    capacity = np.concatenate([amounts[p], room.astype(np.int64)])
    cost = np.concatenate([COSTS_PER_S * problem.pickup_to_shelter_s[p, s], np.zeros(shelters)])
    supply = np.concatenate([amounts, np.zeros(shelters, dtype=np.int64), [-everyone]])
    ended, flow = least_cost_flow(tail, head, capacity, cost.astype(np.int64), supply)
    if ended is not Termination.OPTIMAL:
        return None
    gone = np.zeros((points, shelters), dtype=np.int64)
    gone[p, s] = flow[: p.size]
    return gone


def _rows(ways: Ways, loads: Loads) -> Rows:
    """Give trips, longest first, each to the bus that would be done soonest."""
    persons, pickup, shelter = loads
    buses = ways.depot.shape[0]
    trip, count = np.zeros((buses, persons.size), dtype=np.int64), np.zeros(buses, dtype=np.int64)
    finish, at = np.zeros(buses), np.full(buses, -1)
    for k in np.argsort(-ways.shelter[pickup, shelter], kind="stable").tolist():
        there = np.where(at < 0, ways.depot[:, pickup[k]], ways.shelter[pickup[k], at])
        done = finish + there + ways.shelter[pickup[k], shelter[k]]
        b = int(done.argmin())
        trip[b, count[b]] = k
        count[b] += 1
        finish[b], at[b] = done[b], shelter[k]
    return Rows(trip, count, pickup, shelter, persons.astype(np.float64))


def _fewest_loads(problem: BusEvacuation, trips: IntArray) -> Loads:
    """Return full trips, from each point to each shelter as many as given; a point's last takes the rest."""
    pickup, shelter = _ends(trips)
    persons = np.full(pickup.size, problem.bus_capacity, dtype=np.int64)
    used = problem.demand > 0
    last = np.cumsum(problem.fewest_trips[used]) - 1
    persons[last] = (problem.demand - (problem.fewest_trips - 1) * problem.bus_capacity)[used]
    return persons, pickup, shelter


def _split_loads(flow: IntArray, q: int) -> Loads:
    """Return trips that carry given persons from each point to each shelter; a pair's last takes the rest."""
    trips = -(-flow // q)
    pickup, shelter = _ends(trips)
    persons = np.full(pickup.size, q, dtype=np.int64)
    persons[np.cumsum(trips[flow > 0]) - 1] = (flow - (trips - 1) * q)[flow > 0]
    return persons, pickup, shelter


def _ends(trips: IntArray) -> tuple[IntArray, IntArray]:
    """Return the point and the shelter of every trip, by point and then by shelter."""
    point, shelter = np.indices(trips.shape)
    return np.repeat(point.ravel(), trips.ravel()), np.repeat(shelter.ravel(), trips.ravel())


def _far(problem: BusEvacuation) -> float:
    """Return seconds that stand for a way that does not exist: longer than any plan without it."""
    both = np.concatenate([problem.depot_to_pickup_s.ravel(), problem.pickup_to_shelter_s.ravel()])
    known = both[np.isfinite(both)]
    return 2.0 * float(known.max(initial=0.0) + 1.0) * (float(problem.demand.sum()) + 1.0)


def _ways(problem: BusEvacuation) -> Ways:
    far = _far(problem)
    depot = np.minimum(problem.depot_to_pickup_s[problem.bus_depot], far)
    return Ways(depot, np.minimum(problem.pickup_to_shelter_s, far), problem.shelter_capacity)


def _rows_of(problem: BusEvacuation, table: Timetable) -> Rows:
    buses = problem.bus_depot.size
    count = np.bincount(table.bus, minlength=buses).astype(np.int64)
    trip = np.zeros((buses, table.bus.size), dtype=np.int64)
    place = np.arange(table.bus.size) - np.repeat(np.cumsum(count) - count, count)
    trip[table.bus, place] = np.arange(table.bus.size)
    loads: FloatArray = table.persons.astype(np.float64)
    return Rows(trip, count, table.pickup, table.shelter.copy(), loads)


def _timetable(rows: Rows, last_s: float) -> Timetable:
    order = np.concatenate([rows.trip[b, :count] for b, count in enumerate(rows.trips.tolist())])
    bus = np.repeat(np.arange(rows.trips.size), rows.trips)
    persons = rows.load[order].astype(np.int64)
    return Timetable(bus, rows.pickup[order], rows.shelter[order], persons, last_s)
