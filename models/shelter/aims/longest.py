"""The shortest longest trip, then the least weighted person-time among plans that keep it."""

import time
from dataclasses import replace
from typing import Final

import numpy as np

from dss.arrays import BoolArray
from models.plan import Limits
from models.shelter.aims import LongestProof
from models.shelter.aims.counting import longest_trip_s
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.splitting.reach import least_limit, place_most
from models.shelter.splitting.transport import least_total
from models.shelter.whole.search import least_whole
from models.shelter.whole.zones import gather_zones

# Whole zones: share of the time for the first plan, and how many shorter limits are tried at most.
FIRST_SHARE: Final = 0.4
MOST_TRIALS: Final = 6


def least_longest(problem: Allocation, limits: Limits) -> AllocationDecision:
    """Return the allocation of least weighted person-time among those of the shortest longest trip."""
    everywhere = np.ones(problem.cell.size, dtype=np.bool_)
    fewest = place_most(problem, everywhere).unmet
    proof = least_limit(problem, problem.cost_s, fewest)
    arcs = problem.cost_s <= proof.limit_s
    decision = least_total(problem.restricted(arcs), limits.time_s)
    return replace(_spread(decision, arcs), aim_proof=proof)


def least_longest_whole(problem: Allocation, limits: Limits, seed: int) -> AllocationDecision:
    """Return whole zones with a short longest trip, and a bound on it from split zones.

    The plan of least person-time comes first; then shorter limits are tried from the bound up, by bisection,
    as long as they leave no more unmet.
    """
    started_s = time.perf_counter()
    share = (1 - FIRST_SHARE) / MOST_TRIALS
    best = least_whole(problem, Limits(FIRST_SHARE * limits.time_s, limits.relative_gap), seed)
    unmet = int(best.unmet.sum())
    zones = gather_zones(problem)
    proof = least_limit(zones.problem, zones.trip_s, unmet)
    longest_s = longest_trip_s(problem, best)
    times = np.unique(zones.trip_s)
    low, high = np.searchsorted(times, [proof.bound_s, longest_s])
    trial = low
    for _ in range(MOST_TRIALS):
        if trial >= high or time.perf_counter() - started_s > limits.time_s:
            break
        shorter = problem.cost_s <= times[trial]
        found = least_whole(
            problem.restricted(shorter), Limits(share * limits.time_s, limits.relative_gap), seed
        )
        if int(found.unmet.sum()) <= unmet:
            best, high = _spread(found, shorter), trial
        else:
            low = trial + 1
        trial = (low + high) // 2
    limit_s = longest_trip_s(problem, best)
    return replace(best, aim_proof=LongestProof(limit_s, proof.bound_s, proof.cells))


def _spread(decision: AllocationDecision, arcs: BoolArray) -> AllocationDecision:
    persons = np.zeros(arcs.size, dtype=np.int64)
    persons[arcs] = decision.persons
    return replace(decision, persons=persons)
