"""The best trip of a vehicle at given prices, by a dynamic programme over its load and where it stands."""

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray

TURNS = 8
"""Visits that take no part of the load are looked at so many times in a row; more pay only in a circle."""
NEAR = 1e-9


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
def _drive_on(arrive: FloatArray, value: FloatArray, ways: FloatArray, moved: BoolArray) -> None:
    """Let ``arrive`` be the best of itself and of driving on from the stops that moved; (n,) each."""
    n = value.size
    for i in range(n):
        if moved[i] and value[i] > -np.inf:
            here = value[i]
            row = ways[i + 1, 1:]
            for j in range(n):
                there = here - row[j]
                arrive[j] = there if there > arrive[j] else arrive[j]


@njit(cache=True, nogil=True)
def _visit_for_nothing(arrive: FloatArray, value: FloatArray, reward: FloatArray, moved: BoolArray) -> bool:
    """Visit what takes up no part of the load; mark the stops that are better for it, and say if any is."""
    better = False
    for j in range(value.size):
        moved[j] = arrive[j] + reward[j, 0] > value[j] + NEAR
        if moved[j]:
            value[j] = arrive[j] + reward[j, 0]
            better = True
    return better


@njit(cache=True, nogil=True)
def best_trips(
    ways: FloatArray, reward: FloatArray, start: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the value of the best trip that ends at each stop, and the tables that led there.

    Parameters
    ----------
    ways
        Cost between places, the depot first, shape (n + 1, n + 1); inf where there is no way, and from a
        place to itself.
    reward
        What a visit earns that takes up x parts of the room, shape (n, parts + 1); -inf where it cannot.
    start
        What a trip costs before it drives.

    Returns
    -------
    Value of the best trip with each stop as its last, shape (n,), inf where visits in a circle pay without
    end; value of having visited a stop, and of arriving at one, with x parts taken up by then, both
    (parts + 1, n).

    Notes
    -----
    A stop may come again on a trip, so the values are no less than those of real trips. O(parts n^2).
    """
    n, levels = reward.shape
    value = np.full((levels, n), -np.inf)
    arrive = np.full((levels, n), -np.inf)
    end = np.full(n, -np.inf)
    moved = np.ones(n, dtype=np.bool_)
    for x in range(levels):
        arrive[x] = -start - ways[0, 1:]
        moved[:] = True
        _drive_on(arrive[x], value[x], ways, moved)
        turn = 0
        while _visit_for_nothing(arrive[x], value[x], reward, moved):
            turn += 1
            if turn > TURNS:
                end[:] = np.inf
                return end, value, arrive
            _drive_on(arrive[x], value[x], ways, moved)
        for j in range(n):
            end[j] = max(end[j], value[x, j] - ways[j + 1, 0])
            if arrive[x, j] > -np.inf:
                for more in range(1, levels - x):
                    there = arrive[x, j] + reward[j, more]
                    value[x + more, j] = max(value[x + more, j], there)
    return end, value, arrive
