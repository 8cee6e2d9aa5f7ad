"""Bring as many as possible to safety by a step, then by the next: people arrive as early as can be.

The search of ``augment`` turned round. Who is at a node sooner can wait there, so from where safety can still
be reached in time is one latest step per node. Residual moves, seen from their end: an arc entered in the
last step with room; the place of somebody who leaves this node, taken by whoever is at the arc's head when
that person would be; not to wait where others wait. Nodes are looked at in the order in which they promise
to lead to people soonest, as in A*.

Arrays as in ``augment``. Index names: ``a`` arc, ``v`` node, ``r`` record of a search.
"""

import heapq

import numba as nb
import numpy as np

from dss.arrays import IntArray
from models.evacuation.kernels.augment import Arcs, ByNode, State

Record = tuple[int, int, int, int, int, int]
"""Node, latest step to be there, record of the node it leads to, arc, step the arc is entered, way."""
Row = tuple[int, int, int, int, int]
"""A record without the one it leads to: that of the next row."""
Times = tuple[IntArray, IntArray, IntArray]
"""Latest arrival at each node, below 0 where it is no shelter; earliest step anybody can be there; fewest
steps from those who are left, which only orders the search; each of shape (n,)."""
Tree = tuple[IntArray, IntArray, list[tuple[int, int]], list[Record]]
"""Latest step to leave each node, its record, both of shape (n,); the heap; the records."""

FORWARD, BACKWARD, SAFE = 0, 1, 2


@nb.njit(cache=True)
def send_by(
    arcs: Arcs, by_node: ByNode, state: State, times: Times, before: IntArray
) -> tuple[IntArray, IntArray]:
    """Send people until no more can be safe in time.

    ``arcs``, ``by_node`` and ``state`` as for ``augment``. Nobody sent before arrives later: who gives up a
    place in a full shelter leaves it to somebody who is there no later. ``before`` (rows, 5) are the ways
    along which people were sent by the step before, which often can be gone again one step later: node,
    latest step to be there, arc, step of entry, kind of move, one row for each, from source to shelter.

    Returns the latest step in which each node can be left for safety in time, -1 where it cannot, shape (n,),
    and the ways of this call. O(arcs x steps looked at) per search.
    """
    rows = _again(arcs, state, times[0], before)
    while True:
        tree, source = _search(arcs, by_node, state, times)
        if source < 0:
            break
        begin, r = len(rows), source
        while r >= 0:
            v, needed, onward, a, t, way = tree[3][r]
            rows.append((v, needed, a, t, way))
            r = onward
        amount = _fit(arcs, state, times[0], rows, begin)
        assert amount > 0, "a way that was found has room"
        _take(arcs, state, times[0], rows, begin, amount)
    kept = np.empty((len(rows), 5), dtype=np.int64)
    for x in range(len(rows)):
        for y in range(5):
            kept[x, y] = rows[x][y]
    return tree[0], kept


@nb.njit(cache=True)
def _again(arcs: Arcs, state: State, due: IntArray, before: IntArray) -> list[Row]:
    """Send people along ways of the step before, one step later; return those with room."""
    rows = [(0, 0, 0, 0, 0)]
    rows.pop()
    last = state[0].shape[1] - 1
    x = 0
    while x < len(before):
        begin, possible = len(rows), True
        while True:
            v, needed, a, t, way = before[x]
            rows.append((v, needed + 1, a, t + 1, way))
            x += 1
            if way == SAFE:
                possible = possible and needed + 1 <= due[v]
                break
            possible = possible and t + 1 + arcs[2][a] <= last and arcs[4][a] <= t + 1 < arcs[5][a]
        amount = _fit(arcs, state, due, rows, begin) if possible else 0
        if amount > 0:
            _take(arcs, state, due, rows, begin, amount)
        else:
            while len(rows) > begin:
                rows.pop()
    return rows


