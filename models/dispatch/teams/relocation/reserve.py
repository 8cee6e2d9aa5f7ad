"""Units that should stand in each district, and what that lacks.

Index names: ``z`` districts, ``j`` stations.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.teams.validating import flags
from models.dispatch.validating import whole_numbers


@dataclass(frozen=True, slots=True, eq=False)
class Reserve:
    """Units that should stand in each district.

    Parameters
    ----------
    least
        Units, shape (z,), whole.
    inside
        Which station is in which district, shape (z, j).

    Raises
    ------
    ProblemError
        If a number is negative or not whole, or shapes do not fit.
    """

    least: IntArray
    inside: BoolArray

    def __post_init__(self) -> None:
        least = whole_numbers(self.least, "least")
        object.__setattr__(self, "least", least)
        object.__setattr__(self, "inside", flags(self.inside, "inside", least.size))

    def standing(self, units: IntArray) -> IntArray:
        """Return the units in each district, (z,), of those at stations, (j,)."""
        return self.inside.astype(np.int64) @ units

    def lacking(self, units: IntArray) -> IntArray:
        """Return what each district lacks (6), shape (z,)."""
        return np.maximum(self.least - self.standing(units), 0)


@dataclass(frozen=True, slots=True, eq=False)
class ReservePrices:
    """Prices of the reserve, see ``bound.py``; at least 0.

    Parameters
    ----------
    district
        Of a unit in each district, shape (z,).
    lacking
        Of a unit that may lack.
    """

    district: FloatArray
    lacking: float


@dataclass(frozen=True, slots=True, eq=False)
class LeastPrices:
    """Prices that prove how much lacks whoever moves, see ``bound.py``.

    Parameters
    ----------
    district
        Of a unit in each district, from 0 to 1, shape (z,).
    station, move
        Of a place at each station, shape (j,), and of a move, at least 0.
    """

    district: FloatArray
    station: FloatArray
    move: float


@dataclass(frozen=True, slots=True, eq=False)
class ReserveKept:
    """What the reserve lacks in a plan.

    Parameters
    ----------
    lacking
        Units by district, shape (z,).
    prices
        Proof of the least sum that any plan lacks; None where time was up before.
    """

    lacking: IntArray
    prices: LeastPrices | None
