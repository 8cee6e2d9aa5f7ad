"""Who can be safe at all, whatever time it takes."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from dss.arrays import BoolArray, IntArray
from models.evacuation.problem import Evacuation
from models.solver import greatest_flow


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Persons at each node who can be safe, who are cut off, and who find no place, each of shape (n,)."""

    safe: IntArray
    cut_off: IntArray
    no_place: IntArray


def usable_arcs(problem: Evacuation) -> BoolArray:
    """Return the arcs that somebody may ever take, shape (k,): open, and not out of a shelter."""
    return np.asarray((problem.capacity > 0) & (problem.shelter_capacity[problem.tail] == 0))


def split_by_reach(problem: Evacuation) -> Reach:
    """Tell who can be safe from who cannot, and why.

    Notes
    -----
    As many as possible get a place; which of several equally large sets of people that is, is not decided by
    distance. With places for all it is everybody whom a road leads to a shelter.
    """
    used = usable_arcs(problem)
    tail, head = problem.tail[used], problem.head[used]
    shelter = problem.shelter_capacity > 0
    can_reach = _leads_to(tail, head, shelter)
    cut_off = np.where(can_reach, 0, problem.supply)
    asking = problem.supply - cut_off
    total = int(asking.sum())
    most = np.minimum(problem.shelter_capacity, total).astype(np.int64)
    if total == 0 or _nearest_is_enough(most, total, shelter):
        return Reach(asking, cut_off, np.zeros_like(asking))
    n = asking.size
    node = np.arange(n)
    flow, _ = greatest_flow(
        np.concatenate([np.full(n, n), tail, node]),
        np.concatenate([node, head, np.full(n, n + 1)]),
        np.concatenate([asking, np.full(tail.size, total), most]),
        n,
        n + 1,
    )
    safe = flow[:n]
    return Reach(safe, cut_off, asking - safe)


def _nearest_is_enough(most: IntArray, total: int, shelter: BoolArray) -> bool:
    """Return whether any single shelter could take everybody."""
    return bool((most[shelter] >= total).all())


def _leads_to(tail: IntArray, head: IntArray, goal: BoolArray) -> BoolArray:
    """Return the nodes from which some arc path leads to a goal, shape (n,)."""
    n = goal.size
    ends = np.flatnonzero(goal)
    backward = coo_array(
        (
            np.ones(tail.size + ends.size, dtype=np.int8),
            (np.concatenate([head, np.full(ends.size, n)]), np.concatenate([tail, ends])),
        ),
        shape=(n + 1, n + 1),
    ).tocsr()
    found = breadth_first_order(backward, n, return_predecessors=False)
    leads = np.zeros(n + 1, dtype=np.bool_)
    leads[found] = True
    return leads[:n]
