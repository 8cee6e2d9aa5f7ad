"""The order of a small piece by least degree; neighbourhoods are 64-bit sets."""

import numpy as np
from numba import njit

from dss.arrays import Int32Array, UIntArray
from dss.routing.kernels.structure import Ground, Index

SMALL_NODES = 20
"""Pieces up to this size are ordered by least degree instead of being cut on."""


@njit(cache=True, nogil=True)
def order_small(ground: Ground, lo: Index, hi: Index) -> bool:
    """Order a small piece by least degree, its surroundings counted in.

    Return False, with nothing done, where piece and surroundings have more than 64 nodes. O(size^2).
    """
    n = hi - lo
    near = np.zeros(n, np.uint64)
    around = np.full(64, -1, np.int32)
    n_around = 0
    for i in range(n):
        ground.local[ground.order[lo + i]] = i
    for i in range(n):
        u = ground.order[lo + i]
        for a in range(ground.first[u], ground.first[u] + ground.degree[u]):
            v = ground.head[a]
            bit = ground.local[v] if ground.piece[v] == lo else n + _find(around, n_around, v)
            if bit >= 64:
                return False
            if bit == n + n_around:
                around[n_around] = v
                n_around += 1
            near[i] |= np.uint64(1) << np.uint64(bit)
    _eliminate(near, ground.order, ground.piece, lo)
    return True


@njit(cache=True, nogil=True)
def _find(around: Int32Array, count: Index, v: Index) -> Index:
    """Place of v among the first so many, or that number. O(count)."""
    for j in range(count):
        if around[j] == v:
            return j
    return count


@njit(cache=True, nogil=True)
def _eliminate(near: UIntArray, order: Int32Array, piece: Int32Array, lo: Index) -> None:
    """Eliminate by least degree; the neighbours of an eliminated node become neighbours. O(n^2)."""
    n = near.size
    nodes = order[lo : lo + n].copy()
    done = np.zeros(n, np.bool_)
    for place in range(n):
        chosen = -1
        least = 65
        for i in range(n):
            degree = 65 if done[i] else _count_bits(near[i])
            if degree < least:
                chosen, least = i, degree
        done[chosen] = True
        order[lo + place] = nodes[chosen]
        piece[nodes[chosen]] = -1
        own = np.uint64(1) << np.uint64(chosen)
        for i in range(n):
            bit = np.uint64(1) << np.uint64(i)
            if not done[i] and near[chosen] & bit:
                near[i] = (near[i] | near[chosen]) & ~(own | bit)


@njit(cache=True, nogil=True)
def _count_bits(members: np.uint64) -> int:
    """Count the members of a 64-bit set. O(members)."""
    count = 0
    while members:
        members &= members - np.uint64(1)
        count += 1
    return count
