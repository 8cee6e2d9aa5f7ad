"""Lay a flow on copies of many steps out in single steps: whoever is there goes when it is somebody's turn.

People at a node are all alike, so nobody keeps a slot free for somebody who is late. Arrays as in
``augment``. Index names: ``m`` moves, ``a`` arcs, ``v`` nodes, ``t`` steps.
"""

import numba as nb
import numpy as np

from dss.arrays import Int32Array, IntArray
from models.evacuation.kernels.augment import Arcs, ByNode, State

Moves = tuple[IntArray, IntArray, IntArray, IntArray]
"""Arc, first step of entry, number of steps and persons of each move, shape (moves,)."""


@nb.njit(cache=True)
def planned_entries(moves: Moves, capacity: IntArray, last: int) -> Int32Array:
    """Return who are to enter each arc in each step up to the last, shape (k, T + 1).

    Every move is spread evenly, but as many go together as may: fewer, larger groups, and none too late.
    """
    arc, begin, steps, persons = moves
    planned = np.zeros((capacity.size, last + 1), dtype=np.int32)
    for m in range(arc.size):
        if persons[m] == 0:
            continue
        before, batch = 0, capacity[arc[m]]
        for i in range(steps[m]):
            even = -(-persons[m] * (i + 1) // steps[m])
            done = min(persons[m], -(-even // batch) * batch)
            planned[arc[m], begin[m] + i] += done - before
            before = done
    return planned


@nb.njit(cache=True)
def lay_out(planned: Int32Array, arcs: Arcs, by_node: ByNode, state: State, sent: IntArray) -> None:
    """Let those who are sent enter arcs as planned, or in the next step in which they are there.

    ``state`` are ``flow`` and ``wait``, zero, persons left and places left per node, and is changed;
    ``sent`` (n,) sets out at each node. Who would not be safe by T is left at the node of origin. O(k T).
    """
    _, head, travel, capacity, opening, closing = arcs
    flow, wait, left, _ = state
    n, last = left.size, flow.shape[1] - 1
    owed, stock = np.zeros(head.size, np.int64), sent.copy()
    left -= sent
    for t in range(last + 1):
        for v in range(n):
            for p in range(by_node[2][v], by_node[2][v + 1]):
                a = by_node[3][p]
                if t >= travel[a]:
                    stock[v] += flow[a, t - travel[a]]
            for p in range(by_node[0][v], by_node[0][v + 1]):
                a = by_node[1][p]
                owed[a] += planned[a, t]
                if owed[a] > 0 and opening[a] <= t < closing[a] and t + travel[a] <= last:
                    going = min(owed[a], capacity[a], stock[v])
                    flow[a, t] = going
                    owed[a] -= going
                    stock[v] -= going
            if t < last:
                wait[v, t] = stock[v]
    _settle(arcs, by_node, state, stock)


@nb.njit(cache=True)
def _settle(arcs: Arcs, by_node: ByNode, state: State, stock: IntArray) -> None:
    """Count who ends in a shelter as safe there, and undo the ways of who ends elsewhere."""
    flow, wait, left, places = state
    last = flow.shape[1] - 1
    for v in range(left.size):
        if places[v] > 0:
            places[v] -= stock[v]
            wait[v] = 0
            continue
        while stock[v] > 0:
            stock[v] -= _undo(arcs, by_node, state, (v, last, stock[v]))


@nb.njit(cache=True)
def _undo(arcs: Arcs, by_node: ByNode, state: State, end: tuple[int, int, int]) -> int:
    """Take some of those who are at a node at a step back to where they set out; return how many."""
    flow, wait, left, _ = state
    v, t, amount = end
    taken, waited = [(0, 0)], [(0, 0)]
    taken.pop(), waited.pop()
    while t >= 0:
        came = -1
        for p in range(by_node[2][v], by_node[2][v + 1]):
            a = by_node[3][p]
            if t >= arcs[2][a] and flow[a, t - arcs[2][a]] > 0:
                came = a
        if came >= 0:
            t -= arcs[2][came]
            amount = min(amount, flow[came, t])
            taken.append((came, t))
            v = arcs[0][came]
        elif t > 0:
            t -= 1
            amount = min(amount, wait[v, t])
            waited.append((v, t))
        else:
            break
    for a, entered in taken:
        flow[a, entered] -= amount
    for u, since in waited:
        wait[u, since] -= amount
    left[v] += amount
    return amount
