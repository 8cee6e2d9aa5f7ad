"""The way by which somebody is safe soonest on roads that others already use.

Index names: ``a`` arc, ``v`` node, ``t`` step.
"""

import heapq

import numba as nb
import numpy as np

from dss.arrays import BoolArray, Int32Array, IntArray

Arcs = tuple[IntArray, IntArray, IntArray, IntArray]
"""Travel steps, capacity, first step of entry and the one after the last, shape (k,) each."""
Out = tuple[IntArray, IntArray, IntArray]
"""Where the arcs out of each node begin, shape (n + 1,); the arcs by tail; the head of each arc, (k,)."""


@nb.njit(cache=True)
def soonest_way(start: int, out: Out, arcs: Arcs, flow: Int32Array, is_goal: BoolArray) -> IntArray:
    """Return the arcs of the way with the soonest arrival at a goal; none where it comes after T.

    ``flow`` (k, T + 1) counts who enters. Waiting is free, so to be at a node sooner is never worse and the
    search settles each node once. O(k (log k + T)) or less.
    """
    first, arc, head = out
    known = np.full(first.size - 1, 2**60, dtype=np.int64)
    by, before = np.full(known.size, -1, dtype=np.int64), np.full(known.size, -1, dtype=np.int64)
    known[start] = 0
    heap = [(0, start)]
    while len(heap) > 0:
        present, v = heapq.heappop(heap)
        if present > known[v]:
            continue
        if is_goal[v]:
            return way_to(v, start, by, before)
        for row in range(first[v], first[v + 1]):
            a = arc[row]
            t = first_step(a, present, arcs, flow)
            if t >= 0 and t + arcs[0][a] < known[head[a]]:
                known[head[a]], by[head[a]], before[head[a]] = t + arcs[0][a], a, v
                heapq.heappush(heap, (known[head[a]], head[a]))
    return np.zeros(0, dtype=np.int64)


@nb.njit(cache=True)
def way_to(v: int, start: int, by: IntArray, before: IntArray) -> IntArray:
    """Return the arcs from ``start`` to a node that a search has reached by ``by`` from ``before``."""
    way = [0]
    way.pop()
    while v != start:
        way.append(by[v])
        v = before[v]
    return np.array(way[::-1])


@nb.njit(cache=True)
def first_step(a: int, present: int, arcs: Arcs, flow: Int32Array) -> int:
    """Return the first step from ``present`` on in which an arc has room; -1 where it comes too late."""
    travel, capacity, opening, closing = arcs
    t, end = max(present, opening[a]), min(flow.shape[1] - travel[a], closing[a])
    while t < end and flow[a, t] >= capacity[a]:
        t += 1
    return t if t < end else -1
