"""The 0-1 knapsack by depth-first branch and bound (Horowitz and Sahni 1974), with a tolerance."""

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, IntArray


@njit(cache=True, nogil=True)
def fill_knapsack(
    profit: FloatArray, size: IntArray, capacity: int, tolerance: float, most_nodes: int
) -> tuple[float, BoolArray]:
    """Choose the items of greatest profit that fit.

    Parameters
    ----------
    profit, size
        Of each item, both above 0, shape (items,).
    tolerance
        Branches that gain no more than this are not searched.
    most_nodes
        Branches searched at most.

    Returns
    -------
    An upper bound of the greatest profit, and the items chosen, shape (items,). The bound is the profit of the
    chosen plus the tolerance at most, or Dantzig's if the search was cut short.

    Notes
    -----
    O(items log items) plus the branches.
    """
    items = profit.size
    chosen = np.zeros(items, dtype=np.bool_)
    order = np.argsort(-profit / size)
    p, s = profit[order], size[order]
    least = np.empty(items + 1, dtype=np.int64)
    least[items] = np.int64(2**62)
    for k in range(items - 1, -1, -1):
        least[k] = min(least[k + 1], s[k])
    taken = np.zeros(items, dtype=np.bool_)
    best_taken = np.zeros(items, dtype=np.bool_)
    best, value, room = 0.0, 0.0, capacity
    root, nodes, k = -1.0, 0, 0
    while True:
        # forward: take what fits, until nothing can become better than the best
        promising = True
        while k < items:
            if s[k] <= room:
                taken[k] = True
                value += p[k]
                room -= s[k]
                k += 1
                continue
            bound = value + room * (p[k] / s[k])
            if root < 0:
                root = _dantzig(p, s, capacity)
            if room < least[k]:
                break
            if bound <= best + tolerance:
                promising = False
                break
            k += 1
        if promising and value > best:
            best = value
            best_taken[:] = taken
        if root < 0:
            root = value  # everything fits
        nodes += 1
        if nodes > most_nodes or root <= best + tolerance:
            break
        # backward: leave out the last item taken
        k = min(k, items - 1)
        while k >= 0 and not taken[k]:
            k -= 1
        if k < 0:
            break
        taken[k] = False
        value -= p[k]
        room += s[k]
        k += 1
        # what is left cannot be better: go further back
        while k < items and value + _greedy_bound(p, s, k, room) <= best + tolerance:
            j = k - 1
            while j >= 0 and not taken[j]:
                j -= 1
            if j < 0:
                k = -1
                break
            taken[j] = False
            value -= p[j]
            room += s[j]
            k = j + 1
        if k < 0:
            break
    for i in range(items):
        chosen[order[i]] = best_taken[i]
    cut_short = nodes > most_nodes
    return (root if cut_short else min(root, best + tolerance)), chosen


@njit(cache=True, nogil=True)
def _dantzig(p: FloatArray, s: IntArray, room: int) -> float:
    return _greedy_bound(p, s, 0, room)


@njit(cache=True, nogil=True)
def _greedy_bound(p: FloatArray, s: IntArray, k: int, room: int) -> float:
    """Return Dantzig's bound of items k and later, the best ratio first. O(items)."""
    value = 0.0
    while k < p.size and s[k] <= room:
        value += p[k]
        room -= s[k]
        k += 1
    return value + room * (p[k] / s[k]) if k < p.size else value
