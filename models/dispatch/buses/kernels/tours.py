"""The best tours of a bus for given rewards: a dynamic programme over the units of time that are left."""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, Int32Array, IntArray


class Worth(NamedTuple):
    """What the rest of a tour is worth.

    ``from_shelter`` (units + 1, s) and ``from_point`` (units + 1, p), with that many units left;
    ``next_point`` and ``next_shelter``, same shapes, where to go then, -1 to stop or where it is too late.
    """

    from_shelter: FloatArray
    from_point: FloatArray
    next_point: Int32Array
    next_shelter: Int32Array


@njit(cache=True, nogil=True)
def worth_of_tours(shelter_units: IntArray, reward: FloatArray, units: int) -> Worth:
    """Return the best rest of a tour from everywhere with every time left, O(units * p * s).

    Parameters
    ----------
    shelter_units
        Units between pick-up points and shelters, shape (p, s), at least 1.
    reward
        Of a trip from each point to each shelter, shape (p, s).
    """
    points, shelters = shelter_units.shape
    from_shelter = np.zeros((units + 1, shelters))
    from_point = np.full((units + 1, points), -np.inf)
    next_point = np.full((units + 1, shelters), -1, dtype=np.int32)
    next_shelter = np.full((units + 1, points), -1, dtype=np.int32)
    for left in range(units + 1):
        for p in range(points):
            for s in range(shelters):
                after = left - shelter_units[p, s]
                if after >= 0 and reward[p, s] + from_shelter[after, s] > from_point[left, p]:
                    from_point[left, p] = reward[p, s] + from_shelter[after, s]
                    next_shelter[left, p] = s
        for s in range(shelters):
            for p in range(points):
                after = left - shelter_units[p, s]
                if after >= 0 and from_point[after, p] > from_shelter[left, s]:
                    from_shelter[left, s] = from_point[after, p]
                    next_point[left, s] = p
    return Worth(from_shelter, from_point, next_point, next_shelter)


@njit(cache=True, nogil=True)
def follow(worth: Worth, shelter_units: IntArray, p: int, left: int) -> tuple[IntArray, IntArray]:
    """Return the points and shelters of the best tour that is at point ``p`` with so many units left."""
    most = 2 * worth.from_shelter.shape[0]
    points, shelters = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    count = 0
    while p >= 0:
        s = worth.next_shelter[left, p]
        points[count], shelters[count] = p, s
        count += 1
        left -= shelter_units[p, s]
        p = worth.next_point[left, s]
        if p >= 0:
            left -= shelter_units[p, s]
    return points[:count], shelters[:count]
