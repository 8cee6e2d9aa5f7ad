"""One means of travel planned: the problem, the plan with its proof, what both mean in persons and time.

A movement holds all that a verification needs. Units are cars or persons on foot; persons are counted beside
them. Index names: ``g`` groups, ``v`` nodes.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss.arrays import FloatArray, IntArray
from models import Plan
from models.evacuation import ArrivalProof, Evacuation, EvacuationDecision, Groups, earliest_clearance

PlannedMeans = Literal["walk", "car"]
PLANNED: Final[tuple[PlannedMeans, ...]] = ("walk", "car")
CAUSES: Final = ("cut_off", "no_place", "overtaken")
"""Why people stay: no road leads to a shelter; no place is left; roads or homes close too soon."""


@dataclass(frozen=True, slots=True)
class Freely:
    """What the plan was before its people were given few routes.

    Parameters
    ----------
    ways
        Different ways, those of each home counted by themselves.
    clearance_step, total_arrival_steps
        When the last was safe, and the sum of all arrivals.
    """

    ways: int
    clearance_step: int
    total_arrival_steps: int


@dataclass(frozen=True, slots=True, eq=False)
class Movement:
    """The plan for one means of travel.

    Parameters
    ----------
    problem, plan
        In units and steps; the plan has a decision.
    persons
        Persons in the units at each node, shape (n,).
    step_s
        Seconds in a step.
    total_bound_steps
        What no plan's total arrival is below, in unit-steps; None where nothing is proven.
    arrival_proof
        Cuts that prove that bound; None where it rests on the solver.
    freely
        The plan with any routes, as the search found it; None where people are told any number.
    """

    problem: Evacuation
    plan: Plan[EvacuationDecision]
    persons: IntArray
    step_s: float
    total_bound_steps: float | None
    arrival_proof: ArrivalProof | None = None
    freely: Freely | None = None

    @property
    def decision(self) -> EvacuationDecision:
        """The decision, which a movement always has."""
        assert self.plan.decision is not None
        return self.plan.decision

    @property
    def arrival_s(self) -> FloatArray:
        """When each group is safe, shape (g,)."""
        arrival = self.decision.groups.arrival_step(self.problem.travel_steps)
        return np.asarray(arrival * self.step_s, dtype=np.float64)

    @property
    def departure_s(self) -> FloatArray:
        """When each group leaves home, shape (g,)."""
        return np.asarray(self.decision.groups.departure_step * self.step_s, dtype=np.float64)

    @property
    def group_persons(self) -> IntArray:
        """Persons in each group, shape (g,)."""
        return spread_persons(self.decision.groups, self.problem.supply, self.persons)

    @property
    def clearance_bound_s(self) -> float:
        """What no plan that saves as many can be cleared before, by the certificate alone."""
        decision = self.decision
        leaving = self.problem.supply - decision.staying
        return earliest_clearance(self.problem, leaving, decision.certificate) * self.step_s

    def left_behind(self) -> dict[str, IntArray]:
        """Return the persons at each node who stay, by cause, shapes (n,)."""
        return {
            cause: persons_of(getattr(self.decision, cause), self.problem.supply, self.persons)
            for cause in CAUSES
        }


def spread_persons(groups: Groups, units: IntArray, persons: IntArray) -> IntArray:
    """Return whole persons in each group, shape (g,): those of an origin are spread over its units in order.

    Five persons in two cars, one car to a group, are two and three.

    >>> none = np.zeros(0, dtype=np.int64)
    >>> groups = Groups(np.array([0, 0]), np.array([1, 1]), np.array([0]), none, none)
    >>> spread_persons(groups, np.array([2]), np.array([5])).tolist()
    [2, 3]
    """
    order = np.argsort(groups.origin, kind="stable")
    origin, size = groups.origin[order], groups.persons[order]
    upto = np.cumsum(size)
    begins = np.flatnonzero(np.diff(origin, prepend=-1))
    before = np.repeat((upto - size)[begins], np.diff(np.append(begins, origin.size)))
    upto = upto - before
    share = persons[origin], np.maximum(units[origin], 1)
    spread = np.empty(origin.size, dtype=np.int64)
    spread[order] = upto * share[0] // share[1] - (upto - size) * share[0] // share[1]
    return spread


def persons_of(some: IntArray, units: IntArray, persons: IntArray) -> IntArray:
    """Return the persons in the last of the units at each node, shape (n,).

    They are what :func:`spread_persons` leaves when all the others go.
    """
    whole = np.maximum(units, 1)
    return np.asarray(persons - (units - some) * persons // whole, dtype=np.int64) * (some > 0)


@dataclass(frozen=True, slots=True, eq=False)
class Arrivals:
    """Who is safe when: arrival and persons, ascending in time, shapes (g,)."""

    at_s: FloatArray
    persons: IntArray

    @classmethod
    def of(cls, at_s: list[FloatArray], persons: list[IntArray]) -> "Arrivals":
        """Return the arrivals of several movements together."""
        when = np.concatenate(at_s) if at_s else np.zeros(0)
        who = np.concatenate(persons) if persons else np.zeros(0, dtype=np.int64)
        order = np.argsort(when, kind="stable")
        return cls(when[order], who[order])

    @property
    def total(self) -> int:
        """Everybody who arrives."""
        return int(self.persons.sum())

    def share_s(self, share: float) -> float | None:
        """Return when a share of those who arrive is safe; None where nobody does."""
        if self.total == 0:
            return None
        place = np.searchsorted(np.cumsum(self.persons), share * self.total - 1e-9)
        return float(self.at_s[place])

    def by(self, at_s: float) -> int:
        """Return how many are safe by a time."""
        return int(self.persons[: np.searchsorted(self.at_s, at_s, side="right")].sum())
