"""Buses bring people without a car from pick-up points to shelters; the last bus is to be done soonest.

Sets
    D depots; P pick-up points; S shelters; buses b, each with a depot; trips k of a bus, in their order
Data
    t_dp from depot to pick-up point; t_ps between pick-up point and shelter, the same both ways; q persons a
    bus holds; a_p persons at p; c_s places at s, inf where they are enough for all
Decision
    for every trip its pick-up point, its shelter and 1 <= persons <= q
Constraints
    (1) a bus goes depot, pick-up point, shelter, pick-up point, shelter ... and ends at a shelter
    (2) the persons of all trips from p are a_p
    (3) the persons of all trips to s are at most c_s
    (4) a trip carries at least one and at most q persons
Objective
    least F, with F the time at which the last bus reaches its last shelter

A bus that drives by an empty pick-up point is not a trip (4): where times break the triangle inequality, such
a detour would be faster than the way itself, and no timetable could be driven so.

Sources: Bish (2011), Planning for a bus-based evacuation; Goerigk, Grün and Heßler (2013).
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.validating import places, travel_times, whole_number, whole_numbers


@dataclass(frozen=True, slots=True, eq=False)
class BusEvacuation:
    """A bus evacuation over ``d`` depots, ``p`` pick-up points and ``s`` shelters.

    Parameters
    ----------
    buses_at_depot
        Buses at each depot, shape (d,), whole.
    bus_capacity
        Persons that a bus holds, whole, at least 1.
    demand
        Persons at each pick-up point, shape (p,), whole.
    shelter_capacity
        Places at each shelter, shape (s,), whole or inf.
    depot_to_pickup_s
        Seconds from each depot to each pick-up point, shape (d, p); inf where there is no way.
    pickup_to_shelter_s
        Seconds between each pick-up point and each shelter, shape (p, s), the same both ways, boarding and
        leaving included by the caller; inf where there is no way.

    Raises
    ------
    ProblemError
        If a number is negative, not whole where it must be, or not a number, or shapes do not fit.
    """

    buses_at_depot: IntArray
    bus_capacity: int
    demand: IntArray
    shelter_capacity: FloatArray
    depot_to_pickup_s: FloatArray
    pickup_to_shelter_s: FloatArray

    def __post_init__(self) -> None:
        depots = np.asarray(self.buses_at_depot).size
        points, shelters = np.asarray(self.demand).size, np.asarray(self.shelter_capacity).size
        fields = {
            "buses_at_depot": whole_numbers(self.buses_at_depot, "buses_at_depot"),
            "bus_capacity": whole_number(self.bus_capacity, "bus_capacity"),
            "demand": whole_numbers(self.demand, "demand"),
            "shelter_capacity": places(self.shelter_capacity),
            "depot_to_pickup_s": travel_times(self.depot_to_pickup_s, "depot_to_pickup_s", (depots, points)),
            "pickup_to_shelter_s": travel_times(
                self.pickup_to_shelter_s, "pickup_to_shelter_s", (points, shelters)
            ),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def fewest_trips(self) -> IntArray:
        """Trips that every pick-up point needs at least, shape (p,)."""
        return -(-self.demand // self.bus_capacity)

    @property
    def bus_depot(self) -> IntArray:
        """The depot of each bus, shape (buses,)."""
        return np.repeat(np.arange(self.buses_at_depot.size), self.buses_at_depot)


@dataclass(frozen=True, slots=True, eq=False)
class BusPrices:
    """Prices that prove that no plan is done by ``excluded_s``; see ``bound.py``.

    Parameters
    ----------
    excluded_s
        Seconds by which not everyone can be brought.
    trip, trip_more
        What a trip from each pick-up point is worth until it has its fewest trips, and what one costs beyond
        a trip for each person, shape (p,), at least 0.
    person
        What a person of each pick-up point is worth, shape (p,), at least 0.
    place
        What a place in each shelter costs, shape (s,), at least 0; 0 where places are without end.
    """

    excluded_s: float
    trip: FloatArray
    trip_more: FloatArray
    person: FloatArray
    place: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class BusDecision:
    """A plan: all trips, ordered by bus and, within a bus, in the order in which it makes them.

    Parameters
    ----------
    bus, pickup, shelter, persons
        Which bus makes a trip, from where, to where, with how many, shape (k,).
    finish_s
        When each bus reaches its last shelter, shape (buses,); 0 for one that stays.
    last_arrival_s
        When the last of them does.
    prices
        What proves the bound; None where nothing but the longest single trip is proven.
    """

    bus: IntArray
    pickup: IntArray
    shelter: IntArray
    persons: IntArray
    finish_s: FloatArray
    last_arrival_s: float
    prices: BusPrices | None


def finish_times_s(problem: BusEvacuation, bus: IntArray, pickup: IntArray, shelter: IntArray) -> FloatArray:
    """Return when each bus reaches its last shelter, shape (buses,): its trips added up in their order."""
    finish = np.zeros(problem.bus_depot.size)
    at = np.full(problem.bus_depot.size, -1, dtype=np.int64)
    for b, p, s in zip(bus.tolist(), pickup.tolist(), shelter.tolist(), strict=True):
        there = (
            problem.depot_to_pickup_s[problem.bus_depot[b], p]
            if at[b] < 0
            else problem.pickup_to_shelter_s[p, at[b]]
        )
        finish[b] += there + problem.pickup_to_shelter_s[p, s]
        at[b] = s
    return finish
