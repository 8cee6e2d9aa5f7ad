"""All orders of few roads, by layers of open roads, in kernels: states, what they lose at least, successors.

A state stands right after a road has opened. Its row holds for each crew the road it is on or was on last, -1
before the first, when it set off there, and when it is done; crews that are done are idle.

Index names: ``n`` states, ``k`` crews, ``b`` roads, ``i`` ends of intervals.
"""

from typing import NamedTuple, TypeAlias

import numba as nb
import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.clearing.kernel import (
    Ground,
    onward_by_open_roads,
    open_in_place,
    people_gain,
    way_of_crew,
)


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


Given: TypeAlias = tuple[States, int, IntArray, IntArray, FloatArray, float]
"""Layer, row, idle crews, roads nobody has begun, ways of crews to roads (k, b), loss of people a second."""


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
def _sure(tails: Tails, state: tuple[float, float, int], road: IntArray, done_s: FloatArray) -> float:
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


@nb.njit(cache=True)
def _rate(ground: Ground, opened: int, between_s: FloatArray) -> float:
    """Return what people lose a second with some roads open, and open them in ``between_s``."""
    onward_s, way_s = onward_by_open_roads(ground), ground.before_s.copy()
    for b in range(ground.clear_s.size):
        if opened >> b & 1:
            people_gain(ground, between_s, b, onward_s, way_s)
            open_in_place(between_s, ground.pass_s, b)
    return max(float((ground.persons * (way_s - ground.after_s)).sum()), 0.0)


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
            rate = _rate(ground, before, between_s)
        idle = np.flatnonzero(_is_done(layer, n))
        left = _left(tails, layer, n)
        for k in idle:
            for b in left:
                far_s[k, b] = way_of_crew(ground, between_s, int(k), layer.road[n, k], int(b))
        count = _send(ground, tails, (layer, n, idle, left, far_s, rate), (out, count), limit)
        if count < 0:
            return -1
    return count


@nb.njit(cache=True)
def _is_done(layer: States, n: int) -> BoolArray:
    """Return which crews have no work: their road is open, or they have had none."""
    found = np.empty(layer.road.shape[1], np.bool_)
    for k in range(found.size):
        b = layer.road[n, k]
        found[k] = b < 0 or layer.opened[n] >> b & 1
    return found


@nb.njit(cache=True)
def _left(tails: Tails, layer: States, n: int) -> IntArray:
    """Return the roads that nobody has begun."""
    begun = layer.opened[n]
    for k in range(layer.road.shape[1]):
        if layer.road[n, k] >= 0:
            begun |= 1 << layer.road[n, k]
    return np.array([b for b in np.flatnonzero(np.isfinite(tails.soon_s)) if not begun >> b & 1], np.int64)


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
            sure = max(_sure(tails, (done_s[first], lost, opened), road, done_s), layer.sure[n])
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
            rate = _rate(ground, before, between_s)
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
    idle_m, idle_n = _is_done(layer, m), _is_done(layer, n)
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
    idle = np.flatnonzero(_is_done(layer, n))
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
    for b in _left(tails, layer, n):
        far_s = way_of_crew(ground, between_s, k, layer.road[n, k], b)
        if layer.now_s[n] + far_s > next_s + tails.way_s[b]:
            return True
    return False
