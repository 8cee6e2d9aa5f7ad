"""A queue of nodes by key, smallest first, whose keys may fall while they wait (a binary heap).

``queue.node[:size]`` is the heap, ``queue.place[v]`` where v stands in it: ABSENT before it came, DONE after
it left. The size is handed in and out, because a tuple of arrays cannot hold a number that changes.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, Int32Array

ABSENT: Final = -1
DONE: Final = -2


class Queue(NamedTuple):
    """Heap of nodes, place of each node in it, key of each node; shapes (n nodes,)."""

    node: Int32Array
    place: Int32Array
    key: FloatArray


@njit(cache=True, nogil=True)
def make_queue(n_nodes: int) -> Queue:
    """Return an empty queue in which every key is inf. O(n nodes)."""
    return Queue(
        np.empty(n_nodes, dtype=np.int32),
        np.full(n_nodes, ABSENT, dtype=np.int32),
        np.full(n_nodes, np.inf),
    )


@njit(cache=True, nogil=True)
def lower(queue: Queue, size: int, v: int, key: float) -> int:
    """Put node v in, or lower its key; return the new size. The key must be below the old one. O(log n)."""
    if queue.place[v] < 0:
        queue.place[v] = size
        size += 1
    queue.key[v] = key
    at = queue.place[v]
    while at > 0:
        above = (at - 1) // 2
        u = queue.node[above]
        if queue.key[u] <= key:
            break
        queue.node[at] = u
        queue.place[u] = at
        at = above
    queue.node[at] = v
    queue.place[v] = at
    return size


@njit(cache=True, nogil=True)
def take_first(queue: Queue, size: int) -> tuple[int, int]:
    """Take out the node with the smallest key; return it and the new size, which was at least 1. O(log n)."""
    first = queue.node[0]
    queue.place[first] = DONE
    size -= 1
    if size == 0:
        return first, size
    v = queue.node[size]
    at = 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and queue.key[queue.node[below + 1]] < queue.key[queue.node[below]]:
            below += 1
        u = queue.node[below]
        if queue.key[u] >= queue.key[v]:
            break
        queue.node[at] = u
        queue.place[u] = at
        at = below
    queue.node[at] = v
    queue.place[v] = at
    return first, size


@njit(cache=True, nogil=True)
def forget(queue: Queue, touched: Int32Array, count: int) -> None:
    """Empty a queue whose touched nodes are known. O(count)."""
    for i in range(count):
        queue.place[touched[i]] = ABSENT
        queue.key[touched[i]] = np.inf
