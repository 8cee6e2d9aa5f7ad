"""All tours at once: a flow of buses through copies of points and shelters in time, in whole buses (HiGHS).

A copy (v, t) says that a bus is at v at unit t; nobody waits, for a bus that is early can only be done
sooner. Trips are the moves from a copy of a point to one of a shelter. What is left undone is made least: 0
means that everyone is brought in time, and the flow falls apart into tours.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array

from dss.arrays import FloatArray, IntArray
from models.clock import Clock
from models.dispatch.buses.problem import BusEvacuation, finish_times_s
from models.dispatch.buses.search import Timetable
from models.dispatch.buses.units import UnitTimes
from models.plan import Termination
from models.solver import Program, least_cost_program

MOST_MOVES: Final = 120_000
"""Moves of a network that is still given to the solver."""


class Moves(NamedTuple):
    """Moves of buses: from and to copies, which are numbered by place and unit, shape (k,).

    ``start`` (i,) depot moves come first, with the depot of each; then trips, then ways back.
    """

    depot: IntArray
    tail: IntArray
    head: IntArray
    trips: int


@dataclass(frozen=True, slots=True, eq=False)
class TripNetwork:
    """The moves within a time, the pairs of point and shelter (p * shelters + s) with trips, the program.

    Variables of the program are the moves, the persons of each pair, and the trips of each point left undone.
    """

    moves: Moves
    units: int
    pairs: IntArray
    program: Program


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the network says of a time: a timetable that keeps it, or that there is none, or neither."""

    timetable: Timetable | None
    impossible: bool


def bring_within(problem: BusEvacuation, times: UnitTimes, units: int, clock: Clock) -> Answer:
    """Look for a timetable that is done within ``units``; times must be exact."""
    moves = _moves(problem, times, units)
    if moves is None:
        return Answer(None, impossible=False)
    network = _network(problem, moves, units)
    program = network.program
    result = least_cost_program(program, clock.left_s, 0.0, look=clock.look())
    if result.values is not None and program.cost @ result.values < 0.5:
        return Answer(_timetable(problem, network, np.rint(result.values).astype(np.int64)), False)
    proven = result.termination is Termination.OPTIMAL or (result.bound or 0.0) > 1e-6
    return Answer(None, impossible=proven or result.termination is Termination.INFEASIBLE)


def _moves(problem: BusEvacuation, times: UnitTimes, units: int) -> Moves | None:
    """Return the moves that end in time, of copies that can be reached; None where there are too many."""
    points, shelters = times.shelter.shape
    span = units + 1
    back = times.shelter.min(axis=1, initial=span)
    at_point = np.zeros((points, span), dtype=np.bool_)
    at_shelter = np.zeros((shelters, span), dtype=np.bool_)
    d, p = np.nonzero((times.depot + back <= units) & (problem.buses_at_depot[:, None] > 0))
    at_point[p, times.depot[d, p]] = True
    trips: list[IntArray] = []
    returns: list[IntArray] = []
    count = 0
    for t in range(span):
        here = np.flatnonzero(at_point[:, t])
        i, s = np.nonzero(times.shelter[here] + t <= units)
        there = t + times.shelter[here[i], s]
        at_shelter[s, there] = True
        trips.append(np.stack([here[i] * span + t, (points + s) * span + there]))
        home = np.flatnonzero(at_shelter[:, t])
        q, i = np.nonzero(times.shelter[:, home] + t + back[:, None] <= units)
        there = t + times.shelter[q, home[i]]
        at_point[q, there] = True
        returns.append(np.stack([(points + home[i]) * span + t, q * span + there]))
        count += trips[-1].shape[1] + returns[-1].shape[1]
        if count > MOST_MOVES:
            return None
    trip, way_back = np.concatenate(trips, axis=1), np.concatenate(returns, axis=1)
    starts = np.stack([np.full(d.size, -1), p * span + times.depot[d, p]])
    tail, head = np.concatenate([starts, trip, way_back], axis=1)
    return Moves(d, tail, head, trip.shape[1])


