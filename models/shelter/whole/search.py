"""Whole zones at city size: annealing over soft capacities, repair, and small MIPs, beside a proven bound.

The order: splittable optimum and its prices; annealing from each zone's most promising way, capacities soft
at first and firmer for shelters that stay overfull, with exact splits of pairs in between; large
neighbourhood search; repair. Meanwhile another thread raises the Lagrangian bound. The same seed gives the
same plan where no time limit cuts a phase short.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.plan import Limits
from models.shelter.bound import dual_bound
from models.shelter.kernels.anneal import Cooling, anneal
from models.shelter.kernels.pairs import split_pairs
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.splitting.transport import least_total
from models.shelter.whole.neighbourhood import Effort, improve, reallocate
from models.shelter.whole.relaxation import raise_bound
from models.shelter.whole.ways import Town, lay_ways
from models.shelter.whole.zones import gather_zones, place_zones

MOVES_PER_ZONE: Final = 4000
MOVES_PER_S: Final = 3e6
FIRM_ROUNDS: Final = 300
PATIENCE: Final = 25
FIRM_SHARE: Final = 0.15
SWEEPS: Final = 2
TRIED_WAYS: Final = 4
# Temperatures as shares of the median extra cost of a zone's second way.
HOT: Final = 0.25
COLD: Final = 0.0025
LUKEWARM: Final = 0.08
HARDENING: Final = 1.3
SOFTENING: Final = 0.9
FIRMEST: Final = 1000.0
# What a person above a capacity costs when plans are compared, in units of the dearest place: to mend it, a
# part of a zone must go farther.
EXCESS_SHARE_OF_ZONE: Final = 0.25
ROUNDS_PER_SHELTER: Final = 40
CLUSTER_S: Final = 2.0
BOUND_ROUNDS: Final = 1500
# Share of the time limit by which annealing and bound end; the rest is for the last search.
FIRST_SHARE: Final = 0.7
# A guess of a good plan's value in units of the splittable bound; it sets the first steps of the bound.
GUESS: Final = 1.006
# Problems of so few ways are solved by one MIP at the end.
FEW_WAYS: Final = 600


def least_whole(problem: Allocation, limits: Limits, seed: int) -> AllocationDecision:
    """Return an allocation of whole zones, with the prices and multipliers that bound every other."""
    started_s = time.perf_counter()
    zones = gather_zones(problem)
    split = least_total(zones.problem, limits.time_s)
    assert split.prices is not None
    town = lay_ways(zones, split.prices)
    at = town.ways.start[:-1].copy()
    worth = np.zeros(0)
    if at.size:
        until_s = started_s + FIRST_SHARE * limits.time_s
        with ThreadPoolExecutor(1) as beside:
            target = GUESS * dual_bound(zones.problem, split.prices)
            bounding = beside.submit(raise_bound, zones, split.prices, target, BOUND_ROUNDS, until_s)
            at = _anneal(town, limits, until_s, seed)
            relaxed = bounding.result()
        enough = relaxed.bound / (1 - min(limits.relative_gap, 0.5))
        rounds = ROUNDS_PER_SHELTER * town.shelters
        at = _search(town, at, Effort(started_s + limits.time_s, rounds, CLUSTER_S, enough), seed)
        worth = relaxed.worth
    site = town.ways.site[at]
    decision = place_zones(problem, zones, site, site < problem.capacity.size)
    return AllocationDecision(decision.persons, decision.unmet, split.prices, worth)


def _anneal(town: Town, limits: Limits, until_s: float, seed: int) -> IntArray:
    """Anneal from every zone's most promising way; then split pairs and anneal anew, time and again.

    Overfull shelters become firmer, the others softer.
    """
    ways, at = town.ways, town.ways.start[:-1].copy()
    width = np.minimum(np.diff(ways.start), TRIED_WAYS)
    scale, penalty = _scale(town, at), _penalty(town, at)
    moves = int(min(MOVES_PER_ZONE * at.size, 0.2 * FIRST_SHARE * limits.time_s * MOVES_PER_S))
    at = anneal(ways, width, at, Cooling(moves, HOT * scale, COLD * scale, penalty, 1.2, 4.0), seed)
    rng, pairs, price = np.random.default_rng(seed), town.neighbours(), _excess_price(town, at)
    best, best_value, waited, firm = at, np.inf, 0, penalty
    for r in range(FIRM_ROUNDS):
        at = _sweep(town, at, pairs, price, rng)
        excess, value = town.excess(at), town.value(at, price)
        waited = 0 if value < best_value else waited + 1
        if value < best_value:
            best, best_value = at, value
        if time.perf_counter() > until_s or (waited > PATIENCE and not town.excess(best).any()):
            break
        firm = np.where(excess > 0, np.minimum(firm * HARDENING, FIRMEST * penalty), firm * SOFTENING)
        firm = np.maximum(firm, penalty)
        cooling = Cooling(int(FIRM_SHARE * moves), LUKEWARM * scale, COLD * scale, firm, 1.0, 100.0)
        start = best if r % 4 == 3 or not excess.any() else at
        at = anneal(ways, width, start, cooling, seed + 1000 * (r + 1))
    return best


def _sweep(
    town: Town, at: IntArray, pairs: IntArray, excess_price: float, rng: np.random.Generator
) -> IntArray:
    """Split every pair of neighbours anew, a few times over in random order."""
    for _ in range(SWEEPS):
        order = rng.permutation(pairs.shape[0])
        at = split_pairs(town.ways, town.reduced, town.price, at, pairs[order], excess_price)
    return at


def _scale(town: Town, at: IntArray) -> float:
    """Return the median extra cost of a zone's second way, above 0."""
    second = town.ways.start[:-1][np.diff(town.ways.start) > 1] + 1
    scale = float(np.median(town.reduced[second])) if second.size else 0.0
    return max(scale, 1e-6 * float(town.ways.cost[at].mean()), 1e-9)


