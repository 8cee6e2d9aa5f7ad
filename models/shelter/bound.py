"""Lower bounds that anyone can check with a pocket calculator.

For any prices p_j >= 0, weak duality of the transportation problem gives

    bound = sum_i (what the persons of i cost when each takes the cheapest way at travel value + price)
            - sum_j C_j p_j
    bound <= sum of travel value + M sum w_i u_i

for every plan, split or whole; ``whole_bound`` is the sharper one for whole zones. Without a plan before, the
persons of i cost q_i min(M w_i, min over its arcs of v_a + p_j(a)). The prices that a solver leaves behind
make it tight; wrong prices only make it weaker.
"""

from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.shelter.problem import Allocation
from models.shelter.whole.zones import Zones

MOST_PLACES: Final = 1_000_000


def dual_bound(problem: Allocation, prices: FloatArray) -> float:
    """Return the bound that the prices prove, in person-seconds, unmet persons weighted by M.

    Parameters
    ----------
    prices
        Price of a place in each shelter, seconds, shape (m,); negative ones count as 0.
    """
    p = np.maximum(prices, 0.0)
    cheapest = problem.unmet_weight_s * problem.weight
    at_price = problem.value_s + p[problem.site]
    np.minimum.at(cheapest, problem.cell, at_price + problem.stability_s)
    saved = _saved_by_keeping(problem, at_price, cheapest)
    return float(problem.persons @ cheapest - saved - problem.capacity @ p)


def _saved_by_keeping(problem: Allocation, at_price: FloatArray, cheapest: FloatArray) -> float:
    """Return what the persons told before save when they keep their arcs, the most saving first."""
    saving = cheapest[problem.cell] - at_price
    if problem.stability_s == 0:
        return 0.0
    kept = np.flatnonzero((saving > 0) & (problem.told_before > 0))
    total, left = 0.0, problem.persons.copy()
    for a in kept[np.argsort(-saving[kept], kind="stable")]:
        persons = min(int(problem.told_before[a]), int(left[problem.cell[a]]))
        left[problem.cell[a]] -= persons
        total += persons * float(saving[a])
    return total


def shortage(problem: Allocation, cells: IntArray, arcs: BoolArray) -> int:
    """Return by how much the places in reach of some cells fall short of their persons (Hall's condition).

    At least so many persons stay unmet in every plan that uses only these arcs, whatever the solver says:
    sum of q_i over the cells - sum of C_j over the shelters that an arc leads to.

    Parameters
    ----------
    cells
        Cell indices, each once.
    arcs
        Which arcs may be used, shape (k,).
    """
    chosen = np.zeros(problem.persons.size, dtype=np.bool_)
    chosen[cells] = True
    reached = np.unique(problem.site[arcs & chosen[problem.cell]])
    return int(problem.persons[chosen].sum() - problem.capacity[reached].sum())


def whole_bound(zones: Zones, multipliers: FloatArray) -> float:
    """Return the bound that multipliers prove for whole zones, in person-seconds, unmet ones weighted by M.

    sum of multipliers (at most the unmet cost) - sum over shelters of the greatest sum of (multiplier - cost)
    over sets of zones that fit: a knapsack each, solved by plain dynamic programming, O(sum of items x
    capacity). Multipliers of any kind give a bound.
    """
    problem = zones.problem
    worth = np.minimum(multipliers, zones.unmet)
    profit = worth[problem.cell] - zones.value
    bound = float(worth.sum())
    for j in range(problem.capacity.size):
        items = np.flatnonzero((problem.site == j) & (profit > 0))
        bound -= best_packing(profit[items], problem.persons[problem.cell[items]], int(problem.capacity[j]))
    return bound


def best_packing(profit: FloatArray, size: IntArray, capacity: int) -> float:
    """Return the greatest profit of items that fit, by dynamic programming, O(items x capacity).

    Capacities beyond a million persons take the knapsack's linear relaxation instead, which is no less.
    """
    if int(size.sum()) <= capacity:
        return float(profit.sum())
    if capacity > MOST_PLACES:
        order = np.argsort(-profit / size)
        before = np.concatenate([[0], np.cumsum(size[order])[:-1]])
        share = np.clip((capacity - before) / size[order], 0.0, 1.0)
        return float(profit[order] @ share)
    best = np.zeros(capacity + 1)
    for gain, persons in zip(profit, size, strict=True):
        if persons <= capacity:
            best[persons:] = np.maximum(best[persons:], best[: capacity + 1 - persons] + gain)
    return float(best[-1])
