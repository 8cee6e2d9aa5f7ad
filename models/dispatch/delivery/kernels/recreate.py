"""Bring what nobody brings: visits go where they cost least, with what they leave and what room they fill."""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, UIntArray
from models.chance import Whole, below, unit
from models.dispatch.delivery.kernels.tours import (
    AFTER,
    BACK_S,
    BEFORE,
    CALL,
    DEPOT,
    DUE_S,
    EARLY_S,
    FINAL,
    FIRST,
    FIXED,
    HEAD,
    KG,
    KIND,
    LATEST_S,
    LEAVE_S,
    LOAD_S,
    M3,
    MEASURE,
    MOST,
    NEXT,
    PER_S,
    PLACE,
    PRICE,
    READY_S,
    ROOM,
    ROOM_KG,
    ROOM_M3,
    STAY_S,
    TRIPS,
    UNIT_KG,
    UNIT_M3,
    VEHICLE,
    Ground,
    Tours,
    hand_over,
    longer_s,
    put_trip,
    put_visit,
    retime,
    way_s,
)

MOST_AT_A_TIME = 60
"""Calls that are tried in a round, where more are left that may never be brought."""
BLINK = 50
"""One of so many chances is passed over."""
CRUMB = 1e-9


class Worth(NamedTuple):
    """What a call still asks for in the measure, and what ``left`` is worth beside the cost of driving.

    ``rest`` a measure that remains to be brought, ``room`` one of room that stays, ``again`` if any remains.
    """

    left: float
    rest: float
    room: float
    again: float


class Choice(NamedTuple):
    """Where to bring a call: behind node ``a`` of vehicle ``v`` (-1: nowhere), beside others or alone."""

    v: Whole
    a: Whole
    own_trip: bool


@njit(cache=True, nogil=True)
def _count(unit_of: FloatArray, most: Whole, kg: float, m3: float) -> Whole:
    """Return how many units fit."""
    if most * unit_of[UNIT_KG] > kg:
        most = np.int64(max(kg, 0.0) / unit_of[UNIT_KG] + CRUMB)
    if most * unit_of[UNIT_M3] > m3:
        most = np.int64(max(m3, 0.0) / unit_of[UNIT_M3] + CRUMB)
    return most


@njit(cache=True, nogil=True)
def _fitting(ground: Ground, tours: Tours, d: Whole, c: Whole, kg: float, m3: float) -> float:
    """Return the measure of what a call can get from a depot in a room; 0: nothing fits."""
    taken = 0.0
    for x in range(ground.first[c], ground.first[c + 1]):
        most = min(tours.left[x], tours.stock[d, ground.commodity[x]])
        if most > 0:
            count = _count(ground.unit[x], most, kg, m3)
            if count > 0:
                kg -= count * ground.unit[x, UNIT_KG]
                m3 -= count * ground.unit[x, UNIT_M3]
                taken += count * ground.unit[x, MEASURE] + CRUMB
    return taken


@njit(cache=True, nogil=True)
def _fill(ground: Ground, tours: Tours, n: Whole) -> None:
    """Let a visit bring as much as fits."""
    c, h = tours.node[n, CALL], tours.node[n, HEAD]
    d = ground.vehicle[tours.node[n, VEHICLE], DEPOT]
    for x in range(ground.first[c], ground.first[c + 1]):
        most = min(tours.left[x], tours.stock[d, ground.commodity[x]])
        if most > 0:
            count = _count(ground.unit[x], most, tours.state[h, ROOM_KG], tours.state[h, ROOM_M3])
            if count > 0:
                hand_over(ground, tours, n, x, count)


@njit(cache=True, nogil=True)
def _left(ground: Ground, tours: Tours, c: Whole) -> float:
    """Return the measure of what a call still asks for, at least a crumb for each line."""
    most = 0.0
    for x in range(ground.first[c], ground.first[c + 1]):
        if tours.left[x] > 0:
            most += tours.left[x] * ground.unit[x, MEASURE] + CRUMB
    return most


