"""What is left of the roads' capacity: less background traffic, less at intersections.

Pure functions on whole capacities per step; an arc that is open stays open unless nothing is left of it.
"""

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError


def beside_background(capacity: IntArray, background_per_step: FloatArray) -> IntArray:
    """Return what background traffic leaves of each arc's capacity, shape (k,), never below 0.

    Raises
    ------
    ProblemError
        If a background flow is negative or no number.
    """
    _require_amounts("background_per_step", background_per_step)
    return np.maximum(0, np.floor(capacity - background_per_step)).astype(np.int64)


def through_intersections(capacity: IntArray, head: IntArray, green_share: FloatArray) -> IntArray:
    """Return each arc's capacity through the intersection at its head, shape (k,).

    Parameters
    ----------
    green_share
        Share of the time in which an approach of each node may go, shape (n,), from 0 to 1; 1 where there is
        no intersection. 0 closes the arcs into the node; above 0 at least one person goes in a step.

    Raises
    ------
    ProblemError
        If a share is not from 0 to 1.
    """
    _require_amounts("green_share", green_share)
    if (green_share > 1).any():
        i = int(np.argmax(green_share > 1))
        raise ProblemError("evacuation_amount", name="green_share", index=i, value=float(green_share[i]))
    share = green_share[head]
    least = ((capacity > 0) & (share > 0)).astype(np.int64)
    return np.maximum(least, np.floor(capacity * share).astype(np.int64))


def _require_amounts(name: str, values: FloatArray) -> None:
    bad = ~np.isfinite(values) | (values < 0)
    if bad.any():
        i = int(np.argmax(bad))
        raise ProblemError("evacuation_amount", name=name, index=i, value=float(values[i]))
