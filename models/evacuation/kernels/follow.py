"""Send everybody by given ways alone, and remember who went by which way when.

Index names: ``p`` way, ``a`` arc, ``g`` group, ``t`` step.
"""

import heapq

import numba as nb
import numpy as np

from dss.arrays import Int32Array, IntArray

Arcs = tuple[IntArray, IntArray, IntArray, IntArray]


@nb.njit(cache=True)
def follow(
    ways: tuple[IntArray, IntArray, IntArray, IntArray], arcs: Arcs, flow: Int32Array,
    state: tuple[IntArray, IntArray],
) -> tuple[IntArray, IntArray, IntArray]:  # fmt: skip
    """Return groups by way, persons and steps of entry, one after another; the soonest arrival goes first.

    ``ways`` are origin, goal, offsets and arcs; ``arcs`` travel steps, capacity, first step of entry and the
    one after the last; ``flow`` (k, T + 1) counts who enters; ``state`` are persons left and places left per
    node. ``flow`` and ``state`` are changed. Who cannot arrive by T is left. A way's arrival only grows as
    others fill the roads, so a heap of last known arrivals gives the soonest. O(groups x way length) or less.
    """
    origin, goal, offsets, arc = ways
    travel, capacity = arcs[0], arcs[1]
    left, places = state
    way, persons, entered = [0], [0], [0]
    way.pop(), persons.pop(), entered.pop()
    heap = [(0, p) for p in range(origin.size)]
    heapq.heapify(heap)
    while len(heap) > 0:
        known, p = heapq.heappop(heap)
        wanted = min(left[origin[p]], places[goal[p]])
        if wanted == 0:
            continue
        row = arc[offsets[p] : offsets[p + 1]]
        enter = _first_steps(row, arcs, flow)
        if enter.size == 0:
            continue
        arrival = enter[-1] + travel[row[-1]]
        if arrival > known and len(heap) > 0 and arrival > heap[0][0]:
            heapq.heappush(heap, (arrival, p))
            continue
        for i in range(row.size):
            wanted = min(wanted, capacity[row[i]] - flow[row[i], enter[i]])
        for i in range(row.size):
            flow[row[i], enter[i]] += wanted
            entered.append(enter[i])
        left[origin[p]] -= wanted
        places[goal[p]] -= wanted
        way.append(p)
        persons.append(wanted)
        heapq.heappush(heap, (arrival, p))
    return np.array(way), np.array(persons), np.array(entered)


@nb.njit(cache=True)
def _first_steps(row: IntArray, arcs: Arcs, flow: Int32Array) -> IntArray:
    """Return the first steps with room along a way; none where they come too late."""
    travel, capacity, opening, closing = arcs
    enter = np.empty(row.size, dtype=np.int64)
    present = 0
    for i in range(row.size):
        a = row[i]
        t, end = max(present, opening[a]), min(flow.shape[1] - travel[a], closing[a])
        while t < end and flow[a, t] >= capacity[a]:
            t += 1
        if t >= end:
            return np.zeros(0, dtype=np.int64)
        enter[i] = t
        present = t + travel[a]
    return enter
