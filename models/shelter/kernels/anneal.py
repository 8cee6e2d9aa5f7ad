"""Simulated annealing of whole zones over soft capacities.

Zones and ways as in ``Ways``: those of zone z are start[z] .. start[z + 1] - 1, the most promising first; the
last site stands for being unmet and has room for all.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, IntArray, UIntArray
from models.chance import Whole, below, seeded, unit


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
def _excess(load: Whole, capacity: Whole) -> Whole:
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
    state = State(at.copy(), load, guests, first, member, slot, seeded(seed))
    for z in range(at.size):
        _enter(state, ways, z)
    return state


@njit(cache=True, nogil=True)
def _enter(state: State, ways: Ways, z: int) -> None:
    j = ways.site[state.at[z]]
    state.load[j] += ways.size[z]
    state.slot[z] = state.first[j] + state.guests[j]
    state.member[state.slot[z]] = z
    state.guests[j] += 1


@njit(cache=True, nogil=True, inline="always")
def _dearer(load: IntArray, capacity: IntArray, penalty: FloatArray, j: int, persons: Whole) -> float:
    """Return what the excess of a site costs more when so many persons come (or go, below 0)."""
    before, after = load[j], load[j] + persons
    return penalty[j] * (_excess(after, capacity[j]) - _excess(before, capacity[j]))


@njit(cache=True, nogil=True, inline="always")
def _move(
    guests: IntArray, first: IntArray, member: IntArray, slot: IntArray, z: Whole, j: Whole, k: Whole
) -> None:
    """Take zone z from the list of site j to that of site k."""
    guests[j] -= 1
    last = member[first[j] + guests[j]]
    member[slot[z]] = last
    slot[last] = slot[z]
    slot[z] = first[k] + guests[k]
    member[slot[z]] = z
    guests[k] += 1


@njit(cache=True, nogil=True, inline="always")
def _way_back(start: IntArray, site: IntArray, width: IntArray, y: int, j: int) -> int:
    """Return the way of zone y to site j among those it tries, or the end of them."""
    w = start[y]
    end = w + width[y]
    while w < end and site[w] != j:
        w += 1
    return w


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
    at, load, guests, first, member, slot, random = _open_state(ways, at, seed)
    penalty = cooling.penalty
    ratio, firmness = cooling.cold / cooling.hot, cooling.firm / cooling.soft
    temperature, factor = cooling.hot, cooling.soft
    for move in range(cooling.moves):
        if move % 1024 == 0:
            done = move / cooling.moves
            temperature = cooling.hot * ratio**done
            factor = cooling.soft * firmness**done
        z = below(random, size.size)
        w, old = start[z] + below(random, width[z]), at[z]
        if w == old:
            continue
        most = -temperature * np.log(unit(random))
        j, k, more = site[old], site[w], size[z]
        change = cost[w] - cost[old]
        fits = load[k] + more <= capacity[k]
        swap = guests[k] > 0 and below(random, 8) < (2 if fits else 6)
        y, back = z, old
        if swap:
            y = member[first[k] + below(random, guests[k])]
            back = _way_back(start, site, width, y, j)
            if back == start[y] + width[y]:
                continue
            change += cost[back] - cost[at[y]]
            more -= size[y]
        firm = _dearer(load, capacity, penalty, k, more) + _dearer(load, capacity, penalty, j, -more)
        if change + factor * firm > most:
            continue
        if swap:
            slot[z], slot[y] = slot[y], slot[z]
            member[slot[z]], member[slot[y]] = z, y
            at[y] = back
        else:
            _move(guests, first, member, slot, z, j, k)
        load[j] -= more
        load[k] += more
        at[z] = w
    return at
