"""All orders of few roads, layer by layer: each layer has one more road open than the one before.

Index names: ``n`` states, ``k`` crews, ``b`` roads, ``x`` idle crews, ``c`` what they choose.
"""

from typing import TypeAlias

import numba as nb
import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.clearing.kernel import Ground, way_of_crew
from models.dispatch.clearing.states import States, is_done, left_of, rate_of
from models.dispatch.clearing.tails import Tails, sure_loss

Given: TypeAlias = tuple[States, int, IntArray, IntArray, FloatArray, float]
"""Layer, row, idle crews, roads nobody has begun, ways of crews to roads (k, b), loss of people a second."""


@nb.njit(cache=True)
def grow(ground: Ground, tails: Tails, parents: tuple[States, IntArray], out: States, limit: float) -> int:
    """Write the successors that may lose less than ``limit`` into ``out``; return how many, -1 if too many.

    Of rows of a layer, those of the same open roads beside each other. Each idle crew sets off to a road or
    waits for the next road to open: only where some road may be got to sooner then; everywhere else the crew
    could set off at once to the next road of its own, or to the last that anybody sets off to.
    """
    layer, rows = parents
    crews, count = layer.road.shape[1], 0
    before, rate, between_s = -1, 0.0, ground.between_s.copy()
    far_s = np.empty((crews, ground.clear_s.size))
    for row in rows:
        n = int(row)
        if layer.opened[n] != before:
            before, between_s = layer.opened[n], ground.between_s.copy()
            rate = rate_of(ground, before, between_s)
        idle = np.flatnonzero(is_done(layer, n))
        left = left_of(tails, layer, n)
        for k in idle:
            for b in left:
                far_s[k, b] = way_of_crew(ground, between_s, int(k), layer.road[n, k], int(b))
        count = _send(ground, tails, (layer, n, idle, left, far_s, rate), (out, count), limit)
        if count < 0:
            return -1
    return count


@nb.njit(cache=True)
def _send(ground: Ground, tails: Tails, given: Given, written: tuple[States, int], limit: float) -> int:
    """Write the successors of one state behind the rows written; return how many there are now."""
    layer, n, idle, left, far_s, rate = given
    out, count = written
    now_s = layer.now_s[n]
    choice = np.zeros(idle.size, np.int64)
    road, depart_s, done_s = layer.road[n].copy(), layer.depart_s[n].copy(), layer.done_s[n].copy()
    while True:
        for x in range(idle.size):
            k = idle[x]
            road[k], depart_s[k], done_s[k] = layer.road[n, k], layer.depart_s[n, k], layer.done_s[n, k]
            if choice[x] < left.size:
                road[k], depart_s[k] = left[choice[x]], now_s
                done_s[k] = now_s + far_s[k, road[k]] + ground.clear_s[road[k]]
        first = _next_open(layer.opened[n], road, done_s)
        if first >= 0 and _sensible(tails, given, choice, done_s[first]):
            lost = layer.lost[n] + rate * (done_s[first] - now_s)
            opened = layer.opened[n] | 1 << road[first]
            sure = max(sure_loss(tails, (done_s[first], lost, opened), road, done_s), layer.sure[n])
            if sure < limit and count == out.now_s.size:
                return -1
            if sure < limit:
                out.now_s[count], out.lost[count], out.sure[count] = done_s[first], lost, sure
                out.opened[count], out.parent[count] = opened, n
                out.road[count], out.depart_s[count], out.done_s[count] = road, depart_s, done_s
                count += 1
        if not _next_choice(choice, left.size):
            return count


@nb.njit(cache=True)
def _next_open(opened: int, road: IntArray, done_s: FloatArray) -> int:
    """Return the crew whose road opens next, -1 where none is at work."""
    first = -1
    for k in range(road.size):
        busy = road[k] >= 0 and not opened >> road[k] & 1
        if busy and (first < 0 or done_s[k] < done_s[first]):
            first = k
    return first


@nb.njit(cache=True)
def _next_choice(choice: IntArray, most: int) -> bool:
    """Count up, each digit from 0 to ``most``; False after the last."""
    for x in range(choice.size):
        if choice[x] < most:
            choice[x] += 1
            return True
        choice[x] = 0
    return False


@nb.njit(cache=True)
def _sensible(tails: Tails, given: Given, choice: IntArray, next_s: float) -> bool:
    """Tell whether roads are in reach, each has one crew, and crews that wait have a reason to.

    The reason is a road nobody sets off to now that somebody may get to sooner after the next road opens.
    """
    layer, n, idle, left, far_s, _ = given
    free = np.ones(left.size + 1, np.bool_)
    for x in range(idle.size):
        c = choice[x]
        if c < left.size:
            if not free[c] or np.isinf(far_s[idle[x], left[c]]):
                return False
            free[c] = False
    open_to_all = np.flatnonzero(free[:-1])
    for x in range(idle.size):
        if choice[x] == left.size and open_to_all.size:
            reason = False
            for c in open_to_all:
                soonest_s = next_s + tails.way_s[left[c]]
                reason = reason or layer.now_s[n] + far_s[idle[x], left[c]] > soonest_s
            if not reason:
                return False
    return True
