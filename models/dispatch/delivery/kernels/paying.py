"""Trips that earn more than they cost, each stop once, by a depth-first search that bounds cut short."""

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.delivery.kernels.earnings import by_parts_left, joined

NEAR = 1e-9
DEEPEST = 15
"""Visits of a trip looked at; where more may pay, the search says that it has not seen all."""


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz", "reassoc"})
def _most(earned: FloatArray, ahead: FloatArray) -> float:
    """Return the most that visits so far and those ahead earn, over how the room is shared."""
    most = -np.inf
    for x in range(1, earned.size):
        value = earned[x] + ahead[x]
        most = max(value, most)
    return most


@njit(cache=True, nogil=True)
def _most_but(earned: FloatArray, best: FloatArray, other: FloatArray, follows: FloatArray, at: int) -> float:
    """Return the same where the next stop must not be the one just left."""
    most = -np.inf
    for x in range(1, earned.size):
        value = earned[x] + (other[x] if follows[x] == at else best[x])
        most = max(value, most)
    return most


@njit(cache=True, nogil=True)
def _promise(
    ahead: tuple[FloatArray, FloatArray, FloatArray],
    earned: FloatArray,
    place: tuple[int, float, FloatArray],
    inside: BoolArray,
    limit: float,
    stops: IntArray,
    bounds: FloatArray,
) -> int:
    """Write the stops that may come next, and what such a trip earns at most, the best last; say how many.

    ``earned`` is what the visits so far earn by parts left; ``place`` the last stop, the cost so far, and the
    cost of ways on, (n,).
    """
    best, other, follows = ahead
    at, cost, ways = place
    count = 0
    for k in range(inside.size):
        driven = cost + ways[k]
        if inside[k] or driven == np.inf or _most(earned, best[k]) - driven <= limit:
            continue
        value = _most_but(earned, best[k], other[k], follows[k], at) - driven
        if value <= limit:
            continue
        x = count
        while x > 0 and bounds[x - 1] > value:
            bounds[x], stops[x] = bounds[x - 1], stops[x - 1]
            x -= 1
        bounds[x], stops[x] = value, k
        count += 1
    return count


@njit(cache=True, nogil=True)
def _is_detour(ways: FloatArray, path: IntArray, depth: int) -> bool:
    """Tell whether the path to its last stop is shorter with another stop moved to another place in it."""
    for i in range(1, depth):
        out, moved, on = path[i - 1] + 1, path[i] + 1, path[i + 1] + 1
        saved = ways[out, moved] + ways[moved, on] - ways[out, on]
        for m in range(depth):
            if m in (i - 1, i):
                continue
            before, after = path[m] + 1, path[m + 1] + 1
            if ways[before, moved] + ways[moved, after] - ways[before, after] < saved - NEAR:
                return True
    return False


@njit(cache=True, nogil=True)
def _does_not_pay(
    ways: FloatArray,
    earns: tuple[FloatArray, FloatArray, IntArray],
    path: IntArray,
    depth: int,
    room: float,
    whole: float,
    work: FloatArray,
) -> bool:
    """Tell whether a stop on the path brings no more than the way by it costs.

    ``whole`` is what all visits earn together; ``work`` is room to count in, shape (4, m). What a stop adds
    only falls where more stops come, so such a path is never better than the one without it.
    """
    load, worth, knots = earns
    for i in range(1, depth + 1):
        load_0, worth_0, load_1, worth_1 = work[0], work[1], work[2], work[3]
        load_0[0], worth_0[0], count = 0.0, 0.0, 1
        for m in range(1, depth + 1):
            if m != i:
                k = path[m]
                stop = load[k], worth[k], knots[k]
                count = joined(load_0, worth_0, count, stop, (load_1, worth_1), room)
                load_0, worth_0, load_1, worth_1 = load_1, worth_1, load_0, worth_0
        detour = 0.0
        if i < depth:
            out, on, by = path[i - 1] + 1, path[i + 1] + 1, path[i] + 1
            detour = ways[out, by] + ways[by, on] - ways[out, on]
        if whole - worth_0[count - 1] <= detour + NEAR:
            return True
    return False


@njit(cache=True, nogil=True)
def _least(value: FloatArray) -> int:
    at = 0
    for x in range(1, value.size):
        at = x if value[x] < value[at] else at
    return at


@njit(cache=True, nogil=True)
def _kept(found: IntArray, value: FloatArray, count: int, path: IntArray, earned: float) -> int:
    """Keep a trip, in the place of the worst where there is no other; return how many there are."""
    at = _least(value) if count == value.size else count
    if at == count or earned > value[at]:
        value[at] = earned
        for x in range(found.shape[1]):
            found[at, x] = path[x] if x < path.size else -1
    return min(count + 1, int(value.size))


