"""The chordal supergraph of an order: which shortcuts exist, whatever the weights."""

import numpy as np
from numba import njit

from dss.arrays import Int32Array, IntArray
from dss.routing.kernels.structure import Index


@njit(cache=True, nogil=True)
def elimination_tree(first: IntArray, head: Int32Array) -> Int32Array:
    """Parent of each node in the elimination tree, -1 at roots; nodes are numbered in order.

    Liu (1986) with path compression, O(E log V).
    """
    n = first.size - 1
    parent = np.full(n, -1, np.int32)
    ancestor = np.full(n, -1, np.int32)
    for v in range(n):
        for a in range(first[v], first[v + 1]):
            u = head[a]
            while 0 <= u < v:
                above = ancestor[u]
                ancestor[u] = v
                if above < 0:
                    parent[u] = v
                u = above
    return parent


@njit(cache=True, nogil=True)
def subtree_sizes(parent: Int32Array) -> Int32Array:
    """Count the nodes in the subtree of each node, itself included. O(V)."""
    size = np.ones(parent.size, np.int32)
    for v in range(parent.size):
        if parent[v] >= 0:
            size[parent[v]] += size[v]
    return size


@njit(cache=True, nogil=True)
def post_order(parent: Int32Array) -> Int32Array:
    """Nodes of a forest, each subtree a run that ends with its root; parents follow children. O(V)."""
    n = parent.size
    size = subtree_sizes(parent)
    order = np.empty(n, np.int32)
    free = 0
    # From the roots down, each node hands the next free part of its own run to a child.
    cursor = np.empty(n, np.int32)
    for v in range(n - 1, -1, -1):
        p = parent[v]
        if p < 0:
            cursor[v] = free
            free += size[v]
        else:
            cursor[v] = cursor[p]
            cursor[p] += size[v]
        order[cursor[v] + size[v] - 1] = v
    return order


@njit(cache=True, nogil=True)
def complete(first: IntArray, head: Int32Array, parent: Int32Array) -> tuple[IntArray, Int32Array]:
    """Upward arcs of the chordal supergraph, the heads of each node ascending.

    The upward neighbours of v are its own and those of its children in the elimination tree, without v.
    O(arcs log arcs).
    """
    n = parent.size
    up_first = np.zeros(n + 1, np.int64)
    up_head = np.empty(head.size + n, np.int32)
    mark = np.full(n, -1, np.int32)
    child = np.full(n, -1, np.int32)
    sibling = np.full(n, -1, np.int32)
    for v in range(n):
        begin = up_first[v]
        if begin + n - v > up_head.size:
            up_head = np.concatenate((up_head, np.empty(up_head.size + n, np.int32)))
        mark[v] = v
        size = _collect(head[first[v] : first[v + 1]], v, mark, up_head, begin)
        c = child[v]
        while c >= 0:
            size = _collect(up_head[up_first[c] : up_first[c + 1]], v, mark, up_head, size)
            c = sibling[c]
        up_head[begin:size].sort()
        up_first[v + 1] = size
        if parent[v] >= 0:
            sibling[v] = child[parent[v]]
            child[parent[v]] = v
    return up_first, up_head[: up_first[n]].copy()


@njit(cache=True, nogil=True)
def _collect(found: Int32Array, v: Index, mark: Int32Array, up_head: Int32Array, size: Index) -> Index:
    """Append the nodes above v that v has not marked yet. O(found)."""
    for u in found:
        if u > v and mark[u] != v:
            mark[u] = v
            up_head[size] = u
            size += 1
    return size


@njit(cache=True, nogil=True)
def transpose(first: IntArray, head: Int32Array) -> tuple[IntArray, Int32Array, Int32Array]:
    """For each node its downward neighbours, ascending, and the upward arcs that come from them. O(arcs)."""
    n = first.size - 1
    down_first = np.zeros(n + 1, np.int64)
    for a in range(head.size):
        down_first[head[a] + 1] += 1
    for v in range(n):
        down_first[v + 1] += down_first[v]
    place = down_first[:-1].copy()
    down_tail = np.empty(head.size, np.int32)
    down_arc = np.empty(head.size, np.int32)
    for v in range(n):
        for a in range(first[v], first[v + 1]):
            u = head[a]
            down_tail[place[u]] = v
            down_arc[place[u]] = a
            place[u] += 1
    return down_first, down_tail, down_arc
