"""Who can be safe at all, whatever time it takes."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order

from dss.arrays import BoolArray, IntArray
from models.evacuation.problem import Evacuation
from models.plan import Termination
from models.solver import greatest_flow, least_cost_flow


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Persons at each node who can be safe, who are cut off, and who find no place, each of shape (n,)."""

    safe: IntArray
    cut_off: IntArray
    no_place: IntArray


def usable_arcs(problem: Evacuation) -> BoolArray:
    """Return the arcs that somebody may take at some step, shape (k,): not those out of a shelter."""
    used = _leading_arcs(problem)
    if problem.has_windows:
        opening, closing = problem.entry_window()
        used &= opening < closing
    return used


def _leading_arcs(problem: Evacuation) -> BoolArray:
    """Return the arcs with capacity that do not lead out of a shelter, whenever they are open, shape (k,)."""
    return np.asarray((problem.capacity > 0) & (problem.shelter_capacity[problem.tail] == 0))


def split_by_reach(problem: Evacuation) -> Reach:
    """Tell who can be safe from who cannot, and why.

    Notes
    -----
    As many as possible get a place; which of several equally large sets of people that is, is not decided by
    distance. With places for all it is everybody whom a road leads to a shelter. Openings and closings do not
    count here.
    """
    used = _leading_arcs(problem)
    tail, head = problem.tail[used], problem.head[used]
    shelter = problem.shelter_capacity > 0
    asking = np.where(leads_to_shelter(problem), problem.supply, 0)
    cut_off = problem.supply - asking
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


def all_with_a_road(problem: Evacuation) -> Reach:
    """Tell who has a road to a shelter, full or not, from who is cut off."""
    asking = np.where(leads_to_shelter(problem), problem.supply, 0)
    return Reach(asking, problem.supply - asking, np.zeros_like(asking))


def split_stayers(problem: Evacuation, safe: IntArray) -> Reach:
    """Tell why people stay of whom some are safe: no road, no place, or no time.

    Parameters
    ----------
    safe
        Persons at each node who are safe, shape (n,).

    Returns
    -------
    Those who would be safe if time and closings did not count, ``safe`` and those who are overtaken; those
    who are cut off; and those for whom there is no place beside them.
    """
    every = split_by_reach(problem)
    if not every.no_place.any():
        return every
    used = _leading_arcs(problem)
    n, placed = safe.size, int(every.safe.sum())
    node = np.arange(n)
    none, more = np.zeros(n, dtype=np.int64), problem.supply - every.cut_off - safe
    most = np.minimum(problem.shelter_capacity, placed).astype(np.int64)
    tail, head = problem.tail[used], problem.head[used]
    supply = np.zeros(n + 2, dtype=np.int64)
    supply[n:] = placed, -placed
    termination, flow = least_cost_flow(
        np.concatenate([np.full(n, n), np.full(n, n), tail, node]),
        np.concatenate([node, node, head, np.full(n, n + 1)]),
        np.concatenate([safe, more, np.full(tail.size, placed), most]),
        np.concatenate([none, none + 1, np.zeros(tail.size, dtype=np.int64), none]),
        supply,
    )
    assert termination is Termination.OPTIMAL, termination  # so many find a place, and the safe did
    overtaken = flow[n : 2 * n]
    return Reach(safe + overtaken, every.cut_off, more - overtaken)


def leads_to_shelter(problem: Evacuation) -> BoolArray:
    """Return the nodes from which a road leads to a shelter, whenever it is open, shape (n,)."""
    used = _leading_arcs(problem)
    return _leads_to(problem.tail[used], problem.head[used], problem.shelter_capacity > 0)


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
