"""Annealing of whole zones whose areas hang together: every move keeps each shelter's zones connected.

Zones and ways as in ``Ways``; the zones that touch zone z are ``other[first[z]] .. other[first[z + 1] - 1]``.
Being unmet, the last site, needs no connection.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import IntArray, UIntArray
from models.chance import Whole, below, seeded, unit
from models.shelter.kernels.anneal import Cooling, Ways, _dearer


class Touching(NamedTuple):
    """Which zones touch: ``first`` (zones + 1,), ``other`` (twice the pairs,)."""

    first: IntArray
    other: IntArray


@njit(cache=True, nogil=True)
def _reach(touching: Touching, place: IntArray, seen: IntArray, mark: Whole, z: Whole, without: Whole) -> int:
    """Mark the zones connected with z at its site, without one of them; return how many."""
    stack = np.empty(place.size, dtype=np.int64)
    stack[0] = z
    height, count = 1, 0
    seen[z] = mark
    while height > 0:
        height -= 1
        x = stack[height]
        count += 1
        for t in range(touching.first[x], touching.first[x + 1]):
            y = touching.other[t]
            if place[y] == place[z] and y != without and seen[y] != mark:
                seen[y] = mark
                stack[height] = y
                height += 1
    return count


@njit(cache=True, nogil=True)
def _can_leave(touching: Touching, place: IntArray, seen: IntArray, mark: Whole, z: Whole) -> bool:
    """Say whether the zones at z's site hang together without it."""
    one = -1
    for t in range(touching.first[z], touching.first[z + 1]):
        y = touching.other[t]
        if place[y] != place[z] or y == z:
            continue
        if one < 0:
            one = y
            _reach(touching, place, seen, mark, y, z)
        elif seen[y] != mark:
            return False
    return True


@njit(cache=True, nogil=True)
def _can_come(touching: Touching, place: IntArray, guests: IntArray, z: Whole, k: Whole) -> bool:
    """Say whether zone z touches the zones at site k, or would be the first."""
    if k == guests.size - 1 or guests[k] == 0:
        return True
    for t in range(touching.first[z], touching.first[z + 1]):
        if place[touching.other[t]] == k and touching.other[t] != z:
            return True
    return False


@njit(cache=True, nogil=True)
def keep_largest(ways: Ways, touching: Touching, at: IntArray) -> IntArray:
    """Return the ways when only the most populous connected part of each shelter's zones stays. O(pairs)."""
    at, place, unmet = at.copy(), ways.site[at], ways.capacity.size - 1
    seen, best, most = np.full(at.size, -1), np.full(unmet + 1, -1), np.zeros(unmet + 1, dtype=np.int64)
    for z in range(at.size):
        if place[z] < unmet and seen[z] < 0:
            _reach(touching, place, seen, z, z, -1)
    persons = np.zeros(at.size, dtype=np.int64)
    for z in range(at.size):
        if seen[z] >= 0:
            persons[seen[z]] += ways.size[z]
    for z in range(at.size):
        if seen[z] == z and persons[z] > most[place[z]]:
            most[place[z]], best[place[z]] = persons[z], z
    for z in range(at.size):
        if seen[z] != best[place[z]]:
            at[z] = _unmet_way(ways, z)
    return at


@njit(cache=True, nogil=True)
def _unmet_way(ways: Ways, z: int) -> int:
    w = ways.start[z]
    while ways.site[w] != ways.capacity.size - 1:
        w += 1
    return w


@njit(cache=True, nogil=True)
def _draw(ways: Ways, touching: Touching, place: IntArray, random: UIntArray, z: Whole) -> Whole:
    """Draw a way of zone z: mostly to where a zone that touches it is, else any."""
    near = touching.first[z + 1] - touching.first[z]
    if near > 0 and below(random, 8) > 0:
        k = place[touching.other[touching.first[z] + below(random, near)]]
        w = ways.start[z]
        while w < ways.start[z + 1] and ways.site[w] != k:
            w += 1
        return w
    return ways.start[z] + below(random, ways.start[z + 1] - ways.start[z])


@njit(cache=True, nogil=True)
def anneal_connected(ways: Ways, touching: Touching, at: IntArray, cooling: Cooling, seed: int) -> IntArray:
    """Return the way of each zone after shifts that keep areas connected. O(moves * zones of an area).

    Parameters
    ----------
    at
        Way of each zone at first, areas connected, shape (zones,).
    """
    at = at.copy()
    place, seen = ways.site[at], np.full(at.size, -1)
    load = np.zeros(ways.capacity.size, dtype=np.int64)
    guests = np.zeros(ways.capacity.size, dtype=np.int64)
    for x in range(at.size):
        load[place[x]] += ways.size[x]
        guests[place[x]] += 1
    random = seeded(seed)
    ratio, firmness = cooling.cold / cooling.hot, cooling.firm / cooling.soft
    temperature, factor = cooling.hot, cooling.soft
    for move in range(cooling.moves):
        if move % 1024 == 0:
            temperature = cooling.hot * ratio ** (move / cooling.moves)
            factor = cooling.soft * firmness ** (move / cooling.moves)
        z: Whole = below(random, at.size)
        w = _draw(ways, touching, place, random, z)
        if w == ways.start[z + 1] or w == at[z]:
            continue
        j, k, persons = place[z], ways.site[w], ways.size[z]
        firm = _dearer(load, ways.capacity, cooling.penalty, k, persons)
        firm += _dearer(load, ways.capacity, cooling.penalty, j, -persons)
        if ways.cost[w] - ways.cost[at[z]] + factor * firm > -temperature * np.log(unit(random)):
            continue
        if not _can_come(touching, place, guests, z, k):
            continue
        if j < ways.capacity.size - 1 and not _can_leave(touching, place, seen, move, z):
            continue
        at[z], place[z] = w, k
        load[j] -= persons
        load[k] += persons
        guests[j] -= 1
        guests[k] += 1
    return at


@njit(cache=True, nogil=True)
def make_room(ways: Ways, touching: Touching, at: IntArray) -> IntArray:
    """Return the ways when zones leave overfull shelters for what is cheapest, areas staying connected.

    Being unmet is the last resort. O(zones^2) at worst.
    """
    at = at.copy()
    place, seen, mark, unmet = ways.site[at], np.full(at.size, -1), 0, ways.capacity.size - 1
    load = np.zeros(unmet + 1, dtype=np.int64)
    guests = np.zeros(unmet + 1, dtype=np.int64)
    for z in range(at.size):
        load[place[z]] += ways.size[z]
        guests[place[z]] += 1
    for j in range(unmet):
        while load[j] > ways.capacity[j]:
            best_z, best_w, least = -1, -1, np.inf
            for z in range(at.size):
                if place[z] != j:
                    continue
                mark += 1
                if not _can_leave(touching, place, seen, mark, z):
                    continue
                for w in range(ways.start[z], ways.start[z + 1]):
                    k = ways.site[w]
                    dearer = (ways.cost[w] - ways.cost[at[z]]) / ways.size[z]
                    fits = load[k] + ways.size[z] <= ways.capacity[k]
                    if k != j and fits and dearer < least and _can_come(touching, place, guests, z, k):
                        best_z, best_w, least = z, w, dearer
            k = ways.site[best_w]
            load[j] -= ways.size[best_z]
            load[k] += ways.size[best_z]
            guests[j] -= 1
            guests[k] += 1
            at[best_z], place[best_z] = best_w, k
    return at
