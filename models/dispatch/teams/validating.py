"""Arrays become parts of a response, or are refused with the index and the value."""

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.dispatch.validating import MOST, whole_numbers


def flags(values: BoolArray, name: str, rows: int) -> BoolArray:
    """Return yes and no, shape (rows, k), or refuse it."""
    answers = np.asarray(values)
    if answers.ndim != 2 or answers.shape[0] != rows or answers.dtype != np.bool_:
        raise ProblemError("dispatch_shape", name=name, shape=answers.shape, expected=(rows, "k"))
    return answers


def moments(values: FloatArray, name: str, count: int, *, endless: bool) -> FloatArray:
    """Return seconds of at least 0, shape (count,), inf where it may be, or refuse them."""
    seconds = np.asarray(values, dtype=np.float64)
    if seconds.shape != (count,):
        raise ProblemError("dispatch_shape", name=name, shape=seconds.shape, expected=(count,))
    bad = np.isnan(seconds) | (seconds < 0) | (np.isfinite(seconds) & (seconds > MOST))
    if not endless:
        bad |= np.isinf(seconds)
    for index in np.flatnonzero(bad)[:1]:
        raise ProblemError("response_seconds", name=name, index=int(index), value=float(seconds[index]))
    return seconds


def places_in(values: IntArray, name: str, count: int) -> IntArray:
    """Return indices below a count, shape (n,), or refuse them."""
    places = whole_numbers(values, name)
    for index in np.flatnonzero(places >= count)[:1]:
        raise ProblemError(
            "response_index", name=name, index=int(index), value=int(places[index]), count=count
        )
    return places


def counts(values: IntArray, name: str) -> IntArray:
    """Return a table of whole numbers of at least 0, shape (n, k), or refuse it."""
    table = np.asarray(values)
    if table.ndim != 2:
        raise ProblemError("dispatch_shape", name=name, shape=table.shape, expected=("n", "k"))
    return whole_numbers(table.ravel(), name).reshape(table.shape)
