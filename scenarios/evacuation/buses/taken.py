"""Places in shelters: who has taken them, and how many are left. Index names: ``s`` shelters."""

from collections.abc import Iterable

import numpy as np

from dss.arrays import IntArray
from scenarios.evacuation.buses.carried import Carried
from scenarios.evacuation.record import Moved


def arrived_at(moved: Moved) -> IntArray:
    """Return the persons whom a plan brings to each of its shelters, shape (s,)."""
    groups, problem = moved.movement.decision.groups, moved.movement.problem
    goal = problem.head[groups.arc[groups.offsets[1:] - 1]]
    persons = np.bincount(goal, weights=moved.movement.group_persons, minlength=problem.supply.size)
    return persons[moved.site].astype(np.int64)


def brought_to(carried: Carried) -> IntArray:
    """Return the persons whom vehicles bring to each shelter, shape (s,)."""
    decision, size = carried.decision, carried.capacity.size
    return np.bincount(decision.shelter, weights=decision.persons, minlength=size).astype(np.int64)


def places_left(capacity: IntArray, taken: Iterable[IntArray]) -> IntArray:
    """Return the places in each shelter that nobody has taken, shape (s,)."""
    return np.maximum(capacity - sum(taken, start=np.zeros_like(capacity)), 0)
