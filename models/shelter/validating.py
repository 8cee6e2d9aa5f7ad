"""Arrays become parts of an allocation problem, or are refused with the index and the value."""

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError


def whole_persons(values: IntArray, name: str) -> IntArray:
    """Return values as whole numbers of persons, or refuse them."""
    array = np.asarray(values)
    numbers = array.astype(np.float64) if array.ndim == 1 else np.array([np.nan])
    bad = ~np.isfinite(numbers) | (numbers < 0) | (numbers != np.floor(numbers))
    if bad.any():
        k = int(np.flatnonzero(bad)[0])
        raise ProblemError("not_whole_persons", name=name, index=k, value=float(numbers[k]))
    return array.astype(np.int64)


def indices(values: IntArray, name: str, count: int) -> IntArray:
    """Return values as indices of arcs' ends from 0 to below ``count``, or refuse them."""
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    outside = (array < 0) | (array >= count)
    if array.dtype.kind not in "iu" or outside.any():
        k = int(np.flatnonzero(outside)[0]) if outside.any() else 0
        raise ProblemError("arc_index", name=name, arc=k, value=array[k], count=count)
    return array.astype(np.int64)


def seconds(values: FloatArray) -> FloatArray:
    """Return arc times as finite seconds, at least 0, or refuse them."""
    array = np.asarray(values, dtype=np.float64)
    bad = ~np.isfinite(array) | (array < 0)
    if bad.any():
        a = int(np.flatnonzero(bad)[0])
        raise ProblemError("arc_cost", arc=a, value=float(array.flat[a]), count=int(bad.sum()))
    return array


def zone_numbers(values: IntArray, count: int) -> IntArray:
    """Return zone numbers, one whole number of at least 0 for each cell, or refuse them."""
    array = np.asarray(values)
    if array.shape != (count,):
        raise ProblemError("shelter_shape", name="whole", shape=array.shape, expected=(count,))
    if array.size and (array.dtype.kind not in "iu" or array.min() < 0):
        i = int(np.argmin(array))
        raise ProblemError("shelter_zone", cell=i, value=array[i])
    return array.astype(np.int64)


def zone_pairs(values: IntArray) -> IntArray:
    """Return pairs of zone numbers, each a whole number of at least 0, or refuse them."""
    array = np.asarray(values)
    if array.size == 0:
        return np.zeros((0, 2), dtype=np.int64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ProblemError("shelter_shape", name="touching", shape=array.shape, expected="(pairs, 2)")
    if array.dtype.kind not in "iu" or array.min() < 0:
        raise ProblemError("shelter_touching", index=int(np.argmin(array)) // 2, value=array.min())
    return array.astype(np.int64)


def amounts(values: FloatArray, name: str, count: int, most: float) -> FloatArray:
    """Return finite numbers from 0 to ``most``, one for each index, or refuse them."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (count,):
        raise ProblemError("shelter_shape", name=name, shape=array.shape, expected=(count,))
    bad = ~np.isfinite(array) | (array < 0) | (array > most)
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        raise ProblemError("shelter_range", name=name, index=i, value=float(array[i]), most=most)
    return array


def require_single_arcs(cell: IntArray, site: IntArray, sites: int) -> None:
    """Refuse arcs that occur twice. O(k log k), O(k) where they are sorted."""
    pair = cell * max(sites, 1) + site
    if (np.diff(pair) > 0).all():
        return
    order = np.argsort(pair, kind="stable")
    twice = np.flatnonzero(np.diff(pair[order]) == 0)
    if twice.size:
        a = int(order[twice[0] + 1])
        raise ProblemError("arc_twice", arc=a, cell=int(cell[a]), site=int(site[a]), count=twice.size)
