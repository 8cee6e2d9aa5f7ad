"""Ways over the roads, from where people are to shelters, without any times, and sending people by them."""

import time
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from dss.arrays import IntArray
from models.evacuation.kernels.augment import Arcs, State
from models.evacuation.kernels.insert import insert_soonest
from models.evacuation.trimming import Roads, least_of_parallel

INSERTIONS = 20_000
"""Tries of a way between two looks at the clock."""


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """Ways by node of origin, shape (w,); way x takes ``arc[offsets[x] : offsets[x + 1]]`` in that order."""

    origin: IntArray
    offsets: IntArray
    arc: IntArray

    def together_with(self, other: "Ways") -> "Ways":
        """Return the ways of both, each once."""
        return different(
            Ways(
                np.concatenate([self.origin, other.origin]),
                np.concatenate([self.offsets, self.offsets[-1] + other.offsets[1:]]),
                np.concatenate([self.arc, other.arc]),
            )
        )


def different(ways: Ways) -> Ways:
    """Return each way once, ordered by origin and arcs."""
    parts = np.split(ways.arc, ways.offsets[1:-1])
    return _of({(int(origin), tuple(part.tolist())) for origin, part in zip(ways.origin, parts, strict=True)})


def nearest_ways(roads: Roads, count: int) -> Ways:
    """Return the shortest way of every source to each of so many nearest shelters."""
    source, goal = np.flatnonzero(roads.supply), np.flatnonzero(roads.places)
    shape = (roads.n, roads.n)
    back = least_of_parallel(
        coo_array((roads.travel_steps.astype(float), (roads.head, roads.tail)), shape=shape)
    )
    distance, onward = dijkstra(back, indices=goal, return_predecessors=True)
    taken = _shortest_arcs(roads)
    nearest = np.argsort(distance[:, source], axis=0, kind="stable")[:count]
    found = set()
    for row, start in enumerate(source.tolist()):
        for g in nearest[:, row].tolist():
            if np.isfinite(distance[g, start]):
                found.add((start, _walk(start, int(goal[g]), onward[g], taken)))
    return _of(found)


def insert(ways: Ways, arcs: Arcs, state: State, deadline: float) -> None:
    """Send as many as arrive in time by given ways, the soonest first, as `insert_soonest` does.

    Parameters
    ----------
    arcs, state
        As the kernels take them; the state is changed.
    deadline
        A moment of ``time.perf_counter``, past which nobody more is sent.
    """
    known = (np.zeros_like(ways.arc), np.zeros_like(ways.origin))
    while time.perf_counter() <= deadline:
        if insert_soonest((ways.origin, ways.offsets, ways.arc), arcs, state, known, INSERTIONS):
            break


def _walk(start: int, goal: int, onward: IntArray, taken: dict[tuple[int, int], int]) -> tuple[int, ...]:
    way, v = [], start
    while v != goal:
        u = int(onward[v])
        way.append(taken[v, u])
        v = u
    return tuple(way)


def _shortest_arcs(roads: Roads) -> dict[tuple[int, int], int]:
    """Return the quickest of parallel arcs by its ends."""
    slowest_first = np.argsort(-roads.travel_steps, kind="stable")
    ends = zip(roads.tail[slowest_first].tolist(), roads.head[slowest_first].tolist(), strict=True)
    return dict(zip(ends, slowest_first.tolist(), strict=True))


def _of(ways: set[tuple[int, tuple[int, ...]]]) -> Ways:
    ordered = sorted(ways)
    return Ways(
        np.array([origin for origin, _ in ordered], dtype=np.int64),
        np.concatenate([[0], np.cumsum([len(arcs) for _, arcs in ordered])]).astype(np.int64),
        np.array([a for _, arcs in ordered for a in arcs], dtype=np.int64),
    )
