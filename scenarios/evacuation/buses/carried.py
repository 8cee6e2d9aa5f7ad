"""What is known of vehicles that fetch people: the problem, its plan with a proof, what its rows stand for.

Index names: ``d`` depots, ``p`` pick-up points, ``s`` shelters, ``c`` affected cells, ``k`` trips.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss.arrays import FloatArray, IntArray, UIntArray
from models import Plan
from models.dispatch import BusDecision, BusEvacuation, proven_s
from scenarios.evacuation.movement import Arrivals, PlannedMeans
from scenarios.evacuation.streets import Words

CarriedMeans = Literal["bus", "special"]
CARRIED: Final[tuple[CarriedMeans, ...]] = ("special", "bus")
"""In the order in which they take the places that are left."""
Source = Literal["scenario", "map", "assumed"]


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Depots, pick-up points or shelters with their names, in the map's CRS, shapes (n,)."""

    name: Words
    x_m: FloatArray
    y_m: FloatArray


@dataclass(frozen=True, slots=True)
class Service:
    """What the vehicles are.

    Parameters
    ----------
    stop_s
        Seconds that one stands at a pick-up point or a shelter each time.
    source
        Where depots and numbers come from.
    horizon_s
        All roads that are used are open until then, from the start of the evacuation; None: for good.
    """

    stop_s: float
    source: Source
    horizon_s: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Living:
    """Who is fetched from which cell.

    Parameters
    ----------
    cell
        H3 cells with people who need a vehicle, shape (c,).
    persons
        How many, shape (c,).
    point
        Pick-up point of each, shape (c,); -1 where no road that stays open is near enough on foot.
    community
        Shape (c,).
    """

    cell: UIntArray
    persons: IntArray
    point: IntArray
    community: Words


@dataclass(frozen=True, slots=True, eq=False)
class Carried:
    """People whom vehicles fetch.

    Parameters
    ----------
    problem, plan
        Without those who stay; the plan has a decision.
    no_way, no_place
        Persons at each point whom no vehicle can fetch or bring on, and for whom no place is left, (p,).
    node
        Node of each shelter in the problems of the other means of travel, shape (s,).
    capacity
        Places in each shelter for all means together, shape (s,).
    """

    problem: BusEvacuation
    plan: Plan[BusDecision]
    service: Service
    depots: Places
    points: Places
    shelters: Places
    living: Living
    no_way: IntArray
    no_place: IntArray
    node: Mapping[PlannedMeans, IntArray]
    capacity: IntArray

    @property
    def decision(self) -> BusDecision:
        """The decision, which people who are carried always have."""
        assert self.plan.decision is not None
        return self.plan.decision

    @property
    def persons(self) -> int:
        """Everybody who needs such a vehicle."""
        return int(self.living.persons.sum())

    @property
    def out_of_reach(self) -> int:
        """Persons who have no pick-up point."""
        return int(self.living.persons[self.living.point < 0].sum())

    @property
    def safe(self) -> int:
        """Persons who are brought to a shelter."""
        return int(self.decision.persons.sum())

    @property
    def bound_s(self) -> float:
        """What no plan's last arrival is before, by prices and the longest trip alone."""
        return proven_s(self.problem, self.decision)

    def trip_times_s(self) -> tuple[FloatArray, FloatArray]:
        """Return when each trip leaves its pick-up point and its people are safe, (k,) each."""
        problem, decision = self.problem, self.decision
        leaves, arrives = np.zeros(decision.bus.size), np.zeros(decision.bus.size)
        rows = zip(decision.bus.tolist(), decision.pickup.tolist(), decision.shelter.tolist(), strict=True)
        at, now, last = -1, 0.0, -1
        for k, (b, p, s) in enumerate(rows):
            if b != last:
                at, now, last = -1, 0.0, b
            depot = problem.bus_depot[b]
            now += problem.depot_to_pickup_s[depot, p] if at < 0 else problem.pickup_to_shelter_s[p, at]
            leaves[k] = now
            now += problem.pickup_to_shelter_s[p, s]
            arrives[k], at = now, s
        return leaves, arrives

    def arrivals(self) -> Arrivals:
        """Return who is safe when."""
        return Arrivals.of([self.trip_times_s()[1]], [self.decision.persons])
