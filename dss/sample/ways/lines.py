"""Straight lines on the plan, each with its class and the street it belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray


class Rank(IntEnum):
    """Class of a street, highest first."""

    EXPRESSWAY = 0
    ARTERIAL = 1
    COLLECTOR = 2
    STREET = 3
    ALLEY = 4


UNNAMED: Final = 0
EXPRESSWAY: Final = 1
RINGS: Final = 2
"""First of the rings' streets; up to eight."""
AXIS_ALONG, AXIS_ACROSS, QUAY_SOUTH, QUAY_NORTH, DIAGONALS = 10, 11, 12, 13, 14
FIRST_PLAIN: Final = 20
"""First of the streets whose name is drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Straight lines on the plan.

    Parameters
    ----------
    ends
        Start and end of each line, shape (n, 2, 2).
    rank
        Class of each line, shape (n,).
    street
        Street that each line belongs to, shape (n,); lines of one street share its name.
    """

    ends: FloatArray
    rank: IntArray
    street: IntArray

    @classmethod
    def of(cls, ends: FloatArray, rank: Rank | IntArray, street: int | IntArray) -> "Lines":
        """Return lines that may share one rank and one street."""
        shape = len(ends)
        return cls(ends, np.broadcast_to(np.int64(rank), shape), np.broadcast_to(np.int64(street), shape))


def join(parts: Iterable[Lines]) -> Lines:
    """Return all lines of several parts."""
    many = list(parts)
    return Lines(
        np.concatenate([part.ends for part in many]),
        np.concatenate([part.rank for part in many]),
        np.concatenate([part.street for part in many]),
    )
