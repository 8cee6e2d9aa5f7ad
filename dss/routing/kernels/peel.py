"""Elimination of chains and dead ends: nodes with at most two neighbours go first."""

import numpy as np
from numba import njit

from dss.arrays import BoolArray, Int32Array, IntArray
from dss.routing.kernels.structure import Index


@njit(cache=True, nogil=True)
def _replace(first: IntArray, head: Int32Array, degree: IntArray, u: Index, v: Index, w: Index) -> None:
    """Make w a neighbour of u in place of v; only take v away where w is -1 or one already. O(degree)."""
    at = first[u]
    known = w < 0
    for a in range(first[u], first[u] + degree[u]):
        if head[a] == v:
            at = a
        known = known or head[a] == w
    if known:
        degree[u] -= 1
        head[at] = head[first[u] + degree[u]]
    else:
        head[at] = w


@njit(cache=True, nogil=True)
def _eliminate(first: IntArray, head: Int32Array, degree: IntArray, v: Index) -> None:
    """Take a node with at most two neighbours out; they become neighbours of each other. O(degree)."""
    if degree[v] == 1:
        _replace(first, head, degree, head[first[v]], v, -1)
    elif degree[v] == 2:
        u, w = head[first[v]], head[first[v] + 1]
        _replace(first, head, degree, u, v, w)
        _replace(first, head, degree, w, v, u)


@njit(cache=True, nogil=True)
def _next_waiting(
    first: IntArray, head: Int32Array, degree: IntArray, gone: BoolArray, waiting: IntArray, fresh: IntArray
) -> IntArray:
    """Nodes to look at in the next round: those put off, and neighbours of the eliminated. O(waiting)."""
    again = np.empty(waiting.size + 2 * fresh.size, np.int64)
    size = 0
    for v in waiting:
        if not gone[v]:
            again[size] = v
            size += 1
    for v in fresh:
        for a in range(first[v], first[v] + degree[v]):
            if not gone[head[a]] and degree[head[a]] <= 2:
                again[size] = head[a]
                size += 1
    return again[:size]


@njit(cache=True, nogil=True)
def peel_chains(first: IntArray, head: Int32Array) -> tuple[IntArray, Int32Array, IntArray]:
    """Eliminate nodes with at most two neighbours, round by round, until none is left.

    The neighbours of an eliminated node become neighbours of each other. No two neighbours go in the same
    round, so that a chain of length n needs O(log n) rounds and the elimination tree stays shallow.

    Parameters
    ----------
    first, head
        Adjacency of an undirected graph without loops or parallel edges.

    Returns
    -------
    Eliminated nodes in order; the heads and degrees of what is left (the adjacency of ``u`` starts at
    ``first[u]``). O(nodes + edges) per halving.
    """
    n = first.size - 1
    head = head.copy()
    degree = first[1:] - first[:-1]
    gone = np.zeros(n, np.bool_)
    touched = np.full(n, -1, np.int64)
    order = np.empty(n, np.int64)
    waiting = np.flatnonzero(degree <= 2)
    done = 0
    turn = 0
    while waiting.size:
        begin = done
        for v in waiting:
            if gone[v] or touched[v] == turn:
                continue
            gone[v] = True
            order[done] = v
            done += 1
            for a in range(first[v], first[v] + degree[v]):
                touched[head[a]] = turn
            _eliminate(first, head, degree, v)
        waiting = _next_waiting(first, head, degree, gone, waiting, order[begin:done])
        turn += 1
    return order[:done], head, degree
