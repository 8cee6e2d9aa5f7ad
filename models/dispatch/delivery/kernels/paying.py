"""Trips that earn more than they cost, each stop once, by a depth-first search that bounds cut short."""

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.delivery.kernels.earnings import by_parts_left, joined

NEAR = 1e-9
DEEPEST = 30
"""Visits of a trip looked at. A trip of more is not found, and the search says that it has not seen all."""


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz", "reassoc"})
def _most(earned: FloatArray, ahead: FloatArray) -> float:
    """Return the most that visits so far and those ahead earn, over how the room is shared."""
    most = -np.inf
    for x in range(1, earned.size):
        value = earned[x] + ahead[x]
        most = max(value, most)
    return most


@njit(cache=True, nogil=True)
def _promising(
    ahead: tuple[FloatArray, FloatArray, FloatArray],
    earned: FloatArray,
    driven: FloatArray,
    at: int,
    inside: BoolArray,
    limit: float,
) -> tuple[IntArray, FloatArray]:
    """Return the stops that may come next, and what such a trip earns at most, the best last.

    ``earned`` is what the visits so far earn by parts left; ``driven`` the cost up to each stop, (n,).
    """
    best, other, follows = ahead
    n = best.shape[0]
    stops, bounds = np.empty(n, dtype=np.int64), np.empty(n)
    count = 0
    for k in range(n):
        if inside[k] or driven[k] == np.inf:
            continue
        most = _most(earned, best[k])
        if most - driven[k] > limit and (follows[k] == at).any():
            most = _most(earned, np.where(follows[k] == at, other[k], best[k]))
        if most - driven[k] > limit:
            stops[count], bounds[count] = k, most - driven[k]
            count += 1
    order = np.argsort(bounds[:count])
    return stops[:count][order], bounds[:count][order]


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
def paying_trips(
    vehicle: tuple[FloatArray, float, float],
    earns: tuple[FloatArray, FloatArray, IntArray],
    ahead: tuple[FloatArray, FloatArray, FloatArray],
    limits: tuple[float, float, int, int],
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
        What trips earn at least; the part of what the best so far earns at least; stops looked at on all
        unfinished trips; trips kept, the best.

    Returns
    -------
    Stops of each trip in order, shape (t, DEEPEST), -1 behind the last; what it earns beyond its cost, shape
    (t,); whether all trips have been seen: where no trip is returned, none earns more than ``least``.
    """
    (ways, start, room), (load, worth, knots) = vehicle, earns
    least, part_of_best, most_nodes, most_found = limits
    n, levels = ahead[0].shape
    found, value = np.full((most_found, DEEPEST), -1, dtype=np.int64), np.empty(most_found)
    count, nodes, limit, all_seen = 0, 0, least, True
    wide = 1 + DEEPEST * load.shape[1]
    loads, worths = np.zeros((DEEPEST + 1, wide)), np.zeros((DEEPEST + 1, wide))
    counts, cost = np.ones(DEEPEST + 1, dtype=np.int64), np.full(DEEPEST + 1, start)
    earned, inside = np.zeros(levels), np.zeros(n, dtype=np.bool_)
    children, bounds = np.empty((DEEPEST + 1, n), dtype=np.int64), np.empty((DEEPEST + 1, n))
    left, path = np.zeros(DEEPEST + 1, dtype=np.int64), np.full(DEEPEST + 1, -1, dtype=np.int64)
    depth = 0
    next_stops, most = _promising(ahead, earned, start + ways[0, 1:], -1, inside, limit)
    left[0] = next_stops.size
    children[0, : left[0]], bounds[0, : left[0]] = next_stops, most
    while True:
        if left[depth] == 0 or bounds[depth, left[depth] - 1] <= limit:
            if depth == 0:
                return found[:count], value[:count], all_seen
            inside[path[depth]] = False
            depth -= 1
            continue
        left[depth] -= 1
        k, nodes = children[depth, left[depth]], nodes + 1
        if nodes > most_nodes:
            return found[:count], value[:count], False
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
        closed = worths[depth, counts[depth] - 1] - cost[depth] - ways[k + 1, 0]
        if closed > limit:
            limit = max(limit, part_of_best * closed)
            at = count if count < most_found else int(np.argmin(value))
            if count < most_found or closed > value[at]:
                found[at], value[at] = -1, closed
                found[at, :depth] = path[1 : depth + 1]
            count = min(count + 1, most_found)
            if count == most_found:
                limit = max(limit, value.min())
        left[depth] = 0
        if depth == DEEPEST:
            all_seen = False
            continue
        by_parts_left(loads[depth], worths[depth], counts[depth], room, earned)
        next_stops, most = _promising(ahead, earned, cost[depth] + ways[k + 1, 1:], k, inside, limit)
        left[depth] = next_stops.size
        children[depth, : left[depth]], bounds[depth, : left[depth]] = next_stops, most
