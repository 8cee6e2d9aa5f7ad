"""What stops earn by load: concave functions, given by their knots (load, worth)."""

import numpy as np
from numba import njit

from dss.arrays import FloatArray, IntArray

LEAST_LOAD = 1e-12


@njit(cache=True, nogil=True)
def stop_earnings(
    first: IntArray, load_of: FloatArray, worth_of: FloatArray, visit: FloatArray, kink: FloatArray
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return what loads at each stop earn: the dearest lines first, and the price of the visit.

    Parameters
    ----------
    first
        Where each stop's lines begin in the next two, shape (s + 1,).
    load_of, worth_of
        Load and worth of whole lines, by stop, those dearest by load first, shape (q,).
    visit, kink
        Price of a visit and the load from which on it is earned whole, shape (s,).

    Returns
    -------
    Loads and worths of the knots, shape (s, m), and how many there are, shape (s,); the first is at 0.
    """
    stops = first.size - 1
    most = 2 + (first[1:] - first[:-1]).max() if stops else 2
    load, worth = np.zeros((stops, most)), np.zeros((stops, most))
    knots = np.ones(stops, dtype=np.int64)
    for s in range(stops):
        at, open_kink = 0, visit[s] > 0
        for q in range(first[s], first[s + 1] + 1):
            last = q == first[s + 1]
            more = np.inf if last else load_of[q]
            gain = 0.0 if last or more <= LEAST_LOAD else worth_of[q] / more
            if open_kink:
                slope = visit[s] / kink[s]
                step = min(more, kink[s] - load[s, at])
                at += 1
                load[s, at] = load[s, at - 1] + step
                worth[s, at] = worth[s, at - 1] + (gain + slope) * step
                open_kink = load[s, at] < kink[s] - LEAST_LOAD
                more -= step
            if not last and more > LEAST_LOAD:
                at += 1
                load[s, at] = load[s, at - 1] + more
                worth[s, at] = worth[s, at - 1] + gain * more
        knots[s] = at + 1
    return load, worth, knots


@njit(cache=True, nogil=True)
def _worth_at(load: FloatArray, worth: FloatArray, count: int, asked: float) -> float:
    for i in range(1, count):
        if asked <= load[i]:
            slope = (worth[i] - worth[i - 1]) / (load[i] - load[i - 1])
            return float(worth[i - 1] + slope * (asked - load[i - 1]))
    return float(worth[count - 1])


@njit(cache=True, nogil=True)
def part_rewards(load: FloatArray, worth: FloatArray, knots: IntArray, room: float, parts: int) -> FloatArray:
    """Return at least what visits of a best trip earn that take up x parts of the room, (n, parts + 1).

    In a best trip all loads but one are at knots. Those are rounded down to parts, which leaves the odd one
    no less than it has. A visit at a knot below one part takes up one all the same, and is paid for it: no
    more than its first slope, and no more than what other visits lose by two parts. Of at most 15 visits,
    one has more than three parts where all are taken, and loses no more than ``steep`` by each. -inf at 0
    parts.
    """
    n, part, steep = knots.size, room / parts, 0.0
    for s in range(n):
        if knots[s] > 1:
            two = _worth_at(load[s], worth[s], knots[s], 2 * part)
            steep = max(steep, two - _worth_at(load[s], worth[s], knots[s], part))
    reward = np.full((n, parts + 1), -np.inf)
    for s in range(n):
        count = knots[s]
        if count < 2:
            continue
        lift = 0.0
        if load[s, 1] < part:
            slope = (worth[s, 1] - worth[s, 0]) / load[s, 1]
            lift = worth[s, 0] + slope * part - _worth_at(load[s], worth[s], count, part)
            lift = min(lift, 2 * steep)
        for x in range(1, parts + 1):
            reward[s, x] = _worth_at(load[s], worth[s], count, x * part) + lift
        for i in range(1, count):
            x = int(np.floor(load[s, i] / part))
            if 1 <= x <= parts:
                reward[s, x] = max(reward[s, x], worth[s, i] + lift)
        for x in range(2, parts + 1):
            reward[s, x] = max(reward[s, x], reward[s, x - 1])
    return reward


@njit(cache=True, nogil=True)
def joined(
    load: FloatArray,
    worth: FloatArray,
    count: int,
    stop: tuple[FloatArray, FloatArray, int],
    to: tuple[FloatArray, FloatArray],
    room: float,
) -> int:
    """Write what two loads together earn at most, up to the room, to ``to``; return how many knots it has."""
    (load_2, worth_2, count_2), (to_load, to_worth) = stop, to
    i, j, at = 1, 1, 0
    to_load[0], to_worth[0] = 0.0, worth[0] + worth_2[0]
    while (i < count or j < count_2) and to_load[at] < room and at + 1 < to_load.size:
        mine = (worth[i] - worth[i - 1]) / (load[i] - load[i - 1]) if i < count else -np.inf
        theirs = (worth_2[j] - worth_2[j - 1]) / (load_2[j] - load_2[j - 1]) if j < count_2 else -np.inf
        if mine >= theirs:
            more, slope = load[i] - load[i - 1], mine
            i += 1
        else:
            more, slope = load_2[j] - load_2[j - 1], theirs
            j += 1
        more = min(more, room - to_load[at])
        to_load[at + 1] = to_load[at] + more
        to_worth[at + 1] = to_worth[at] + slope * more
        at += 1
    return at + 1


@njit(cache=True, nogil=True)
def by_parts_left(load: FloatArray, worth: FloatArray, count: int, room: float, out: FloatArray) -> None:
    """Write what loads earn at most that leave x parts of the room, rounded up; (parts + 1,)."""
    part = room / (out.size - 1)
    for x in range(out.size):
        out[x] = _worth_at(load, worth, count, room if x == 0 else room - (x - 1) * part)
