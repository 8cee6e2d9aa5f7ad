"""Total and longest trip weighed against each other, by branch and bound over the longest trip allowed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np

from dss.arrays import FloatArray
from models.plan import Limits
from models.shelter.aims import LongestProof, Weighed, WeighedProof, WeighedStep
from models.shelter.aims.counting import longest_trip_s, longest_weight
from models.shelter.problem import Allocation, AllocationDecision, travel_value, unmet_value
from models.shelter.proof import total_proven
from models.shelter.splitting.reach import least_limit, place_most
from models.shelter.splitting.transport import least_total
from models.shelter.whole.search import least_whole
from models.shelter.whole.zones import gather_zones

MOST_STEPS: Final = 60
# Limits that whole zones are tried at, when the time is shared out.
WHOLE_TRIALS: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """The best plan whose trips keep a limit; its value and the proven least, unmet ones included."""

    limit_s: float
    decision: AllocationDecision
    value: float
    bound: float


Planner: TypeAlias = Callable[[Allocation], AllocationDecision]


def least_weighed(problem: Allocation, limits: Limits, objective: Weighed) -> AllocationDecision:
    """Return the allocation of split cells that is best when both count."""
    everywhere = np.ones(problem.cell.size, dtype=np.bool_)
    proof = least_limit(problem, problem.cost_s, place_most(problem, everywhere).unmet)
    return _weigh(problem, limits, objective, proof, lambda part: least_total(part, limits.time_s))


def least_weighed_whole(
    problem: Allocation, limits: Limits, objective: Weighed, seed: int
) -> AllocationDecision:
    """Return whole zones that are good when both count, and a bound; each trial has a share of the time.

    The plan of least person-time says how many stay unmet.
    """
    share = Limits(limits.time_s / (WHOLE_TRIALS + 1), limits.relative_gap)
    first = least_whole(problem, share, seed)
    zones = gather_zones(problem)
    proof = least_limit(zones.problem, zones.trip_s, int(first.unmet.sum()))
    plan = partial(least_whole, limits=share, seed=seed)
    return _weigh(problem, Limits(limits.time_s - share.time_s, limits.relative_gap), objective, proof, plan)


def _weigh(
    problem: Allocation, limits: Limits, objective: Weighed, proof: LongestProof, plan: Planner
) -> AllocationDecision:
    """Return the allocation that is best when both count.

    A shorter limit makes the total no less, so plans between two limits cost at least the total at the longer
    one and the longest trip just above the shorter one. The interval that promises most is halved until the
    gap closes.
    """
    started_s = time.perf_counter()
    times = np.unique(problem.cost_s[problem.cost_s >= proof.limit_s])
    if times.size == 0:
        decision = plan(problem)
        assert decision.prices is not None
        step = WeighedStep(0.0, decision.prices, decision.multipliers)
        return replace(decision, aim_proof=WeighedProof(proof, (step,)))
    tried = {t: _try(problem, float(times[t]), objective, plan) for t in {0, times.size - 1}}
    for _ in range(MOST_STEPS):
        best = min(trial.value for trial in tried.values())
        worst, at = _weakest(tried, times, problem, objective)
        gap = (best - worst) / max(abs(best), 1e-12)
        if gap <= limits.relative_gap or at in tried or time.perf_counter() - started_s > limits.time_s:
            break
        tried[at] = _try(problem, float(times[at]), objective, plan)
    return _best(tried, proof)


def _try(problem: Allocation, limit_s: float, objective: Weighed, plan: Planner) -> _Trial:
    arcs = problem.cost_s <= limit_s
    part = problem.restricted(arcs)
    found = plan(part)
    assert found.prices is not None
    persons = np.zeros(arcs.size, dtype=np.int64)
    persons[arcs] = found.persons
    decision = replace(found, persons=persons)
    total = travel_value(problem, persons) + unmet_value(problem, found.unmet)
    value = objective.total * total + longest_weight(problem, objective) * longest_trip_s(problem, decision)
    bound = objective.total * total_proven(part, found.prices, found.multipliers)
    return _Trial(limit_s, decision, value, bound)


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
        found = tried[t].decision
        assert found.prices is not None
        steps.append(WeighedStep(tried[t].limit_s, found.prices, found.multipliers))
    best = min(tried.values(), key=lambda trial: trial.value)
    return replace(best.decision, aim_proof=WeighedProof(proof, tuple(steps)))
