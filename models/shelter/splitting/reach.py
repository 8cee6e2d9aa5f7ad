"""How many find a place at all, and the cells that prove that no more do."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.shelter.aims import LongestProof
from models.shelter.problem import Allocation
from models.solver import greatest_flow


@dataclass(frozen=True, slots=True, eq=False)
class Placing:
    """The fewest unmet persons over some arcs, one way to reach it, and the cells that prove it.

    Parameters
    ----------
    persons
        Persons on each arc, shape (k,).
    unmet
        How many stay unmet at least.
    cells
        Cells whose places in reach fall short by ``unmet``.
    """

    persons: IntArray
    unmet: int
    cells: IntArray


def place_most(problem: Allocation, arcs: BoolArray) -> Placing:
    """Place as many persons as possible over some arcs, by a maximum flow and its least cut."""
    n, m, used = problem.persons.size, problem.capacity.size, np.flatnonzero(arcs)
    source, sink, everyone = n + m, n + m + 1, int(problem.persons.sum())
    tail = np.concatenate([np.full(n, source), problem.cell[used], n + np.arange(m)])
    head = np.concatenate([np.arange(n), n + problem.site[used], np.full(m, sink)])
    # arcs hold more than everyone, so that no least cut crosses one
    room = np.concatenate([problem.persons, np.full(used.size, everyone + 1), problem.capacity])
    flow, cut = greatest_flow(tail, head, room, source, sink)
    persons = np.zeros(problem.cell.size, dtype=np.int64)
    persons[used] = flow[n : n + used.size]
    return Placing(persons, everyone - int(flow[:n].sum()), cut[cut < n])


def least_limit(problem: Allocation, trip_s: FloatArray, unmet: int) -> LongestProof:
    """Return the shortest longest trip that leaves no more than ``unmet`` unmet, and its proof.

    Bisection over the distinct trip times, a maximum flow each, so the answer is exact.

    Parameters
    ----------
    trip_s
        Travel time of each arc, shape (k,).
    unmet
        At least the fewest over all arcs.
    """
    times = np.unique(trip_s)
    if place_most(problem, np.zeros(trip_s.size, dtype=np.bool_)).unmet <= unmet:
        return LongestProof(0.0, 0.0, np.zeros(0, dtype=np.int64))
    low, high = 0, times.size - 1
    while low < high:
        middle = (low + high) // 2
        if place_most(problem, trip_s <= times[middle]).unmet <= unmet:
            high = middle
        else:
            low = middle + 1
    shorter = place_most(problem, trip_s < times[low])
    return LongestProof(float(times[low]), float(times[low]), shorter.cells)
