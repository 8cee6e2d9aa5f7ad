"""How few can be safe by each step: a bound on the total arrival.

If no more than F(t) persons can be safe by step t, the total arrival is at least sum over t of D - F(t). For
sources X and shelters Y, F(t) <= o_t(X, Y) + b(not X) + c(Y), and the right side is convex in t: between two
steps it lies below its chord. X and Y are taken from least cuts on relaxed grids at sampled steps.
"""

import time
from itertools import pairwise

import numpy as np

from dss.arrays import FloatArray
from models.evacuation.clearance import Clearance, width_for
from models.evacuation.flows import most_safe
from models.evacuation.grids import relaxed_grid
from models.evacuation.static import most_by
from models.evacuation.trimming import Roads, steps_to_safety

SAMPLES = 24


def fewest_late(roads: Roads, found: Clearance, deadline: float) -> FloatArray:
    """Return how many at least are not safe by each step before the clearance, shape (steps,).

    Their sum is a bound on the total arrival. Where there was no time for more, those who live farther away.
    """
    clearance = found.bound.step
    samples = np.unique(np.rint(clearance * np.linspace(0, 1, SAMPLES + 1)).astype(np.int64))
    late = _farther(roads, clearance)
    for begin, end in pairwise(samples):
        if time.perf_counter() > deadline:
            break
        late[begin:end] = np.maximum(late[begin:end], _late(roads, found, int(begin), int(end)))
    return late


def _farther(roads: Roads, steps: int) -> FloatArray:
    """Return how many are farther from safety than each step, shape (steps,)."""
    nearer = np.bincount(np.minimum(steps_to_safety(roads), steps), weights=roads.supply, minlength=steps)
    return np.asarray(roads.persons - np.cumsum(nearer[:steps]), dtype=np.float64)


def _late(roads: Roads, found: Clearance, begin: int, end: int) -> FloatArray:
    """Return how many at least are not safe by each step from ``begin`` to before ``end``."""
    width = 2 * width_for(roads, end)
    flow = most_safe(roads, relaxed_grid(roads, end, width, np.minimum(found.bound.tight, end)))
    ends = [most_by(roads, flow.sources, flow.filled, step) for step in (begin, end)]
    safe = np.interp(np.arange(begin, end), (begin, end), ends)
    return np.maximum(0.0, roads.persons - np.minimum(safe, float(flow.persons)))
