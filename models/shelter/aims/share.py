"""The least time within which a share of those placed arrive, then the least weighted person-time."""

import time
from dataclasses import replace
from typing import Final

import numpy as np

from dss.arrays import BoolArray
from models.plan import Limits
from models.shelter.aims import ShareProof, ShareWithin
from models.shelter.aims.counting import allowed_late, counting_late, with_toll
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.splitting.transport import least_total

# Halvings of the toll on late trips.
TOLL_STEPS: Final = 24


def least_share(problem: Allocation, limits: Limits, objective: ShareWithin) -> AllocationDecision:
    """Return the allocation of least weighted person-time at the least time for a share.

    First by bisection over the distinct trip times, a flow each that counts late trips only; then by a toll
    on late trips, raised until few enough are left. The toll proves how much better a plan could be at most.
    """
    started_s = time.perf_counter()
    times = np.concatenate([[0.0], np.unique(problem.cost_s)])
    everyone = int(problem.persons.sum())
    low, high = 0, times.size - 1
    while low < high:
        middle = (low + high) // 2
        found, late = _fewest_late(problem, problem.cost_s > times[middle], limits)
        if late <= allowed_late(objective, everyone - int(found.unmet.sum())):
            high = middle
        else:
            low = middle + 1
    limit_s = float(times[low])
    # what proves the limit: too many would travel that long in every plan
    proving, _ = _fewest_late(problem, problem.cost_s >= limit_s, limits)
    assert proving.prices is not None
    left_s = limits.time_s - (time.perf_counter() - started_s)
    allowed = allowed_late(objective, everyone - int(proving.unmet.sum()))
    decision, toll_s = _least_total(problem, limit_s, allowed, max(left_s, 0.0))
    return replace(decision, aim_proof=ShareProof(limit_s, proving.prices, toll_s))


def _fewest_late(problem: Allocation, late: BoolArray, limits: Limits) -> tuple[AllocationDecision, int]:
    found = least_total(counting_late(problem, late), limits.time_s)
    return found, int(found.persons[late].sum())


def _least_total(
    problem: Allocation, limit_s: float, allowed: int, time_s: float
) -> tuple[AllocationDecision, float]:
    """Return the plan at the least toll that leaves few enough late, and the toll."""
    started_s = time.perf_counter()
    late = problem.cost_s > limit_s
    low_s, high_s = 0.0, problem.unmet_weight_s / (problem.capacity.size + 2)
    decision = least_total(problem, time_s)
    if int(decision.persons[late].sum()) <= allowed:
        return decision, 0.0
    best = least_total(with_toll(problem, late, high_s), time_s)
    for _ in range(TOLL_STEPS):
        if time.perf_counter() - started_s > time_s or high_s - low_s < 1e-3:
            break
        middle_s = (low_s + high_s) / 2
        decision = least_total(with_toll(problem, late, middle_s), time_s)
        if int(decision.persons[late].sum()) <= allowed:
            best, high_s = decision, middle_s
        else:
            low_s = middle_s
    return best, high_s
