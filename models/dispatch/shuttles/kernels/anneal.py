"""Simulated annealing of shuttles: trips move within and between ambulances.

Trips stand in rows, one for each ambulance, in the order in which it makes them.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, IntArray, UIntArray
from models.chance import Whole, below, unit

HOT: Final = 0.3
"""Temperature at first, as a share of the mean cost of a trip."""
COLD: Final = 1e-4
"""Temperature at last, as a share of the first."""


class Work(NamedTuple):
    """The problem: arrays as in ``Shuttles``; trips by incident, hospital, weight, limit, carrying time."""

    ready: FloatArray
    by: FloatArray
    come: FloatArray
    back: FloatArray
    incident: IntArray
    hospital: IntArray
    weight: FloatArray
    limit: FloatArray
    carry: FloatArray
    left: FloatArray
    hand_over: float
    late: float


class Lists(NamedTuple):
    """Trips by ambulance: ``trip`` (a, t), ``trips`` (a,), how many."""

    trip: IntArray
    trips: IntArray


@njit(cache=True, nogil=True)
def cost_of(work: Work, lists: Lists, a: Whole) -> float:
    """Return what the trips of an ambulance cost; those that would be too late count as left."""
    time, at, total = work.ready[a], -1, 0.0
    for x in range(lists.trips[a]):
        t = lists.trip[a, x]
        i = work.incident[t]
        arrive = time + (work.come[a, i] if at < 0 else work.back[at, i]) + work.carry[t]
        if arrive <= work.by[a]:
            total += work.weight[t] * (arrive + work.late * max(0.0, arrive - work.limit[t]))
            time, at = arrive + work.hand_over, work.hospital[t]
        else:
            total += work.left[t]
    return total


@njit(cache=True, nogil=True)
def _take(lists: Lists, a: Whole, x: Whole) -> int:
    t = lists.trip[a, x]
    for y in range(x, lists.trips[a] - 1):
        lists.trip[a, y] = lists.trip[a, y + 1]
    lists.trips[a] -= 1
    return int(t)


@njit(cache=True, nogil=True)
def _put(lists: Lists, a: Whole, x: Whole, t: Whole) -> None:
    for y in range(lists.trips[a], x, -1):
        lists.trip[a, y] = lists.trip[a, y - 1]
    lists.trip[a, x] = t
    lists.trips[a] += 1


@njit(cache=True, nogil=True)
def anneal(work: Work, lists: Lists, best: Lists, chance: UIntArray, heat: FloatArray, steps: int) -> float:
    """Search for some steps while it cools from ``heat[0]`` to ``heat[1]``; return the best cost.

    ``lists`` is where the search stands, ``best`` the best found; both are written. O(steps * trips of an
    ambulance).
    """
    ambulances = lists.trips.size
    costs = np.empty(ambulances)
    least = 0.0
    for k in range(ambulances):
        costs[k] = cost_of(work, lists, k)
        least += cost_of(work, best, k)
    now = costs.sum()
    cooling = (heat[1] / heat[0]) ** (1.0 / max(steps, 1))
    temperature = heat[0]
    for _ in range(steps):
        temperature *= cooling
        a: Whole = below(chance, ambulances)
        b: Whole = below(chance, ambulances)
        if lists.trips[a] == 0:
            continue
        x = below(chance, lists.trips[a])
        swap = a != b and lists.trips[b] > 0 and unit(chance) < 0.5
        y = below(chance, lists.trips[b] + (0 if swap or a == b else 1))
        if swap:
            lists.trip[a, x], lists.trip[b, y] = lists.trip[b, y], lists.trip[a, x]
        else:
            _put(lists, b, y, _take(lists, a, x))
        new_a, new_b = cost_of(work, lists, a), cost_of(work, lists, b)
        change = new_a - costs[a] + (new_b - costs[b] if a != b else 0.0)
        if change <= 0 or unit(chance) < np.exp(-change / temperature):
            costs[a], costs[b] = new_a, new_b
            now += change
            if now < least - 1e-6:
                least = now
                best.trip[:], best.trips[:] = lists.trip, lists.trips
        elif swap:
            lists.trip[a, x], lists.trip[b, y] = lists.trip[b, y], lists.trip[a, x]
        else:
            _put(lists, a, x, _take(lists, b, y))
    return float(least)
