"""Lanes that were turned, and the check of what proves the choice.

Index names: ``i`` pairs of opposite arcs.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import IntArray
from models import Violation
from models.evacuation import Contraflow, Evacuation
from models.evacuation.lanes import LanePairs, Lanes, police_points
from models.evacuation.turning import Leaf, check_contraflow
from scenarios.evacuation.movement import Movement


@dataclass(frozen=True, slots=True)
class More:
    """What more police would bring: streets turned, police points, and the last step of arrival then."""

    streets: int
    police_points: int
    clearance_step: int


@dataclass(frozen=True, slots=True, eq=False)
class Turning:
    """Lanes turned, and what proves that no other choice is better.

    Parameters
    ----------
    pairs, lanes
        Streets whose lanes may be turned, and what is done with each, shape (p,).
    most_units, bound_step
        No choice of lanes saves more units, or as many before this step; None where the lanes were given.
    leaves
        What proves it; none where the lanes were given.
    more
        What more police would bring, as the search found it; None where there are enough.
    """

    pairs: LanePairs
    lanes: IntArray
    most_units: int | None
    bound_step: int | None
    leaves: tuple[Leaf, ...]
    more: More | None = None

    @property
    def turned(self) -> int:
        """How many streets have turned lanes."""
        return int(np.isin(self.lanes, (Lanes.TO_FORWARD, Lanes.TO_BACKWARD)).sum())


def check_turning(movement: Movement, turning: Turning) -> list[Violation]:
    """Return what is wrong with the choice of lanes and its proof."""
    if turning.most_units is None or turning.bound_step is None:
        return []
    base = without_lanes(movement.problem, turning)
    result = Contraflow(
        problem=movement.problem,
        lanes=turning.lanes,
        police=police_points(base, turning.pairs, turning.lanes),
        plan=movement.plan,
        most_persons=turning.most_units,
        bound_step=turning.bound_step,
        leaves=turning.leaves,
    )
    return check_contraflow(base, turning.pairs, result)


def without_lanes(problem: Evacuation, turning: Turning) -> Evacuation:
    """Return the problem before any lane was turned."""
    pairs, lanes = turning.pairs, turning.lanes
    k = problem.tail.size - 2 * pairs.p
    capacity = problem.capacity[:k].copy()
    forward, backward = lanes == Lanes.TO_FORWARD, lanes == Lanes.TO_BACKWARD
    capacity[pairs.backward[forward]] = pairs.forward_gain[forward]
    capacity[pairs.forward[backward]] = pairs.backward_gain[backward]
    closing, opening = problem.closing_step, problem.opening_step
    return replace(
        problem,
        tail=problem.tail[:k],
        head=problem.head[:k],
        travel_steps=problem.travel_steps[:k],
        capacity=capacity,
        opening_step=None if opening is None else opening[:k],
        closing_step=None if closing is None else closing[:k],
    )
