"""The least time within which a share of those placed arrive, then the least weighted person-time."""

import time
from dataclasses import replace
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray
from models.plan import Limits
from models.shelter.aims import ShareProof, ShareWithin
from models.shelter.aims.counting import allowed_late, counting_late, with_toll
from models.shelter.bound import dual_bound
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.splitting.transport import least_total
from models.shelter.whole.search import least_whole

# Halvings of the toll on late trips.
TOLL_STEPS: Final = 24
# Whole zones: share of the time for the first plan, how many shorter times are tried at most, and the toll
# there in units of the one for split zones, and at least.
FIRST_SHARE: Final = 0.4
WHOLE_TRIALS: Final = 6
TOLL_ABOVE: Final = 1.2
LEAST_TOLL_S: Final = 1.0


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


def least_share_whole(
    problem: Allocation, limits: Limits, objective: ShareWithin, seed: int
) -> AllocationDecision:
    """Return whole zones of a short time for a share, and a bound on it from split zones.

    The plan of least person-time comes first; then shorter times are tried from the bound up, by bisection,
    each at a toll that does it for split zones. The toll proves how much better the total could be at most.
    """
    started_s = time.perf_counter()
    best = least_whole(problem, Limits(FIRST_SHARE * limits.time_s, limits.relative_gap), seed)
    unmet = int(best.unmet.sum())
    allowed = allowed_late(objective, int(best.persons.sum()))
    split = replace(problem, whole=None, unmet_s=problem.unmet_weight_s)
    times = np.concatenate([[0.0], np.unique(problem.cost_s)])
    low, prices = _bound_share(split, times, (allowed, unmet), limits)
    bound_s, high = float(times[low]), _share_time(problem, best, times, allowed)
    proof = ShareProof(float(times[high]), prices, 0.0, bound_s)
    share = Limits((1 - FIRST_SHARE) / WHOLE_TRIALS * limits.time_s, limits.relative_gap)
    for _ in range(WHOLE_TRIALS):
        if low >= high or time.perf_counter() - started_s > limits.time_s:
            break
        trial = (low + high) // 2
        found, toll_s = _try_whole(split, problem, float(times[trial]), allowed, share, seed)
        late = int(found.persons[problem.cost_s > times[trial]].sum())
        if late <= allowed and int(found.unmet.sum()) <= unmet:
            best, high = found, trial
            proof = ShareProof(float(times[trial]), prices, toll_s, bound_s)
        else:
            low = trial + 1
    return replace(best, aim_proof=proof)


def _bound_share(
    split: Allocation, times: FloatArray, most: tuple[int, int], limits: Limits
) -> tuple[int, FloatArray]:
    """Return the last time that too many take or exceed in every plan, and the prices that prove it.

    ``most`` are those who may be late, and those who stay unmet.
    """
    allowed, unmet = most
    low, high, proving = 0, times.size - 1, np.zeros(split.capacity.size)
    while low < high:
        middle = (low + high + 1) // 2
        counting = counting_late(split, split.cost_s >= times[middle])
        prices = least_total(counting, limits.time_s).prices
        assert prices is not None
        if dual_bound(counting, prices) - counting.unmet_weight_s * unmet > allowed + 0.5:
            low, proving = middle, prices
        else:
            high = middle - 1
    return low, proving


def _share_time(problem: Allocation, decision: AllocationDecision, times: FloatArray, allowed: int) -> int:
    """Return the first of the times beyond which no more than allowed travel."""
    order = np.argsort(problem.cost_s)
    beyond = int(decision.persons.sum()) - np.cumsum(decision.persons[order])
    within = np.searchsorted(problem.cost_s[order], times, side="right")
    late = np.append(int(decision.persons.sum()), beyond)[within]
    return int(np.flatnonzero(late <= allowed)[0])


def _try_whole(  # noqa: PLR0913, PLR0917 - both problems and what to keep
    split: Allocation, problem: Allocation, limit_s: float, allowed: int, limits: Limits, seed: int
) -> tuple[AllocationDecision, float]:
    """Return whole zones at a toll somewhat above the one that does it for split ones, and the toll."""
    _, toll_s = _least_total(split, limit_s, allowed, limits.time_s)
    toll_s = TOLL_ABOVE * toll_s + LEAST_TOLL_S
    tolled = with_toll(problem, problem.cost_s > limit_s, toll_s)
    return least_whole(tolled, limits, seed), toll_s
