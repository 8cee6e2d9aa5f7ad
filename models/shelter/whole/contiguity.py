"""Responsibility areas that hang together: the zones of each shelter are connected through touching pairs.

The plan without that condition is cut to its connected parts; annealing then moves zones at the edges of
areas, never breaking one. The bound of the plan without the condition holds all the more.
"""

import time
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dss.arrays import IntArray
from models.shelter.kernels.anneal import Cooling
from models.shelter.kernels.contiguous import Touching, anneal_connected, keep_largest, make_room
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.whole.annealing import (
    COLD,
    FIRM,
    FIRMEST,
    HARDENING,
    SOFTENING,
    excess_price,
    first_penalty,
    temperature_scale,
)
from models.shelter.whole.ways import Town

ROUNDS: Final = 30
MOVES_PER_ZONE: Final = 2000
HOT: Final = (0.5, 0.25, 0.1)


def touching_zones(problem: Allocation) -> Touching:
    """Return which zones with persons touch, zones in the order of their numbers. O(pairs log pairs)."""
    assert problem.whole is not None
    assert problem.touching is not None
    numbers = np.unique(problem.whole[problem.persons > 0])
    both = problem.touching[np.isin(problem.touching, numbers).all(axis=1)]
    pairs = np.searchsorted(numbers, np.concatenate([both, both[:, ::-1]]))
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    first = np.searchsorted(pairs[:, 0], np.arange(numbers.size + 1))
    return Touching(first, np.ascontiguousarray(pairs[:, 1]))


def connect(town: Town, at: IntArray, touching: Touching, until_s: float, seed: int) -> IntArray:
    """Return the way of each zone with connected areas and no shelter overfull.

    Parameters
    ----------
    at
        Way of each zone, shape (zones,).
    until_s
        Clock time (``perf_counter``) at which no further round begins.
    """
    ways, scale, price = town.ways, temperature_scale(town), excess_price(town)
    at = keep_largest(ways, touching, at)
    best = make_room(ways, touching, at)
    best_value, least = town.value(best, price), first_penalty(town)
    firm, moves = least, MOVES_PER_ZONE * at.size
    for r in range(ROUNDS):
        if time.perf_counter() > until_s:
            break
        start = best if r % 3 == 2 else at
        hot = HOT[r % len(HOT)] * scale
        at = anneal_connected(
            ways, touching, start, Cooling(moves, hot, COLD * scale, firm, 1.0, FIRM), seed + r
        )
        excess = town.excess(at)
        firm = np.clip(np.where(excess > 0, firm * HARDENING, firm * SOFTENING), least, FIRMEST * least)
        mended = make_room(ways, touching, at)
        value = town.value(mended, price)
        if value < best_value:
            best, best_value = mended, value
    return best


def broken_areas(problem: Allocation, decision: AllocationDecision) -> list[tuple[int, int]]:
    """Return the shelters whose zones do not hang together, and in how many parts they fall.

    Derived from the pairs alone: zones with persons at the shelter, joined where they touch.
    """
    if problem.whole is None or problem.touching is None:
        return []
    used = np.flatnonzero(decision.persons > 0)
    placed = np.unique(np.stack([problem.whole[problem.cell[used]], problem.site[used]], axis=1), axis=0)
    joins = _joins(placed, problem.touching)
    graph = coo_array((np.ones(joins.shape[1]), joins), shape=(placed.shape[0], placed.shape[0]))
    _, part = connected_components(graph, directed=False)
    parts = np.unique(np.stack([placed[:, 1], part], axis=1), axis=0)
    counts = np.bincount(parts[:, 0], minlength=1)
    return [(int(j), int(counts[j])) for j in np.flatnonzero(counts > 1)]


def _joins(placed: IntArray, touching: IntArray) -> IntArray:
    """Return pairs of rows of placed zones that touch and share a shelter, shape (2, pairs)."""
    if placed.shape[0] == 0:
        return np.zeros((2, 0), dtype=np.int64)
    zone, site = placed[:, 0], placed[:, 1]
    row = np.minimum(np.searchsorted(zone, touching), zone.size - 1)
    known = (zone[row] == touching).all(axis=1)
    row = row[known]
    return row[site[row[:, 0]] == site[row[:, 1]]].T
