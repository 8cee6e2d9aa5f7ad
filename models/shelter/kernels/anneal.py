"""Simulated annealing of whole zones over soft capacities.

Zones and ways as in ``Ways``: those of zone z are start[z] .. start[z + 1] - 1, the most promising first; the
last site stands for being unmet and has room for all.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, IntArray, UIntArray


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
def _next(state: UIntArray) -> np.uint64:
    """Advance a xorshift generator of 64 bits (Marsaglia 2003)."""
    x = state[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    state[0] = x
    return x


@njit(cache=True, nogil=True, inline="always")
def _below(state: UIntArray, count: int) -> int:
    """Draw a whole number from 0 to below ``count``."""
    return int((_next(state) >> np.uint64(32)) * np.uint64(count) >> np.uint64(32))


@njit(cache=True, nogil=True, inline="always")
def _unit(state: UIntArray) -> float:
    """Draw a number from (0, 1]."""
    return (float(_next(state) >> np.uint64(11)) + 1.0) / 9007199254740992.0


@njit(cache=True, nogil=True, inline="always")
def _excess(load: int, capacity: int) -> int:
    return load - capacity if load > capacity else 0


class State(NamedTuple):
    """Where zones are during an annealing.

    ``at`` way of each zone (zones,); ``load`` and ``guests``, persons and zones at each site (sites,); the
    zones at site j are ``member[first[j]]`` .. ``member[first[j] + guests[j] - 1]``, zone z in ``slot[z]``;
    ``random`` (1,).
    """

    at: IntArray
    load: IntArray
    guests: IntArray
    first: IntArray
    member: IntArray
    slot: IntArray
    random: UIntArray


@njit(cache=True, nogil=True)
def _open_state(ways: Ways, at: IntArray, seed: int) -> State:
    sites = ways.capacity.size
    first = np.zeros(sites + 1, dtype=np.int64)
    for w in range(ways.site.size):
        first[ways.site[w] + 1] += 1
    for j in range(sites):
        first[j + 1] += first[j]
    load, guests = np.zeros(sites, dtype=np.int64), np.zeros(sites, dtype=np.int64)
    member, slot = np.empty(ways.site.size, dtype=np.int64), np.empty(at.size, dtype=np.int64)
    random = np.empty(1, dtype=np.uint64)
    random[0] = np.uint64(seed) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(88172645463325252)
    if random[0] == 0:
        random[0] = np.uint64(1)
    state = State(at.copy(), load, guests, first, member, slot, random)
    for z in range(at.size):
        _enter(state, ways, z)
    return state


@njit(cache=True, nogil=True, inline="always")
def _enter(state: State, ways: Ways, z: int) -> None:
    j = ways.site[state.at[z]]
    state.load[j] += ways.size[z]
    state.slot[z] = state.first[j] + state.guests[j]
    state.member[state.slot[z]] = z
    state.guests[j] += 1


@njit(cache=True, nogil=True, inline="always")
def _leave(state: State, ways: Ways, z: int) -> None:
    j = ways.site[state.at[z]]
    state.load[j] -= ways.size[z]
    state.guests[j] -= 1
    last = state.member[state.first[j] + state.guests[j]]
    state.member[state.slot[z]] = last
    state.slot[last] = state.slot[z]


@njit(cache=True, nogil=True, inline="always")
def _dearer(state: State, ways: Ways, penalty: FloatArray, j: int, persons: int) -> float:
    """Return what the excess of a site costs more when so many persons come (or go, below 0)."""
    load, capacity = state.load[j], ways.capacity[j]
    return penalty[j] * (_excess(load + persons, capacity) - _excess(load, capacity))


@njit(cache=True, nogil=True, inline="always")
def _shift(state: State, ways: Ways, penalty: FloatArray, factor: float, z: int, w: int, most: float) -> None:
    """Send zone z its way w if that costs no more than ``most``."""
    old, size = state.at[z], ways.size[z]
    firm = _dearer(state, ways, penalty, ways.site[w], size)
    firm += _dearer(state, ways, penalty, ways.site[old], -size)
    if ways.cost[w] - ways.cost[old] + factor * firm <= most:
        _leave(state, ways, z)
        state.at[z] = w
        _enter(state, ways, z)


@njit(cache=True, nogil=True, inline="always")
def _swap(
    state: State,
    ways: Ways,
    penalty: FloatArray,
    factor: float,
    z: int,
    w: int,
    width: IntArray,
    most: float,
) -> None:
    """Send zone z its way w, and a zone drawn from there back, if that costs no more than ``most``."""
    old = state.at[z]
    j, k = ways.site[old], ways.site[w]
    y = state.member[state.first[k] + _below(state.random, state.guests[k])]
    for back in range(ways.start[y], ways.start[y] + width[y]):
        if ways.site[back] == j:
            break
    else:
        return
    more = ways.size[z] - ways.size[y]
    change = ways.cost[w] - ways.cost[old] + ways.cost[back] - ways.cost[state.at[y]]
    firm = _dearer(state, ways, penalty, k, more) + _dearer(state, ways, penalty, j, -more)
    if change + factor * firm <= most:
        state.slot[z], state.slot[y] = state.slot[y], state.slot[z]
        state.member[state.slot[z]], state.member[state.slot[y]] = z, y
        state.load[j] -= more
        state.load[k] += more
        state.at[z], state.at[y] = w, back


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
    state = _open_state(ways, at, seed)
    ratio, firmness = cooling.cold / cooling.hot, cooling.firm / cooling.soft
    temperature, factor = cooling.hot, cooling.soft
    for move in range(cooling.moves):
        if move % 1024 == 0:
            done = move / cooling.moves
            temperature = cooling.hot * ratio**done
            factor = cooling.soft * firmness**done
        z = _below(state.random, ways.size.size)
        w = ways.start[z] + _below(state.random, width[z])
        if w == state.at[z]:
            continue
        most = -temperature * np.log(_unit(state.random))
        k = ways.site[w]
        fits = state.load[k] + ways.size[z] <= ways.capacity[k]
        if state.guests[k] > 0 and _below(state.random, 8) < (2 if fits else 6):
            _swap(state, ways, cooling.penalty, factor, z, w, width, most)
        else:
            _shift(state, ways, cooling.penalty, factor, z, w, most)
    return state.at
