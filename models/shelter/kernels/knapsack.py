"""The 0-1 knapsack by depth-first branch and bound (Horowitz and Sahni 1974), with a tolerance.

Items are in the order of falling profit per size; ``taken`` marks those of the branch, shape (items,).
"""

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, IntArray


@njit(cache=True, nogil=True)
def _most(profit: FloatArray, size: IntArray, k: int, room: int) -> float:
    """Return Dantzig's bound of items k and later. O(items)."""
    value = 0.0
    while k < profit.size and size[k] <= room:
        value += profit[k]
        room -= size[k]
        k += 1
    return value + room * (profit[k] / size[k]) if k < profit.size else value


@njit(cache=True, nogil=True)
def _take_more(
    profit: FloatArray,
    size: IntArray,
    taken: BoolArray,
    k: int,
    room: int,
    value: float,
    enough: float,
) -> tuple[int, float]:
    """Take every item from k on that fits, while the branch can exceed ``enough``; return room and value."""
    while k < profit.size:
        if size[k] <= room:
            taken[k] = True
            value += profit[k]
            room -= size[k]
        elif value + room * (profit[k] / size[k]) <= enough:
            break
        k += 1
    return room, value


@njit(cache=True, nogil=True)
def _step_back(
    profit: FloatArray, size: IntArray, taken: BoolArray, room: int, value: float, enough: float
) -> tuple[int, int, float]:
    """Leave out the last item taken, until what is left can exceed ``enough``.

    Returns
    -------
    The next item to consider, room and value; the number of items where no branch is left.
    """
    for k in range(profit.size - 1, -1, -1):
        if not taken[k]:
            continue
        taken[k] = False
        value -= profit[k]
        room += size[k]
        if value + _most(profit, size, k + 1, room) > enough:
            return k + 1, room, value
    return profit.size + 1, room, value


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
    An upper bound of the greatest profit, and the items chosen, shape (items,). The bound is the profit of
    the chosen plus the tolerance at most, or Dantzig's if the search was cut short.

    Notes
    -----
    O(items log items) plus O(items) for each branch.
    """
    order = np.argsort(-profit / size)
    p, s = profit[order], size[order]
    root = _most(p, s, 0, capacity)
    taken, best_taken = np.zeros(p.size, dtype=np.bool_), np.zeros(p.size, dtype=np.bool_)
    best, nodes, k, room, value = -tolerance, 0, 0, capacity, 0.0
    while k <= p.size and nodes <= most_nodes and root > best + tolerance:
        room, value = _take_more(p, s, taken, k, room, value, best + tolerance)
        if value > best:
            best = value
            best_taken[:] = taken
        nodes += 1
        k, room, value = _step_back(p, s, taken, room, value, best + tolerance)
    chosen = np.zeros(p.size, dtype=np.bool_)
    chosen[order] = best_taken
    finished = nodes <= most_nodes
    return (min(root, max(best, 0.0) + tolerance) if finished else root), chosen
