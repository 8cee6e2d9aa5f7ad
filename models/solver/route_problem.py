"""What is to be brought by which vehicles on which ways: the words of ``routes.py``, free of any engine."""

from dataclasses import dataclass
from typing import NamedTuple

from dss.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Parcels:
    """What is to be brought, each whole, by one visit; shape (p,) each.

    Parameters
    ----------
    place
        Where to.
    load
        What it takes up, shape (p, dimensions).
    earliest_s, due_s
        When handing over may begin, and when the vehicle must have arrived.
    prize
        What leaving it costs, as much as driving so long; inf: it must be brought.
    """

    place: IntArray
    load: FloatArray
    earliest_s: FloatArray
    due_s: FloatArray
    prize: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class VehicleGroups:
    """Groups of like vehicles; shape (g,) each.

    Parameters
    ----------
    count, depot, kind
        How many, from where and back, and the row of travel times.
    room
        What each holds, shape (g, dimensions); inf where that is no limit.
    ready_s, back_by_s
        When they can begin to load, and when they must be back.
    fixed_cost, cost_per_s
        Of a vehicle used, and of a second of driving.
    """

    count: IntArray
    depot: IntArray
    kind: IntArray
    room: FloatArray
    ready_s: FloatArray
    back_by_s: FloatArray
    fixed_cost: FloatArray
    cost_per_s: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class RouteProblem:
    """Parcels, vehicles and the ways between places.

    Parameters
    ----------
    travel_s
        Shape (kinds, places, places); the depots are the first places. inf where there is no way.
    stay_s
        Seconds of a visit to each place; of a depot, seconds to load a trip, shape (places,).
    depots
        How many of the places are depots.
    reload
        Whether vehicles may make several trips.
    """

    parcels: Parcels
    vehicles: VehicleGroups
    travel_s: FloatArray
    stay_s: FloatArray
    depots: int
    reload: bool


class Route(NamedTuple):
    """What one vehicle of a group does: the parcels of its trips, in the order of driving."""

    group: int
    trips: list[list[int]]
