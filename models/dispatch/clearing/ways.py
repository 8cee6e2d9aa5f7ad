"""Shortest ways on the contracted roads while blocked ones open.

Index names: ``e`` ends, ``u, v`` the two ends of a road, ``b`` roads.
"""

from collections.abc import Iterable

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.clearing.problem import Clearing


def open_road(problem: Clearing, between_s: FloatArray, b: int) -> FloatArray:
    """Return the seconds between ends once one more road is open, shape (2 b, 2 b).

    A shortest way uses the road once, in one direction: O(b^2).
    """
    u, v = 2 * b, 2 * b + 1
    forth = between_s[:, u, None] + (problem.pass_s[b, 0] + between_s[None, v])
    back = between_s[:, v, None] + (problem.pass_s[b, 1] + between_s[None, u])
    return np.minimum(between_s, np.minimum(forth, back))


def with_open(problem: Clearing, roads: Iterable[int]) -> FloatArray:
    """Return the seconds between ends with some roads open."""
    between_s = problem.between_s
    for b in roads:
        between_s = open_road(problem, between_s, b)
    return between_s


def way_of_places(problem: Clearing, between_s: FloatArray) -> FloatArray:
    """Return the seconds from each place to the nearest service, at most ``most_s``, shape (p,)."""
    found = np.minimum(problem.place_to_service_s, problem.most_s)
    if problem.roads == 0:
        return found
    from_end_s = (between_s + problem.end_to_service_s[None, :]).min(axis=1)
    usable = np.isfinite(from_end_s)
    via = (problem.place_to_end_s[:, usable] + from_end_s[usable]).min(axis=1, initial=np.inf)
    return np.minimum(found, via)


def way_s(problem: Clearing, between_s: FloatArray) -> float:
    """Return the person-seconds of way, g(S)."""
    return float(problem.persons @ way_of_places(problem, between_s))


def ways_to_ends(problem: Clearing, between_s: FloatArray, crew: int, last: int | None) -> FloatArray:
    """Return the seconds of a crew from its start, or from its last road, to every end, shape (2 b,)."""
    if last is None:
        return (problem.crew_to_end_s[crew][:, None] + between_s).min(axis=0, initial=np.inf)
    return np.minimum(between_s[2 * last], between_s[2 * last + 1])


def ways_to_roads(problem: Clearing, between_s: FloatArray, crew: int, last: int | None) -> FloatArray:
    """Return the seconds of a crew to the nearer end of every road, shape (b,)."""
    return ways_to_ends(problem, between_s, crew, last).reshape(-1, 2).min(axis=1)
