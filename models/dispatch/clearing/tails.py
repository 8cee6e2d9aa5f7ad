"""What a state loses at least from its moment on, by prices summed to the end.

Index names: ``k`` crews, ``b`` roads, ``i`` ends of intervals, ``w`` waits of one road for another.
"""

from typing import NamedTuple

import numba as nb
import numpy as np

from dss.arrays import FloatArray, IntArray


class Tails(NamedTuple):
    """Prices summed from each moment to the end of prices, and the least F_b from each moment on.

    Parameters
    ----------
    edges_s
        Ends of intervals, shape (i,).
    loss, crew
        Of sum_p A_pi - K c_i and of crew prices, shape (i,).
    granted
        Of tolls less what it is worth that others are open before, shape (b, i).
    before, behind, reach
        Roads that others wait for, with these, shape (w,), and what that is worth, shape (w, i).
    moments_s, least
        Where F_b bends, endless where it does not, and the least from there on, shape (b, c).
    work_s, soon_s, way_s
        Least work, soonest opening and least way to each road, shape (b,).
    """

    edges_s: FloatArray
    loss: FloatArray
    crew: FloatArray
    granted: FloatArray
    before: IntArray
    behind: IntArray
    reach: FloatArray
    moments_s: FloatArray
    least: FloatArray
    work_s: FloatArray
    soon_s: FloatArray
    way_s: FloatArray


@nb.njit(cache=True)
def _rest(edges_s: FloatArray, tail: FloatArray, at_s: float) -> float:
    """Return a tail at a moment, linear between the ends of intervals."""
    if at_s >= edges_s[-1]:
        return 0.0
    if at_s <= 0:
        return float(tail[0])
    i = np.searchsorted(edges_s, at_s)
    share = (edges_s[i] - at_s) / (edges_s[i] - edges_s[i - 1])
    return float(tail[i] + share * (tail[i - 1] - tail[i]))


@nb.njit(cache=True)
def _worth(tails: Tails, b: int, open_s: float, now_s: float) -> float:
    """Return F_b from now on, of a road that opens at some moment."""
    edges_s = tails.edges_s
    value = _rest(edges_s, tails.crew, max(open_s - tails.work_s[b], now_s))
    value -= _rest(edges_s, tails.crew, max(open_s, now_s))
    value -= _rest(edges_s, tails.granted[b], max(open_s, now_s))
    for w in range(tails.before.size):
        if tails.before[w] == b:
            value -= _rest(edges_s, tails.reach[w], max(open_s + tails.work_s[tails.behind[w]], now_s))
    return value


@nb.njit(cache=True)
def _least_worth(tails: Tails, b: int, from_s: float) -> float:
    """Return the least F_b of a road that is not begun, opened at ``from_s`` or later."""
    i = np.searchsorted(tails.moments_s[b], from_s)
    value = _worth(tails, b, from_s, 0.0)
    return min(value, tails.least[b, i]) if i < tails.least.shape[1] else value


@nb.njit(cache=True)
def sure_loss(tails: Tails, state: tuple[float, float, int], road: IntArray, done_s: FloatArray) -> float:
    """Return what a state loses at least in all: until now, and from now on by prices."""
    now_s, lost, opened = state
    value = lost + _rest(tails.edges_s, tails.loss, now_s)
    for b in range(tails.work_s.size):
        if np.isinf(tails.soon_s[b]):
            continue
        if opened >> b & 1:
            value += _worth(tails, b, 0.0, now_s)
            continue
        open_s = -1.0
        for k in range(road.size):
            if road[k] == b:
                open_s = done_s[k]
        if open_s >= 0:
            value += _worth(tails, b, open_s, now_s)
        else:
            value += _least_worth(tails, b, max(now_s + tails.work_s[b], tails.soon_s[b]))
    return value