@njit(cache=True, nogil=True)
def _in_stock(ground: Ground, tours: Tours, c: Whole) -> bool:
    """Tell whether any depot has any of what a call asks for."""
    for x in range(ground.first[c], ground.first[c + 1]):
        if tours.left[x] > 0:
            for d in range(tours.stock.shape[0]):
                if tours.stock[d, ground.commodity[x]] > 0:
                    return True
    return False


@njit(cache=True, nogil=True)
def _in_time(ground: Ground, tours: Tours, v: Whole, c: Whole, leave: tuple[float, Whole], m: Whole) -> bool:
    """Tell whether a call can be visited by who leaves a place at a time, before node ``m``, -1: the end."""
    kind, window, here = ground.vehicle[v, KIND], ground.window, ground.place[c]
    b = ground.vehicle[v, DEPOT] if m < 0 else tours.node[m, PLACE]
    limit = ground.limit[v, BACK_S] if m < 0 else tours.state[m, LATEST_S]
    arrive_s = leave[0] + way_s(ground.travel_s, kind, leave[1], here)
    done_s = max(arrive_s, window[c, EARLY_S]) + window[c, STAY_S]
    return arrive_s <= window[c, DUE_S] and done_s + way_s(ground.travel_s, kind, here, b) <= limit


@njit(cache=True, nogil=True)
def _boundary(ground: Ground, tours: Tours, v: Whole, c: Whole) -> Whole:
    """Return the node behind which a trip to a call can start, the last one; -1: the start, -2: none."""
    d, node = ground.vehicle[v, DEPOT], tours.node
    m, n = np.int64(-1), tours.chain[v, FINAL]
    while True:
        back_s = ground.limit[v, READY_S]
        if n >= 0:
            kind = ground.vehicle[v, KIND]
            back_s = tours.state[n, LEAVE_S] + way_s(ground.travel_s, kind, node[n, PLACE], d)
        if _in_time(ground, tours, v, c, (back_s + ground.limit[v, LOAD_S], d), m):
            return n
        if n < 0:
            return np.int64(-2)
        m = node[n, HEAD]
        n = node[m, BEFORE]


@njit(cache=True, nogil=True)
def _gain(worth: Worth, fits: float) -> float:
    """Return what bringing a measure in a room that is there is worth."""
    return (worth.rest - worth.room) * fits - (worth.again if fits < worth.left - CRUMB else 0.0)


@njit(cache=True, nogil=True)
def _best_visit(
    ground: Ground, tours: Tours, v: Whole, c: Whole, worth: Worth, random: UIntArray, least: float
) -> tuple[float, Whole]:
    """Return the cost and the node behind which a visit costs less than ``least``; -1: none."""
    node, state, d, kind = tours.node, tours.state, ground.vehicle[v, DEPOT], ground.vehicle[v, KIND]
    n, best, fits, most = tours.chain[v, FIRST], np.int64(-1), 0.0, 0.0
    while n >= 0:
        m = node[n, AFTER]
        if node[n, CALL] < 0:
            fits, most = -1.0, min(worth.left, state[n, ROOM])
        if most > CRUMB:
            b = d if m < 0 else node[m, PLACE]
            more_s = longer_s(ground.travel_s, kind, node[n, PLACE], ground.place[c], b)
            cost = ground.limit[v, PER_S] * more_s
            if cost - (worth.rest - worth.room) * most < least:
                if fits < 0.0:
                    h = node[n, HEAD]
                    fits = _fitting(ground, tours, d, c, state[h, ROOM_KG], state[h, ROOM_M3])
                    most = fits
                cost -= _gain(worth, fits)
                if (
                    fits > 0.0
                    and cost < least
                    and below(random, BLINK)
                    and _in_time(ground, tours, v, c, (state[n, LEAVE_S], node[n, PLACE]), m)
                ):
                    least, best = cost, n
        n = m
    return least, best


