"""Few crews open blocked roads, so that people lose as little time as can be until all is open.

Sets
    P places with people; B blocked roads, road b with the ends 2b and 2b + 1; K crews
Data
    n_p persons; distances in seconds by the roads that are open now, inf where there is no way: s_p and s_e
    from a place and from an end to the nearest service (shelter, hospital, depot), d_pe from a place to an
    end, d_ee' between ends, c_ke from where a crew stands to an end; t_b seconds along an open road, each
    way; h_b hours of work of one crew, in seconds; D most that a way counts, for who has none
    d_p(S) shortest way from p to a service when the roads of S are open as well
    g(S) = sum_p n_p min(D, d_p(S))
Decision
    which crew clears which road from when to when
Constraints
    (1) a road is cleared once, by one crew, and takes h_b
    (2) a crew does one thing at a time: it departs from its last road, or from where it stands, when it is
        done there or later, and its way is shortest by the roads that are open when it departs
    (3) it begins at either end of the road, when it is there or later; a cleared road can be left by either
Objective
    least integral over time of g(S(t)) - g(all), S(t) the roads open at t, all those that can ever be
    reached: person-seconds of way, held for seconds

Travel times feed back: opening one road makes others shorter to reach, and may be worth nothing before
another is open. Sources: Özdamar, Aksu and Ergüneş (2014), debris cleanup; Celik, Ergun and Keskinocak
(2015), post-disaster debris clearance; the bound of ``bound.py`` is our own.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.dispatch.teams.validating import moments
from models.dispatch.validating import travel_times, whole_numbers


@dataclass(frozen=True, slots=True, eq=False)
class Clearing:
    """People, blocked roads and crews, on the roads contracted to what matters.

    Parameters
    ----------
    persons
        At each place, shape (p,), whole.
    place_to_service_s, end_to_service_s
        Seconds to the nearest service by open roads, shapes (p,) and (2 b,).
    place_to_end_s, crew_to_end_s, between_s
        Seconds to the ends of blocked roads by open roads, shapes (p, 2 b), (k, 2 b), (2 b, 2 b).
    pass_s
        Seconds along each road once it is open, forth from its first end and back, shape (b, 2).
    clear_s
        Seconds of work of one crew, shape (b,).
    most_s
        What a way counts at most, and for whoever has none.

    Raises
    ------
    ProblemError
        If a number is negative or not a number, ``most_s``, ``pass_s`` or work is without end, shapes do not
        fit, or one may get from end to end but not back: crews would be lost, and which roads they can
        still open would depend on their order.
    """

    persons: IntArray
    place_to_service_s: FloatArray
    place_to_end_s: FloatArray
    end_to_service_s: FloatArray
    between_s: FloatArray
    crew_to_end_s: FloatArray
    pass_s: FloatArray
    clear_s: FloatArray
    most_s: float

    def __post_init__(self) -> None:
        persons = whole_numbers(self.persons, "persons")
        places, roads = persons.size, np.asarray(self.clear_s).size
        crews = np.asarray(self.crew_to_end_s).shape[0]
        if not 0 <= self.most_s < np.inf:
            raise ProblemError("response_seconds", name="most_s", index="-", value=self.most_s)
        line = (
            (self.place_to_service_s, "place_to_service_s", places),
            (self.end_to_service_s, "end_to_service_s", 2 * roads),
        )
        table = (
            (self.place_to_end_s, "place_to_end_s", (places, 2 * roads)),
            (self.between_s, "between_s", (2 * roads, 2 * roads)),
            (self.crew_to_end_s, "crew_to_end_s", (crews, 2 * roads)),
            (self.pass_s, "pass_s", (roads, 2)),
        )
        fields = {
            "persons": persons,
            **{name: moments(values, name, count, endless=True) for values, name, count in line},
            **{name: travel_times(values, name, shape) for values, name, shape in table},
            "clear_s": moments(self.clear_s, "clear_s", roads, endless=False),
            "most_s": float(self.most_s),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        moments(self.pass_s.ravel(), "pass_s", 2 * roads, endless=False)
        joined = np.isfinite(self.between_s)
        for row, column in np.argwhere(joined != joined.T)[:1]:
            raise ProblemError("response_one_way", row=int(row), column=int(column))

    @property
    def roads(self) -> int:
        """Number of blocked roads."""
        return int(self.clear_s.size)

    @property
    def crews(self) -> int:
        """Number of crews."""
        return int(self.crew_to_end_s.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """Prices that prove a bound, constant between moments; see ``prices.py``.

    Parameters
    ----------
    edges_s
        Moments, from 0, rising, shape (i + 1,).
    crew
        Of a second of a crew, shape (i,).
    place, road, toll
        What places grant for roads being open, person-seconds, shapes (q,), (q,) and (q, i).
    before, behind, reach
        What it is worth that one road is open before another, shapes (w,), (w,) and (w, i).
    """

    edges_s: FloatArray
    crew: FloatArray
    place: IntArray
    road: IntArray
    toll: FloatArray
    before: IntArray
    behind: IntArray
    reach: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class ClearingDecision:
    """Who clears what when, in the order in which roads open.

    Parameters
    ----------
    road, crew
        Road and its crew, shape (r,).
    depart_s, begin_s, open_s
        When the crew sets off to it, begins, and is done, shape (r,).
    way_s
        Person-seconds of way before any road is open, and once each is, shape (r + 1,): g(S).
    unreached
        Roads that no crew ever gets to, shape (b,).
    lost
        The objective, person-seconds of way times seconds.
    bound
        What no order is below, by the check's own arithmetic; the report's may be greater.
    prices
        What the bound follows from.
    """

    road: IntArray
    crew: IntArray
    depart_s: FloatArray
    begin_s: FloatArray
    open_s: FloatArray
    way_s: FloatArray
    unreached: BoolArray
    lost: float
    bound: float
    prices: Prices
