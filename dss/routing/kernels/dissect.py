"""Nested dissection of a graph that lies in the plane: cut, put the separator last, go on with the sides.

A *piece* is a run ``lo:hi`` of the permutation ``order``; ``piece[u]`` is the ``lo`` of the piece that
holds node u, or -1 once its place is final. Pieces own their nodes, so that threads may work on different
pieces of the same arrays.
"""

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from dss.routing.kernels.flow import cover_cut, smallest_cut
from dss.routing.kernels.small import SMALL_NODES, order_small
from dss.routing.kernels.structure import Graph, Ground, Index

END_SHARE = 0.25
"""Part of the nodes at each end that a cut must leave together."""


@njit(cache=True, nogil=True)
def _induce(ground: Ground, lo: Index, hi: Index) -> Graph:
    """Copy the graph inside one piece, its nodes numbered from 0. O(edges of the piece)."""
    count = 0
    for i in range(lo, hi):
        u = ground.order[i]
        ground.local[u] = i - lo
        count += ground.degree[u]
    first = np.zeros(hi - lo + 1, np.int64)
    found = np.empty(count, np.int32)
    size = 0
    for i in range(lo, hi):
        u = ground.order[i]
        for a in range(ground.first[u], ground.first[u] + ground.degree[u]):
            v = ground.head[a]
            if ground.piece[v] == lo:
                found[size] = ground.local[v]
                size += 1
        first[i - lo + 1] = size
    head = _sort_heads(first, found)
    return Graph(first, head, _number_edges(first, head))


@njit(cache=True, nogil=True)
def _sort_heads(first: IntArray, found: Int32Array) -> Int32Array:
    """Sort the neighbours of each node by writing every edge from its other end. O(E)."""
    head = np.empty(first[-1], np.int32)
    place = first[:-1].copy()
    for u in range(first.size - 1):
        for a in range(first[u], first[u + 1]):
            v = found[a]
            head[place[v]] = u
            place[v] += 1
    return head


@njit(cache=True, nogil=True)
def _number_edges(first: IntArray, head: Int32Array) -> Int32Array:
    """Give both directions of each edge the same number; neighbours ascend. O(E)."""
    edge = np.empty(head.size, np.int32)
    place = first[:-1].copy()
    count = 0
    for u in range(first.size - 1):
        for a in range(place[u], first[u + 1]):
            # The lower neighbours of head[a] come in the order in which u meets them.
            v = head[a]
            edge[a] = count
            edge[place[v]] = count
            place[v] += 1
            count += 1
    return edge


@njit(cache=True, nogil=True)
def _components(graph: Graph) -> tuple[int, Int32Array]:
    """Label the connected components. O(E)."""
    n = graph.first.size - 1
    label = np.full(n, -1, np.int32)
    stack = np.empty(n, np.int32)
    count = 0
    for root in range(n):
        if label[root] >= 0:
            continue
        label[root] = count
        stack[0] = root
        size = 1
        while size:
            size -= 1
            u = stack[size]
            for a in range(graph.first[u], graph.first[u + 1]):
                v = graph.head[a]
                if label[v] < 0:
                    label[v] = count
                    stack[size] = v
                    size += 1
        count += 1
    return count, label


@njit(cache=True, nogil=True)
def _hops(graph: Graph, root: Index) -> Int32Array:
    """Hops from one node to all others of a connected graph, by breadth-first search. O(E)."""
    hops = np.full(graph.first.size - 1, -1, np.int32)
    queue = np.empty(hops.size, np.int32)
    hops[root] = 0
    queue[0] = root
    filled = 1
    for done in range(queue.size):
        u = queue[done]
        for a in range(graph.first[u], graph.first[u + 1]):
            v = graph.head[a]
            if hops[v] < 0:
                hops[v] = hops[u] + 1
                queue[filled] = v
                filled += 1
    return hops


@njit(cache=True, nogil=True)
def _lay_out(graph: Graph) -> tuple[FloatArray, FloatArray]:
    """Lay a connected graph out in the plane: two axes between pairs of nodes that are far apart. O(E).

    The first axis joins two ends of the graph; the second joins the node that is far from both ends to the
    node farthest from it.
    """
    west = _hops(graph, np.argmax(_hops(graph, 0)))
    east = _hops(graph, np.argmax(west))
    south = _hops(graph, np.argmax(np.minimum(west, east)))
    north = _hops(graph, np.argmax(south))
    return (west - east).astype(np.float64), (south - north).astype(np.float64)


