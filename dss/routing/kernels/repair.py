"""New weights after few road edges changed: only the arcs that notice are computed again."""

import heapq

import numpy as np
from numba import njit

from dss.arrays import BoolArray, IntArray
from dss.routing.kernels.structure import Hierarchy, Index, Roads, Seconds, Weights


@njit(cache=True, nogil=True)
def find_arc(arcs: Hierarchy, low: Index, high: Index) -> Index:
    """Arc from a lower to a higher rank, or -1. O(log degree)."""
    lo, hi = arcs.first[low], arcs.first[low + 1]
    end = hi
    while lo < hi:
        mid = (lo + hi) >> 1
        if arcs.head[mid] < high:
            lo = mid + 1
        else:
            hi = mid
    return lo if lo < end and arcs.head[lo] == high else -1


@njit(cache=True, nogil=True)
def _weigh(arcs: Hierarchy, roads: Roads, weights: Weights, y: Index, a: Index) -> tuple[Seconds, Seconds]:
    """Weights of the arc a of y from its road edges and lower triangles. O(triangles log degree)."""
    up = np.float32(np.inf)
    down = np.float32(np.inf)
    for i in range(roads.first[y], roads.first[y + 1]):
        if roads.slot[i] >> 1 == a:
            t = np.float32(weights.time_s[roads.edge[i]])
            if roads.slot[i] & 1:
                down = min(down, t)
            else:
                up = min(up, t)
    for i in range(arcs.down_first[y], arcs.down_first[y + 1]):
        c = find_arc(arcs, arcs.down_tail[i], arcs.head[a])
        if c >= 0:
            b = arcs.down_arc[i]
            up = min(up, weights.down[b] + weights.up[c])
            down = min(down, weights.up[b] + weights.down[c])
    return up, down


@njit(cache=True, nogil=True)
def _notices(
    weights: Weights, a: Index, c: Index, b: Index, old_up: Seconds, old_down: Seconds, rising: bool
) -> bool:
    """Tell whether arc b, opposite to a and c, used the old weights of a or gains by the new ones. O(1).

    From the head of a over its tail to the head of c, and back; ``rising`` says that b leads up that way.
    """
    there, back = weights.up[b], weights.down[b]
    if not rising:
        there, back = back, there
    return (
        old_down + weights.up[c] == there
        or weights.down[a] + weights.up[c] < there
        or old_up + weights.down[c] == back
        or weights.up[a] + weights.down[c] < back
    )


@njit(cache=True, nogil=True)
def repair_weights(arcs: Hierarchy, roads: Roads, weights: Weights, changed: IntArray) -> int:
    """Bring the weights up to date after the road edges on the arcs ``changed`` got new times.

    Arcs are taken in ascending order, so that the lower triangles of an arc are final before it.
    Dibbelt, Strasser and Wagner (2016), section 5.5. O(affected arcs * triangles log degree). Return the
    number of arcs whose weights changed.
    """
    waiting = np.zeros(arcs.head.size, np.bool_)
    waiting[changed] = True
    heap = list(changed)
    heapq.heapify(heap)
    count = 0
    while len(heap) > 0:
        a = heapq.heappop(heap)
        waiting[a] = False
        y = np.searchsorted(arcs.first, a, side="right") - 1
        old_up, old_down = weights.up[a], weights.down[a]
        up, down = _weigh(arcs, roads, weights, y, a)
        if up != old_up or down != old_down:
            weights.up[a] = up
            weights.down[a] = down
            count += 1
            _wake(arcs, weights, y, a, old_up, old_down, waiting, heap)
    return count


@njit(cache=True, nogil=True)
def _wake(
    arcs: Hierarchy,
    weights: Weights,
    y: Index,
    a: Index,
    old_up: Seconds,
    old_down: Seconds,
    waiting: BoolArray,
    heap: list[Index],
) -> None:
    """Queue the arcs above y that notice a change of its arc a. O(degree log arcs)."""
    z = arcs.head[a]
    for c in range(arcs.first[y], arcs.first[y + 1]):
        other = arcs.head[c]
        if other == z:
            continue
        b = find_arc(arcs, min(z, other), max(z, other))
        if not waiting[b] and _notices(weights, a, c, b, old_up, old_down, z < other):
            waiting[b] = True
            heapq.heappush(heap, b)
