"""Everything that the figures of an evacuation rest on, as a run worked it out or a verification read it.

Index names: ``g`` groups, ``v`` nodes of a problem, ``q`` calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.evacuation import Evacuation, Groups
from models.evacuation.replay import Replay, replay
from scenarios.evacuation.buses.carried import Carried, CarriedMeans
from scenarios.evacuation.movement import Arrivals, Movement, PlannedMeans
from scenarios.evacuation.plan_files import Homes
from scenarios.evacuation.streets import Streets
from scenarios.evacuation.turned import Turning

PLAN: Final = "plan"


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A call of a staged departure: when, when the hazard comes, for which areas (none: by the hazard)."""

    at_s: float
    reached_s: float
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """A movement with its streets.

    Parameters
    ----------
    homes
        Who lives where, h rows.
    home
        Row of ``homes`` at each node of the problem, -1 where nobody starts, shape (n,).
    call
        Call of each home, shape (h,).
    turning
        Lanes turned; None where none may be.
    site
        Node of each shelter, shape (m,).
    """

    movement: Movement
    streets: Streets
    homes: Homes
    home: IntArray
    call: IntArray
    turning: Turning | None
    site: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Unplanned:
    """What is replayed instead of planned: everyone leaves at once for the nearest shelter."""

    problem: Evacuation
    groups: Groups
    persons: IntArray
    step_s: float

    def replayed(self) -> Replay:
        """Return what comes of it in the queues."""
        return replay(self.problem, self.groups, "first_come")


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What the record counts beside the plans.

    Parameters
    ----------
    bus_persons, special_persons
        Persons who need a bus, or special transport.
    refusing_persons
        Persons who never leave, by the departure curve.
    patients
        Beds of hospitals that the hazard takes; None where the map counts none.
    deadline_min
        The time by which people should be safe; None where none is given.
    staged
        Whether zones are called one after the other.
    calls
        Who is called when.
    """

    bus_persons: int
    special_persons: int
    refusing_persons: int
    patients: int | None
    deadline_min: float | None
    staged: bool
    calls: tuple[Call, ...]


@dataclass(frozen=True, eq=False)
class Record:
    """An evacuation: the plan, the same under less control, and what happens without a plan.

    Parameters
    ----------
    plan
        By means of travel.
    variants
        Plans under other controls, by name and means; a means that is not given is as in the plan.
    at_once
        Everyone leaves at once, by means.
    carried
        Vehicles that fetch people, by means.
    """

    facts: Facts
    plan: Mapping[PlannedMeans, Moved]
    variants: Mapping[str, Mapping[PlannedMeans, Moved]]
    at_once: Mapping[PlannedMeans, Unplanned]
    carried: Mapping[CarriedMeans, Carried]

    def moved(self, variant: str) -> Mapping[PlannedMeans, Moved]:
        """Return the plan, or the plan under other controls."""
        return self.plan if variant == PLAN else {**self.plan, **self.variants[variant]}

    def arrivals(self, variant: str) -> Arrivals:
        """Return who is safe when by a variant of the plan."""
        movements = [moved.movement for moved in self.moved(variant).values()]
        return Arrivals.of([one.arrival_s for one in movements], [one.group_persons for one in movements])

    @cached_property
    def replays(self) -> Mapping[PlannedMeans, Replay]:
        """What comes of everyone leaving at once, by means."""
        return {means: one.replayed() for means, one in self.at_once.items()}

    @cached_property
    def arrivals_at_once(self) -> Arrivals:
        """Who is safe when, where everyone leaves at once."""
        when: list[FloatArray] = []
        who: list[IntArray] = []
        for means, one in self.at_once.items():
            rows = self.replays[means].arrived
            per_unit = float(one.persons.sum()) / max(int(one.problem.supply.sum()), 1)
            upto = np.rint(np.cumsum(rows.persons) * per_unit).astype(np.int64)
            when.append(np.asarray(rows.step * one.step_s, dtype=np.float64))
            who.append(np.diff(upto, prepend=0))
        return Arrivals.of(when, who)

    @property
    def persons(self) -> int:
        """Persons for whom ways are planned."""
        return sum(int(moved.movement.persons.sum()) for moved in self.plan.values())


def node_calls(moved: Moved) -> IntArray:
    """Return the call of the home at each node, -1 where nobody starts, shape (n,)."""
    found = np.full(moved.home.size, -1, dtype=np.int64)
    starts = moved.home >= 0
    found[starts] = moved.call[moved.home[starts]]
    return found


def group_calls(moved: Moved) -> IntArray:
    """Return the call of each group, shape (g,)."""
    return np.asarray(node_calls(moved)[moved.movement.decision.groups.origin], dtype=np.int64)
