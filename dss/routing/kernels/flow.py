"""Smallest cut between the two ends of a piece of the map, and the nodes that cover it."""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import BoolArray, Int32Array, IntArray
from dss.routing.kernels.structure import Graph, Index


class Flow(NamedTuple):
    """State of a unit flow from the nodes of side 1 to those of side 2; ``used`` is -1, 0 or 1 by edge."""

    side: Int32Array
    used: IntArray
    level: Int32Array
    queue: Int32Array
    cursor: IntArray
    trail: IntArray
    tails: Int32Array


@njit(cache=True, nogil=True)
def _level(graph: Graph, flow: Flow, start: Index, goal: Index, sign: Index) -> bool:
    """Breadth-first levels from one end through edges with room left; tell whether the goal is met. O(E)."""
    level, queue = flow.level, flow.queue
    level[:] = -1
    filled = 0
    for u in range(level.size):
        if flow.side[u] == start:
            level[u] = 0
            queue[filled] = u
            filled += 1
    done = 0
    deepest = level.size
    while done < filled and level[queue[done]] < deepest:
        u = queue[done]
        done += 1
        for a in range(graph.first[u], graph.first[u + 1]):
            v = graph.head[a]
            used = flow.used[graph.edge[a]] if u < v else -flow.used[graph.edge[a]]
            if level[v] < 0 and used * sign < 1:
                level[v] = level[u] + 1
                if flow.side[v] == goal:
                    deepest = level[v]
                queue[filled] = v
                filled += 1
    return deepest < level.size


@njit(cache=True, nogil=True)
def _advance(graph: Graph, flow: Flow, u: Index) -> Index:
    """Next arc from u to the level above with room left, or -1. O(degree) over all calls of a phase."""
    while flow.cursor[u] < graph.first[u + 1]:
        a = flow.cursor[u]
        v = graph.head[a]
        used = flow.used[graph.edge[a]] if u < v else -flow.used[graph.edge[a]]
        if flow.level[v] == flow.level[u] + 1 and used < 1:
            return a
        flow.cursor[u] += 1
    return -1


@njit(cache=True, nogil=True)
def _augment(graph: Graph, flow: Flow, root: Index) -> int:
    """Push units from one start node along rising levels until it is exhausted; return how many. O(E)."""
    value = 0
    u = root
    depth = 0
    while True:
        if flow.side[u] == 2:
            value += 1
            for i in range(depth):
                a = flow.trail[i]
                flow.used[graph.edge[a]] += 1 if flow.tails[i] < graph.head[a] else -1
            u = root
            depth = 0
        a = _advance(graph, flow, u)
        if a >= 0:
            flow.trail[depth] = a
            flow.tails[depth] = u
            depth += 1
            u = graph.head[a]
        elif depth > 0:
            depth -= 1
            u = flow.tails[depth]
            flow.cursor[u] += 1
        else:
            return value


@njit(cache=True, nogil=True)
def smallest_cut(graph: Graph, side: Int32Array, most: Index) -> tuple[int, BoolArray]:
    """Smallest set of edges between the nodes of side 1 and those of side 2.

    Dinic's blocking flows (1970) with unit capacities: O(E * min(V^(2/3), E^(1/2))), in practice a few
    passes over the piece.

    Parameters
    ----------
    graph
        One connected piece.
    side
        1 and 2 for the two ends, 0 between them.
    most
        Give up when the cut is larger than this.

    Returns
    -------
    The size of the cut (larger than ``most``: given up) and which nodes are on the first side; of the two
    extreme smallest cuts the more balanced one.
    """
    n = side.size
    flow = Flow(
        side,
        np.zeros(graph.head.size // 2 + 1, np.int64),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.int32),
    )
    value = 0
    while _level(graph, flow, 1, 2, 1):
        flow.cursor[:] = graph.first[:-1]
        for u in range(n):
            if side[u] == 1:
                value += _augment(graph, flow, u)
                if value > most:
                    return value, flow.level >= 0
    near = flow.level >= 0
    _level(graph, flow, 2, 1, -1)
    far = flow.level < 0
    return value, near if abs(2 * near.sum() - n) <= abs(2 * far.sum() - n) else far


class Matching(NamedTuple):
    """State of a matching of the edges across a cut: mates, and marks of the search."""

    inside: BoolArray
    mate: Int32Array
    seen: Int32Array
    came: Int32Array
    stack: Int32Array


@njit(cache=True, nogil=True)
def cover_cut(graph: Graph, inside: BoolArray) -> BoolArray:
    """Fewest nodes that touch every edge between ``inside`` and the rest.

    König's theorem on the bipartite graph of the cut edges, matched by augmenting paths (Kuhn): O(c^2) for
    c cut edges.
    """
    n = inside.size
    cover = np.zeros(n, np.bool_)
    for u in range(n):
        if inside[u]:
            for a in range(graph.first[u], graph.first[u + 1]):
                cover[u] = cover[u] or not inside[graph.head[a]]
    rim = np.flatnonzero(cover)
    matching = Matching(
        inside,
        np.full(n, -1, np.int32),
        np.full(n, -1, np.int32),
        np.empty(n, np.int32),
        np.empty(n, np.int32),
    )
    for i in range(rim.size):
        _match(graph, matching, rim[i], i)
    # Rim nodes that alternating paths reach from unmatched ones leave the cover to their mates.
    for i in range(rim.size):
        if matching.mate[rim[i]] < 0:
            _alternate(graph, matching, cover, rim[i])
    return cover


@njit(cache=True, nogil=True)
def _match(graph: Graph, matching: Matching, root: Index, turn: Index) -> None:
    """Try to match one rim node along an augmenting path. O(c)."""
    matching.stack[0] = root
    size = 1
    while size:
        size -= 1
        u = matching.stack[size]
        for a in range(graph.first[u], graph.first[u + 1]):
            v = graph.head[a]
            if matching.inside[v] or matching.seen[v] == turn:
                continue
            matching.seen[v] = turn
            matching.came[v] = u
            if matching.mate[v] < 0:
                _flip(matching, root, v)
                return
            matching.stack[size] = matching.mate[v]
            size += 1


@njit(cache=True, nogil=True)
def _flip(matching: Matching, root: Index, end: Index) -> None:
    """Match along an augmenting path from the root to an unmatched end. O(path)."""
    v = end
    w = matching.came[v]
    while w != root:
        after = matching.mate[w]
        matching.mate[w] = v
        matching.mate[v] = w
        v = after
        w = matching.came[v]
    matching.mate[root] = v
    matching.mate[v] = root


@njit(cache=True, nogil=True)
def _alternate(graph: Graph, matching: Matching, cover: BoolArray, root: Index) -> None:
    """Swap the cover along alternating paths from an unmatched rim node. O(c)."""
    cover[root] = False
    matching.stack[0] = root
    size = 1
    while size:
        size -= 1
        u = matching.stack[size]
        for a in range(graph.first[u], graph.first[u + 1]):
            v = graph.head[a]
            if matching.inside[v] or cover[v]:
                continue
            cover[v] = True
            w = matching.mate[v]
            if w >= 0 and cover[w]:
                cover[w] = False
                matching.stack[size] = w
                size += 1
