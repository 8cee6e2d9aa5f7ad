"""Subgradient steps for sites that share out a capacity, demands split.

For prices 0 <= lambda_i <= 1 per weight of being served, and W_i the weights,

    win_j = max sum_i lambda_i x_ij  subject to  sum_i x_ij <= Q_j, 0 <= x_ij <= W_i
    bound = sum_i (1 - lambda_i) W_i + sum of the win_j of the fixed and the p - |F| best other sites

is at least the weight that any p sites serve. Each win is a knapsack that may split: dearest first.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from models.siting.kernels.lagrangian import choose


class Sharing(NamedTuple):
    """Which demands each site reaches: site j those from first[j] to below first[j + 1] of ``demand``."""

    first: IntArray
    demand: IntArray
    weight: FloatArray
    capacity: FloatArray


class Descent(NamedTuple):
    """The best prices with their wins and bound, and how often each site was chosen of late."""

    prices: FloatArray
    win: FloatArray
    bound: float
    share: FloatArray


@njit(cache=True, nogil=True)
def _fill(sharing: Sharing, prices: FloatArray, j: int, amount: FloatArray) -> float:
    """Write what site j serves of each demand it reaches; return what it wins. O(r log r) for r of them."""
    begin, end = sharing.first[j], sharing.first[j + 1]
    reach = 0.0
    for a in range(begin, end):
        reach += sharing.weight[sharing.demand[a]]
    order = np.arange(begin, end)
    if reach > sharing.capacity[j]:
        order = begin + np.argsort(-prices[sharing.demand[begin:end]])
    room, won = sharing.capacity[j], 0.0
    for a in order:
        i = sharing.demand[a]
        given = min(sharing.weight[i], room) if prices[i] > 0.0 else 0.0
        amount[a] = given
        room -= given
        won += given * prices[i]
    return won


@njit(cache=True, nogil=True)
def lower(  # noqa: C901 - the steps of one method
    sharing: Sharing,
    p: int,
    state: Int32Array,
    prices: FloatArray,
    known: float,
    steps: int,
    stride: float,
    stop: BoolArray,
) -> Descent:
    """Lower the bound by some steps towards a ``known`` service; ends early at ``stop``.

    ``state`` is of :mod:`.lagrangian`. Each step O(entries * log).
    """
    m = state.size
    now, amount = prices.copy(), np.zeros(sharing.demand.size)
    cost, chosen = np.empty(m), np.zeros(m, np.int64)
    served, direction, share = np.empty(now.size), np.zeros(now.size), np.zeros(m)
    best_prices, best_win, best, idle = now.copy(), np.zeros(m), np.inf, 0
    for _ in range(steps):
        if stop[0]:
            break
        for j in range(m):
            cost[j] = -_fill(sharing, now, j, amount)
        bound = ((1.0 - now) * sharing.weight).sum() - choose(cost, state, p, chosen)
        idle += 1
        if bound < best:
            if bound < best - 1e-6 * abs(best - known):
                idle = 0
            best = bound
            best_prices[:] = now
            best_win[:] = -cost
        share = 0.95 * share + 0.05 * chosen
        if best <= known or stride < 1e-3:
            break
        if idle >= 15:
            idle = 0
            stride *= 0.6
            now[:] = best_prices
            direction[:] = 0.0
            continue
        served[:] = 0.0
        for j in range(m):
            if chosen[j]:
                for a in range(sharing.first[j], sharing.first[j + 1]):
                    served[sharing.demand[a]] += amount[a]
        # who is served short is worth more, who is served twice less
        direction = 0.7 * (sharing.weight - served) + 0.3 * direction
        norm = (direction * direction).sum()
        if norm < 1e-12:
            break
        step = stride * (bound - known) / norm
        for i in range(now.size):
            now[i] = min(max(now[i] + step * direction[i], 0.0), 1.0)
    return Descent(best_prices, best_win, best, share)
