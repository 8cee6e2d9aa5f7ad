"""Plans of vehicles become plans of convoys: what the members hand over, added up.

Index names: ``c`` convoys, ``v`` vehicles, ``t`` trips, ``n`` visits.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from models.dispatch.delivery.convoys.merging import Convoys
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.timetable import Drop, Rows, as_decision, trips_of
from models.plan import Violation

Units: TypeAlias = dict[int, int]
"""Units by line."""
Laden: TypeAlias = dict[tuple[int, float], list[list[Drop]]]
"""Convoy and start of a trip -> visits of each member, with what it hands over."""


def driving_apart(convoys: Convoys, decision: DeliveryDecision) -> Iterator[Violation]:
    """Find vehicles that do not drive as the first of their convoy: (9)."""
    trips = [_timetable(decision, v) for v in range(convoys.given.fleet.size)]
    for c, vehicles in enumerate(convoys.members):
        for v in vehicles[1:].tolist():
            if trips[v] != trips[int(vehicles[0])]:
                yield Violation("(9)", f"convoy {c}: vehicle {v}", 1.0)


def _timetable(decision: DeliveryDecision, vehicle: int) -> list[tuple[float, ...]]:
    """Return when a vehicle leaves and is back, and where it is when between, trip by trip."""
    rows: list[tuple[float, ...]] = []
    for t in np.flatnonzero(decision.trip_vehicle == vehicle).tolist():
        trip = decision.trip_depot[t], decision.trip_start_s[t], decision.trip_end_s[t]
        rows.append(tuple(float(value) for value in trip))
        for n in np.flatnonzero(decision.visit_trip == t).tolist():
            visit = decision.visit_stop[n], decision.visit_arrive_s[n], decision.visit_leave_s[n]
            rows.append(tuple(float(value) for value in visit))
    return rows


def fold(convoys: Convoys, decision: DeliveryDecision) -> DeliveryDecision:
    """Return the plan of the convoys, whose vehicles drive together; its bounds are the plan's."""
    rows, lines = Rows([], [], []), handed_over(decision)
    for c, together in _together(convoys, decision):
        visits = (np.flatnonzero(decision.visit_trip == t).tolist() for t in together)
        for same in zip(*visits, strict=True):
            units = added([lines.get(n, {}) for n in same])
            rows.drops += [(len(rows.visits), line, count) for line, count in sorted(units.items())]
            n = same[0]
            times = float(decision.visit_arrive_s[n]), float(decision.visit_leave_s[n])
            rows.visits.append((len(rows.trips), int(decision.visit_stop[n]), *times))
        t = together[0]
        rows.trips.append((c, float(decision.trip_start_s[t]), float(decision.trip_end_s[t])))
    return bounded_as(as_decision(convoys.merged, rows), decision)


def bounded_as(decision: DeliveryDecision, other: DeliveryDecision) -> DeliveryDecision:
    """Return a plan with the bounds of another one, and the prices that prove them."""
    return replace(
        decision,
        shortage_bound=other.shortage_bound,
        driving_bound_s=other.driving_bound_s,
        shortage_prices=other.shortage_prices,
        driving_prices=other.driving_prices,
    )


def handed_over(decision: DeliveryDecision) -> dict[int, Units]:
    """Return what each visit hands over; visits that hand over nothing are left out."""
    found: dict[int, Units] = {}
    rows = zip(
        decision.drop_visit.tolist(), decision.drop_line.tolist(), decision.drop_units.tolist(), strict=True
    )
    for n, line, count in rows:
        units = found.setdefault(n, {})
        units[line] = units.get(line, 0) + count
    return found


def without_idle(problem: Delivery, decision: DeliveryDecision, at_s: float) -> DeliveryDecision:
    """Return a plan without visits that hand over nothing and are not made or driven to by then.

    A vehicle that leaves its convoy need not come along any more, nor the others where it alone had goods.
    """
    rows, lines = Rows([], [], []), handed_over(decision)
    for t in range(decision.trip_vehicle.size):
        left_s, visits = float(decision.trip_start_s[t]), []
        for n in np.flatnonzero(decision.visit_trip == t).tolist():
            if n in lines or left_s < at_s:
                visits.append(n)
            left_s = float(decision.visit_leave_s[n])
        for n in visits:
            rows.drops += [
                (len(rows.visits), line, count) for line, count in sorted(lines.get(n, {}).items())
            ]
            times = float(decision.visit_arrive_s[n]), float(decision.visit_leave_s[n])
            rows.visits.append((len(rows.trips), int(decision.visit_stop[n]), *times))
        if visits:
            times = float(decision.trip_start_s[t]), float(decision.trip_end_s[t])
            rows.trips.append((int(decision.trip_vehicle[t]), *times))
    return bounded_as(as_decision(problem, rows), decision)


def laden(convoys: Convoys, decision: DeliveryDecision, before_s: float) -> Laden:
    """Return what the members of each convoy carry on trips that begin to load before a time."""
    found: Laden = {}
    begin_s = decision.trip_start_s - convoys.given.load_s[decision.trip_depot]
    for c, together in _together(convoys, decision):
        if begin_s[together[0]] < before_s:
            trips = trips_of(decision, np.array(together))
            found[c, float(decision.trip_start_s[together[0]])] = [trip.drops for trip in trips]
    return found


def _together(convoys: Convoys, decision: DeliveryDecision) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield each convoy's trips in order: the convoy, and the trip of each member."""
    for c, vehicles in enumerate(convoys.members):
        trips = (np.flatnonzero(decision.trip_vehicle == v).tolist() for v in vehicles)
        for together in zip(*trips, strict=True):
            yield c, together


def added(parts: list[Units]) -> Units:
    """Return units by line, added up."""
    whole: Units = {}
    for units in parts:
        for line, count in units.items():
            whole[line] = whole.get(line, 0) + count
    return whole
