"""Ambulances fetch patients from incidents, bring them to hospitals, and come back for the next.

Sets
    A ambulances; I incidents; H hospitals; T trips, each with patients of one class of one incident to one
    hospital, as many as an ambulance takes
Data
    ready_a when an ambulance can set off, off_a when its shift ends; t_ai seconds from where it is to each
    incident; d_ih from incident to hospital, b_hi back, inf where there is no way; load and hand over seconds
    of each trip; w_t > 0 weight of a trip (persons times the priority of their class); limit_t by when they
    should be there; K >= 0 how much more a second counts once the limit is past; horizon H
Decision
    for each ambulance a list of trips in order; trips that nobody makes are left
Constraints
    (1) a trip is made once, or left
    (2) an ambulance loads once it is at the incident: from where it is for its first trip, from the hospital
        of the trip before for a further one, ways that exist
    (3) it arrives d_ih after it has loaded, by the horizon, and has handed over by the end of its shift
Objective
    least sum over trips of w_t * (T_t + K * max(0, T_t - limit_t)), T_t the arrival; for a trip that is left
    T_t is the horizon

Each second that a patient waits counts by class; a second past the limit of the class counts 1 + K times.
Sources: Talarico, Meisel and Sorensen (2015), ambulance routing for disaster response; Graham et al. (1979).
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.dispatch.teams.validating import moments, places_in
from models.dispatch.validating import travel_times


@dataclass(frozen=True, slots=True, eq=False)
class Trips:
    """Trips, shape (t,) each.

    Parameters
    ----------
    incident, hospital
        From where to where.
    weight
        What a second costs, above 0.
    limit_s
        By when the patients should be there; inf where any time will do.
    """

    incident: IntArray
    hospital: IntArray
    weight: FloatArray
    limit_s: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Shuttles:
    """Ambulances and trips; times are kept to tenths of a second.

    Parameters
    ----------
    ready_s, off_s
        When each ambulance can set off, and when its shift ends, shapes (a,); ``off_s`` may be inf.
    come_s
        Seconds from where each is to each incident, shape (a, i); inf where there is no way.
    drive_s, back_s
        Seconds from incidents to hospitals, shape (i, h), and back, shape (h, i).
    trips
        What there is to bring.
    load_s, hand_over_s
        Seconds at the incident and at the hospital, each trip.
    late_factor
        How many times more a second counts past the limit.
    horizon_s
        Trips arrive by then or are left.

    Raises
    ------
    ProblemError
        If a number is negative or not a number, a weight is 0, an index is outside, or shapes do not fit.
    """

    ready_s: FloatArray
    off_s: FloatArray
    come_s: FloatArray
    drive_s: FloatArray
    back_s: FloatArray
    trips: Trips
    load_s: float
    hand_over_s: float
    late_factor: float
    horizon_s: float

    def __post_init__(self) -> None:
        ambulances = np.asarray(self.ready_s).size
        drive_s = np.asarray(self.drive_s, dtype=np.float64)
        if drive_s.ndim != 2:
            raise ProblemError("dispatch_shape", name="drive_s", shape=drive_s.shape, expected=("i", "h"))
        incidents, hospitals = drive_s.shape
        trips = self.trips
        for name in ("load_s", "hand_over_s", "late_factor", "horizon_s"):
            number = float(getattr(self, name))
            if not 0 <= number < np.inf:
                raise ProblemError("response_seconds", name=name, index="-", value=number)
        count = np.asarray(trips.incident).size
        weight = moments(trips.weight, "trips.weight", count, endless=False)
        for t in np.flatnonzero(weight == 0)[:1]:
            raise ProblemError("response_seconds", name="trips.weight", index=int(t), value=0.0)
        known = Trips(
            places_in(trips.incident, "trips.incident", incidents),
            places_in(trips.hospital, "trips.hospital", hospitals),
            weight,
            moments(trips.limit_s, "trips.limit_s", count, endless=True),
        )
        if known.hospital.size != count:
            raise ProblemError(
                "dispatch_shape", name="trips.hospital", shape=known.hospital.shape, expected=(count,)
            )
        fields = {
            "ready_s": np.round(moments(self.ready_s, "ready_s", ambulances, endless=False), 1),
            "off_s": moments(self.off_s, "off_s", ambulances, endless=True),
            "come_s": np.round(travel_times(self.come_s, "come_s", (ambulances, incidents)), 1),
            "drive_s": np.round(travel_times(drive_s, "drive_s", (incidents, hospitals)), 1),
            "back_s": np.round(travel_times(self.back_s, "back_s", (hospitals, incidents)), 1),
            "trips": known,
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        for name in ("load_s", "hand_over_s"):
            object.__setattr__(self, name, round(float(getattr(self, name)), 1))

    @property
    def ambulances(self) -> int:
        """How many ambulances there are."""
        return int(self.ready_s.size)

    @property
    def size(self) -> int:
        """How many trips there are."""
        return int(self.trips.incident.size)

    @property
    def carry_s(self) -> FloatArray:
        """Seconds from the beginning of loading to the arrival, by trip, shape (t,)."""
        return self.load_s + self.drive_s[self.trips.incident, self.trips.hospital]

    @property
    def arrive_by_s(self) -> FloatArray:
        """Latest arrival of each ambulance (3), shape (a,)."""
        return np.minimum(self.horizon_s, self.off_s - self.hand_over_s)

    def cost(self, trip: IntArray, arrive_s: FloatArray) -> FloatArray:
        """Return what trips cost that arrive at some times, shapes (k,)."""
        late_s = np.maximum(0.0, arrive_s - self.trips.limit_s[trip])
        return np.asarray(self.trips.weight[trip] * (arrive_s + self.late_factor * late_s))

    def cost_left(self) -> FloatArray:
        """Return what each trip costs that nobody makes, shape (t,)."""
        every = np.arange(self.size)
        return self.cost(every, np.full(self.size, self.horizon_s))


@dataclass(frozen=True, slots=True, eq=False)
class ShuttlePrices:
    """What a second of an ambulance costs over time, see ``bound.py``.

    Parameters
    ----------
    edge_s
        Ascending times from 0 on, shape (n + 1,).
    rate
        Price of a second between two of them, at least 0, shape (n,); 0 outside.
    """

    edge_s: FloatArray
    rate: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ShuttlesDecision:
    """Who drives when; rows by ambulance and time, shape (k,) each.

    Parameters
    ----------
    ambulance, trip
        Who makes which trip.
    depart_s, load_from_s, leave_s, arrive_s, free_s
        When it sets off to the incident, begins to load, leaves, is at the hospital, and has handed over.
    left
        Trips that nobody makes, shape (t,).
    last_arrival_s
        When the last patient arrives; 0 where nobody does.
    cost_bound, last_bound_s
        What no plan costs less than, and before when no plan that leaves nobody brings the last patient; both
        are arithmetic.
    prices
        What proves the first.
    """

    ambulance: IntArray
    trip: IntArray
    depart_s: FloatArray
    load_from_s: FloatArray
    leave_s: FloatArray
    arrive_s: FloatArray
    free_s: FloatArray
    left: BoolArray
    last_arrival_s: float
    cost_bound: float
    last_bound_s: float
    prices: ShuttlePrices
