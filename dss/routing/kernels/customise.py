"""Weights of all arcs from the times of the road edges: the lower triangles of each arc, pulled."""

import numpy as np
from numba import njit

from dss.arrays import Int32Array
from dss.routing.kernels.structure import Hierarchy, Index, Roads, Seconds, Weights


@njit(cache=True, nogil=True)
def locate_edges(arcs: Hierarchy, rank: Int32Array, edge_tail: Int32Array, edge_head: Int32Array) -> Roads:
    """Sort road edges by the arc that they lie on; loops are left out. O(edges log degree)."""
    n = arcs.first.size - 1
    first = np.zeros(n + 1, np.int64)
    for e in range(edge_tail.size):
        if edge_tail[e] != edge_head[e]:
            first[min(rank[edge_tail[e]], rank[edge_head[e]]) + 1] += 1
    for v in range(n):
        first[v + 1] += first[v]
    place = first[:-1].copy()
    edge = np.empty(first[n], np.int32)
    slot = np.empty(first[n], np.int32)
    for e in range(edge_tail.size):
        u, v = rank[edge_tail[e]], rank[edge_head[e]]
        if u == v:
            continue
        low = min(u, v)
        begin = arcs.first[low]
        arc = begin + np.searchsorted(arcs.head[begin : arcs.first[low + 1]], max(u, v))
        edge[place[low]] = e
        slot[place[low]] = 2 * arc + (1 if u > v else 0)
        place[low] += 1
    return Roads(first, edge, slot)


@njit(cache=True, nogil=True)
def load_times(arcs: Hierarchy, roads: Roads, weights: Weights, lo: Index, hi: Index) -> None:
    """Set the arcs of nodes ``lo:hi`` to their fastest road edge, or inf. O(arcs + edges)."""
    up, down = weights.up, weights.down
    up[arcs.first[lo] : arcs.first[hi]] = np.inf
    down[arcs.first[lo] : arcs.first[hi]] = np.inf
    for i in range(roads.first[lo], roads.first[hi]):
        a = roads.slot[i] >> 1
        t = np.float32(weights.time_s[roads.edge[i]])
        if roads.slot[i] & 1:
            down[a] = min(down[a], t)
        else:
            up[a] = min(up[a], t)


@njit(cache=True, nogil=True)
def pull_triangles(
    arcs: Hierarchy, weights: Weights, lo: Index, hi: Index, below: Index, above: Index
) -> None:
    """Relax the arcs of nodes ``lo:hi`` over their lower triangles whose lowest node is in ``below:above``.

    For x < y < z: up(y, z) = min(up(y, z), down(x, y) + up(x, z)), and the same with the directions
    swapped; the arcs of x must be final. Dibbelt, Strasser and Wagner (2016), section 5. O(triangles).
    """
    first, head, down_first = arcs.first, arcs.head, arcs.down_first
    position = np.empty(first.size - 1, np.int32)
    for y in range(lo, hi):
        for a in range(first[y], first[y + 1]):
            position[head[a]] = a
        for i in range(down_first[y], down_first[y + 1]):
            x = arcs.down_tail[i]
            if x >= above:
                break
            a = arcs.down_arc[i]
            x_to_y, y_to_x = weights.up[a], weights.down[a]
            if x >= below and min(x_to_y, y_to_x) < np.inf:
                _relax(head, weights, position, a + 1, first[x + 1], x_to_y, y_to_x)


@njit(cache=True, nogil=True)
def _relax(
    head: Int32Array,
    weights: Weights,
    position: Int32Array,
    begin: Index,
    end: Index,
    x_to_y: Seconds,
    y_to_x: Seconds,
) -> None:
    """Relax the arcs of y over the arcs ``begin:end`` of x. O(end - begin).

    All of them lead to upper neighbours of y as well; where those are a run of the arcs of y, as in most
    large triangles, the loop needs no look-up and vectorises.
    """
    count = end - begin
    if count == 0:
        return
    up, down = weights.up, weights.down
    b = position[head[begin]]
    if position[head[end - 1]] - b == count - 1:
        up_x, up_y = up[begin:end], up[b : b + count]
        for k in range(count):
            up_y[k] = min(up_y[k], y_to_x + up_x[k])
        down_x, down_y = down[begin:end], down[b : b + count]
        for k in range(count):
            down_y[k] = min(down_y[k], x_to_y + down_x[k])
        return
    for a in range(begin, end):
        b = position[head[a]]
        up[b] = min(up[b], y_to_x + up[a])
        down[b] = min(down[b], x_to_y + down[a])
