"""Trips become a decision: when each leaves, arrives and is back, added up in seconds as given."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.delivery.problem import Delivery, DeliveryDecision


class Drop(NamedTuple):
    """A visit in the making: a stop, and the units of each line."""

    stop: int
    units: dict[int, int]


class Trip(NamedTuple):
    """A trip in the making: its vehicle and its visits, in the order of driving."""

    vehicle: int
    drops: list[Drop]


@dataclass(slots=True)
class Rows:
    """Rows of a decision as they come."""

    trips: list[tuple[int, float, float]]
    visits: list[tuple[int, int, float, float]]
    drops: list[tuple[int, int, int]]


def merged(trip: Trip) -> Trip:
    """Return the trip with visits to one stop that follow each other as one."""
    drops: list[Drop] = []
    for stop, units in trip.drops:
        if drops and drops[-1].stop == stop:
            for line, count in units.items():
                drops[-1].units[line] = drops[-1].units.get(line, 0) + count
        else:
            drops.append(Drop(stop, dict(units)))
    return Trip(trip.vehicle, drops)


def timed(problem: Delivery, trips: Iterable[Trip], *, ready_s: FloatArray | None = None) -> DeliveryDecision:
    """Return the decision that makes trips in the order given, each as early as it can be, without bounds.

    ``ready_s`` is when vehicles can begin, shape (v,); None: as the fleet says.
    """
    rows = Rows([], [], [])
    free = (problem.fleet.ready_s if ready_s is None else ready_s).copy()
    by_vehicle = sorted((merged(trip) for trip in trips), key=lambda trip: trip.vehicle)
    for trip in by_vehicle:
        free[trip.vehicle] = _drive(problem, trip, float(free[trip.vehicle]), rows)
    return as_decision(problem, rows)


def as_decision(problem: Delivery, rows: Rows) -> DeliveryDecision:
    """Return rows as a decision without bounds; what no row brings is short."""
    trip = np.array(rows.trips, dtype=np.float64).reshape(-1, 3)
    visit = np.array(rows.visits, dtype=np.float64).reshape(-1, 4)
    drop = np.array(rows.drops, dtype=np.int64).reshape(-1, 3)
    vehicle = trip[:, 0].astype(np.int64)
    brought = np.zeros(problem.demand.size, dtype=np.int64)
    np.add.at(brought, drop[:, 1], drop[:, 2])
    return DeliveryDecision(
        vehicle,
        problem.fleet.depot[vehicle],
        trip[:, 1],
        trip[:, 2],
        visit[:, 0].astype(np.int64),
        visit[:, 1].astype(np.int64),
        visit[:, 2],
        visit[:, 3],
        drop[:, 0],
        drop[:, 1],
        drop[:, 2],
        problem.demand.amount - brought,
        0.0,
        0.0,
        None,
        None,
    )


def trips_of(decision: DeliveryDecision, chosen: IntArray) -> list[Trip]:
    """Return chosen trips of a decision as trips in the making."""
    lines: dict[int, dict[int, int]] = {}
    for n, line, count in zip(
        decision.drop_visit.tolist(), decision.drop_line.tolist(), decision.drop_units.tolist(), strict=True
    ):
        units = lines.setdefault(n, {})
        units[line] = units.get(line, 0) + count
    visits: dict[int, list[Drop]] = {}
    for n, (t, s) in enumerate(zip(decision.visit_trip.tolist(), decision.visit_stop.tolist(), strict=True)):
        visits.setdefault(t, []).append(Drop(s, lines.get(n, {})))
    return [Trip(int(decision.trip_vehicle[t]), visits.get(t, [])) for t in chosen.tolist()]


def _drive(problem: Delivery, trip: Trip, free_s: float, rows: Rows) -> float:
    """Add the rows of a trip that begins to load at ``free_s``; return when it is back."""
    depot, kind = int(problem.fleet.depot[trip.vehicle]), int(problem.fleet.kind[trip.vehicle])
    travel_s: FloatArray = problem.travel_s[kind]
    now = start = free_s + float(problem.load_s[depot])
    place, number = depot, len(rows.trips)
    for stop, units in trip.drops:
        now += float(travel_s[place, problem.depots + stop])
        place = problem.depots + stop
        begin = max([now, *(float(problem.demand.earliest_s[line]) for line in units)])
        leave = begin + float(problem.unload_s[stop])
        rows.drops += [(len(rows.visits), line, count) for line, count in sorted(units.items())]
        rows.visits.append((number, stop, now, leave))
        now = leave
    now += float(travel_s[place, depot])
    rows.trips.append((trip.vehicle, start, now))
    return now
