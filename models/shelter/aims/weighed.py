"""Total and longest trip weighed against each other, by branch and bound over the longest trip allowed."""

import time
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from dss.arrays import FloatArray
from models.plan import Limits
from models.shelter.aims import LongestProof, Weighed, WeighedProof, WeighedStep
from models.shelter.aims.counting import longest_trip_s, longest_weight
from models.shelter.bound import dual_bound
from models.shelter.problem import Allocation, AllocationDecision, travel_value, unmet_value
from models.shelter.splitting.reach import least_limit, place_most
from models.shelter.splitting.transport import least_total

MOST_STEPS: Final = 60


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """The best plan whose trips keep a limit; its value and the proven least, unmet ones included."""

    limit_s: float
    decision: AllocationDecision
    value: float
    bound: float


def least_weighed(problem: Allocation, limits: Limits, objective: Weighed) -> AllocationDecision:
    """Return the allocation that is best when both count.

    A shorter limit makes the total no less, so plans between two limits cost at least the total at the longer
    one and the longest trip just above the shorter one. The interval that promises most is halved until the
    gap closes.
    """
    started_s = time.perf_counter()
    everywhere = np.ones(problem.cell.size, dtype=np.bool_)
    proof = least_limit(problem, problem.cost_s, place_most(problem, everywhere).unmet)
    times = np.unique(problem.cost_s[problem.cost_s >= proof.limit_s])
    if times.size == 0:
        decision = least_total(problem, limits.time_s)
        assert decision.prices is not None
        return replace(decision, aim_proof=WeighedProof(proof, (WeighedStep(0.0, decision.prices),)))
    tried = {t: _try(problem, float(times[t]), objective, limits) for t in {0, times.size - 1}}
    for _ in range(MOST_STEPS):
        best = min(trial.value for trial in tried.values())
        worst, at = _weakest(tried, times, problem, objective)
        gap = (best - worst) / max(abs(best), 1e-12)
        if gap <= limits.relative_gap or at in tried or time.perf_counter() - started_s > limits.time_s:
            break
        tried[at] = _try(problem, float(times[at]), objective, limits)
    return _best(tried, proof)


def _try(problem: Allocation, limit_s: float, objective: Weighed, limits: Limits) -> _Trial:
    arcs = problem.cost_s <= limit_s
    part = problem.restricted(arcs)
    found = least_total(part, limits.time_s)
    assert found.prices is not None
    persons = np.zeros(arcs.size, dtype=np.int64)
    persons[arcs] = found.persons
    decision = replace(found, persons=persons)
    total = travel_value(problem, persons) + unmet_value(problem, found.unmet)
    value = objective.total * total + longest_weight(problem, objective) * longest_trip_s(problem, decision)
    return _Trial(limit_s, decision, value, objective.total * dual_bound(part, found.prices))


def _weakest(
    tried: dict[int, _Trial], times: FloatArray, problem: Allocation, objective: Weighed
) -> tuple[float, int]:
    """Return the least bound between limits tried, and the limit that halves its interval."""
    weight, known = longest_weight(problem, objective), sorted(tried)
    least, at = tried[known[0]].bound + weight * float(times[known[0]]), known[0]
    for before, after in pairwise(known):
        bound = tried[after].bound + weight * float(times[before + 1])
        if bound < least:
            least, at = bound, (before + after) // 2 if after - before > 1 else after
    return least, at


def _best(tried: dict[int, _Trial], proof: LongestProof) -> AllocationDecision:
    steps: list[WeighedStep] = []
    for t in sorted(tried):
        prices = tried[t].decision.prices
        assert prices is not None
        steps.append(WeighedStep(tried[t].limit_s, prices))
    best = min(tried.values(), key=lambda trial: trial.value)
    return replace(best.decision, aim_proof=WeighedProof(proof, tuple(steps)))
