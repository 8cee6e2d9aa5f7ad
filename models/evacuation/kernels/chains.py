"""Drop nodes that lead nowhere; join arcs through nodes without a junction.

Index names: ``u, v`` nodes, ``a`` arcs.
"""

import numba as nb
import numpy as np

from dss.arrays import BoolArray, IntArray


@nb.njit(cache=True)
def nodes_left(tail: IntArray, head: IntArray, source: BoolArray, goal: BoolArray) -> BoolArray:
    """Return the nodes on some way from a source to a goal, without dead ends, shape (n,). O(n + k)."""
    n = source.size
    forward = _spread(tail, head, source)
    backward = _spread(head, tail, goal)
    kept = forward & backward
    # a node with one neighbour leads back to where one came from
    degree, other = _neighbours(tail, head, kept)
    queue = [v for v in range(n) if kept[v] and degree[v] <= 1 and not source[v] and not goal[v]]
    while len(queue) > 0:
        v = queue.pop()
        if not kept[v]:
            continue
        kept[v] = False
        if degree[v] == 1:
            u = other[v]
            degree[u] -= 1
            other[u] ^= v
            if kept[u] and degree[u] <= 1 and not source[u] and not goal[u]:
                queue.append(u)
    return kept


@nb.njit(cache=True)
def _spread(tail: IntArray, head: IntArray, start: BoolArray) -> BoolArray:
    first, order = arcs_by_node(tail, start.size)
    seen = start.copy()
    stack = [v for v in range(start.size) if start[v]]
    while len(stack) > 0:
        u = stack.pop()
        for p in range(first[u], first[u + 1]):
            v = head[order[p]]
            if not seen[v]:
                seen[v] = True
                stack.append(v)
    return seen


@nb.njit(cache=True)
def arcs_by_node(node: IntArray, n: int) -> tuple[IntArray, IntArray]:
    """Return where each of n nodes' arcs begin, shape (n + 1,), and the arcs in that order."""
    first = np.zeros(n + 1, dtype=np.int64)
    for v in node:
        first[v + 1] += 1
    first = np.cumsum(first)
    place = first[:-1].copy()
    order = np.empty(node.size, dtype=np.int64)
    for a in range(node.size):
        order[place[node[a]]] = a
        place[node[a]] += 1
    return first, order


@nb.njit(cache=True)
def _neighbours(tail: IntArray, head: IntArray, kept: BoolArray) -> tuple[IntArray, IntArray]:
    """Return how many different neighbours each kept node has, and the exclusive or of them."""
    n = kept.size
    pairs = set()
    degree = np.zeros(n, dtype=np.int64)
    other = np.zeros(n, dtype=np.int64)
    for a in range(tail.size):
        u, v = tail[a], head[a]
        if u == v or not kept[u] or not kept[v]:
            continue
        low, high = min(u, v), max(u, v)
        if (low, high) in pairs:
            continue
        pairs.add((low, high))
        degree[low] += 1
        degree[high] += 1
        other[low] ^= high
        other[high] ^= low
    return degree, other


@nb.njit(cache=True)
def joined_chains(
    tail: IntArray, head: IntArray, offsets: IntArray, arc: IntArray, kept: BoolArray, fixed: BoolArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return the arcs between kept nodes, those through a node without a junction as one. O(n + k).

    ``offsets`` (k + 1,) and ``arc`` name the original arcs behind each arc; so does what is returned.
    """
    n = kept.size
    through = _without_junction(tail, head, kept, fixed)
    first, order = arcs_by_node(tail, n)
    new_tail, new_head, new_offsets = [0], [0], [0]
    new_arc = [0]
    new_tail.pop(), new_head.pop(), new_arc.pop()
    for a in range(tail.size):
        if not (kept[tail[a]] and kept[head[a]]) or tail[a] == head[a] or through[tail[a]]:
            continue
        length = len(new_arc)
        at, came = a, tail[a]
        while True:
            new_arc.extend(arc[offsets[at] : offsets[at + 1]])
            if not through[head[at]]:
                break
            following = _onward((first, order), head, kept, (came, head[at]))
            if following < 0:
                break
            came, at = head[at], following
        if through[head[at]] or head[at] == tail[a]:
            while len(new_arc) > length:  # it ends nowhere, or where it began
                new_arc.pop()
            continue
        new_tail.append(tail[a])
        new_head.append(head[at])
        new_offsets.append(len(new_arc))
    return np.array(new_tail), np.array(new_head), np.array(new_offsets), np.array(new_arc)


@nb.njit(cache=True)
def _onward(
    by_node: tuple[IntArray, IntArray], head: IntArray, kept: BoolArray, step: tuple[int, int]
) -> int:
    """Return the arc that leads on from a node, not back to where one came from; -1 where none does."""
    first, order = by_node
    came, v = step
    following = -1
    for p in range(first[v], first[v + 1]):
        b = order[p]
        if kept[head[b]] and head[b] != came and head[b] != v:
            following = b
    return following


@nb.njit(cache=True)
def _without_junction(tail: IntArray, head: IntArray, kept: BoolArray, fixed: BoolArray) -> BoolArray:
    """Return the nodes with two neighbours and no more than one arc to and from each, shape (n,)."""
    degree, _ = _neighbours(tail, head, kept)
    through = kept & ~fixed & (degree == 2)
    seen = set()
    for a in range(tail.size):
        u, v = tail[a], head[a]
        if u == v or not kept[u] or not kept[v]:
            continue
        if (u, v) in seen:
            through[u] = False
            through[v] = False
        seen.add((u, v))
    return through
