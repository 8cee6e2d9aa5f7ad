"""Simulated annealing of bus timetables: trips move within and between buses, and to other shelters.

Trips stand in rows, one for each bus, in the order in which it makes them. What is made small is the square
of the time by which each bus is later than a bound, so that driving is spared and shared alike.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, IntArray, UIntArray
from models.chance import Whole, below, seeded, unit

DRIVING = 0.02
"""Weight of a second of driving beside a second too late."""
HOT, COLD = 0.5, 0.002
"""Temperature at first, as a share of a trip, and at last, as a share of the first."""


class Ways(NamedTuple):
    """Times of the ways: ``depot`` of each bus to points (buses, p), ``shelter`` (p, s), ``places`` (s,)."""

    depot: FloatArray
    shelter: FloatArray
    places: FloatArray


class Rows(NamedTuple):
    """Trips by bus: ``trip`` (buses, k), ``trips`` (buses,); their ``pickup``, ``shelter``, ``load`` (k,)."""

    trip: IntArray
    trips: IntArray
    pickup: IntArray
    shelter: IntArray
    load: FloatArray


@njit(cache=True, nogil=True)
def _finish(ways: Ways, rows: Rows, b: Whole) -> float:
    """Return when a bus is done."""
    time, at = 0.0, -1
    for x in range(rows.trips[b]):
        k = rows.trip[b, x]
        p, s = rows.pickup[k], rows.shelter[k]
        time += (ways.depot[b, p] if at < 0 else ways.shelter[p, at]) + ways.shelter[p, s]
        at = s
    return time


@njit(cache=True, nogil=True)
def finish_of_all(ways: Ways, rows: Rows) -> FloatArray:
    """Return when each bus is done, shape (buses,)."""
    out = np.empty(rows.trips.size)
    for b in range(rows.trips.size):
        out[b] = _finish(ways, rows, b)
    return out


@njit(cache=True, nogil=True, inline="always")
def _price(finish: float, target: float, scale: float) -> float:
    late = max(finish - target, 0.0)
    return late * late / scale + DRIVING * finish


@njit(cache=True, nogil=True)
def _take(rows: Rows, b: Whole, x: Whole) -> Whole:
    """Take the trip at place ``x`` out of a row."""
    k = rows.trip[b, x]
    for y in range(x, rows.trips[b] - 1):
        rows.trip[b, y] = rows.trip[b, y + 1]
    rows.trips[b] -= 1
    return k


@njit(cache=True, nogil=True)
def _put(rows: Rows, b: Whole, x: Whole, k: Whole) -> None:
    """Put a trip into a row before place ``x``."""
    for y in range(rows.trips[b], x, -1):
        rows.trip[b, y] = rows.trip[b, y - 1]
    rows.trip[b, x] = k
    rows.trips[b] += 1


@njit(cache=True, nogil=True)
def _swap_tails(rows: Rows, a: Whole, x: Whole, b: Whole, y: Whole) -> None:
    """Let two buses go on as the other would have, from places ``x`` and ``y`` on."""
    tail_a = rows.trip[a, x : rows.trips[a]].copy()
    tail_b = rows.trip[b, y : rows.trips[b]].copy()
    rows.trip[a, x : x + tail_b.size] = tail_b
    rows.trip[b, y : y + tail_a.size] = tail_a
    rows.trips[a], rows.trips[b] = x + tail_b.size, y + tail_a.size


@njit(cache=True, nogil=True)
def _late_bus(finish: FloatArray, target: float, random: UIntArray) -> Whole:
    """Draw a bus: one of three that is later than the target where it finds one, else any."""
    for _ in range(3):
        b = below(random, finish.size)
        if finish[b] > target:
            return b
    return below(random, finish.size)


class Change(NamedTuple):
    """A change of the rows: its kind, and places ``x`` of bus ``a`` and ``y`` of bus ``b``.

    For ``ELSEWHERE`` ``y`` is the new shelter and ``old`` the one before.
    """

    kind: Whole
    a: Whole
    x: Whole
    b: Whole
    y: Whole
    old: Whole


NONE, MOVE, SWAP, TAILS, ELSEWHERE, SHELTERS = -1, 0, 1, 2, 3, 4


@njit(cache=True, nogil=True)
def _draw(ways: Ways, rows: Rows, used: FloatArray, a: Whole, random: UIntArray) -> Change:
    """Draw a change that begins at bus ``a`` and keeps the places of shelters; ``NONE`` if it would not."""
    kind, b, x = below(random, 5), below(random, rows.trips.size), below(random, rows.trips[a])
    nothing = Change(NONE, a, x, b, 0, 0)
    if kind == MOVE:
        return Change(MOVE, a, x, b, below(random, rows.trips[b] + (1 if a != b else 0)), 0)
    if kind == TAILS:
        return nothing if a == b else Change(TAILS, a, x, b, below(random, rows.trips[b] + 1), 0)
    k = rows.trip[a, x]
    s = rows.shelter[k]
    if kind == ELSEWHERE:
        y = below(random, ways.places.size)
        full = used[y] + rows.load[k] > ways.places[y]
        return nothing if y == s or full else Change(ELSEWHERE, a, x, a, y, s)
    if rows.trips[b] == 0:
        return nothing
    y = below(random, rows.trips[b])
    if kind == SHELTERS:
        other = rows.trip[b, y]
        z, more = rows.shelter[other], rows.load[k] - rows.load[other]
        if s == z or used[z] + more > ways.places[z] or used[s] - more > ways.places[s]:
            return nothing
    return Change(kind, a, x, b, y, 0)


@njit(cache=True, nogil=True)
def _apply(rows: Rows, used: FloatArray, change: Change) -> None:
    """Make a change."""
    a, x, b, y = change.a, change.x, change.b, change.y
    if change.kind == MOVE:
        _put(rows, b, y, _take(rows, a, x))
    elif change.kind == SWAP:
        rows.trip[a, x], rows.trip[b, y] = rows.trip[b, y], rows.trip[a, x]
    elif change.kind == TAILS:
        _swap_tails(rows, a, x, b, y)
    elif change.kind == ELSEWHERE:
        _send(rows, used, rows.trip[a, x], y)
    else:
        k, other = rows.trip[a, x], rows.trip[b, y]
        s, z = rows.shelter[k], rows.shelter[other]
        _send(rows, used, k, z)
        _send(rows, used, other, s)


@njit(cache=True, nogil=True)
def _undo(rows: Rows, used: FloatArray, change: Change) -> None:
    """Take a change back: a trip goes home; all others are their own opposite."""
    if change.kind == MOVE:
        _put(rows, change.a, change.x, _take(rows, change.b, change.y))
    elif change.kind == ELSEWHERE:
        _send(rows, used, rows.trip[change.a, change.x], change.old)
    else:
        _apply(rows, used, change)


@njit(cache=True, nogil=True)
def _send(rows: Rows, used: FloatArray, k: Whole, s: Whole) -> None:
    used[rows.shelter[k]] -= rows.load[k]
    rows.shelter[k] = s
    used[s] += rows.load[k]


@njit(cache=True, nogil=True)
def anneal(
    ways: Ways, rows: Rows, moves: int, target: float, seed: int, best: float, stop: BoolArray
) -> tuple[Rows, float]:
    """Return the best rows met and their last arrival; the rows given where none is better than ``best``.

    Parameters
    ----------
    rows
        Where to start; changed.
    moves
        How many changes are tried, while the temperature falls from half a trip to a thousandth of one.
    target
        Seconds that no plan can be below: the search ends there.
    best
        The last arrival of the best plan known.
    stop
        Shape (1,): becomes True when enough has been found.
    """
    random, finish = seeded(seed), finish_of_all(ways, rows)
    used = np.zeros(ways.places.size)
    for k in range(rows.pickup.size):
        used[rows.shelter[k]] += rows.load[k]
    kept = Rows(rows.trip.copy(), rows.trips.copy(), rows.pickup, rows.shelter.copy(), rows.load)
    trip_s = max(finish.sum() / max(rows.pickup.size, 1), 1e-9)
    for move in range(moves):
        if stop[0]:
            break
        a = _late_bus(finish, target, random)
        if rows.trips[a] == 0:
            continue
        change = _draw(ways, rows, used, a, random)
        if change.kind == NONE:
            continue
        b = change.b
        _apply(rows, used, change)
        new_a, new_b = _finish(ways, rows, a), _finish(ways, rows, b)
        scale = max(best - target, 0.1 * trip_s)
        dearer = _price(new_a, target, scale) - _price(finish[a], target, scale)
        dearer += _price(new_b, target, scale) - _price(finish[b], target, scale) if b != a else 0.0
        if dearer > -HOT * trip_s * COLD ** (move / moves) * np.log(unit(random)):
            _undo(rows, used, change)
            continue
        finish[a], finish[b] = new_a, new_b
        if new_a < best and new_b < best and finish.max() < best:
            best = finish.max()
            kept.trip[:], kept.trips[:], kept.shelter[:] = rows.trip, rows.trips, rows.shelter
            if best <= target:
                break
    return kept, best
