"""Shortest paths with costs that may be negative, by a queue of nodes to look at again."""

import numba as nb
import numpy as np

from dss.arrays import IntArray


@nb.njit(cache=True)
def residual_distances(
    first: IntArray, head: IntArray, cost: IntArray, start: IntArray, most: int
) -> IntArray:
    """Return the least cost to each node, clipped to 0 and ``most``, shape (n,).

    ``first`` (n + 1,) says where each node's arcs begin in ``head`` and ``cost``; ``start`` (n,) is what a
    node costs by itself, above ``most`` where it does not begin there. O(n k) at worst, near O(k) on road
    networks; there is no negative cycle.
    """
    n = start.size
    distance = start.copy()
    queue = np.empty(n + 1, dtype=np.int64)
    waiting = np.zeros(n, dtype=np.bool_)
    begin, end = 0, 0
    for v in range(n):
        if distance[v] <= most:
            queue[end] = v
            end += 1
            waiting[v] = True
    while begin != end:
        u = queue[begin]
        begin = begin + 1 if begin < n else 0
        waiting[u] = False
        for a in range(first[u], first[u + 1]):
            v = head[a]
            reached = distance[u] + cost[a]
            if reached < distance[v]:
                distance[v] = reached
                if not waiting[v]:
                    queue[end] = v
                    end = end + 1 if end < n else 0
                    waiting[v] = True
    return np.minimum(np.maximum(distance, 0), most)
