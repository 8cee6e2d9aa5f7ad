"""The k nearest of a set of places for every node: two sweeps that carry short lists.

Row v of ``Lists`` names the nearest places of node v known so far, seconds ascending, ties by the place's
number, each place once; free slots hold inf.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import Float32Array, Int32Array
from dss.routing.kernels.structure import Hierarchy, Index, Seconds


class Lists(NamedTuple):
    """Seconds and numbers of the nearest places, (n nodes, k) both."""

    seconds: Float32Array
    place: Int32Array


@njit(cache=True, nogil=True)
def _insert(lists: Lists, v: Index, seconds: Seconds, place: Index) -> None:
    """Put a place on the list of v unless k better ones or a faster way to it are there. O(k)."""
    times, places = lists.seconds[v], lists.place[v]
    p = times.size - 1
    if seconds > times[p] or (seconds == times[p] and place >= places[p]):
        return
    for i in range(p + 1):
        if places[i] == place and times[i] < np.inf:
            if times[i] <= seconds:
                return
            p = i
            break
    while p > 0 and (times[p - 1] > seconds or (times[p - 1] == seconds and places[p - 1] > place)):
        times[p] = times[p - 1]
        places[p] = places[p - 1]
        p -= 1
    times[p] = seconds
    places[p] = place


@njit(cache=True, nogil=True)
def _offer(lists: Lists, u: Index, v: Index, weight: np.float32) -> None:
    """Offer the list of u, ``weight`` seconds further, to v; stop at the first that is too far. O(k^2)."""
    last = lists.seconds.shape[1] - 1
    for i in range(last + 1):
        seconds = lists.seconds[u, i] + weight
        if seconds == np.inf or seconds > lists.seconds[v, last]:
            return
        _insert(lists, v, seconds, lists.place[u, i])


@njit(cache=True, nogil=True)
def start_lists(lists: Lists, ranks: Int32Array) -> None:
    """Put every place on the list of the rank where it is. O(places * k)."""
    for i in range(ranks.size):
        _insert(lists, ranks[i], np.float32(0.0), i)


@njit(cache=True, nogil=True)
def lift_lists(arcs: Hierarchy, weight: Float32Array, lists: Lists) -> None:
    """Carry all lists up the order. O(arcs above the places * k^2) at worst, mostly O(arcs)."""
    for v in range(arcs.parent.size):
        if lists.seconds[v, 0] < np.inf:
            for a in range(arcs.first[v], arcs.first[v + 1]):
                _offer(lists, v, arcs.head[a], weight[a])


@njit(cache=True, nogil=True)
def lower_lists(arcs: Hierarchy, weight: Float32Array, lists: Lists, ranks: Int32Array) -> None:
    """Carry the lists down to some ranks, ascending. O(arcs * k^2) at worst, mostly O(arcs)."""
    for i in range(ranks.size - 1, -1, -1):
        v = ranks[i]
        for a in range(arcs.first[v], arcs.first[v + 1]):
            _offer(lists, arcs.head[a], v, weight[a])
