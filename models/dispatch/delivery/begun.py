"""What is under way at a time: visits made or driven to stay; a trip's other visits are put in order.

A leg that has begun is finished, also where its road has just been closed. What is on board stays for the
lines it was loaded for: the visits left are driven in the order that is shortest from now on; where not all
can be made in time, those of least weight are left out and their units go back home.
"""

import itertools
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.delivery.parts import Changes, joined_demand
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.timetable import Drop, Rows, Trip, trips_of

MOST_ORDERS: Final = 6
"""Up to so many visits left, all orders are tried; above, the one they had is kept."""


class Way(NamedTuple):
    """Where and when a vehicle is free to choose its next leg, and the kind of ways it takes."""

    vehicle: int
    place: int
    at_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Begun:
    """Trips that have begun, as rows, and what they leave.

    Parameters
    ----------
    rows
        Trips, visits and drops, as they have been and will be driven.
    frozen
        Which of the visits were made or driven to at the time, in their order.
    gone
        Units of each commodity that left each depot, shape (d, k).
    lost
        Units of each line on board of vehicles that do not come home, by the depot that they left, (d, q).
    ready_s
        When each vehicle is free again, shape (v,); inf for one that is lost or has no way home.
    """

    rows: Rows
    frozen: list[bool]
    gone: IntArray
    lost: IntArray
    ready_s: FloatArray

    @property
    def used(self) -> BoolArray:
        """Which vehicles have begun a trip, shape (v,)."""
        used = np.zeros(self.ready_s.size, dtype=np.bool_)
        used[[vehicle for vehicle, *_ in self.rows.trips]] = True
        return used


def changed(problem: Delivery, changes: Changes) -> Delivery:
    """Return the problem with what is known now: further lines after its own, new ways, new stock."""
    more = changes.more_demand
    return Delivery(
        problem.stock if changes.stock is None else changes.stock,
        problem.demand if more is None else joined_demand(problem.demand, more),
        problem.fleet,
        problem.travel_s if changes.travel_s is None else changes.travel_s,
        problem.unit_weight_kg,
        problem.unit_volume_m3,
        problem.load_s,
        problem.unload_s,
        problem.split,
        problem.reload,
    )


def begun_trips(problem: Delivery, decision: DeliveryDecision) -> FloatArray:
    """Return when each trip begins to load, shape (t,)."""
    return np.asarray(decision.trip_start_s - problem.load_s[decision.trip_depot])


def freeze(problem: Delivery, decision: DeliveryDecision, at_s: float, lost: IntArray) -> Begun:
    """Return the trips that have begun to load before ``at_s``.

    ``problem`` is the changed one; ``decision`` may have fewer lines than it.
    """
    begun = Begun(
        Rows([], [], []),
        [],
        np.zeros_like(problem.stock),
        np.zeros((problem.depots, problem.demand.size), dtype=np.int64),
        np.maximum(problem.fleet.ready_s, at_s),
    )
    begun.ready_s[lost] = np.inf
    trips = np.flatnonzero(begun_trips(problem, decision) < at_s)
    for t, trip in zip(trips.tolist(), trips_of(decision, trips), strict=True):
        first = len(begun.rows.drops)
        _add_trip(problem, decision, begun, (t, trip.drops), (at_s, trip.vehicle in set(lost.tolist())))
        _count_load(problem, begun, trip, first)
    return begun


def _count_load(problem: Delivery, begun: Begun, trip: Trip, first: int) -> None:
    """Count what a trip loaded, its drops being those from a row on; on board for good is lost."""
    units = np.zeros(problem.demand.size, dtype=np.int64)
    depot = problem.fleet.depot[trip.vehicle]
    for drop in trip.drops:
        for line, count in drop.units.items():
            units[line] += count
    np.add.at(begun.gone, (depot, problem.demand.commodity), units)
    if not np.isfinite(begun.ready_s[trip.vehicle]):
        for _, line, count in begun.rows.drops[first:]:
            units[line] -= count
        begun.lost[depot] += units


