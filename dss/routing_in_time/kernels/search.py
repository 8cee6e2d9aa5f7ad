"""Earliest arrivals while roads close and open: a label-setting search on clock times."""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, Int32Array, IntArray
from dss.searching import Streets
from dss.searching.kernels.queue import DONE, Queue, forget, lower, make_queue, take_first

ROUNDING_S: Final = 1e-9
"""Being late by less than this is a rounding error of the sums."""


class Timing(NamedTuple):
    """Start of each step, (k,); seconds of each edge in each step, (n edges, k); last moment of each edge."""

    start_s: FloatArray
    time_s: FloatArray
    close_s: FloatArray


class Goals(NamedTuple):
    """How many targets lie at each node, (n nodes,), and how many a search must reach to stop."""

    at_node: Int32Array
    wanted: int


@njit(cache=True, nogil=True)
def traverse(timing: Timing, e: int, ready_s: float) -> tuple[float, float]:
    """Return when edge e is entered by someone ready at its tail, and when it is left; inf, inf if never.

    Progress is made at the speed of each step in turn; an edge that closes under way is not entered, one
    waits at its tail until it opens again. O(k).
    """
    starts, times = timing.start_s, timing.time_s[e]
    last = starts.size - 1
    step = np.searchsorted(starts, ready_s, side="right") - 1
    enter_s = ready_s
    while True:
        while times[step] == np.inf:
            if step == last:
                return np.inf, np.inf
            step += 1
            enter_s = starts[step]
        now_s, left = enter_s, 1.0
        while True:
            end_s = starts[step + 1] if step < last else np.inf
            leave_s = now_s + left * times[step]
            if leave_s <= end_s + ROUNDING_S:
                if leave_s <= timing.close_s[e] + ROUNDING_S:
                    return enter_s, leave_s
                return np.inf, np.inf
            left -= (end_s - now_s) / times[step]
            now_s = end_s
            step += 1
            if times[step] == np.inf:
                break


@njit(cache=True, nogil=True)
def search(
    streets: Streets,
    timing: Timing,
    queue: Queue,
    via: Int32Array,
    touched: Int32Array,
    origin: int,
    depart_s: float,
    goals: Goals,
) -> int:
    """Fill the queue's keys with earliest arrivals, ``via`` with the edges they come by.

    Stops when enough targets are settled and every further node is reached later than the last of them.
    Returns how many nodes were touched. O(E (k + log n)).
    """
    size = lower(queue, 0, origin, depart_s)
    via[origin] = -1
    touched[0] = origin
    count, reached, last_s = 1, 0, np.inf
    while size > 0 and queue.key[queue.node[0]] <= last_s:
        u, size = take_first(queue, size)
        reached += goals.at_node[u]
        if goals.at_node[u] > 0 and reached >= goals.wanted:
            last_s = queue.key[u]
        for a in range(streets.first[u], streets.first[u + 1]):
            v = streets.head[a]
            if queue.place[v] == DONE:
                continue
            _, leave_s = traverse(timing, streets.edge[a], queue.key[u])
            if leave_s < queue.key[v]:
                if queue.key[v] == np.inf:
                    touched[count] = v
                    count += 1
                size = lower(queue, size, v, leave_s)
                via[v] = streets.edge[a]
    return count


@njit(cache=True, nogil=True)
def arrive_many(
    streets: Streets,
    timing: Timing,
    goals: Goals,
    origins: IntArray,
    depart_s: FloatArray,
    targets: IntArray,
    arrival_s: FloatArray,
    lo: int,
    hi: int,
) -> None:
    """Fill rows lo to hi of the arrivals; inf at targets that were not settled. O(rows E (k + log n))."""
    n_nodes = streets.first.size - 1
    queue = make_queue(n_nodes)
    via, touched = np.empty(n_nodes, dtype=np.int32), np.empty(n_nodes, dtype=np.int32)
    for i in range(lo, hi):
        count = search(streets, timing, queue, via, touched, origins[i], depart_s[i], goals)
        for j in range(targets.size):
            v = targets[j]
            arrival_s[i, j] = queue.key[v] if queue.place[v] == DONE else np.inf
        forget(queue, touched, count)


@njit(cache=True, nogil=True)
def trace(tail: Int32Array, via: Int32Array, target: int) -> Int32Array:
    """Return the edges of the path to a settled target, in the order of travel. O(path)."""
    count, v = 0, target
    while via[v] >= 0:
        count += 1
        v = tail[via[v]]
    edges = np.empty(count, dtype=np.int32)
    v = target
    for i in range(count - 1, -1, -1):
        edges[i] = via[v]
        v = tail[via[v]]
    return edges


@njit(cache=True, nogil=True)
def clock(timing: Timing, edges: Int32Array, depart_s: float) -> FloatArray:
    """Return when each edge of a path is entered and left, shape (path, 2). O(path k)."""
    times = np.empty((edges.size, 2))
    now_s = depart_s
    for i in range(edges.size):
        times[i, 0], times[i, 1] = traverse(timing, edges[i], now_s)
        now_s = times[i, 1]
    return times
