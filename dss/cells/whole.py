"""Whole persons from amounts that are not."""

import numpy as np

from dss.arrays import FloatArray, IntArray


def whole_numbers(amounts: FloatArray) -> IntArray:
    """Round amounts so that every run of neighbours keeps its sum to within one.

    The running total is rounded, not the amounts: what one cell loses the next one gains. H3 indices in
    ascending order are neighbours on the ground, so districts keep their people too. Where the amounts of a
    run add up to a whole number and so do those before it, the run keeps it exactly.

    >>> whole_numbers(np.array([0.5, 0.5, 1.2, 1.8])).tolist()
    [0, 1, 1, 2]
    """
    return np.diff(np.rint(np.cumsum(amounts)), prepend=0.0).astype(np.int64)
