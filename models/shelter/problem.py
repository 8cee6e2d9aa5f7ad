"""Shelter allocation as a transportation problem with overflow.

Sets
    i in I: demand cells; j in J: shelters; a in A: arcs, each from cell i(a) to shelter j(a);
    z in Z: zones that stay together, each a set of cells (only where ``whole`` is given)
Data
    q_i persons in the cell; C_j capacity of the shelter, persons; t_a travel time of the arc, seconds;
    e_a extra seconds that the arc counts but nobody travels (a border); w_i weight of a person (priority);
    o_a persons told to take the arc by the plan before, s seconds that telling one person anew counts;
    M seconds that a person without a place counts
Variables
    f_a persons on the arc; u_i persons of the cell that no shelter takes (unmet)
Objective
    least  sum w_i (t_a + e_a) f_a + s sum max(0, f_a - o_a) + M sum w_i u_i;
    other aims (longest trip, share within a time, both weighed) are in ``aims.py``
Constraints
    (1) sum of f_a over the arcs of i + u_i = q_i      every person is counted
    (2) sum of f_a over the arcs of j <= C_j           no shelter above its capacity
    (3) f_a >= 0, u_i >= 0, whole persons
    (4) for each zone: all its persons in one shelter, or all of them unmet
    (5) where zones are said to touch: the zones of a shelter are connected through touching pairs of them

Sources: the transportation problem (Hitchcock 1941); with (4) the generalised assignment problem (Ross and
Soland 1975). Constraint matrices of networks are totally unimodular, so without (4) whole persons cost
nothing. By default M = (m + 1) max (t + e + s): serving one more person shifts at most one person at each
shelter, so without (4) and with equal weights the fewest are unmet first of all. With weights or zones M is
an exchange rate: one unmet person counts as m + 1 of the longest trips.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.shelter import validating
from models.shelter.aims import AimProof

# Priorities reach from 0 (counts for nothing, takes what is left) to this.
MOST_PRIORITY: Final = 1000.0
MOST_SECONDS: Final = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Allocation:
    """An allocation problem over sparse arcs.

    Parameters
    ----------
    persons
        Whole persons of each cell, shape (n,).
    capacity
        Whole persons that each shelter takes, shape (m,).
    cell, site
        Cell and shelter index of each arc, shape (k,); a pair may occur once.
    cost_s
        Travel time of each arc in seconds, shape (k,); finite, at least 0. Leave out what cannot be reached.
    whole
        Zone number of each cell, at least 0, shape (n,): cells of one number go together to one shelter, or
        stay unmet together. None: every cell may be split. A cell that may be split beside others that may
        not is given as several rows with numbers of their own.
    priority
        Weight of each person of a cell, 0 to 1000, shape (n,): a person of weight 2 counts as two, on the way
        and without a place. None: 1 for all.
    extra_s
        Seconds that an arc counts beside its travel time, shape (k,): who would cross a border does so only
        where it saves more. It is no travel time and enters no figure of trips. None: 0 for all.
    previous
        Persons told to take each arc by the plan before, shape (k,). None: there was none.
    stability_s
        Seconds that each person on an arc beyond ``previous`` counts.
    unmet_s
        Seconds M that a person without a place counts; None: (m + 1) of the longest arcs.
    touching
        Pairs of zone numbers that touch, shape (pairs, 2), only with ``whole``: the zones of each shelter
        then form one connected area. Zones without persons belong to no area and connect none. The shelter
        itself may stand outside its area. None: areas need not hang together.

    Raises
    ------
    ProblemError
        If shapes differ, an index is outside, a number is negative or not finite, persons or capacities are
        not whole, or a pair occurs twice.
    """

    persons: IntArray
    capacity: IntArray
    cell: IntArray
    site: IntArray
    cost_s: FloatArray
    whole: IntArray | None = None
    priority: FloatArray | None = None
    extra_s: FloatArray | None = None
    previous: IntArray | None = None
    stability_s: float = 0.0
    unmet_s: float | None = None
    touching: IntArray | None = None

    def __post_init__(self) -> None:
        persons = validating.whole_persons(self.persons, "persons")
        capacity = validating.whole_persons(self.capacity, "capacity")
        checked: dict[str, object] = {
            "persons": persons,
            "capacity": capacity,
            "cell": validating.indices(self.cell, "cell", persons.size),
            "site": validating.indices(self.site, "site", capacity.size),
            "cost_s": validating.seconds(self.cost_s),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        if not self.cell.shape == self.site.shape == self.cost_s.shape:
            shapes = f"cell {self.cell.shape}, site {self.site.shape}, cost_s {self.cost_s.shape}"
            raise ProblemError("arc_shapes", shapes=shapes)
        validating.require_single_arcs(self.cell, self.site, capacity.size)
        self._check_options()

    def _check_options(self) -> None:
        n, k = self.persons.size, self.cell.size
        if self.whole is not None:
            object.__setattr__(self, "whole", validating.zone_numbers(self.whole, n))
        if self.priority is not None:
            weight = validating.amounts(self.priority, "priority", n, MOST_PRIORITY)
            object.__setattr__(self, "priority", weight)
        if self.extra_s is not None:
            extra_s = validating.amounts(self.extra_s, "extra_s", k, MOST_SECONDS)
            object.__setattr__(self, "extra_s", extra_s)
        if self.previous is not None:
            previous = validating.whole_persons(self.previous, "previous")
            if previous.shape != (k,):
                raise ProblemError("shelter_shape", name="previous", shape=previous.shape, expected=(k,))
            object.__setattr__(self, "previous", previous)
        if self.touching is not None:
            if self.whole is None:
                raise ProblemError("shelter_touching_split")
            object.__setattr__(self, "touching", validating.zone_pairs(self.touching))
        for name, value in (("stability_s", self.stability_s), ("unmet_s", self.unmet_s or 0.0)):
            validating.amounts(np.array([value]), name, 1, MOST_SECONDS)

    @property
    def weight(self) -> FloatArray:
        """Weight of a person of each cell, shape (n,)."""
        return np.ones(self.persons.size) if self.priority is None else self.priority

    @property
    def value_s(self) -> FloatArray:
        """Seconds that a person on each arc counts: w (t + e), shape (k,)."""
        value = self.cost_s if self.extra_s is None else self.cost_s + self.extra_s
        return value if self.priority is None else value * self.priority[self.cell]

    @property
    def told_before(self) -> IntArray:
        """Persons told to take each arc by the plan before, shape (k,)."""
        return np.zeros(self.cell.size, dtype=np.int64) if self.previous is None else self.previous

    @property
    def unmet_weight_s(self) -> float:
        """Weight M of one unmet person in seconds: more than any chain of shifts can cost."""
        if self.unmet_s is not None:
            return self.unmet_s
        longest = self.cost_s if self.extra_s is None else self.cost_s + self.extra_s
        longest_s = float(longest.max()) + self.stability_s if longest.size else 0.0
        return (self.capacity.size + 1) * max(longest_s, 1.0)

    def restricted(self, arcs: BoolArray) -> "Allocation":
        """Return the problem with some of its arcs only, and with the same M."""
        return Allocation(
            self.persons,
            self.capacity,
            self.cell[arcs],
            self.site[arcs],
            self.cost_s[arcs],
            self.whole,
            self.priority,
            None if self.extra_s is None else self.extra_s[arcs],
            None if self.previous is None else self.previous[arcs],
            self.stability_s,
            self.unmet_weight_s,
            self.touching,
        )


def travel_value(problem: Allocation, persons: IntArray) -> float:
    """Return what persons on arcs count, in person-seconds: travel, borders, and being told anew."""
    value = float(persons @ problem.value_s)
    if problem.stability_s == 0:
        return value
    return value + problem.stability_s * float(np.maximum(persons - problem.told_before, 0).sum())


def unmet_value(problem: Allocation, unmet: IntArray) -> float:
    """Return what unmet persons count, in person-seconds."""
    return problem.unmet_weight_s * float(problem.weight @ unmet)


@dataclass(frozen=True, slots=True, eq=False)
class AllocationDecision:
    """Who goes where.

    Parameters
    ----------
    persons
        Persons on each arc, shape (k,).
    unmet
        Persons of each cell without a place, shape (n,).
    prices
        Shadow price of each shelter in seconds, shape (m,): what one more place there would save. Together
        they prove the bound; None where the plan does not come with a proof of its own.
    multipliers
        Person-seconds that placing each zone is worth, shape (zones,), zones in the order of their numbers
        and only those with persons. They prove the bound of whole zones; None where every cell may be split.
    aim_proof
        What proves the other aims (longest trip, share within a time); None for the total.
    """

    persons: IntArray
    unmet: IntArray
    prices: FloatArray | None
    multipliers: FloatArray | None = None
    aim_proof: AimProof | None = None