def _penalty(town: Town, at: IntArray) -> FloatArray:
    """Return what a person above each capacity costs at first, 0 for being unmet, shape (shelters + 1,)."""
    least = 1e-3 * _scale(town, at) / max(float(town.ways.size.mean()), 1.0)
    penalty = town.price + 0.3 * town.price.mean() + least
    penalty[-1] = 0.0
    return penalty


def _excess_price(town: Town, at: IntArray) -> float:
    """Return what a person above a capacity costs when plans are compared."""
    mean_cost = float(town.ways.cost[at].sum() / max(town.ways.size.sum(), 1)) + 1.0
    zone = max(EXCESS_SHARE_OF_ZONE * float(town.ways.size.mean()), 1.0)
    return zone * max(float(town.price.max()), mean_cost)


def _search(town: Town, at: IntArray, effort: Effort, seed: int) -> IntArray:
    """Improve by small MIPs, and place whoever is above a capacity elsewhere."""
    excess_price = _excess_price(town, at)
    if town.zone.size > FEW_WAYS:
        return _repair(town, improve(town, at, excess_price, effort, seed))
    at, all_shelters = _repair(town, at), np.arange(town.shelters)
    left_s = max(effort.until_s - time.perf_counter(), CLUSTER_S)
    zones, ways = reallocate(town, at, all_shelters, excess_price, left_s)
    at[zones] = ways
    return at


def _repair(town: Town, at: IntArray) -> IntArray:
    """Move the smallest zones of overfull shelters to their cheapest way with room, being unmet the last."""
    at, ways, loads = at.copy(), town.ways, town.loads(at)
    for j in np.flatnonzero(loads > ways.capacity):
        members = np.flatnonzero(ways.site[at] == j)
        for z in members[np.argsort(ways.size[members], kind="stable")]:
            if loads[j] <= ways.capacity[j]:
                break
            options = np.arange(ways.start[z], ways.start[z + 1])
            options = options[loads[ways.site[options]] + ways.size[z] <= ways.capacity[ways.site[options]]]
            best = options[np.argmin(ways.cost[options])]
            loads[j] -= ways.size[z]
            loads[ways.site[best]] += ways.size[z]
            at[z] = best
    return at
