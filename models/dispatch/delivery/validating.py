"""Arrays become parts of a delivery, or are refused with the index and the value."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.dispatch.validating import MOST, whole_numbers


def indices(values: IntArray, name: str) -> IntArray:
    """Return indices of at least 0, shape (n,), or refuse them."""
    return whole_numbers(values, name)


def numbers(values: FloatArray, name: str, *, endless: bool = False, positive: bool = False) -> FloatArray:
    """Return numbers of at least 0 (above 0), shape (n,), inf only where allowed, or refuse them."""
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1:
        raise ProblemError("dispatch_shape", name=name, shape=found.shape, expected="(n,)")
    bad = np.isnan(found) | (found < 0) | ((found > MOST) & ~(endless & np.isinf(found)))
    if positive:
        bad |= found == 0
    for i in np.flatnonzero(bad)[:1]:
        raise ProblemError("dispatch_number", name=name, index=int(i), value=float(found[i]))
    return found


def same_length(fields: Mapping[str, NDArray[np.generic]], name: str) -> None:
    """Refuse arrays that differ in length."""
    sizes = {field: value.size for field, value in fields.items()}
    if len(set(sizes.values())) > 1:
        raise ProblemError("dispatch_lengths", name=name, sizes=sizes)


def one_depot(convoy: IntArray, depot: IntArray) -> None:
    """Refuse convoys whose vehicles stand at different depots."""
    order = np.lexsort((depot, convoy))
    apart = (np.diff(convoy[order]) == 0) & (np.diff(depot[order]) != 0)
    for x in np.flatnonzero(apart)[:1]:
        first, other = order[x], order[x + 1]
        raise ProblemError(
            "dispatch_convoy",
            convoy=int(convoy[first]),
            vehicle=int(first),
            depot=int(depot[first]),
            other=int(other),
            other_depot=int(depot[other]),
        )


def windows(earliest_s: FloatArray, due_s: FloatArray) -> None:
    """Refuse windows that end before they begin."""
    for q in np.flatnonzero(due_s < earliest_s)[:1]:
        raise ProblemError(
            "dispatch_window", line=int(q), earliest_s=float(earliest_s[q]), due_s=float(due_s[q])
        )


def within(values: IntArray, count: int, name: str) -> None:
    """Refuse indices of things that do not exist."""
    for i in np.flatnonzero(values >= count)[:1]:
        raise ProblemError("dispatch_unknown", name=name, index=int(i), value=int(values[i]), count=count)


def whole_table(values: IntArray, name: str, columns: int) -> IntArray:
    """Return whole numbers of at least 0, shape (n, columns), or refuse them."""
    table = np.asarray(values)
    if table.ndim != 2 or table.shape[1] != columns:
        raise ProblemError("dispatch_shape", name=name, shape=table.shape, expected=f"(n, {columns})")
    return whole_numbers(table.ravel(), name).reshape(table.shape)


def travel(values: FloatArray, places: int) -> FloatArray:
    """Return seconds of each kind between all places, inf where there is no way, or refuse them."""
    seconds = np.asarray(values, dtype=np.float64)
    if seconds.ndim != 3 or seconds.shape[1:] != (places, places):
        expected = f"(kinds, {places}, {places})"
        raise ProblemError("dispatch_shape", name="travel_s", shape=seconds.shape, expected=expected)
    bad = np.isnan(seconds) | (seconds < 0) | (np.isfinite(seconds) & (seconds > MOST))
    for _, row, column in np.argwhere(bad)[:1]:
        value = float(seconds[bad][0])
        raise ProblemError("dispatch_time", name="travel_s", row=int(row), column=int(column), value=value)
    return seconds
