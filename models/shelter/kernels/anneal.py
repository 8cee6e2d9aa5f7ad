"""Simulated annealing of whole zones over soft capacities.

Zones and ways as in ``Ways``: those of zone z are start[z] .. start[z + 1] - 1, the most promising first; the
last site stands for being unmet and has room for all.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, IntArray


class Ways(NamedTuple):
    """Where each zone can go.

    ``start`` (zones + 1,), ``site`` and ``cost`` (ways,), ``size`` (zones,), ``capacity`` (sites + 1,).
    """

    start: IntArray
    site: IntArray
    cost: FloatArray
    size: IntArray
    capacity: IntArray


class Cooling(NamedTuple):
    """How an annealing cools: from ``hot`` to ``cold`` over ``moves`` moves.

    A person above the capacity of site j costs ``penalty[j]`` times a factor that grows from ``soft`` to
    ``firm``.
    """

    moves: int
    hot: float
    cold: float
    penalty: FloatArray
    soft: float
    firm: float


@njit(cache=True, nogil=True, inline="always")
def _next(state):
    """Advance a xorshift generator of 64 bits (Marsaglia 2003)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return x


@njit(cache=True, nogil=True, inline="always")
def _below(state, count):
    """Draw a whole number from 0 to below ``count``."""
    return np.int64((_next(state) >> np.uint64(32)) * np.uint64(count) >> np.uint64(32))


@njit(cache=True, nogil=True, inline="always")
def _unit(state):
    """Draw a number from (0, 1]."""
    return (np.float64(_next(state) >> np.uint64(11)) + 1.0) / 9007199254740992.0


@njit(cache=True, nogil=True, inline="always")
def _excess(load, capacity):
    return load - capacity if load > capacity else 0


@njit(cache=True, nogil=True)
def anneal(ways: Ways, width: IntArray, at: IntArray, cooling: Cooling, seed: int) -> IntArray:
    """Return the way of each zone after shifts and swaps. O(moves * ways per zone).

    Parameters
    ----------
    width
        How many of its ways each zone tries, shape (zones,).
    at
        Way of each zone at first, shape (zones,).
    """
    start, site, cost, size, capacity = ways
    zones, sites = size.size, capacity.size
    at = at.copy()
    load = np.zeros(sites, dtype=np.int64)
    count = np.zeros(sites, dtype=np.int64)
    first = np.zeros(sites + 1, dtype=np.int64)
    for w in range(site.size):
        first[site[w] + 1] += 1
    for j in range(sites):
        first[j + 1] += first[j]
    member = np.empty(site.size, dtype=np.int64)
    slot = np.empty(zones, dtype=np.int64)
    for z in range(zones):
        j = site[at[z]]
        load[j] += size[z]
        slot[z] = first[j] + count[j]
        member[slot[z]] = z
        count[j] += 1
    state = np.array([np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(88172645463325252)])
    if state[0] == 0:
        state[0] = np.uint64(1)
    for _ in range(16):
        _next(state)
    ratio, firmness = cooling.cold / cooling.hot, cooling.firm / cooling.soft
    temperature, factor = cooling.hot, cooling.soft
    for move in range(cooling.moves):
        if move % 1024 == 0:
            done = move / cooling.moves
            temperature = cooling.hot * ratio**done
            factor = cooling.soft * firmness**done
        z = _below(state, zones)
        if width[z] < 2:
            continue
        w = start[z] + _below(state, width[z])
        old = at[z]
        if w == old:
            continue
        j, k = site[old], site[w]
        most = -temperature * np.log(_unit(state))
        s = size[z]
        change = cost[w] - cost[old]
        fits = load[k] + s <= capacity[k]
        swap = count[k] > 0 and _below(state, 8) < (2 if fits else 6)
        if not swap:
            change += factor * cooling.penalty[k] * (
                _excess(load[k] + s, capacity[k]) - _excess(load[k], capacity[k])
            ) - factor * cooling.penalty[j] * (
                _excess(load[j], capacity[j]) - _excess(load[j] - s, capacity[j])
            )
            if change > most:
                continue
            last = member[first[j] + count[j] - 1]
            member[slot[z]] = last
            slot[last] = slot[z]
            count[j] -= 1
            slot[z] = first[k] + count[k]
            member[slot[z]] = z
            count[k] += 1
            load[j] -= s
            load[k] += s
            at[z] = w
            continue
        y = member[first[k] + _below(state, count[k])]
        back = -1
        for v in range(start[y], start[y] + width[y]):
            if site[v] == j:
                back = v
                break
        if back < 0:
            continue
        d = s - size[y]
        change += (
            cost[back]
            - cost[at[y]]
            + factor * cooling.penalty[k] * (_excess(load[k] + d, capacity[k]) - _excess(load[k], capacity[k]))
            + factor * cooling.penalty[j] * (_excess(load[j] - d, capacity[j]) - _excess(load[j], capacity[j]))
        )
        if change > most:
            continue
        slot[z], slot[y] = slot[y], slot[z]
        member[slot[z]] = z
        member[slot[y]] = y
        load[j] -= d
        load[k] += d
        at[z] = w
        at[y] = back
    return at
