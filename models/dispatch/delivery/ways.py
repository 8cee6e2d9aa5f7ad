"""Shortest driving between all places, by way of others where that is shorter."""

import numpy as np

from dss.arrays import FloatArray


def shortest_ways(travel_s: FloatArray) -> FloatArray:
    """Return the least seconds from place to place by any ways, shape (kinds, p, p); O(kinds p^3).

    Floyd (1962) and Warshall (1962), a row of NumPy at a time.
    """
    ways = travel_s.copy()
    places = np.arange(ways.shape[1])
    ways[:, places, places] = 0.0
    for by in places:
        np.minimum(ways, ways[:, :, by, None] + ways[:, None, by, :], out=ways)
    return ways
