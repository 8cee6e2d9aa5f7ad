"""States that others are as good as.

Index names: ``n``, ``m`` states, ``k``, ``q`` their crews, ``b`` roads.
"""

import numba as nb
import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.clearing.kernel import Ground, way_of_crew
from models.dispatch.clearing.states import States, is_done, left_of, rate_of
from models.dispatch.clearing.tails import Tails


@nb.njit(cache=True)
def best_rows(ground: Ground, tails: Tails, layer: States, rows: IntArray, busy: IntArray) -> BoolArray:
    """Return which rows no other row is sure to be as good as.

    ``rows`` by open roads, then by roads being cleared (``busy``, bits), then by the moment. A state is as
    good as a later one with the same roads open and begun, if all roads in work are done no later, no more is
    lost by the later moment, and its idle crews stand where the other's do. A single idle crew may also
    stand elsewhere if it could be there by then, unless the other's could have a reason to wait.
    """
    kept = np.ones(rows.size, np.bool_)
    before, rate, between_s, begin = -1, 0.0, ground.between_s.copy(), 0
    for j in range(rows.size):
        n = rows[j]
        if layer.opened[n] != before:
            before, between_s, begin = layer.opened[n], ground.between_s.copy(), j
            rate = rate_of(ground, before, between_s)
        elif busy[n] != busy[rows[j - 1]]:
            begin = j
        k = _idle_crew(layer, n)
        settles = k >= 0 and not _may_wait(ground, tails, (layer, n), k, between_s)
        for i in range(begin, j):
            m = rows[i]
            if not kept[i] or not _done_by(layer, m, n, rate):
                continue
            q = _idle_crew(layer, m) if settles else -1
            apart_s = np.inf
            if q >= 0:
                apart_s = way_of_crew(ground, between_s, q, layer.road[m, q], layer.road[n, k])
            if apart_s <= layer.now_s[n] - layer.now_s[m] or _stand_alike(ground, layer, m, n):
                kept[j] = False
                break
    return kept


@nb.njit(cache=True)
def _stand_alike(ground: Ground, layer: States, m: int, n: int) -> bool:
    """Tell whether idle crews, whichever they are, stand at the same places in two states."""
    idle_m, idle_n = is_done(layer, m), is_done(layer, n)
    taken = np.zeros(idle_m.size, np.bool_)
    for k in np.flatnonzero(idle_n):
        found = False
        for q in np.flatnonzero(idle_m):
            if found or taken[q] or layer.road[m, q] != layer.road[n, k]:
                continue
            if layer.road[n, k] >= 0 or (ground.crew_to_end_s[q] == ground.crew_to_end_s[k]).all():
                taken[q] = found = True
        if not found:
            return False
    return True


@nb.njit(cache=True)
def _done_by(layer: States, m: int, n: int, rate: float) -> bool:
    """Tell whether state m has lost no more than n by the moment of n, and its work is done no later."""
    if layer.lost[m] + rate * (layer.now_s[n] - layer.now_s[m]) > layer.lost[n]:
        return False
    for k in range(layer.road.shape[1]):
        for q in range(layer.road.shape[1]):
            later = layer.road[m, q] == layer.road[n, k] and layer.done_s[m, q] > layer.done_s[n, k]
            if later and not layer.opened[n] >> layer.road[n, k] & 1:
                return False
    return True


@nb.njit(cache=True)
def _idle_crew(layer: States, n: int) -> int:
    """Return the only idle crew of a state, -1 where there are more, or it has not been anywhere."""
    idle = np.flatnonzero(is_done(layer, n))
    if idle.size == 1 and layer.road[n, idle[0]] >= 0:
        return int(idle[0])
    return -1


@nb.njit(cache=True)
def _may_wait(ground: Ground, tails: Tails, at: tuple[States, int], k: int, between_s: FloatArray) -> bool:
    """Tell whether the idle crew of a state could have a reason to wait."""
    layer, n = at
    next_s = np.inf
    for q in range(layer.road.shape[1]):
        if q != k:
            next_s = min(next_s, layer.done_s[n, q])
    for b in left_of(tails, layer, n):
        far_s = way_of_crew(ground, between_s, k, layer.road[n, k], b)
        if layer.now_s[n] + far_s > next_s + tails.way_s[b]:
            return True
    return False
