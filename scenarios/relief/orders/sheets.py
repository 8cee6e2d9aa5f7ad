"""Orders as data: what each vehicle does, trip by trip, and what each depot loads.

Index names: ``v`` vehicles, ``t`` trips, ``n`` visits, ``l`` legs, ``k`` commodities.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import IntArray
from scenarios.evacuation.orders.route import Guide, Leg
from scenarios.relief.fleet import DAY_S
from scenarios.relief.record import Told


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A drive from place to place.

    Parameters
    ----------
    leg
        Its row in the drives.
    turns
        As a driver follows it.
    length_m
        How long it is.
    """

    leg: int
    turns: tuple[Leg, ...]
    length_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Visit:
    """A stop of a trip: how to get there, when, and what is handed over, packs of shape (k,)."""

    stop: int
    way: Way
    arrive_s: float
    leave_s: float
    packs: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Trip:
    """A trip of a vehicle.

    Parameters
    ----------
    number
        Of all trips of the plan, from 1.
    day
        From 1.
    load_from_s, start_s, end_s
        When loading begins, when it leaves, when it is back.
    packs
        What is loaded, shape (k,).
    back
        The way home.
    together
        Vehicles that make the trip together, its own among them.
    """

    number: int
    day: int
    vehicle: int
    depot: int
    load_from_s: float
    start_s: float
    end_s: float
    packs: IntArray
    visits: tuple[Visit, ...]
    back: Way
    together: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """What one vehicle does."""

    vehicle: int
    trips: tuple[Trip, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DepotList:
    """What one depot loads, in the order of loading."""

    depot: int
    trips: tuple[Trip, ...]


def sheets_of(told: Told, from_s: float = 0.0) -> list[Sheet]:
    """Return a sheet for every vehicle with a trip that is not over at a time, in the order of vehicles."""
    trips = [trip for trip in _trips(told) if trip.end_s > from_s]
    vehicles = sorted({trip.vehicle for trip in trips})
    return [Sheet(v, tuple(trip for trip in trips if trip.vehicle == v)) for v in vehicles]


def depot_lists(sheets: list[Sheet]) -> list[DepotList]:
    """Return a loading list for every depot that loads anything."""
    trips = sorted(
        (trip for sheet in sheets for trip in sheet.trips), key=lambda trip: (trip.load_from_s, trip.number)
    )
    depots = sorted({trip.depot for trip in trips})
    return [DepotList(d, tuple(trip for trip in trips if trip.depot == d)) for d in depots]


def _trips(told: Told) -> list[Trip]:
    record, decision = told.record, told.record.decision
    guide = Guide(told.streets)
    length_m = told.streets.length_m()
    vehicle = record.vehicle_of_trip()
    drops, together = _drops(told), record.convoy_of_trip()

    def way(leg: int) -> Way:
        edges, share = record.drives.legs.of(leg)
        return Way(leg, guide.legs(edges, share), float(length_m[edges] @ share))

    trips: list[Trip] = []
    for t in np.lexsort((decision.trip_start_s, vehicle)).tolist():
        legs = np.flatnonzero(record.drives.trip == t).tolist()
        made = np.flatnonzero(decision.visit_trip == t).tolist()
        visits = tuple(
            Visit(
                int(decision.visit_stop[n]),
                way(leg),
                float(decision.visit_arrive_s[n]),
                float(decision.visit_leave_s[n]),
                drops[n],
            )
            for n, leg in zip(made, legs, strict=False)
        )
        depot, start_s = int(decision.trip_depot[t]), float(decision.trip_start_s[t])
        load_from_s = max(start_s - float(record.problem.load_s[depot]), 0.0)
        packs = sum((visit.packs for visit in visits), np.zeros(drops.shape[1], dtype=np.int64))
        trips.append(
            Trip(
                len(trips) + 1, 1 + int(start_s // DAY_S), int(vehicle[t]), depot, load_from_s, start_s,
                float(decision.trip_end_s[t]), packs, visits, way(legs[-1]), together[t],
            )
        )  # fmt: skip
    return trips


def _drops(told: Told) -> IntArray:
    """Return the packs handed over at each visit by commodity, shape (n, k)."""
    record, decision = told.record, told.record.decision
    packs = np.zeros((decision.visit_trip.size, len(record.goods.key)), dtype=np.int64)
    commodity = record.problem.demand.commodity[decision.drop_line]
    np.add.at(packs, (decision.drop_visit, commodity), decision.drop_units)
    return packs
