"""Columns ready to be sent: each different value once, as JSON and tiles can hold it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dss.arrays import IntArray

Plain = str | int | float | bool | None


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column.

    Parameters
    ----------
    place
        Where each row's value is in ``distinct``, shape (n,).
    distinct
        The different values; the last is None.
    """

    place: IntArray
    distinct: tuple[Plain, ...]

    def at(self, row: int) -> Plain:
        """Return the value of a row."""
        return self.distinct[self.place[row]]

    def take(self, rows: IntArray) -> "Coded":
        """Return the column of some rows."""
        return Coded(self.place[rows], self.distinct)


def code_series(series: pd.Series) -> Coded:
    """Return a column of a table; nothing, NaN and infinite numbers become None."""
    if series.dtype == object:  # numbers, truths and texts may be mixed, and 1 equals True
        return code_values(plain(value) for value in series)
    place, found = pd.factorize(series)
    values = tuple(plain(value) for value in found)
    return Coded(np.where(place < 0, len(values), place), (*values, None))


def code_values(values: Iterable[Plain]) -> Coded:
    """Return values as a column.

    >>> code_values(["a", None, "a", 1, True]).distinct
    ('a', 1, True, None)
    """
    known: dict[tuple[type, Plain], int] = {}
    place = [-1 if value is None else known.setdefault((type(value), value), len(known)) for value in values]
    last = len(known)
    return Coded(
        np.array([last if one < 0 else one for one in place], dtype=np.int64),
        (*(value for _, value in known), None),
    )


def plain(value: Any) -> Plain:
    """Return a value as JSON can hold it; nothing and NaN are None."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, bool | int | str):
        return value
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)