def _add_trip(
    problem: Delivery,
    decision: DeliveryDecision,
    begun: Begun,
    trip: tuple[int, list[Drop]],
    now: tuple[float, bool],
) -> None:
    """Add a trip: the visits that stay as they were, then the others in their best order, then home."""
    (t, drops), (at_s, is_lost) = trip, now
    vehicle, start_s = int(decision.trip_vehicle[t]), float(decision.trip_start_s[t])
    number = len(begun.rows.trips)
    visits = np.flatnonzero(decision.visit_trip == t)
    way, stays = Way(vehicle, int(decision.trip_depot[t]), start_s), 0
    for n, drop in zip(visits.tolist(), drops, strict=True):
        arrive_s, leave_s = float(decision.visit_arrive_s[n]), float(decision.visit_leave_s[n])
        if way.at_s >= at_s or (is_lost and arrive_s > at_s):
            break
        _add_visit(begun, number, drop, (arrive_s, leave_s), is_frozen=True)
        way, stays = Way(vehicle, problem.depots + drop.stop, leave_s), stays + 1
    if is_lost:
        begun.rows.trips.append((vehicle, start_s, max(min(float(decision.trip_end_s[t]), at_s), start_s)))
        return
    end_s = float(decision.trip_end_s[t])
    if stays < len(drops) or way.at_s >= at_s:
        left = _best_order(problem, way, drops[stays:])
        for drop, times in zip(left, _times(problem, way, left), strict=True):
            _add_visit(begun, number, drop, times, is_frozen=False)
            way = Way(vehicle, problem.depots + drop.stop, times[1])
        end_s = way.at_s + float(
            problem.travel_s[problem.fleet.kind[vehicle], way.place, _home(problem, way)]
        )
    begun.rows.trips.append((vehicle, start_s, end_s if np.isfinite(end_s) else way.at_s))
    begun.ready_s[vehicle] = max(float(begun.ready_s[vehicle]), end_s)


def _add_visit(begun: Begun, trip: int, drop: Drop, times: tuple[float, float], *, is_frozen: bool) -> None:
    number = len(begun.rows.visits)
    begun.rows.visits.append((trip, drop.stop, *times))
    begun.rows.drops += [(number, line, count) for line, count in sorted(drop.units.items())]
    begun.frozen.append(is_frozen)


def _home(problem: Delivery, way: Way) -> int:
    return int(problem.fleet.depot[way.vehicle])


def _times(problem: Delivery, way: Way, drops: list[Drop]) -> list[tuple[float, float]]:
    """Return when visits arrive and leave that are made in an order."""
    travel_s, times = problem.travel_s[problem.fleet.kind[way.vehicle]], []
    now, place = way.at_s, way.place
    for stop, units in drops:
        now += float(travel_s[place, problem.depots + stop])
        place = problem.depots + stop
        begin = max([now, *(float(problem.demand.earliest_s[line]) for line in units)])
        leave = begin + float(problem.unload_s[stop])
        times.append((now, leave))
        now = leave
    return times


def _home_s(problem: Delivery, way: Way, drops: list[Drop]) -> float:
    """Return when the vehicle is home after visits in an order; inf where one is late or has no way."""
    times = _times(problem, way, drops)
    for (arrive_s, _), drop in zip(times, drops, strict=True):
        if not arrive_s <= min(float(problem.demand.due_s[line]) for line in drop.units):
            return np.inf
    now, place = (times[-1][1], problem.depots + drops[-1].stop) if drops else (way.at_s, way.place)
    home = now + float(problem.travel_s[problem.fleet.kind[way.vehicle], place, _home(problem, way)])
    return home if home <= problem.fleet.back_by_s[way.vehicle] else np.inf


def _best_order(problem: Delivery, way: Way, drops: list[Drop]) -> list[Drop]:
    """Return the visits that can be made, in the order that is home soonest, the old one among equals."""
    left = list(drops)
    while left:
        orders = itertools.permutations(left) if len(left) <= MOST_ORDERS else [tuple(left)]
        best = min(orders, key=lambda order: _home_s(problem, way, list(order)))
        if np.isfinite(_home_s(problem, way, list(best))):
            return list(best)
        left.remove(min(left, key=lambda drop: _weight(problem, drop)))
    return left


def _weight(problem: Delivery, drop: Drop) -> float:
    return sum(float(problem.demand.priority[line]) * count for line, count in drop.units.items())
