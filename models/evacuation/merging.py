"""Groups that do the same at the same time are one group. Index names: ``g`` group."""

from dataclasses import replace

import numpy as np

from models.evacuation.problem import Groups


def merged(groups: Groups) -> Groups:
    """Return the groups, the same origin, arcs and steps being one, in the order of the firsts.

    >>> way = np.array([3, 3, 3])
    >>> three = Groups(np.zeros(3, np.int64), np.array([1, 2, 4]), np.arange(4), way, np.array([5, 5, 6]))
    >>> merged(three).persons.tolist()
    [3, 4]
    """
    place: dict[tuple[int, bytes, bytes], int] = {}
    which = np.empty(groups.origin.size, dtype=np.int64)
    first: list[int] = []
    ends = zip(groups.origin.tolist(), groups.offsets[:-1].tolist(), groups.offsets[1:].tolist(), strict=True)
    for g, (origin, i, j) in enumerate(ends):
        key = origin, groups.arc[i:j].tobytes(), groups.enter_step[i:j].tobytes()
        if key not in place:
            place[key] = len(first)
            first.append(g)
        which[g] = place[key]
    persons = np.bincount(which, weights=groups.persons, minlength=len(first)).astype(np.int64)
    return replace(groups.taken(np.array(first, dtype=np.int64)), persons=persons)


def count_ways(groups: Groups) -> int:
    """Return how many different ways groups take, those of each origin counted by themselves."""
    ends = zip(groups.origin.tolist(), groups.offsets[:-1].tolist(), groups.offsets[1:].tolist(), strict=True)
    return len({(origin, groups.arc[i:j].tobytes()) for origin, i, j in ends})
