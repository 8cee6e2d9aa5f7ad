"""Arrays become parts of an evacuation problem, or are refused with the index and the value."""

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError

MOST_STEPS = 1_000_000
"""A longer journey over one arc is a slip of units."""
MOST_PERSONS = 2**40


def node_indices(values: IntArray, name: str, nodes: int, count: int) -> IntArray:
    """Return ends of arcs as node indices, or refuse them."""
    array = np.asarray(values)
    _require_length(array, name, count)
    outside = (array < 0) | (array >= nodes) if array.dtype.kind in "iu" else np.ones(count, dtype=np.bool_)
    if outside.any():
        a = int(np.flatnonzero(outside)[0])
        raise ProblemError("evacuation_node", name=name, arc=a, value=array[a], nodes=nodes)
    return array.astype(np.int64)


def whole_steps(values: IntArray, count: int) -> IntArray:
    """Return travel times as whole steps of at least 1, or refuse them."""
    array = np.asarray(values)
    _require_length(array, "travel_steps", count)
    numbers = array.astype(np.float64)
    bad = ~np.isfinite(numbers) | (numbers < 1) | (numbers != np.floor(numbers)) | (numbers > MOST_STEPS)
    if bad.any():
        a = int(np.flatnonzero(bad)[0])
        raise ProblemError("evacuation_steps", arc=a, value=float(numbers[a]), most=MOST_STEPS)
    return numbers.astype(np.int64)


def whole_amounts(values: IntArray, name: str, count: int) -> IntArray:
    """Return whole numbers of persons, at least 0, or refuse them."""
    array = np.asarray(values)
    _require_length(array, name, count)
    numbers = array.astype(np.float64)
    bad = ~np.isfinite(numbers) | (numbers < 0) | (numbers != np.floor(numbers)) | (numbers > MOST_PERSONS)
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise ProblemError("evacuation_whole", name=name, index=i, value=float(numbers[i]))
    return numbers.astype(np.int64)


def places(values: FloatArray) -> FloatArray:
    """Return places of shelters as whole numbers or inf, or refuse them."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1:
        raise ProblemError("evacuation_shape", name="shelter_capacity", shape=numbers.shape, expected="(n,)")
    bad = np.isnan(numbers) | (numbers < 0) | ((numbers != np.floor(numbers)) & np.isfinite(numbers))
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise ProblemError("evacuation_whole", name="shelter_capacity", index=i, value=float(numbers[i]))
    return numbers


def closings(values: FloatArray, name: str, count: int) -> FloatArray:
    """Return steps of closing as whole numbers of at least 0 or inf, or refuse them."""
    numbers = np.asarray(values, dtype=np.float64)
    _require_length(numbers, name, count)
    bad = np.isnan(numbers) | (numbers < 0) | ((numbers != np.floor(numbers)) & np.isfinite(numbers))
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise ProblemError("evacuation_closing", name=name, index=i, value=float(numbers[i]))
    return numbers


def _require_length(array: np.ndarray, name: str, count: int) -> None:
    if array.shape != (count,):
        raise ProblemError("evacuation_shape", name=name, shape=array.shape, expected=f"({count},)")