@njit(cache=True, nogil=True)
def _own_trip(
    ground: Ground, tours: Tours, v: Whole, c: Whole, worth: Worth, random: UIntArray, least: float
) -> tuple[float, Whole]:
    """Return the cost and the node behind which a trip of its own costs less than ``least``; -2: none."""
    none = least, np.int64(-2)
    if tours.chain[v, TRIPS] >= ground.most_trips:
        return none
    d, whole = ground.vehicle[v, DEPOT], ground.limit[v, MOST]
    cost = ground.limit[v, PER_S] * longer_s(ground.travel_s, ground.vehicle[v, KIND], d, ground.place[c], d)
    cost += (ground.limit[v, FIXED] if tours.chain[v, TRIPS] == 0 else 0.0) - worth.room * whole
    if cost - (worth.rest - worth.room) * min(worth.left, whole) >= least:
        return none
    fits = _fitting(ground, tours, d, c, ground.limit[v, KG], ground.limit[v, M3])
    cost -= _gain(worth, fits)
    if fits > 0.0 and cost < least and below(random, BLINK):
        n = _boundary(ground, tours, v, c)
        return (cost, n) if n > -2 else none
    return none


@njit(cache=True, nogil=True)
def _choose(ground: Ground, tours: Tours, c: Whole, worth: Worth, random: UIntArray) -> Choice:
    """Return where a visit costs least, the worth of what is then left to bring and of room counted."""
    least, best = np.inf, Choice(np.int64(-1), np.int64(-1), False)
    for v in range(ground.vehicle.shape[0]):
        least, n = _best_visit(ground, tours, v, c, worth, random, least)
        if n >= 0:
            best = Choice(np.int64(v), n, False)
        least, n = _own_trip(ground, tours, v, c, worth, random, least)
        if n > -2:
            best = Choice(np.int64(v), n, True)
    return best


@njit(cache=True, nogil=True)
def _bring(ground: Ground, tours: Tours, c: Whole, taste: FloatArray, random: UIntArray) -> None:
    """Bring what is left of a call, as far as stock, room and time go; ``taste`` is worth in prices (3,)."""
    n = tours.visit[c]
    while n >= 0:
        _fill(ground, tours, n)
        n = tours.node[n, NEXT]
    price = ground.window[c, PRICE]
    while tours.free[0] > 1:
        left = _left(ground, tours, c)
        if left == 0.0:
            break
        worth = Worth(left, taste[0] * price, taste[1] * price, taste[2] * price)
        choice = _choose(ground, tours, c, worth, random)
        if choice.v < 0:
            break
        a = put_trip(ground, tours, choice.v, choice.a) if choice.own_trip else choice.a
        _fill(ground, tours, put_visit(ground, tours, a, c))
        retime(ground, tours, choice.v)


@njit(cache=True, nogil=True)
def recreate(ground: Ground, tours: Tours, random: UIntArray) -> None:
    """Bring what can be brought, in an order drawn anew: any, largest, dearest or cheapest first."""
    kind, size = below(random, 8), 0
    left = np.empty(ground.place.size, dtype=np.int64)
    key = np.empty(ground.place.size)
    for c in range(ground.place.size):
        most = _left(ground, tours, c)
        if most > 0.0 and _in_stock(ground, tours, c):
            price = ground.window[c, PRICE]
            dear = unit(random) if kind < 3 else most if kind < 6 else price if kind < 7 else -price
            y = size
            while y > 0 and key[y - 1] < dear:
                left[y], key[y] = left[y - 1], key[y - 1]
                y -= 1
            left[y], key[y] = c, dear
            size += 1
    taste = np.array([0.8 + 0.8 * unit(random), 0.8 * unit(random), 0.4 * unit(random)])
    for y in range(min(size, MOST_AT_A_TIME)):
        _bring(ground, tours, left[y], taste, random)