@njit(cache=True, nogil=True)
def _separate(graph: Graph, x: FloatArray, y: FloatArray, directions: Index) -> Int32Array:
    """Split a connected piece: 0 and 1 are its sides, 2 the separator between them.

    Inertial flow (Schild and Sommer 2015): in several directions, the smallest cut between the first and
    the last quarter of the nodes. Of the cuts, the one with the fewest covering nodes over the square root
    of the smaller side, which is how separators of flat graphs grow.
    """
    best = np.zeros(x.size, np.int32)
    best_cost = np.inf
    most = graph.head.size
    for turn in range(directions):
        angle = turn * np.pi / directions
        side = _ends(x * np.cos(angle) + y * np.sin(angle))
        value, inside = smallest_cut(graph, side, most)
        if value > most:
            continue
        label = _label(inside, cover_cut(graph, inside))
        size = np.bincount(label, minlength=3)
        cost = size[2] / np.sqrt(min(size[0], size[1]) + 1.0)
        if cost < best_cost:
            best, best_cost = label, cost
            most = min(most, int(value * 1.3))
    return best


@njit(cache=True, nogil=True)
def _ends(along: FloatArray) -> Int32Array:
    """Mark the first quarter of the nodes along a direction with 1, the last with 2. O(n log n)."""
    end = max(1, int(along.size * END_SHARE))
    rank = np.argsort(along, kind="mergesort")
    side = np.zeros(along.size, np.int32)
    side[rank[:end]] = 1
    side[rank[along.size - end :]] = 2
    return side


@njit(cache=True, nogil=True)
def _label(inside: BoolArray, cover: BoolArray) -> Int32Array:
    """Label the first side 0, the other 1 and the cover 2. O(n)."""
    label = np.empty(inside.size, np.int32)
    for u in range(inside.size):
        label[u] = 0 if inside[u] else 1
        if cover[u]:
            label[u] = 2
    return label


@njit(cache=True, nogil=True)
def _arrange(ground: Ground, lo: Index, hi: Index, label: Int32Array, groups: Index, last: Index) -> IntArray:
    """Sort one piece by label; the groups from ``last`` on are final. Return the groups' bounds. O(size)."""
    bounds = np.zeros(groups + 1, np.int64)
    for i in range(hi - lo):
        bounds[label[i] + 1] += 1
    bounds[0] = lo
    for g in range(groups):
        bounds[g + 1] += bounds[g]
    place = bounds[:-1].copy()
    nodes = ground.order[lo:hi].copy()
    for i in range(hi - lo):
        g = label[i]
        ground.order[place[g]] = nodes[i]
        ground.piece[nodes[i]] = bounds[g] if g < last else -1
        place[g] += 1
    return bounds[: last + 1]


@njit(cache=True, nogil=True)
def split_piece(ground: Ground, lo: Index, hi: Index, directions: Index) -> IntArray:
    """Split one piece into its components, or into the two sides of a separator.

    Return the bounds of the new pieces. O(E) per pass of the flow.
    """
    graph = _induce(ground, lo, hi)
    count, label = _components(graph)
    if count > 1:
        return _arrange(ground, lo, hi, label, count, count)
    if ground.x.size:
        nodes = ground.order[lo:hi]
        x, y = ground.x[nodes], ground.y[nodes]
    else:
        x, y = _lay_out(graph)
    return _arrange(ground, lo, hi, _separate(graph, x, y, directions), 3, 2)


@njit(cache=True, nogil=True)
def dissect_piece(ground: Ground, lo: Index, hi: Index, directions: Index) -> None:
    """Put all nodes of one piece in their final order. O(E log V) passes of the flow."""
    stack = [(lo, hi)]
    while len(stack) > 0:
        lo, hi = stack.pop()
        if hi - lo <= SMALL_NODES and order_small(ground, lo, hi):
            continue
        if hi - lo == 1:
            ground.piece[ground.order[lo]] = -1
            continue
        bounds = split_piece(ground, lo, hi, directions)
        for g in range(bounds.size - 1):
            if bounds[g] < bounds[g + 1]:
                stack.append((bounds[g], bounds[g + 1]))  # noqa: PERF401 - numba lists grow by append
