"""Knapsacks, one for each site: which demands it would take at the prices, within its capacity.

Site j wins lambda_i - c_ij by serving demand i, which takes q_i of its capacity. ``take[i, j]`` is the share
it serves. Whole knapsacks take demands whole; the others may split them, which never wins less.
"""

import numpy as np
from numba import njit

from dss.arrays import FloatArray, IntArray


@njit(cache=True, nogil=True)
def whole_knapsacks(
    cost: FloatArray, demand: IntArray, capacity: IntArray, prices: FloatArray, take: FloatArray
) -> FloatArray:
    """Fill ``take``, shape (n, m), and return what each site wins. O(n * capacity) for each site."""
    n, m = cost.shape
    won = np.zeros(m)
    take[:] = 0.0
    items = np.empty(n, np.int64)
    for j in range(m):
        count, load, sum_of_wins = 0, 0, 0.0
        for i in range(n):
            if cost[i, j] < prices[i] and demand[i] <= capacity[j]:
                items[count] = i
                count += 1
                load += demand[i]
                sum_of_wins += prices[i] - cost[i, j]
        if load <= capacity[j]:
            won[j] = sum_of_wins
            take[items[:count], j] = 1.0
        else:
            chosen = items[:count]
            won[j] = _pack(prices[chosen] - cost[chosen, j], demand[chosen], capacity[j], chosen, take[:, j])
    return won


@njit(cache=True, nogil=True)
def _pack(win: FloatArray, size: IntArray, capacity: int, items: IntArray, take: FloatArray) -> float:
    """Mark in ``take`` the items that win most within the capacity (Bellman 1957). O(items * capacity)."""
    best = np.zeros(capacity + 1)
    taken = np.zeros((win.size, capacity + 1), np.bool_)
    for k in range(win.size):
        for r in range(capacity, size[k] - 1, -1):
            if best[r - size[k]] + win[k] > best[r]:
                best[r] = best[r - size[k]] + win[k]
                taken[k, r] = True
    room = capacity
    for k in range(win.size - 1, -1, -1):
        if taken[k, room]:
            take[items[k]] = 1.0
            room -= size[k]
    return best[capacity]


@njit(cache=True, nogil=True)
def split_knapsacks(
    cost: FloatArray, demand: FloatArray, capacity: FloatArray, prices: FloatArray, take: FloatArray
) -> FloatArray:
    """Fill ``take``, shape (n, m), and return what each site wins. O(n log n) for each site (Dantzig)."""
    n, m = cost.shape
    won = np.zeros(m)
    take[:] = 0.0
    ratio = np.empty(n)
    for j in range(m):
        for i in range(n):
            win = prices[i] - cost[i, j]
            ratio[i] = 0.0 if win <= 0.0 else (np.inf if demand[i] == 0.0 else win / demand[i])
        room = capacity[j]
        for i in np.argsort(-ratio):
            if ratio[i] <= 0.0:
                break
            share = 1.0 if demand[i] <= room else room / demand[i]
            take[i, j] = share
            won[j] += share * (prices[i] - cost[i, j])
            room -= share * demand[i]
            if room <= 0.0:
                break
    return won


@njit(cache=True, nogil=True)
def forced_wins(cost: FloatArray, demand: FloatArray, capacity: FloatArray, prices: FloatArray) -> FloatArray:
    """Return what site j wins at most if it has to serve demand i whole, shape (n, m). O(n^2) for each site.

    Minus infinity where demand i does not fit or is not allowed.
    """
    n, m = cost.shape
    most = np.full((n, m), -np.inf)
    ratio = np.empty(n)
    for j in range(m):
        for i in range(n):
            win = prices[i] - cost[i, j]
            ratio[i] = 0.0 if win <= 0.0 else (np.inf if demand[i] == 0.0 else win / demand[i])
        order = np.argsort(-ratio)
        for i in range(n):
            if demand[i] > capacity[j] or cost[i, j] == np.inf:
                continue
            room = capacity[j] - demand[i]
            total = prices[i] - cost[i, j]
            for k in order:
                if ratio[k] <= 0.0 or room <= 0.0:
                    break
                if k != i:
                    share = 1.0 if demand[k] <= room else room / demand[k]
                    total += share * (prices[k] - cost[k, j])
                    room -= share * demand[k]
            most[i, j] = total
    return most
