"""Send people along given ways, each person in the first steps with room.

Arrays as in ``augment``. Index names: ``p`` way, ``a`` arc.
"""

import heapq
from typing import Final

import numba as nb

from dss.arrays import Int32Array, IntArray
from models.evacuation.kernels.augment import Arcs, State

NEVER: Final = 2**62
"""The arrival of a way that nobody can take any more."""
Ways = tuple[IntArray, IntArray, IntArray]
"""Origin of each way, where its arcs begin, and the arcs."""
Known = tuple[IntArray, IntArray]
"""A step before which the arcs of each way have no room, and the way's last known arrival; from 0."""


@nb.njit(cache=True)
def insert_soonest(ways: Ways, arcs: Arcs, state: State, known: Known, tries: int) -> bool:
    """Send everybody by the ways that bring them to safety soonest, the soonest first.

    ``state`` are ``flow``, ``wait``, persons left and places left per node, and is changed. Any number may
    use a way; whoever arrives too late on all ways of the origin is left. A way's arrival only grows as
    others fill the roads, so a heap of last known arrivals gives the true soonest. O(persons x way length) or
    less.

    After so many tries it ends, to be called again with what is ``known``; true once nobody can be sent.
    """
    origin, offsets, arc = ways
    flow, wait, left, places = state
    enter, arrivals = known
    heap = [(arrivals[p], p) for p in range(origin.size) if arrivals[p] < NEVER]
    heapq.heapify(heap)
    for _ in range(tries):
        if len(heap) == 0:
            break
        told, p = heapq.heappop(heap)
        arrivals[p] = NEVER
        begin, end = offsets[p], offsets[p + 1]
        goal = arcs[1][arc[end - 1]]
        wanted = min(left[origin[p]], places[goal])
        if wanted == 0:
            continue
        amount = _fit(arc[begin:end], enter[begin:end], arcs, flow, wanted)
        if amount == 0:
            continue
        arrival = enter[end - 1] + arcs[2][arc[end - 1]]
        arrivals[p] = arrival
        if arrival > told and len(heap) > 0 and arrival > heap[0][0]:
            heapq.heappush(heap, (arrival, p))
            continue
        _take(arc[begin:end], enter[begin:end], arcs, (flow, wait), amount)
        left[origin[p]] -= amount
        places[goal] -= amount
        heapq.heappush(heap, (arrival, p))
    return len(heap) == 0


@nb.njit(cache=True)
def _fit(arc: IntArray, enter: IntArray, arcs: Arcs, flow: Int32Array, wanted: int) -> int:
    """Move the steps of entry to the first ones with room; how many fit, 0 where they come too late."""
    travel, capacity, opening, closing = arcs[2], arcs[3], arcs[4], arcs[5]
    steps = flow.shape[1]
    present, amount = 0, wanted
    for i in range(arc.size):
        a = arc[i]
        t, last = max(present, enter[i], opening[a]), min(steps - travel[a], closing[a]) - 1
        while t <= last and flow[a, t] >= capacity[a]:
            t += 1
        if t > last:
            return 0
        enter[i] = t
        amount = min(amount, capacity[a] - flow[a, t])
        present = t + travel[a]
    return amount


@nb.njit(cache=True)
def _take(
    arc: IntArray, enter: IntArray, arcs: Arcs, state: tuple[Int32Array, Int32Array], amount: int
) -> None:
    tail, travel = arcs[0], arcs[2]
    flow, wait = state
    present = 0
    for i in range(arc.size):
        a = arc[i]
        for t in range(present, enter[i]):
            wait[tail[a], t] += amount
        flow[a, enter[i]] += amount
        present = enter[i] + travel[a]
