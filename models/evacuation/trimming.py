"""The roads that matter, without loss: dead ends dropped, streets without junction joined to one arc.

Waiting is free everywhere, so a chain of arcs is worth one arc with the sum of the steps and the least
capacity, and a node that leads nowhere can be left out. Arcs that open or close are never joined: people may
wait within such a chain for one road to open after another has closed, which no single arc tells. Index
names: ``a`` arc kept, ``e`` the problem's.
"""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import dijkstra

from dss.arrays import BoolArray, IntArray
from models.evacuation.kernels.chains import joined_chains, nodes_left
from models.evacuation.problem import FOREVER, Evacuation
from models.evacuation.reach import Reach, usable_arcs


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """A trimmed problem.

    Parameters
    ----------
    node
        Node of the problem behind each node kept, shape (n,).
    tail, head, travel_steps, capacity
        Arcs kept, shape (k,).
    opening, closing
        First step in which each arc may be entered and the one after the last, FOREVER where it does not
        close, shape (k,).
    supply, places
        Persons who can be safe, and places (never more than those persons), shape (n,).
    offsets, arc
        Arcs of the problem behind each arc kept, in the order of travel, shapes (k + 1,) and (sum,).
    into_steps
        Steps from entering an arc kept to entering each arc behind it, shape (sum,).
    """

    node: IntArray
    tail: IntArray
    head: IntArray
    travel_steps: IntArray
    capacity: IntArray
    opening: IntArray
    closing: IntArray
    supply: IntArray
    places: IntArray
    offsets: IntArray
    arc: IntArray
    into_steps: IntArray

    @property
    def n(self) -> int:
        """Nodes kept."""
        return self.node.size

    @property
    def k(self) -> int:
        """Arcs kept."""
        return self.tail.size

    @property
    def persons(self) -> int:
        """Persons who can be safe."""
        return int(self.supply.sum())

    @property
    def last_change(self) -> int:
        """The step from which on no arc opens or closes any more."""
        closed = self.closing[self.closing < FOREVER]
        return max(int(self.opening.max(initial=0)), int(closed.max(initial=0)))

    def unfolded(
        self, offsets: IntArray, arc: IntArray, enter: IntArray
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Return ways over arcs kept as ways over the problem's: offsets, arcs, steps of entry."""
        count = np.diff(self.offsets)[arc]
        place = np.concatenate([[0], np.cumsum(count)])
        within = np.arange(place[-1]) - np.repeat(place[:-1], count)
        row = np.repeat(self.offsets[arc], count) + within
        return place[offsets], self.arc[row], np.repeat(enter, count) + self.into_steps[row]


def trim(problem: Evacuation, reach: Reach) -> Roads:
    """Return the roads that those who can be safe may need."""
    return trim_beside(problem, reach, np.zeros(0, dtype=np.int64))


def trim_beside(problem: Evacuation, reach: Reach, changing: IntArray) -> Roads:
    """Return the roads that those who can be safe may need; some arcs are joined with no other."""
    junction = _at_windows(problem)
    junction[problem.tail[changing]] = True
    junction[problem.head[changing]] = True
    persons = int(reach.safe.sum())
    places = np.minimum(problem.shelter_capacity, persons).astype(np.int64)
    e = np.flatnonzero(usable_arcs(problem) & (problem.tail != problem.head))
    ends = (reach.safe > 0, places > 0)
    arcs = without_detours(problem.tail, problem.head, e, ends, junction)
    return _numbered(problem, reach, places, arcs)


def _at_windows(problem: Evacuation) -> BoolArray:
    """Return the nodes with an arc that opens or closes, shape (n,)."""
    opening, closing = problem.entry_window()
    changing = (opening > 0) | (closing < FOREVER)
    at = np.zeros(problem.supply.size, dtype=np.bool_)
    at[problem.tail[changing]] = True
    at[problem.head[changing]] = True
    return at


def without_detours(
    tail: IntArray, head: IntArray, arc: IntArray, ends: tuple[BoolArray, BoolArray], junction: BoolArray
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Drop dead ends and join chains until nothing changes.

    Parameters
    ----------
    tail, head
        Ends of all arcs, shape (k,).
    arc
        The arcs that may be used.
    ends
        Where people are and where they may end, shape (n,) each; these nodes stay.
    junction
        Nodes at which no arcs are joined, whatever meets there, shape (n,).

    Returns
    -------
    Tail and head of each arc kept, and the arcs behind it as offsets and arcs in the order of travel.
    """
    source, goal = ends
    tail, head, offsets = tail[arc], head[arc], np.arange(arc.size + 1)
    while True:
        before = tail.size
        kept = nodes_left(tail, head, source, goal)
        tail, head, offsets, arc = joined_chains(tail, head, offsets, arc, kept, source | goal | junction)
        if tail.size == before:
            return tail, head, offsets, arc


def _numbered(
    problem: Evacuation, reach: Reach, places: IntArray, arcs: tuple[IntArray, IntArray, IntArray, IntArray]
) -> Roads:
    tail, head, offsets, arc = arcs
    ends = np.flatnonzero((reach.safe > 0) | (places > 0))
    node = np.unique(np.concatenate([tail, head, ends]))
    into = np.concatenate([[0], np.cumsum(problem.travel_steps[arc])])[:-1]
    if arc.size:
        steps = np.add.reduceat(problem.travel_steps[arc], offsets[:-1])
        capacity = np.minimum.reduceat(problem.capacity[arc], offsets[:-1])
    else:
        steps = capacity = np.zeros(0, dtype=np.int64)
    opening, closing = (window[arc[offsets[:-1]]] for window in problem.entry_window())
    return Roads(
        node=node,
        tail=np.searchsorted(node, tail),
        head=np.searchsorted(node, head),
        travel_steps=steps,
        capacity=capacity,
        opening=opening,
        closing=closing,
        supply=reach.safe[node],
        places=places[node],
        offsets=offsets,
        arc=arc,
        into_steps=into - np.repeat(into[offsets[:-1]], np.diff(offsets)),
    )


def steps_to_safety(roads: Roads) -> IntArray:
    """Return the fewest steps from each node to a shelter, FOREVER where none can be reached, shape (n,)."""
    return _steps_over(roads, np.arange(roads.k))


def longest_way(roads: Roads) -> int:
    """Return the most steps of a shortest way to a shelter when no arc opens or closes any more."""
    if roads.last_change == 0:
        return int(steps_to_safety(roads)[roads.supply > 0].max())
    steps = _steps_over(roads, np.flatnonzero(roads.closing == FOREVER))
    return int(steps[steps < FOREVER].max())


def _steps_over(roads: Roads, arc: IntArray) -> IntArray:
    """Return the fewest steps from each node to a shelter over some arcs, shape (n,)."""
    goal = np.flatnonzero(roads.places)
    network = coo_array(
        (
            np.concatenate([roads.travel_steps[arc], np.full(goal.size, 1)]),
            (
                np.concatenate([roads.head[arc], np.full(goal.size, roads.n)]),
                np.concatenate([roads.tail[arc], goal]),
            ),
        ),
        shape=(roads.n + 1, roads.n + 1),
    )
    distance = dijkstra(least_of_parallel(network), indices=roads.n)[:-1] - 1
    return np.where(np.isfinite(distance), distance, FOREVER).astype(np.int64)


def steps_from(roads: Roads, start: BoolArray) -> IntArray:
    """Return the fewest steps from some nodes to each, FOREVER where none leads there, shape (n,)."""
    source = np.flatnonzero(start)
    network = coo_array(
        (
            np.concatenate([roads.travel_steps, np.ones(source.size, dtype=np.int64)]),
            (
                np.concatenate([roads.tail, np.full(source.size, roads.n)]),
                np.concatenate([roads.head, source]),
            ),
        ),
        shape=(roads.n + 1, roads.n + 1),
    )
    distance = dijkstra(least_of_parallel(network), indices=roads.n)[:-1] - 1
    return np.where(np.isfinite(distance), distance, FOREVER).astype(np.int64)


def least_of_parallel(network: coo_array) -> csr_array:
    """Return a matrix whose entry is the least of those at the same place, not their sum."""
    row, column = network.coords
    order = np.lexsort((network.data, column, row))
    place = row[order].astype(np.int64) * network.shape[1] + column[order]
    kept = order[np.append(True, np.diff(place) > 0)]
    return csr_array((network.data[kept], (row[kept], column[kept])), shape=network.shape)