def _network(problem: BusEvacuation, moves: Moves, units: int) -> TripNetwork:
    """Return the flow of buses with its loads, and the least trips left undone: the last p variables."""
    points, shelters = problem.pickup_to_shelter_s.shape
    span, starts = units + 1, moves.depot.size
    trip = np.arange(starts, starts + moves.trips)
    p, s = moves.tail[trip] // span, moves.head[trip] // span - points
    pairs, pair = np.unique(p * shelters + s, return_inverse=True)
    copies, copy = np.unique(np.concatenate([moves.head, moves.tail[starts:]]), return_inverse=True)
    k, pair_count = moves.tail.size, pairs.size
    undone = k + pair_count + np.arange(points)
    load = k + np.arange(pair_count)
    to_shelter = copies // span >= points
    buses, most = problem.buses_at_depot, np.inf
    ones = np.ones(k)
    blocks = [  # rows, columns, values, and the limits of the rows
        (
            np.concatenate([copy[:k], copy[k:]]),
            np.concatenate([np.arange(k), np.arange(starts, k)]),
            np.concatenate([ones, -ones[starts:]]),
            (np.zeros(copies.size), np.where(to_shelter, most, 0.0)),
        ),
        (
            moves.depot,
            np.arange(starts),
            ones[:starts],
            (np.full(buses.size, -most), buses),
        ),
        (
            np.concatenate([p, np.arange(points)]),
            np.concatenate([trip, undone]),
            np.ones(trip.size + points),
            (problem.fewest_trips, np.maximum(problem.demand, 0)),
        ),
        (
            np.concatenate([pairs // shelters, np.arange(points)]),
            np.concatenate([load, undone]),
            np.concatenate([np.ones(pair_count), np.full(points, float(problem.bus_capacity))]),
            (problem.demand, np.full(points, most)),
        ),
        (pairs % shelters, load, np.ones(pair_count), (np.full(shelters, -most), problem.shelter_capacity)),
        (
            np.concatenate([pair, np.arange(pair_count)]),
            np.concatenate([trip, load]),
            np.concatenate([np.full(trip.size, -float(problem.bus_capacity)), np.ones(pair_count)]),
            (np.full(pair_count, -most), np.zeros(pair_count)),
        ),
        (
            np.concatenate([pair, np.arange(pair_count)]),
            np.concatenate([trip, load]),
            np.concatenate([np.ones(trip.size), np.full(pair_count, -1.0)]),
            (np.full(pair_count, -most), np.zeros(pair_count)),
        ),
    ]
    greatest = np.concatenate([np.full(k, buses.sum()), np.full(pair_count, most), problem.fewest_trips])
    return TripNetwork(moves, units, pairs, _joined(blocks, greatest.astype(float), points))


Block = tuple[IntArray, IntArray, FloatArray, tuple[FloatArray, FloatArray]]


def _joined(blocks: list[Block], greatest: FloatArray, undone: int) -> Program:
    """Put the rows of the blocks below each other; what is left undone costs 1."""
    heights = [limits[0].size for *_, limits in blocks]
    first = np.cumsum([0, *heights])
    rows = np.concatenate([block[0] + base for block, base in zip(blocks, first, strict=False)])
    columns, values = (np.concatenate([block[x] for block in blocks]) for x in (1, 2))
    matrix = csr_array(coo_array((values, (rows, columns)), shape=(int(first[-1]), greatest.size)))
    lower, upper = (np.concatenate([block[3][x] for block in blocks]).astype(float) for x in (0, 1))
    cost = np.zeros(greatest.size)
    cost[-undone:] = 1.0
    whole = np.ones(greatest.size, dtype=np.bool_)
    return Program(cost, np.zeros(greatest.size), greatest, whole, matrix, lower, upper)


def _timetable(problem: BusEvacuation, network: TripNetwork, values: IntArray) -> Timetable:
    """Take the flow apart into tours, and put persons into the trips."""
    moves, points, span = network.moves, problem.demand.size, network.units + 1
    left = values[: moves.tail.size].copy()
    after: dict[int, list[int]] = {}
    for move in (np.flatnonzero(left[moves.depot.size :]) + moves.depot.size).tolist():
        after.setdefault(int(moves.tail[move]), []).append(move)
    waiting = [np.flatnonzero(problem.bus_depot == d).tolist() for d in range(problem.buses_at_depot.size)]
    rows: list[tuple[int, int, int]] = []
    for start in np.repeat(np.arange(moves.depot.size), left[: moves.depot.size]).tolist():
        bus, at = waiting[int(moves.depot[start])].pop(), int(moves.head[start])
        while onward := [move for move in after.get(at, []) if left[move] > 0]:
            move = onward[0]
            left[move] -= 1
            if at // span < points:
                rows.append((bus, at // span, int(moves.head[move]) // span - points))
            at = int(moves.head[move])
    rows.sort(key=lambda row: row[0])  # stable: the trips of a bus stay in their order
    buses, pickup, shelter = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    persons = _seated(problem, network, values, pickup, shelter)
    last_s = finish_times_s(problem, buses, pickup, shelter).max(initial=0.0)
    return Timetable(buses, pickup, shelter, persons, float(last_s))


def _seated(
    problem: BusEvacuation, network: TripNetwork, values: IntArray, pickup: IntArray, shelter: IntArray
) -> IntArray:
    """Put the persons of each pair into its trips: as many as fit, but one at least into each later one."""
    shelters, q = problem.shelter_capacity.size, problem.bus_capacity
    at = network.moves.tail.size
    loads = values[at : at + network.pairs.size]
    left = dict(zip(network.pairs.tolist(), loads.tolist(), strict=True))
    pair = (pickup * shelters + shelter).tolist()
    trips = {key: pair.count(key) for key in set(pair)}
    persons = np.zeros(pickup.size, dtype=np.int64)
    for x, key in enumerate(pair):
        trips[key] -= 1
        persons[x] = min(q, left[key] - trips[key])
        left[key] -= int(persons[x])
    return persons
