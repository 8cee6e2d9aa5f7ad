"""Split a flow over the roads into few ways: the widest way of each origin, again and again.

Index names: ``a`` arc, ``v`` node, ``w`` way.
"""

import heapq

import numba as nb
import numpy as np

from dss.arrays import BoolArray, IntArray
from models.evacuation.kernels.soonest import way_to


@nb.njit(cache=True)
def split_flow(
    sources: tuple[IntArray, IntArray, IntArray],
    out: tuple[IntArray, IntArray, IntArray, IntArray],
    flow: IntArray,
    is_goal: BoolArray,
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return ways as source, amount, offsets and arcs, those of a source one after another.

    ``sources`` are node, amount and community of each, in the order in which they are served; ``out`` are
    offsets and arcs by tail, then head and steps of each arc; ``flow`` (k,) is taken away as ways are found.
    Of the ways that carry the most of what is left, one to a goal that the community already has is taken,
    else the one with the fewest steps. O(ways x k log k).
    """
    start, amount, community = sources
    n = out[0].size - 1
    last_user = np.full(n, -1, dtype=np.int64)
    source, sent, offsets, arcs = [0], [0], [0], [0]
    source.pop(), sent.pop(), arcs.pop()
    for i in range(start.size):
        left = amount[i]
        while left > 0:
            width = _widths(start[i], left, out, flow)
            most = 0
            for v in range(n):
                if is_goal[v]:
                    most = max(most, width[v])
            if most == 0:
                break
            way = _shortest(start[i], most, out, flow, is_goal & (last_user == community[i]))
            if way.size == 0:
                way = _shortest(start[i], most, out, flow, is_goal)
            for a in way:
                flow[a] -= most
                arcs.append(a)
            last_user[out[2][way[-1]]] = community[i]
            source.append(i)
            sent.append(most)
            offsets.append(len(arcs))
            left -= most
    return np.array(source), np.array(sent), np.array(offsets), np.array(arcs)


@nb.njit(cache=True)
def _widths(
    start: int, left: int, out: tuple[IntArray, IntArray, IntArray, IntArray], flow: IntArray
) -> IntArray:
    """Return how many of ``left`` one way can carry to each node, shape (n,)."""
    first, arc, head, _ = out
    width = np.zeros(first.size - 1, dtype=np.int64)
    width[start] = left
    heap = [(-left, start)]
    while len(heap) > 0:
        known, v = heapq.heappop(heap)
        if -known < width[v]:
            continue
        for row in range(first[v], first[v + 1]):
            a = arc[row]
            wide = min(-known, flow[a])
            if wide > width[head[a]]:
                width[head[a]] = wide
                heapq.heappush(heap, (-wide, head[a]))
    return width


@nb.njit(cache=True)
def _shortest(
    start: int, least: int, out: tuple[IntArray, IntArray, IntArray, IntArray], flow: IntArray,
    is_goal: BoolArray,
) -> IntArray:  # fmt: skip
    """Return the arcs of the way with the fewest steps to a goal over arcs that carry ``least``."""
    first, arc, head, steps = out
    n = first.size - 1
    known, by = np.full(n, 2**60, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    before = np.full(n, -1, dtype=np.int64)
    known[start] = 0
    heap = [(0, start)]
    while len(heap) > 0:
        at, v = heapq.heappop(heap)
        if at > known[v]:
            continue
        if is_goal[v]:
            return way_to(v, start, by, before)
        for row in range(first[v], first[v + 1]):
            a = arc[row]
            if flow[a] >= least and at + steps[a] < known[head[a]]:
                known[head[a]], by[head[a]], before[head[a]] = at + steps[a], a, v
                heapq.heappush(heap, (known[head[a]], head[a]))
    return np.zeros(0, dtype=np.int64)
