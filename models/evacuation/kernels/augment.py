"""Bring more people to safety on the exact network in time, which is never written out.

Where waiting is free, whoever can be at a node at t can be there at any later step. So what can still be
reached from people who are not safe yet is one earliest step per node, and a search over nodes stands for one
over all copies in time. Residual moves: enter an arc in the first step with room; take somebody's place who
enters an arc into this node later than that, who then is free at its tail; do not wait where others wait.

Arrays: ``flow`` (k, T + 1) persons who enter each arc in each step; ``wait`` (n, T + 1) persons who wait at a
node from a step to the next; both 32-bit. Index names: ``a`` arc, ``v`` node, ``r`` record of a search.
"""

import heapq

import numba as nb
import numpy as np

from dss.arrays import BoolArray, Int32Array, IntArray

Arcs = tuple[IntArray, IntArray, IntArray, IntArray, IntArray, IntArray]
ByNode = tuple[IntArray, IntArray, IntArray, IntArray]
State = tuple[Int32Array, Int32Array, IntArray, IntArray]
Record = tuple[int, int, int, int, int, int]
"""Node, step it is reached, record it is reached from, arc, step the arc is entered, way."""

FORWARD, BACKWARD, START = 0, 1, 2


@nb.njit(cache=True)
def augment(
    arcs: Arcs, by_node: ByNode, state: State, taken: Int32Array, is_shelter: BoolArray, searches: int
) -> IntArray:
    """Send people along augmenting paths until none is left, none can go, or so many searches are done.

    ``arcs`` are tail, head, travel steps, capacity, first step of entry and the one after the last;
    ``by_node`` first and order of arcs out of and into each node; ``state`` are ``flow``, ``wait``, persons
    left and places left per node, and is changed.

    Returns the earliest step in which each node can be reached by those left, T + 1 where it cannot, where
    none of them can be safe; an empty array otherwise.
    """
    left = state[2]
    while left.sum() > 0 and searches > 0:
        searches -= 1
        record, goal, label = _search(arcs, by_node, state, taken, is_shelter)
        if goal < 0:
            return label
        _send(arcs, state, taken, is_shelter, record, goal)
    return np.zeros(0, dtype=np.int64)


@nb.njit(cache=True)
def _search(
    arcs: Arcs, by_node: ByNode, state: State, taken: Int32Array, is_shelter: BoolArray
) -> tuple[list[Record], int, IntArray]:
    """Find an early way to a shelter with places; the records of the search, the goal's or -1, the labels."""
    flow, wait, left, places = state
    tail, travel = arcs[0], arcs[2]
    in_first, in_order = by_node[2], by_node[3]
    label = np.full(left.size, flow.shape[1], dtype=np.int64)
    record = [(0, 0, 0, 0, 0, 0)]
    record.pop()
    heap = [(0, 0)]
    heap.pop()
    for v in range(left.size):
        if left[v] > 0:
            label[v] = 0
            heapq.heappush(heap, (0, len(record)))
            record.append((v, 0, -1, -1, 0, START))
    while len(heap) > 0:
        reached, r = heapq.heappop(heap)
        v = record[r][0]
        if is_shelter[v] and places[v] > 0:
            return record, r, label
        begin = 0  # a place in a full shelter is free as soon as anybody gives it up
        if not is_shelter[v]:
            if label[v] < reached:
                continue  # another record got there sooner
            begin = _since(wait, v, reached)
            label[v] = begin
            _go_on(arcs, by_node, state, is_shelter, (r, v, begin), label, heap, record)
        for p in range(in_first[v], in_first[v + 1]):
            a = in_order[p]
            u = tail[a]
            t = _first_used((flow, taken), a, max(0, begin - travel[a]), label[u])
            if t < label[u]:
                label[u] = t
                heapq.heappush(heap, (t, len(record)))
                record.append((u, t, r, a, t, BACKWARD))
    return record, -1, label


@nb.njit(cache=True)
def _go_on(
    arcs: Arcs, by_node: ByNode, state: State, is_shelter: BoolArray, place: tuple[int, int, int],
    label: IntArray, heap: list[tuple[int, int]], record: list[Record],
) -> None:  # fmt: skip
    """Enter the arcs out of a node from a step on; ``label``, ``heap`` and ``record`` are added to."""
    _, head, travel, capacity, opening, closing = arcs
    r, v, begin = place
    flow, places = state[0], state[3]
    for p in range(by_node[0][v], by_node[0][v + 1]):
        a = by_node[1][p]
        end = min(flow.shape[1] - travel[a], closing[a])
        u, t = head[a], _first_room(flow, a, max(begin, opening[a]), end, capacity[a])
        if t + travel[a] < label[u]:
            label[u] = 0 if is_shelter[u] and places[u] == 0 else t + travel[a]
            heapq.heappush(heap, (t + travel[a], len(record)))
            record.append((u, t + travel[a], r, a, t, FORWARD))


@nb.njit(cache=True)
def _since(wait: Int32Array, v: int, reached: int) -> int:
    """Return the step from which somebody waits at a node until one: not to wait there is a way back."""
    while reached > 0 and wait[v, reached - 1] > 0:
        reached -= 1
    return reached


@nb.njit(cache=True)
def _first_room(flow: Int32Array, a: int, begin: int, end: int, capacity: int) -> int:
    """Return the first step from one to before another in which an arc has room; T + 1 where none has."""
    t = begin
    while t < end and flow[a, t] >= capacity:
        t += 1
    return t if t < end else flow.shape[1]


@nb.njit(cache=True)
def _first_used(entered: tuple[Int32Array, Int32Array], a: int, begin: int, end: int) -> int:
    """Return the first step from one to before another in which an arc can be given up; else the other."""
    flow, taken = entered
    t = begin
    while t < end and flow[a, t] == taken[a, t]:
        t += 1
    return max(t, end) if t >= end else t


@nb.njit(cache=True)
def _send(
    arcs: Arcs, state: State, taken: Int32Array, is_shelter: BoolArray, record: list[Record], goal: int
) -> None:
    """Send as many as fit along the way to a goal."""
    flow, wait, left, places = state
    travel, capacity = arcs[2], arcs[3]
    amount = places[record[goal][0]]
    r = goal
    while record[r][5] != START:
        _, _, before, a, entered, way = record[r]
        u, present = record[before][0], record[before][1]
        if way == FORWARD:
            amount = min(amount, capacity[a] - flow[a, entered])
            needed = entered
        else:
            amount = min(amount, int(flow[a, entered] - taken[a, entered]))
            needed = entered + travel[a]
        if not is_shelter[u]:
            for t in range(needed, present):
                amount = min(amount, int(wait[u, t]))
        r = before
    source = record[r][0]
    amount = min(amount, left[source])
    left[source] -= amount
    places[record[goal][0]] -= amount
    r = goal
    while record[r][5] != START:
        _, _, before, a, entered, way = record[r]
        u, present = record[before][0], record[before][1]
        flow[a, entered] += amount if way == FORWARD else -amount
        needed = entered if way == FORWARD else entered + travel[a]
        if not is_shelter[u]:
            for t in range(needed, present):
                wait[u, t] -= amount
            for t in range(present, needed):
                wait[u, t] += amount
        r = before
