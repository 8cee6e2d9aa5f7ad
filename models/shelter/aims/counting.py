"""How trips are counted by the aims: late ones, the longest one, and a toll on the late."""

from dataclasses import replace

import numpy as np

from dss.arrays import BoolArray, FloatArray
from models.shelter.aims import ShareWithin, Weighed
from models.shelter.problem import Allocation, AllocationDecision


def longest_trip_s(problem: Allocation, decision: AllocationDecision) -> float:
    """Return the longest travel time that anybody has, 0 where nobody travels."""
    return float(problem.cost_s[decision.persons > 0].max(initial=0.0))


def longest_weight(problem: Allocation, objective: Weighed) -> float:
    """Return the person-seconds that a second of the longest trip counts."""
    return objective.longest * float(problem.persons.sum())


def allowed_late(objective: ShareWithin, placed: int) -> int:
    """Return how many of those placed may arrive late."""
    return int(np.floor((1 - objective.share) * placed + 1e-9))


def counting_late(problem: Allocation, late: BoolArray) -> Allocation:
    """Return the problem that counts late trips one each, and an unmet person more than a chain of them."""
    counted = late.astype(np.float64)
    return Allocation(
        problem.persons,
        problem.capacity,
        problem.cell,
        problem.site,
        counted,
        unmet_s=float(problem.capacity.size + 2),
    )


def with_toll(problem: Allocation, late: BoolArray, toll_s: float) -> Allocation:
    """Return the problem in which each person on a late arc counts ``toll_s`` more, whatever their weight."""
    weight = problem.weight[problem.cell]
    toll: FloatArray = np.where(late & (weight > 0), toll_s / np.maximum(weight, 1e-12), 0.0)
    extra_s = toll if problem.extra_s is None else problem.extra_s + toll
    return replace(problem, extra_s=extra_s, unmet_s=problem.unmet_weight_s)
