"""What a trip can still earn from where it stands: a bound by a dynamic programme over the room left."""

import numpy as np
from numba import njit

from dss.arrays import FloatArray


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
def _go_on_to(
    stop: float, there: FloatArray, first: FloatArray, second: FloatArray, which: FloatArray
) -> None:
    """Let going on to one stop be the best or the second best from all places; (n,) each."""
    for k in range(first.size):
        value = there[k]
        low = min(first[k], value)
        which[k] = stop if value > first[k] else which[k]
        first[k] = max(first[k], value)
        second[k] = max(second[k], low)


@njit(cache=True, nogil=True)
def completions(ways: FloatArray, reward: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what arriving at a stop with so many parts of the room left is worth at most.

    Parameters
    ----------
    ways
        Cost between places, the depot first, shape (n + 1, n + 1); inf where there is no way.
    reward
        What a visit earns that takes up x parts of the room, shape (n, parts + 1); 0 parts are not looked at.

    Returns
    -------
    Worth of arriving at each stop and going home as is best, shape (n, parts + 1); the same where the stop
    that the best of them goes to next must not be the next one; and that stop, n for the depot.

    Notes
    -----
    A stop may come again, though not at once and not after one other (Christofides, Mingozzi and Toth 1981).
    O(parts n^2).
    """
    n, levels = reward.shape
    home = ways[1:, 0].copy()
    towards = np.ascontiguousarray(ways[1:, 1:].T)
    first, second = np.full((levels, n), -np.inf), np.full((levels, n), -np.inf)
    which = np.full((levels, n), float(n))
    best, other = np.full((n, levels), -np.inf), np.full((n, levels), -np.inf)
    follows = np.full((n, levels), float(n))
    there = np.empty(n)
    for x in range(levels):
        first[x] = -home
        for j in range(n):
            top, after = -np.inf, float(n)
            for y in range(1, x + 1):
                value = reward[j, y] + first[x - y, j]
                if value > top:
                    top, after = value, which[x - y, j]
            runner = -np.inf
            for y in range(1, x + 1):
                rest = second[x - y, j] if which[x - y, j] == after else first[x - y, j]
                runner = max(runner, reward[j, y] + rest)
            best[j, x], other[j, x], follows[j, x] = top, runner, after
            if top == -np.inf:
                continue
            for k in range(n):
                there[k] = top - towards[j, k]
            if after < n:
                there[int(after)] = runner - towards[j, int(after)]
            there[j] = -np.inf
            _go_on_to(float(j), there, first[x], second[x], which[x])
    return best, other, follows
