"""What arrays must keep to make a siting problem; refusals name the place and the value."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError

# Sums of float64 below this stay exact to about a unit.
GREATEST_TOTAL: Final = 1e15


def cost_matrix(values: FloatArray) -> FloatArray:
    """Return costs of serving demand i from site j, shape (n, m): at least 0, inf where not allowed."""
    cost = np.asarray(values, dtype=np.float64)
    if cost.ndim != 2:
        raise ProblemError("siting_cost_shape", shape=cost.shape)
    bad = ~(cost >= 0)
    if bad.any():
        i, j = (int(k) for k in np.argwhere(bad)[0])
        raise ProblemError("siting_cost", demand=i, site=j, value=float(cost[i, j]), count=int(bad.sum()))
    return cost


def vector(values: FloatArray, name: str, size: int) -> FloatArray:
    """Return finite numbers, at least 0, shape (size,)."""
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (size,):
        raise ProblemError("siting_vector_shape", name=name, shape=array.shape, size=size)
    bad = ~(np.isfinite(array) & (array >= 0))
    if bad.any():
        k = int(np.flatnonzero(bad)[0])
        raise ProblemError("siting_vector", name=name, index=k, value=float(array[k]), count=int(bad.sum()))
    return array


def number_of_sites(p: int) -> int:
    """Return how many sites to open: a whole number, at least 1."""
    if isinstance(p, bool) or not isinstance(p, int | np.integer) or p < 1:
        raise ProblemError("siting_number", value=p)
    return int(p)


def sites_or_budget(p: int | None, budget: float | None) -> int | None:
    """Return how many sites to open; None where a budget decides."""
    if p is None and budget is not None:
        return None
    if p is None:
        raise ProblemError("siting_number", value=None)
    return number_of_sites(p)


def distance(radius: float) -> float:
    """Return a radius: finite, at least 0."""
    if not (np.isfinite(radius) and radius >= 0):
        raise ProblemError("siting_radius", value=radius)
    return float(radius)


def site_indices(values: Iterable[int] | IntArray, sites: int) -> IntArray:
    """Return the sites that are open in any case, ascending, each once."""
    array = np.asarray(list(values))
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ProblemError("siting_fixed_kind", value=array.tolist())
    outside = (array < 0) | (array >= sites)
    if outside.any():
        raise ProblemError("siting_fixed_outside", value=int(array[outside][0]), count=sites)
    chosen, times = np.unique(array, return_counts=True)
    if (times > 1).any():
        raise ProblemError("siting_fixed_twice", value=int(chosen[times > 1][0]))
    return chosen.astype(np.int64)


def summable(cost: FloatArray, weight: FloatArray, name: str) -> None:
    """Refuse numbers whose weighted sum would no longer be exact enough to prove anything."""
    greatest = np.max(cost, axis=1, initial=0.0, where=np.isfinite(cost))
    total = float(weight @ greatest)
    if not total <= GREATEST_TOTAL:
        raise ProblemError("siting_total", name=name, value=total, greatest=GREATEST_TOTAL)


def part(value: float, name: str) -> float:
    """Return a share: from 0 to 1."""
    if not 0 <= value <= 1:
        raise ProblemError("siting_share", name=name, value=value)
    return float(value)
