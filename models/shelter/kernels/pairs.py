"""The best split of the zones of two shelters between them, by dynamic programming over the load of one."""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, IntArray
from models.shelter.kernels.anneal import Ways


class Pair(NamedTuple):
    """Zones that could be at either of two shelters j and k.

    ``zone``, ``to_j`` and ``to_k`` (their ways) and ``size``, shape (items,); ``fixed_j`` and ``fixed_k``
    persons who stay; ``excess`` persons above both capacities now.
    """

    zone: IntArray
    to_j: IntArray
    to_k: IntArray
    size: IntArray
    fixed_j: int
    fixed_k: int
    excess: int


@njit(cache=True, nogil=True)
def _excess(load: int, capacity: int) -> int:
    return load - capacity if load > capacity else 0


@njit(cache=True, nogil=True)
def _other_way(ways: Ways, reduced: FloatArray, z: int, site: int, most: float) -> int:
    """Return the way of zone z to a site, or the end of its ways where it has none of such a reduced cost."""
    for w in range(ways.start[z], ways.start[z + 1]):
        if reduced[w] > most:
            break
        if ways.site[w] == site:
            return w
    return ways.start[z + 1]


@njit(cache=True, nogil=True)
def _lost(
    ways: Ways, reduced: FloatArray, price: FloatArray, at: IntArray, load: int, members: IntArray, j: int
) -> float:
    """Return what the zones at a shelter and its empty places lose against the prices."""
    lost = price[j] * max(ways.capacity[j] - load, 0)
    for z in members:
        lost += reduced[at[z]]
    return lost


@njit(cache=True, nogil=True)
def _gather(
    ways: Ways,
    reduced: FloatArray,
    at: IntArray,
    load: IntArray,
    members: IntArray,
    j: int,
    k: int,
    most: float,
) -> Pair:
    zone, to_j = np.empty(members.size, dtype=np.int64), np.empty(members.size, dtype=np.int64)
    to_k, items, fixed_j, fixed_k = np.empty(members.size, dtype=np.int64), 0, load[j], load[k]
    for z in members:
        here_j = ways.site[at[z]] == j
        w = _other_way(ways, reduced, z, k if here_j else j, most)
        if w == ways.start[z + 1]:
            continue
        zone[items] = z
        to_j[items], to_k[items] = (at[z], w) if here_j else (w, at[z])
        items += 1
        if here_j:
            fixed_j -= ways.size[z]
        else:
            fixed_k -= ways.size[z]
    excess = _excess(load[j], ways.capacity[j]) + _excess(load[k], ways.capacity[k])
    zone = zone[:items]
    return Pair(zone, to_j[:items], to_k[:items], ways.size[zone], fixed_j, fixed_k, excess)


@njit(cache=True, nogil=True)
def _split(ways: Ways, at: IntArray, pair: Pair, room_j: int, room_k: int, excess_price: float) -> int:
    """Send each zone of a pair its better way, if that is better; return the persons among them at j.

    ``room_j`` and ``room_k`` are places beside those who stay. O(zones of the pair x capacity).
    """
    items, total = pair.zone.size, pair.size.sum()
    gain = ways.cost[pair.to_j] - ways.cost[pair.to_k]
    most = min(total, max(room_j + pair.excess, 0))
    value = np.full(most + 1, np.inf)
    value[0] = 0.0
    taken = np.zeros((items, most + 1), dtype=np.bool_)
    now, load_now = excess_price * pair.excess, 0
    for i in range(items):
        s = pair.size[i]
        for x in range(most, s - 1, -1):
            if value[x - s] + gain[i] < value[x]:
                value[x] = value[x - s] + gain[i]
                taken[i, x] = True
        if at[pair.zone[i]] == pair.to_j[i]:
            now += gain[i]
            load_now += s
    for x in range(most + 1):
        value[x] += excess_price * (_excess(x, room_j) + _excess(total - x, room_k))
    x = int(np.argmin(value))
    if value[x] >= now - 1e-9 * abs(now):
        return load_now
    load = x
    for i in range(items - 1, -1, -1):
        at[pair.zone[i]] = pair.to_j[i] if taken[i, x] else pair.to_k[i]
        x -= pair.size[i] if taken[i, x] else 0
    return load


@njit(cache=True, nogil=True)
def split_pairs(
    ways: Ways, reduced: FloatArray, price: FloatArray, at: IntArray, pairs: IntArray, excess_price: float
) -> IntArray:
    """Split the zones of each pair of shelters anew, the pairs in turn, where that is better.

    Parameters
    ----------
    reduced
        Reduced cost of each way, shape (ways,); a zone whose other way has more than the pair loses stays.
    price
        Of each site, shape (sites,).
    at
        Way of each zone, shape (zones,).
    pairs
        Shape (pairs, 2).
    excess_price
        What a person above a capacity costs.

    Returns
    -------
    Way of each zone, shape (zones,).

    Notes
    -----
    O(zones + zones of the pair x capacity) for each pair.
    """
    at, capacity = at.copy(), ways.capacity
    load = np.zeros(capacity.size, dtype=np.int64)
    for z in range(at.size):
        load[ways.site[at[z]]] += ways.size[z]
    for p in range(pairs.shape[0]):
        j, k = pairs[p, 0], pairs[p, 1]
        place = ways.site[at]
        at_j, at_k = np.flatnonzero(place == j), np.flatnonzero(place == k)
        lost = _lost(ways, reduced, price, at, load[j], at_j, j)
        lost += _lost(ways, reduced, price, at, load[k], at_k, k)
        lost += excess_price * (_excess(load[j], capacity[j]) + _excess(load[k], capacity[k]))
        members = np.concatenate((at_j, at_k))
        pair = _gather(ways, reduced, at, load, members, j, k, lost)
        if pair.zone.size < 2:
            continue
        room_j, room_k = capacity[j] - pair.fixed_j, capacity[k] - pair.fixed_k
        here = _split(ways, at, pair, room_j, room_k, excess_price)
        load[j] = pair.fixed_j + here
        load[k] = pair.fixed_k + pair.size.sum() - here
    return at
