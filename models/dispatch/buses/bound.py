"""What no timetable can beat: prices that break (B) of ``rewards.py``, found by column generation.

The prices are those of a linear program over tours, one column each, that asks for the fewest trips left
undone within a time; the tours come from the dynamic programme of ``kernels/tours.py``.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
from scipy.sparse import coo_array, csc_array

from dss.arrays import FloatArray, IntArray
from models.clock import Clock
from models.dispatch.buses.kernels.tours import Worth, follow, worth_of_tours
from models.dispatch.buses.problem import BusEvacuation, BusPrices
from models.dispatch.buses.rewards import excess, trip_rewards
from models.dispatch.buses.units import NEVER, UnitTimes
from models.solver import GrowingProgram

TOLERANCE: Final = 1e-6
"""Trips left undone, of a linear program, that are taken for rounding."""


class Within(Enum):
    """Whether tours within a time can do all trips, as far as their linear program tells."""

    IMPOSSIBLE = "impossible"
    PERHAPS = "perhaps"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Tours:
    """Tours found so far: depot, units, and the trips of each from p to s, shapes (k,), (k,), (k, p * s)."""

    depot: IntArray
    units: IntArray
    trips: csc_array


class TourProgram:
    """Asks whether everyone can be brought within a time; keeps the tours it has seen for the next one."""

    def __init__(self, problem: BusEvacuation, times: UnitTimes) -> None:
        self._problem, self._times = problem, times
        self._depot: list[int] = []
        self._units: list[int] = []
        self._trips: list[IntArray] = []

    def within(self, units: int, clock: Clock) -> tuple[Within, BusPrices | None]:
        """Tell whether a time is long enough for the linear program; with the prices where it is not.

        It gives up when the clock is over.
        """
        program = self._begin(units)
        while not clock.over:
            left, dual = program.solve()
            if left <= TOLERANCE:
                return Within.PERHAPS, None
            prices = self._prices(units, dual)
            worth = _worth(self._problem, self._times, prices, units)
            if excess(self._problem, prices, best_rewards(self._times, worth, units)) > TOLERANCE:
                return Within.IMPOSSIBLE, prices
            found = self._best_tours(worth, units, -dual[-self._problem.buses_at_depot.size :])
            if not self._add(program, found):
                return Within.UNKNOWN, None
        return Within.UNKNOWN, None

    def _begin(self, units: int) -> GrowingProgram:
        """Return the program with trips left undone, persons, and the known tours that are in time."""
        problem = self._problem
        points, shelters = problem.pickup_to_shelter_s.shape
        places = np.minimum(problem.shelter_capacity, problem.demand.sum())
        lower = [problem.fewest_trips, np.full(points, -np.inf), problem.demand]
        upper = [np.full(points, np.inf), problem.demand, np.full(points, np.inf)]
        lower += [np.full(shelters + points * shelters + problem.buses_at_depot.size, -np.inf)]
        upper += [places, np.zeros(points * shelters), problem.buses_at_depot]
        program = GrowingProgram(np.concatenate(lower).astype(float), np.concatenate(upper).astype(float))
        program.add(np.ones(points), self._undone())
        program.add(np.zeros(points * shelters), self._persons())
        known = [k for k, taken in enumerate(self._units) if taken <= units + self._times.allowance]
        if known:
            program.add(np.zeros(len(known)), self._columns(known))
        return program

    def _undone(self) -> csc_array:
        """Return the columns of trips left undone: rows of fewest trips and of persons."""
        points = self._problem.demand.size
        p = np.arange(points)
        rows = np.concatenate([p, 2 * points + p])
        values = np.concatenate([np.ones(points), np.full(points, float(self._problem.bus_capacity))])
        return csc_array(coo_array((values, (rows, np.tile(p, 2))), shape=(self._rows, points)))

    def _persons(self) -> csc_array:
        """Return the columns of persons from p to s: rows of persons, of places, and of seats."""
        points, shelters = self._problem.pickup_to_shelter_s.shape
        p, s = (x.ravel() for x in np.indices((points, shelters)))
        seat = np.arange(points * shelters)
        rows = np.concatenate([2 * points + p, 3 * points + s, 3 * points + shelters + seat])
        shape = (self._rows, points * shelters)
        return csc_array(coo_array((np.ones(3 * seat.size), (rows, np.tile(seat, 3))), shape=shape))

    def _columns(self, which: list[int]) -> csc_array:
        """Return the columns of tours: rows of trips, twice, of seats, and of the depot's buses."""
        points, shelters = self._problem.pickup_to_shelter_s.shape
        rows: list[IntArray] = []
        columns: list[IntArray] = []
        values: list[IntArray] = []
        for column, k in enumerate(which):
            trips = self._trips[k]
            pairs, count = np.unique(trips, return_counts=True)
            p = pairs // shelters
            rows += [
                p,
                points + p,
                3 * points + shelters + pairs,
                np.array([self._rows - 1 - self._from_end(k)]),
            ]
            values += [count, count, -self._problem.bus_capacity * count, np.ones(1, dtype=np.int64)]
            columns += [np.full(3 * pairs.size + 1, column)]
        where = (np.concatenate(rows), np.concatenate(columns))
        entries = np.concatenate(values).astype(float)
        return csc_array(coo_array((entries, where), shape=(self._rows, len(which))))

    def _from_end(self, k: int) -> int:
        return self._problem.buses_at_depot.size - 1 - self._depot[k]

    @property
    def _rows(self) -> int:
        points, shelters = self._problem.pickup_to_shelter_s.shape
        return 3 * points + shelters + points * shelters + self._problem.buses_at_depot.size

    def _prices(self, units: int, dual: FloatArray) -> BusPrices:
        points, shelters = self._problem.pickup_to_shelter_s.shape
        finite = np.isfinite(self._problem.shelter_capacity)
        return BusPrices(
            self._times.excluded_s(units),
            np.maximum(dual[:points], 0.0),
            np.maximum(-dual[points : 2 * points], 0.0),
            np.maximum(dual[2 * points : 3 * points], 0.0),
            np.where(finite, np.maximum(-dual[3 * points : 3 * points + shelters], 0.0), 0.0),
        )

    def _best_tours(self, worth: Worth, units: int, price: FloatArray) -> list[tuple[int, int, IntArray]]:
        """Return the best tour from every depot by every first pick-up point: depot, units, trips.

        Only those that are worth more than a bus of the depot costs, ``price`` (d,).
        """
        found = []
        shelters = self._problem.shelter_capacity.size
        for d in range(self._problem.buses_at_depot.size):
            for p in range(self._problem.demand.size):
                left = units + self._times.allowance - int(self._times.depot[d, p])
                if left < 0 or worth.from_point[left, p] <= price[d] + TOLERANCE:
                    continue
                points, ends = follow(worth, self._times.shelter, p, left)
                legs = self._times.shelter[points, ends].sum()
                back = self._times.shelter[points[1:], ends[:-1]].sum()
                found.append((d, int(self._times.depot[d, p] + legs + back), points * shelters + ends))
        return found

    def _add(self, program: GrowingProgram, found: list[tuple[int, int, IntArray]]) -> bool:
        """Add tours to the program and to those known; False where there is none."""
        if not found:
            return False
        before = len(self._depot)
        for depot, units, trips in found:
            self._depot.append(depot)
            self._units.append(units)
            self._trips.append(trips)
        program.add(np.zeros(len(found)), self._columns(list(range(before, len(self._depot)))))
        return True


def _worth(problem: BusEvacuation, times: UnitTimes, prices: BusPrices, units: int) -> Worth:
    reward = trip_rewards(problem, prices)
    return worth_of_tours(
        times.shelter, np.where(times.shelter < NEVER, reward, -np.inf), units + times.allowance
    )


def best_rewards(times: UnitTimes, worth: Worth, units: int) -> FloatArray:
    """Return the greatest reward of a tour from each depot (V), shape (d,)."""
    left = units + times.allowance - times.depot
    at = np.where(left >= 0, worth.from_point[np.maximum(left, 0), np.arange(times.depot.shape[1])], 0.0)
    return np.maximum(at.max(axis=1, initial=0.0), 0.0)
