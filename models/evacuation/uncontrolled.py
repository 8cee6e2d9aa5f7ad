"""Everyone leaves at once to the nearest shelter: what happens without a plan, to compare plans with.

Index names: ``v`` node, ``a`` arc, ``g`` group.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from dss.arrays import BoolArray, FloatArray, IntArray
from models.evacuation.problem import Evacuation, Groups


@dataclass(frozen=True, slots=True, eq=False)
class Uncontrolled:
    """Who goes where without a plan.

    Parameters
    ----------
    groups
        One group per home and shelter; all set out at step 0, or when their first arc opens. Their further
        steps of entry are those of empty roads: replay them as ``first_come``.
    staying
        Persons at each node who find no road, or no shelter with a place, shape (n,).
    """

    groups: Groups
    staying: IntArray


def uncontrolled(problem: Evacuation) -> Uncontrolled:
    """Send everyone at once on the shortest way, as roads are when empty, to the nearest shelter.

    Notes
    -----
    Whoever lives nearest to a shelter has its places first; the others go to their next nearest one that has
    places left, straight from home. So nobody drives up to a full shelter and has to turn round: real people
    would, and comparisons with this are on the cautious side. Nobody foresees closings after step 0. One
    search per shelter that fills up, O(shelters x k log n).
    """
    left, places = problem.supply.copy(), problem.shelter_capacity.copy()
    origins, persons, ways = [], [], []
    while left.any() and (places > 0).any():
        steps, towards = ways_to(problem, places > 0)
        homes = np.flatnonzero((left > 0) & np.isfinite(steps))
        if homes.size == 0:
            break
        for home in homes[np.argsort(steps[homes], kind="stable")]:
            way = _way(problem, towards, int(home))
            goal = problem.head[way[-1]]
            amount = int(min(left[home], places[goal]))
            if amount > 0:
                left[home] -= amount
                places[goal] -= amount
                origins.append(int(home))
                persons.append(amount)
                ways.append(way)
    return Uncontrolled(_groups(problem, origins, persons, ways), left)


def _open_arcs(problem: Evacuation) -> IntArray:
    """Return the quickest open arc of each pair of nodes, shape (m,)."""
    usable: BoolArray = (problem.capacity > 0) & (problem.shelter_capacity[problem.tail] == 0)
    if problem.closing_step is not None:
        usable &= problem.closing_step > 0
    arcs = np.flatnonzero(usable & (problem.tail != problem.head))
    order = arcs[np.lexsort((arcs, problem.travel_steps[arcs], problem.head[arcs], problem.tail[arcs]))]
    pair = problem.tail[order] * problem.supply.size + problem.head[order]
    return order[np.unique(pair, return_index=True)[1]]


def ways_to(problem: Evacuation, is_goal: BoolArray) -> tuple[FloatArray, IntArray]:
    """Return how people go to the nearest of some nodes when roads are empty.

    Returns
    -------
    Each node's steps to the nearest goal, inf where none can be reached; and the arc that its way begins
    with, -1 at goals and where there is none, shape (n,).

    Notes
    -----
    Dijkstra (1959) backwards from all goals at once, O(k log n). No way leads through a shelter.
    """
    arcs = _open_arcs(problem)
    n = problem.supply.size
    ends = (problem.head[arcs], problem.tail[arcs])
    back = csr_array((problem.travel_steps[arcs].astype(np.float64), ends), shape=(n, n))
    steps, after, _ = dijkstra(back, indices=np.flatnonzero(is_goal), min_only=True, return_predecessors=True)
    towards = np.full(n, -1, dtype=np.int64)
    pair = problem.tail[arcs] * n + problem.head[arcs]  # ascending
    inner = np.flatnonzero(after >= 0)
    towards[inner] = arcs[np.searchsorted(pair, inner * n + after[inner])]
    return steps, towards


def _way(problem: Evacuation, towards: IntArray, home: int) -> IntArray:
    way, v = [], home
    while towards[v] >= 0:
        way.append(int(towards[v]))
        v = int(problem.head[towards[v]])
    return np.array(way, dtype=np.int64)


def _groups(problem: Evacuation, origins: list[int], persons: list[int], ways: list[IntArray]) -> Groups:
    offsets = np.concatenate([[0], np.cumsum([way.size for way in ways])]).astype(np.int64)
    arc = np.concatenate([np.zeros(0, dtype=np.int64), *ways])
    ready = np.zeros(len(ways), dtype=np.int64)
    if problem.opening_step is not None:
        ready = problem.opening_step[arc[offsets[:-1]]]
    travelled = np.concatenate([[0], np.cumsum(problem.travel_steps[arc])])
    since = travelled[:-1] - np.repeat(travelled[offsets[:-1]], np.diff(offsets))
    enter = np.repeat(ready, np.diff(offsets)) + since
    return Groups(np.array(origins, dtype=np.int64), np.array(persons, dtype=np.int64), offsets, arc, enter)
