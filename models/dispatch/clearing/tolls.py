"""Shortest ways of people over blocked roads with tolls, in one kernel.

Index names: ``r`` places that gain, ``h`` pairs of a place and a road that may help it, ``i`` intervals of
time, ``k`` ends of the roads that may help one place, counted from 0.
"""

import numba as nb
import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.clearing.kernel import Ground


@nb.njit(cache=True)
def least_ways(
    ground: Ground, to_end_s: FloatArray, first: IntArray, road: IntArray, toll_s: FloatArray
) -> tuple[FloatArray, BoolArray]:
    """Return the shortest way of each place in each interval, tolls counted, and the roads it uses.

    Parameters
    ----------
    to_end_s
        Seconds from places that gain to ends by open roads, shape (r, 2 b).
    first, road
        The roads that may help place r stand in ``first[r]:first[r + 1]`` of ``road``, shape (h,).
    toll_s
        What using the road costs the place more, shape (h, i).

    Returns
    -------
    Seconds, at most ``before_s``, shape (r, i); whether the way uses the road, shape (h, i).

    Notes
    -----
    Dijkstra (1959) from the services, by a matrix of seconds: O(n^2) for n roads that may help.
    """
    places, intervals = to_end_s.shape[0], toll_s.shape[1]
    least_s = np.empty((places, intervals))
    used = np.zeros(toll_s.shape, np.bool_)
    for r in range(places):
        own = road[first[r] : first[r + 1]]
        for i in range(intervals):
            left_s, after = _ways_on(ground, own, toll_s[first[r] : first[r + 1], i])
            least_s[r, i], k = ground.before_s[r], -1
            for start in range(left_s.size):
                found_s = to_end_s[r, 2 * own[start // 2] + start % 2] + left_s[start]
                if found_s < least_s[r, i]:
                    least_s[r, i], k = found_s, start
            while k >= 0 and after[k] >= 0:
                used[first[r] + after[k] // 2, i] = True
                k = after[k] ^ 1
    return least_s, used


@nb.njit(cache=True)
def _ways_on(ground: Ground, own: IntArray, toll_s: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the seconds from each end to a service, and the end of the next road, -1 for none."""
    ends = 2 * own.size
    left_s, after, settled = np.empty(ends), np.full(ends, -1), np.zeros(ends, np.bool_)
    for k in range(ends):
        left_s[k] = ground.to_service_s[2 * own[k // 2] + k % 2]
    for _ in range(ends):
        best = -1
        for k in range(ends):
            if not settled[k] and (best < 0 or left_s[k] < left_s[best]):
                best = k
        if np.isinf(left_s[best]):
            break
        settled[best] = True
        enter = best ^ 1
        across_s = left_s[best] + ground.pass_s[own[enter // 2], enter % 2] + toll_s[enter // 2]
        at = 2 * own[enter // 2] + enter % 2
        for k in range(ends):
            found_s = ground.between_s[2 * own[k // 2] + k % 2, at] + across_s
            if not settled[k] and found_s < left_s[k]:
                left_s[k], after[k] = found_s, enter
    return left_s, after
