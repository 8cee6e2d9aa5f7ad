"""What happens without a plan: everyone leaves at once for the nearest shelter with room, by the shortest way.

Nobody knows of queues or of roads that will close. The roads are those of the plan, and whoever comes to an
arc first enters it first (:mod:`models.evacuation.replay`).

Index names: ``o`` origins, ``z`` shelters, ``v`` nodes, ``a`` arcs.
"""

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from dss.arrays import FloatArray, IntArray
from models.evacuation import Evacuation, Groups

NOWHERE = -9999
"""What the library writes where there is no way."""


def leave_at_once(problem: Evacuation) -> Groups:
    """Return everyone's shortest way to the nearest shelter that has room, entered as soon as possible.

    Nearer pairs of a home and a shelter are served first; who finds no room anywhere, or no way, is left out.
    Steps of entry hold only for a network without queues.
    """
    tail, head, arc = _shortest_of_parallel(problem)
    origin = np.flatnonzero(problem.supply)
    shelter = np.flatnonzero(problem.shelter_capacity > 0)
    if origin.size == 0 or shelter.size == 0 or arc.size == 0:
        return _groups_of([], problem)
    n = problem.supply.size
    backward = csr_array((problem.travel_steps[arc].astype(np.float64), (head, tail)), shape=(n, n))
    steps, onward = dijkstra(backward, indices=shelter, return_predecessors=True)
    sent = _nearest_with_room(
        steps[:, origin].T, problem.supply[origin], problem.shelter_capacity[shelter]
    )
    index = csr_array((arc + 1, (tail, head)), shape=(n, n))
    ways = [
        (int(origin[o]), persons, _way(int(origin[o]), onward[z], index)) for o, z, persons in sent
    ]
    return _groups_of(ways, problem)


def _shortest_of_parallel(problem: Evacuation) -> tuple[IntArray, IntArray, IntArray]:
    """Return the quickest arc of each pair of nodes that can be used: tails, heads, arcs."""
    usable = np.flatnonzero((problem.capacity > 0) & (problem.shelter_capacity[problem.tail] == 0))
    n = problem.supply.size
    pair = problem.tail[usable] * n + problem.head[usable]
    order = np.lexsort((problem.travel_steps[usable], pair))
    first = order[np.diff(pair[order], prepend=-1) != 0]
    arc = usable[first]
    return problem.tail[arc], problem.head[arc], arc


def _nearest_with_room(
    steps: FloatArray, supply: IntArray, room: FloatArray
) -> list[tuple[int, int, int]]:
    """Return who goes where, as origin, shelter and persons: the nearest pairs first."""
    o, z = np.nonzero(np.isfinite(steps))
    order = np.argsort(steps[o, z], kind="stable")
    left, room, sent = supply.copy(), room.copy(), []
    for one, goal in zip(o[order].tolist(), z[order].tolist(), strict=True):
        persons = int(min(left[one], room[goal]))
        if persons > 0:
            left[one] -= persons
            room[goal] -= persons
            sent.append((one, goal, persons))
    return sent


def _way(origin: int, onward: IntArray, index: csr_array) -> list[int]:
    arcs, node = [], origin
    while onward[node] != NOWHERE:
        arcs.append(int(index[node, onward[node]]) - 1)
        node = int(onward[node])
    return arcs


def _groups_of(ways: list[tuple[int, int, list[int]]], problem: Evacuation) -> Groups:
    origin = np.array([way[0] for way in ways], dtype=np.int64)
    persons = np.array([way[1] for way in ways], dtype=np.int64)
    arc = np.array([a for way in ways for a in way[2]], dtype=np.int64)
    offsets = np.concatenate([[0], np.cumsum([len(way[2]) for way in ways])]).astype(np.int64)
    took = problem.travel_steps[arc]
    before = np.cumsum(took) - took
    begins = np.repeat(before[offsets[:-1]], np.diff(offsets)) if arc.size else before
    return Groups(origin, persons, offsets, arc, before - begins)
