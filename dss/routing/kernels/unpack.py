"""Shortest paths between pairs of nodes, unpacked to road edges."""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import Float32Array, FloatArray, Int32Array, IntArray
from dss.routing.kernels.repair import find_arc
from dss.routing.kernels.structure import Hierarchy, Index, Roads, Weights


class Climb(NamedTuple):
    """Upward search from one node: seconds, inf elsewhere, and the node before each."""

    seconds: Float32Array
    before: Int32Array


@njit(cache=True, nogil=True)
def _climb(arcs: Hierarchy, weight: Float32Array, v: Index, found: Climb) -> None:
    """Search upwards from v along the elimination tree. O(arcs above v)."""
    found.seconds[v] = 0.0
    while v >= 0:
        for a in range(arcs.first[v], arcs.first[v + 1]):
            u = arcs.head[a]
            t = found.seconds[v] + weight[a]
            if t < found.seconds[u]:
                found.seconds[u] = t
                found.before[u] = v
        v = arcs.parent[v]


@njit(cache=True, nogil=True)
def _meet(forward: Climb, backward: Climb, parent: Int32Array, v: Index) -> Index:
    """Best node on the way up from v that both searches reached, or -1. O(depth)."""
    best: Index = -1
    least = np.inf
    while v >= 0:
        seconds = forward.seconds[v] + backward.seconds[v]
        if seconds < least:
            best, least = v, seconds
        v = parent[v]
    return best


@njit(cache=True, nogil=True)
def _forget(found: Climb, parent: Int32Array, v: Index) -> None:
    """Undo one upward search. O(depth)."""
    while v >= 0:
        found.seconds[v] = np.inf
        v = parent[v]


@njit(cache=True, nogil=True)
def _expand(arcs: Hierarchy, roads: Roads, weights: Weights, u: Index, v: Index) -> tuple[Index, Index]:
    """Road edge from u to v with the arc's weight, or -1 and the lower node that its shortcut runs over.

    Sums are the same float32 sums as in the customisation, so that equality finds them.
    O(triangles log degree).
    """
    rising = u < v
    low, high = min(u, v), max(u, v)
    onward, return_ = (weights.up, weights.down) if rising else (weights.down, weights.up)
    a = find_arc(arcs, low, high)
    slot = 2 * a + (0 if rising else 1)
    for i in range(roads.first[low], roads.first[low + 1]):
        if roads.slot[i] == slot and np.float32(weights.time_s[roads.edge[i]]) == onward[a]:
            return roads.edge[i], -1
    for i in range(arcs.down_first[low], arcs.down_first[low + 1]):
        leg = return_[arcs.down_arc[i]]
        if leg <= onward[a]:
            x = arcs.down_tail[i]
            c = find_arc(arcs, x, high)
            if c >= 0 and leg + onward[c] == onward[a]:
                return -1, x
    raise AssertionError  # Weights were not made by these triangles.


@njit(cache=True, nogil=True)
def _waypoints(forward: Climb, backward: Climb, s: Index, t: Index, middle: Index) -> list[np.int64]:
    """Nodes of the packed path from t back to s. O(path)."""
    rising = [np.int64(middle)]
    while rising[-1] != t:
        rising.append(np.int64(backward.before[rising[-1]]))
    nodes = rising[::-1]
    while nodes[-1] != s:
        nodes.append(np.int64(forward.before[nodes[-1]]))
    return nodes


@njit(cache=True, nogil=True)
def _unpack(
    arcs: Hierarchy, roads: Roads, weights: Weights, todo: list[np.int64], edges: list[np.int64]
) -> float:
    """Append the road edges of a packed path (last node first); return its seconds. O(path * triangles)."""
    seconds = 0.0
    u = todo.pop()
    while len(todo) > 0:
        e, x = _expand(arcs, roads, weights, u, todo[-1])
        if e < 0:
            todo.append(np.int64(x))
        else:
            edges.append(np.int64(e))
            seconds += weights.time_s[e]
            u = todo.pop()
    return seconds


@njit(cache=True, nogil=True)
def find_paths(
    arcs: Hierarchy,
    roads: Roads,
    weights: Weights,
    source: Int32Array,
    target: Int32Array,
    lo: Index,
    hi: Index,
) -> tuple[IntArray, IntArray, FloatArray]:
    """Shortest paths of the pairs ``lo:hi``: road edges one after the other, their numbers, their seconds.

    Two upward searches along the elimination tree meet in a node; each arc is replaced by its road edge or
    by the two lower arcs of its shortcut. O(arcs above both ends + path * triangles).
    """
    n = arcs.parent.size
    forward = Climb(np.full(n, np.inf, np.float32), np.empty(n, np.int32))
    backward = Climb(np.full(n, np.inf, np.float32), np.empty(n, np.int32))
    edges = [np.int64(0) for _ in range(0)]
    count = np.zeros(hi - lo, np.int64)
    seconds = np.full(hi - lo, np.inf)
    for p in range(lo, hi):
        s, t = source[p], target[p]
        _climb(arcs, weights.up, s, forward)
        _climb(arcs, weights.down, t, backward)
        middle = _meet(forward, backward, arcs.parent, s)
        if middle >= 0:
            begin = len(edges)
            seconds[p - lo] = _unpack(
                arcs, roads, weights, _waypoints(forward, backward, s, t, middle), edges
            )
            count[p - lo] = len(edges) - begin
        _forget(forward, arcs.parent, s)
        _forget(backward, arcs.parent, t)
    return np.array(edges, np.int64), count, seconds
