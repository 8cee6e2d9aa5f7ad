"""Arrays become parts of a dispatch problem, or are refused with the index and the value."""

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError

MOST = 2**31
"""Larger counts and seconds are slips of units."""


def whole_number(value: int, name: str) -> int:
    """Return a whole number of at least 1, or refuse it."""
    number = float(value)
    if not (1 <= number <= MOST and number == np.floor(number)):
        raise ProblemError("dispatch_whole", name=name, index="-", value=value, least=1)
    return int(number)


def whole_numbers(values: IntArray, name: str) -> IntArray:
    """Return whole numbers of at least 0, shape (n,), or refuse them."""
    numbers = _vector(values, name)
    bad = ~np.isfinite(numbers) | (numbers < 0) | (numbers > MOST) | (numbers != np.floor(numbers))
    for i in np.flatnonzero(bad)[:1]:
        raise ProblemError("dispatch_whole", name=name, index=int(i), value=float(numbers[i]), least=0)
    return numbers.astype(np.int64)


def places(values: FloatArray) -> FloatArray:
    """Return places of shelters, whole or inf, shape (s,), or refuse them."""
    numbers = _vector(values, "shelter_capacity")
    whole = np.isinf(numbers) | (numbers == np.floor(numbers))
    for i in np.flatnonzero(np.isnan(numbers) | (numbers < 0) | ~whole)[:1]:
        value = float(numbers[i])
        raise ProblemError("dispatch_whole", name="shelter_capacity", index=int(i), value=value, least=0)
    return numbers


def travel_times(values: FloatArray, name: str, shape: tuple[int, int]) -> FloatArray:
    """Return seconds of at least 0, inf where there is no way, or refuse them."""
    seconds = np.asarray(values, dtype=np.float64)
    if seconds.shape != shape:
        raise ProblemError("dispatch_shape", name=name, shape=seconds.shape, expected=shape)
    bad = np.isnan(seconds) | (seconds < 0) | (np.isfinite(seconds) & (seconds > MOST))
    for row, column in np.argwhere(bad)[:1]:
        value = float(seconds[row, column])
        raise ProblemError("dispatch_time", name=name, row=int(row), column=int(column), value=value)
    return seconds


def _vector(values: IntArray | FloatArray, name: str) -> FloatArray:
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1:
        raise ProblemError("dispatch_shape", name=name, shape=numbers.shape, expected="(n,)")
    return numbers
