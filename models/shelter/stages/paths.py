"""Each community's cheapest path through the stages at given costs: a shortest path in layers."""

import numpy as np

from dss.arrays import FloatArray, IntArray


def cheapest_paths(stay: FloatArray, move: FloatArray, persons: IntArray) -> tuple[FloatArray, IntArray]:
    """Return the cost of each community's cheapest path, shape (n,), and its choices, shape (stages, n).

    Backward recursion, O(stages n m^2). Ties go to the lower number.

    Parameters
    ----------
    stay
        Person-seconds by stage, community and choice, shape (stages, n, choices).
    move
        Seconds of a person's move between choices, shape (choices, choices).
    persons
        By stage and community, shape (stages, n).
    """
    stages, n, _ = stay.shape
    rest, following = stay[-1], np.zeros((stages, n, stay.shape[2]), dtype=np.int64)
    for s in range(stages - 2, -1, -1):
        best = np.empty_like(rest)
        for i in range(n):
            weight = float(persons[s + 1, i])
            ahead = (weight * move if weight else np.zeros_like(move)) + rest[i][None, :]
            following[s, i] = np.argmin(ahead, axis=1)
            best[i] = ahead[np.arange(ahead.shape[0]), following[s, i]]
        rest = stay[s] + best
    choice = np.empty((stages, n), dtype=np.int64)
    choice[0] = np.argmin(rest, axis=1)
    for s in range(stages - 1):
        choice[s + 1] = following[s, np.arange(n), choice[s]]
    return rest[np.arange(n), choice[0]], choice
