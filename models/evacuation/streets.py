"""Roads in seconds become arcs in whole steps: streets without junction are joined first and rounded once.

Rounding every piece of a street would add up to half a step for each. Index names: ``e`` edge of the road
network, ``a`` arc.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.evacuation.problem import Evacuation
from models.evacuation.trimming import without_detours


@dataclass(frozen=True, slots=True, eq=False)
class StreetProblem:
    """An evacuation problem over a road network.

    Parameters
    ----------
    problem
        Its nodes are the network's.
    offsets, edge
        Edges of the network behind each arc, in the order of travel, shapes (k + 1,) and (sum,).
    step_s
        Seconds in a step.
    """

    problem: Evacuation
    offsets: IntArray
    edge: IntArray
    step_s: float


def street_problem(
    ends: tuple[IntArray, IntArray], travel_s: FloatArray, capacity_per_h: FloatArray,
    people: tuple[IntArray, FloatArray], step_s: float,
) -> StreetProblem:  # fmt: skip
    """Return an evacuation problem over roads.

    Parameters
    ----------
    ends
        Tail and head of each edge, shape (k,).
    travel_s, capacity_per_h
        Time of each edge, inf where it is closed, and how many may enter it in an hour, shape (k,).
    people
        Supply and shelter capacity of each node, shape (n,).
    step_s
        Seconds in a step.

    Notes
    -----
    A travel time is rounded to the nearest step, to at least one; a capacity down, to at least one where the
    edge is open at all.
    """
    supply, shelter_capacity = people
    is_shelter = shelter_capacity > 0
    e = np.flatnonzero(
        np.isfinite(travel_s) & (capacity_per_h > 0) & ~is_shelter[ends[0]] & (ends[0] != ends[1])
    )
    tail, head, offsets, edge = without_detours(
        ends[0].astype(np.int64),
        ends[1].astype(np.int64),
        e,
        (supply > 0, is_shelter),
        np.zeros(supply.size, dtype=np.bool_),
    )
    if edge.size == 0:
        steps = capacity = np.zeros(0, dtype=np.int64)
    else:
        steps = np.maximum(1, np.rint(np.add.reduceat(travel_s[edge], offsets[:-1]) / step_s)).astype(
            np.int64
        )
        per_step = np.minimum.reduceat(capacity_per_h[edge], offsets[:-1]) * step_s / 3600
        capacity = np.maximum(1, np.floor(per_step)).astype(np.int64)
    problem = Evacuation(tail, head, steps, capacity, supply, shelter_capacity)
    return StreetProblem(problem, offsets, edge, step_s)
