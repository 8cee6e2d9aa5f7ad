"""The main ways of a plan: its loads on the roads split anew into as few ways for each origin as they allow.

A plan that fills every road to the last place uses a way of its own for nearly every vehicle. What it sends
over each arc in all is a flow from origins to shelters; taken apart by the widest way of one origin after the
other, the same loads need few ways. Origins of a community are served together and share shelters.
"""

import numpy as np

from dss.arrays import IntArray
from models.evacuation.kernels.widest import split_flow
from models.evacuation.problem import Evacuation, Groups


def main_ways(problem: Evacuation, groups: Groups, community: IntArray) -> Groups:
    """Return ways that load every arc at most as the groups do, by origin, those with most persons first.

    Parameters
    ----------
    community
        Community of each node, shape (n,).

    Returns
    -------
    A group for each way with its persons; its steps of entry are 0, since no times are planned.
    """
    n, k = problem.supply.size, problem.tail.size
    persons = np.repeat(groups.persons, np.diff(groups.offsets))
    flow = np.bincount(groups.arc, weights=persons, minlength=k).astype(np.int64)
    leaving = np.bincount(groups.origin, weights=groups.persons, minlength=n).astype(np.int64)
    start = np.flatnonzero(leaving)
    start = start[np.lexsort((-leaving[start], community[start]))]
    arc = np.argsort(problem.tail, kind="stable")
    first = np.searchsorted(problem.tail[arc], np.arange(n + 1))
    source, sent, offsets, arcs = split_flow(
        (start, leaving[start], community[start].astype(np.int64)),
        (first, arc, problem.head, problem.travel_steps),
        flow,
        problem.shelter_capacity > 0,
    )
    ways = Groups(start[source], sent, offsets, arcs, np.zeros_like(arcs))
    return ways.taken(np.lexsort((-sent, ways.origin)))