@njit(cache=True, nogil=True)
def _with_most(
    found: IntArray,
    value: FloatArray,
    count: int,
    open_trips: tuple[IntArray, IntArray, FloatArray, IntArray],
    depth: int,
) -> int:
    """Keep the unfinished trip that promises most; return how many there are."""
    path, children, bounds, left = open_trips
    deepest, most = -1, -np.inf
    for d in range(1, depth + 1):
        if left[d] > 0 and bounds[d, left[d] - 1] > most:
            deepest, most = d, bounds[d, left[d] - 1]
    if deepest < 0:
        return count
    trip = path[1 : deepest + 2].copy()
    trip[deepest] = children[deepest, left[deepest] - 1]
    return _kept(found, value, count, trip, most)


@njit(cache=True, nogil=True)
def paying_trips(  # noqa: C901, PLR0915 - the steps of one search
    vehicle: tuple[FloatArray, float, float],
    earns: tuple[FloatArray, FloatArray, IntArray],
    ahead: tuple[FloatArray, FloatArray, FloatArray],
    limits: tuple[float, float, int, int, bool],
) -> tuple[IntArray, FloatArray, bool]:
    """Return trips that earn more than they cost, in no order.

    Parameters
    ----------
    vehicle
        Cost between places, the depot first, shape (n + 1, n + 1), inf where there is no way; what a trip
        costs before it drives; what the vehicle holds.
    earns
        Knots of what each stop earns by load, ``stop_earnings`` less what a visit costs.
    ahead
        What ``completions`` returns.
    limits
        What trips earn at least; the part of what the best so far earns at least; unfinished trips looked
        at after each first stop; trips kept, the best; whether, where these were too many, the one that
        promises most is returned with what it promises.

    Returns
    -------
    Stops of each trip in order, shape (t, DEEPEST), -1 behind the last; what it earns beyond its cost, shape
    (t,); whether all trips have been seen: where no trip is returned, none earns more than ``least``.
    """
    (ways, start, room), (load, worth, knots) = vehicle, earns
    least, part_of_best, most_nodes, most_found, stand_in = limits
    n, levels = ahead[0].shape
    found, value = np.full((most_found, DEEPEST), -1, dtype=np.int64), np.empty(most_found)
    count, nodes, limit, all_seen = 0, 0, least, True
    wide = 1 + DEEPEST * load.shape[1]
    loads, worths = np.zeros((DEEPEST + 1, wide)), np.zeros((DEEPEST + 1, wide))
    work = np.zeros((4, wide))
    counts, cost = np.ones(DEEPEST + 1, dtype=np.int64), np.full(DEEPEST + 1, start)
    earned, inside = np.zeros(levels), np.zeros(n, dtype=np.bool_)
    children, bounds = np.empty((DEEPEST + 1, n), dtype=np.int64), np.empty((DEEPEST + 1, n))
    left, path = np.zeros(DEEPEST + 1, dtype=np.int64), np.full(DEEPEST + 1, -1, dtype=np.int64)
    depth = 0
    left[0] = _promise(ahead, earned, (-1, start, ways[0, 1:]), inside, limit, children[0], bounds[0])
    while True:
        if left[depth] == 0 or bounds[depth, left[depth] - 1] <= limit:
            if depth == 0:
                return found[:count], value[:count], all_seen
            inside[path[depth]] = False
            depth -= 1
            continue
        nodes = nodes + 1 if depth > 0 else 0
        if nodes > most_nodes:
            # too many after this first stop: on to the next one
            if stand_in:
                count = _with_most(found, value, count, (path, children, bounds, left), depth)
            inside[:], depth, all_seen = False, 0, False
            continue
        left[depth] -= 1
        k = children[depth, left[depth]]
        path[depth + 1] = k
        if _is_detour(ways, path, depth + 1):
            continue
        depth += 1
        inside[k] = True
        cost[depth] = cost[depth - 1] + ways[path[depth - 1] + 1, k + 1]
        counts[depth] = joined(
            loads[depth - 1],
            worths[depth - 1],
            counts[depth - 1],
            (load[k], worth[k], knots[k]),
            (loads[depth], worths[depth]),
            room,
        )
        whole = worths[depth, counts[depth] - 1]
        if _does_not_pay(ways, earns, path, depth, room, whole, work):
            inside[k] = False
            depth -= 1
            continue
        closed = whole - cost[depth] - ways[k + 1, 0]
        if closed > limit:
            limit = max(limit, part_of_best * closed)
            count = _kept(found, value, count, path[1 : depth + 1], closed)
            if count == most_found:
                limit = max(limit, value[_least(value)])
        left[depth] = 0
        if depth == DEEPEST:
            all_seen = False
            continue
        by_parts_left(loads[depth], worths[depth], counts[depth], room, earned)
        place = k, cost[depth], ways[k + 1, 1:]
        left[depth] = _promise(ahead, earned, place, inside, limit, children[depth], bounds[depth])
