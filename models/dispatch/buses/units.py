"""Times as whole units: seconds where they are whole, else a fine grid on which they are rounded down."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.buses.problem import BusEvacuation

FINEST: Final = 20_000
"""Units from the start to the last arrival, where times are no multiples of a coarser one."""
NEVER: Final = 2**40
"""Units of a way that does not exist."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitTimes:
    """Travel times in whole units, never longer than they are.

    Parameters
    ----------
    unit_s
        Seconds of a unit.
    exact
        Whether every time is a whole number of units.
    depot, shelter
        Units from depots to pick-up points, shape (d, p), and between these and shelters, shape (p, s); the
        latter at least 1, so that no tour turns in a circle without time passing.
    allowance
        Units by which a tour may seem longer than it is, because some ways took less than a unit.
    """

    unit_s: float
    exact: bool
    depot: IntArray
    shelter: IntArray
    allowance: int

    def excluded_s(self, units: int) -> float:
        """Return what is proven where no plan is done within ``units``: every plan takes longer than this."""
        return units * self.unit_s

    def bound_s(self, units: int) -> float:
        """Return the least time of a plan where none is done within ``units``."""
        return (units + 1) * self.unit_s if self.exact else units * self.unit_s


def unit_times(problem: BusEvacuation, last_arrival_s: float) -> UnitTimes:
    """Return times in the coarsest unit that holds them exactly, or in a grid up to a known last arrival."""
    both = (problem.depot_to_pickup_s, problem.pickup_to_shelter_s)
    finite = np.concatenate([times[np.isfinite(times)] for times in both])
    if finite.size and (finite == np.floor(finite)).all() and last_arrival_s <= 2 * FINEST:
        return _counted(problem, float(max(np.gcd.reduce(finite.astype(np.int64)), 1)), exact=True)
    return _counted(problem, max(last_arrival_s, 1e-9) / FINEST, exact=False)


def _counted(problem: BusEvacuation, unit_s: float, *, exact: bool) -> UnitTimes:
    depot = _in_units(problem.depot_to_pickup_s, unit_s)
    shelter = _in_units(problem.pickup_to_shelter_s, unit_s)
    legs = 2 * int(problem.demand.sum()) if (shelter == 0).any() else 0
    return UnitTimes(unit_s, exact, depot, np.maximum(shelter, 1), legs)


def _in_units(times_s: FloatArray, unit_s: float) -> IntArray:
    units = np.full(times_s.shape, NEVER, dtype=np.int64)
    known = np.isfinite(times_s)
    units[known] = np.floor(times_s[known] / unit_s).astype(np.int64)
    return units
