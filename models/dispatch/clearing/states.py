"""States between which crews decide, and what can be read off them.

A state stands right after a road has opened. Its row holds for each crew the road it is on or was on last, -1
before the first, when it set off there, and when it is done; crews that are done are idle.

Index names: ``n`` states, ``k`` crews, ``b`` roads.
"""

from typing import NamedTuple

import numba as nb
import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.clearing.kernel import Ground, onward_by_open_roads, open_in_place, people_gain
from models.dispatch.clearing.tails import Tails


class States(NamedTuple):
    """Rows of states.

    Parameters
    ----------
    now_s, lost, sure
        The moment, what is lost until then, and what is lost in all at least, shape (n,).
    opened
        Open roads as bits, shape (n,).
    road, depart_s, done_s
        Of each crew, shape (n, k).
    parent
        Row in the layer before, shape (n,).
    """

    now_s: FloatArray
    lost: FloatArray
    sure: FloatArray
    opened: IntArray
    road: IntArray
    depart_s: FloatArray
    done_s: FloatArray
    parent: IntArray


@nb.njit(cache=True)
def is_done(layer: States, n: int) -> BoolArray:
    """Return which crews have no work: their road is open, or they have had none."""
    found = np.empty(layer.road.shape[1], np.bool_)
    for k in range(found.size):
        b = layer.road[n, k]
        found[k] = b < 0 or layer.opened[n] >> b & 1
    return found


@nb.njit(cache=True)
def left_of(tails: Tails, layer: States, n: int) -> IntArray:
    """Return the roads that nobody has begun."""
    begun = layer.opened[n]
    for k in range(layer.road.shape[1]):
        if layer.road[n, k] >= 0:
            begun |= 1 << layer.road[n, k]
    return np.array([b for b in np.flatnonzero(np.isfinite(tails.soon_s)) if not begun >> b & 1], np.int64)


@nb.njit(cache=True)
def rate_of(ground: Ground, opened: int, between_s: FloatArray) -> float:
    """Return what people lose a second with some roads open, and open them in ``between_s``."""
    onward_s, way_s = onward_by_open_roads(ground), ground.before_s.copy()
    for b in range(ground.clear_s.size):
        if opened >> b & 1:
            people_gain(ground, between_s, b, onward_s, way_s)
            open_in_place(between_s, ground.pass_s, b)
    return max(float((ground.persons * (way_s - ground.after_s)).sum()), 0.0)
