"""A lower bound from shelter prices that anyone can check with a pocket calculator.

For any prices p_j >= 0, weak duality of the transportation problem gives

    bound = sum_i q_i min(M, min over arcs a of i of (t_a + p_j(a))) - sum_j C_j p_j
    bound <= sum t_a f_a + M sum u_i

for every plan. The prices that a solver leaves behind make it tight; wrong prices only make it weaker.
"""

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.shelter.problem import Allocation


def dual_bound(problem: Allocation, prices: FloatArray) -> float:
    """Return the bound that the prices prove, in person-seconds, unmet persons weighted by M.

    Parameters
    ----------
    prices
        Price of a place in each shelter, seconds, shape (m,); negative ones count as 0.
    """
    p = np.maximum(prices, 0.0)
    cheapest = np.full(problem.persons.size, problem.unmet_weight_s)
    np.minimum.at(cheapest, problem.cell, problem.cost_s + p[problem.site])
    return float(problem.persons @ cheapest - problem.capacity @ p)


def shelter_prices(problem: Allocation, persons: IntArray, cost: IntArray) -> IntArray:
    """Recover the shelter prices that prove an optimal plan optimal.

    Complementary slackness makes them a system of differences between shelters; its greatest solution is a
    shortest path from the shelters that have room (price 0), found by Bellman-Ford, O(m^3) at worst.

    Parameters
    ----------
    persons
        Persons on each arc in an optimal plan, shape (k,).
    cost
        Whole costs of the arcs for which it is optimal, with M in the same unit as ``cost``'s last entry,
        shape (k + 1,).

    Returns
    -------
    Prices in the unit of ``cost``, shape (m,).
    """
    m, arc_cost, unmet_cost = problem.capacity.size, cost[:-1], int(cost[-1])
    load = np.bincount(problem.site, weights=persons, minlength=m).astype(np.int64)
    used = persons > 0
    price = np.full(m, unmet_cost, dtype=np.int64)
    # (a) used arc: its price cannot push the person out: p_j <= M - t_a
    np.minimum.at(price, problem.site[used], unmet_cost - arc_cost[used])
    # (b) room left: price 0
    price[load < problem.capacity] = 0
    shift = _shift_costs(problem, used, arc_cost)
    for _ in range(m):
        # (c) used arc to j, other arc to k: p_j <= p_k + t_k - t_j
        better = np.minimum(price, (shift + price[None, :]).min(axis=1))
        if np.array_equal(better, price):
            break
        price = better
    return np.maximum(price, 0)


def _shift_costs(problem: Allocation, used: BoolArray, arc_cost: IntArray) -> IntArray:
    """Return the least extra cost of moving one person from shelter j to shelter k, shape (m, m)."""
    m = problem.capacity.size
    far = np.int64(2**60)
    shift = np.full((m, m), far, dtype=np.int64)
    order = np.argsort(problem.cell, kind="stable")
    start = np.searchsorted(problem.cell[order], np.arange(problem.persons.size + 1))
    for a in np.flatnonzero(used):
        i = problem.cell[a]
        others = order[start[i] : start[i + 1]]
        extra = arc_cost[others] - arc_cost[a]
        row = shift[problem.site[a]]
        row[problem.site[others]] = np.minimum(row[problem.site[others]], extra)
    return shift