@nb.njit(cache=True)
def _search(arcs: Arcs, by_node: ByNode, state: State, times: Times) -> tuple[Tree, int]:
    """Find a way to safety; what was searched, and the record of a source with people left or -1."""
    left, places = state[2], state[3]
    due = times[0]
    record, heap = [(0, 0, 0, 0, 0, 0)], [(0, 0)]
    record.pop(), heap.pop()
    tree = (np.full(left.size, -1, dtype=np.int64), np.full(left.size, -1, dtype=np.int64), heap, record)
    for z in range(left.size):
        if due[z] >= 0 and places[z] > 0:
            _put(tree, (z, due[z], -1, -1, 0, SAFE), times[2][z])
    while len(heap) > 0:
        _, r = heapq.heappop(heap)
        v = record[r][0]
        if tree[1][v] != r:
            continue  # another record leaves it later
        if due[v] < 0:
            while state[1][v, tree[0][v]] > 0:
                tree[0][v] += 1
            if left[v] > 0:
                return tree, r
            _take_places(arcs, by_node, state, times, (r, v), tree)
        _come_before(arcs, by_node, state, times, (r, v), tree)
    return tree, -1


@nb.njit(cache=True)
def _put(tree: Tree, found: Record, near: int) -> None:
    """Take a later step for a node into the tree."""
    latest, newest, heap, record = tree
    latest[found[0]] = found[1]
    newest[found[0]] = len(record)
    heapq.heappush(heap, (near - found[1], len(record)))
    record.append(found)


@nb.njit(cache=True)
def _come_before(
    arcs: Arcs, by_node: ByNode, state: State, times: Times, place: tuple[int, int], tree: Tree
) -> None:
    """Enter the arcs into a node, each in the last step that is in time and has room."""
    tail, _, travel, capacity, opening, closing = arcs
    flow, latest = state[0], tree[0]
    r, v = place
    for p in range(by_node[2][v], by_node[2][v + 1]):
        a = by_node[3][p]
        u, t = tail[a], min(latest[v] - travel[a], closing[a] - 1)
        end = max(latest[u], times[1][u] - 1, opening[a] - 1)
        while t > end and flow[a, t] >= capacity[a]:
            t -= 1
        if t > end:
            _put(tree, (u, t, r, a, t, FORWARD), times[2][u])


@nb.njit(cache=True)
def _take_places(
    arcs: Arcs, by_node: ByNode, state: State, times: Times, place: tuple[int, int], tree: Tree
) -> None:
    """Be where those are going who leave a node in time."""
    flow, latest = state[0], tree[0]
    r, v = place
    for p in range(by_node[0][v], by_node[0][v + 1]):
        a = by_node[1][p]
        w, travel, t = arcs[1][a], arcs[2][a], latest[v]
        end = max(-1, latest[w] - travel)
        while t > end and flow[a, t] == 0:
            t -= 1
        if t > end:
            _put(tree, (w, t + travel, r, a, t, BACKWARD), times[2][w])


@nb.njit(cache=True)
def _fit(arcs: Arcs, state: State, due: IntArray, rows: list[Row], begin: int) -> int:
    """Return how many can go along the way whose rows begin somewhere; 0 where it has no room."""
    flow, wait, left, places = state
    amount = left[rows[begin][0]]
    x, present = begin, 0
    while rows[x][4] != SAFE:
        v, needed, a, t, way = rows[x]
        if due[v] < 0:
            for step in range(needed, present):
                amount = min(amount, wait[v, step])
        amount = min(amount, arcs[3][a] - flow[a, t] if way == FORWARD else flow[a, t])
        if amount == 0:
            return 0
        present = t + arcs[2][a] if way == FORWARD else t
        x += 1
    return min(amount, places[rows[x][0]])


@nb.njit(cache=True)
def _take(arcs: Arcs, state: State, due: IntArray, rows: list[Row], begin: int, amount: int) -> None:
    """Send so many along the way whose rows begin somewhere."""
    flow, wait, left, places = state
    left[rows[begin][0]] -= amount
    x, present = begin, 0
    while rows[x][4] != SAFE:
        v, needed, a, t, way = rows[x]
        if due[v] < 0:
            for step in range(needed, present):
                wait[v, step] -= amount
            for step in range(present, needed):
                wait[v, step] += amount
        flow[a, t] += amount if way == FORWARD else -amount
        present = t + arcs[2][a] if way == FORWARD else t
        x += 1
    places[rows[x][0]] -= amount
