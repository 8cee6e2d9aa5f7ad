"""Who can get where: trips from affected cells to open shelters, on foot or by car, under the hazard.

Index names: ``i`` affected cells, ``j`` open shelters, ``a`` arcs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dss.access import Access
from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray, UIntArray
from dss.network import RoadNetwork
from dss.trips import TripTable
from models import shelter
from scenarios.journeys.clock import Clock, TimedTable
from scenarios.journeys.offers import Houses, Offer, Ways
from scenarios.journeys.people import People
from scenarios.journeys.together import Borders, Zones

Mode = Literal["walk", "drive"]

MODES: Final[tuple[Mode, ...]] = ("walk", "drive")
WALK: Final = 0
DRIVE: Final = 1


_Answer = tuple[IntArray, tuple[NDArray[Any], ...]]
_Ask = Callable[[TripTable | TimedTable, IntArray, IntArray], _Answer]


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Who goes and where to: rows of affected cells, shape (c,), and of open shelters, shape (m,).

    ``board_s`` is what setting out takes by mode: nothing on foot, getting into a vehicle by car.
    """

    cell_index: IntArray
    houses: Houses
    board_s: Mapping[Mode, float]

    @property
    def site_index(self) -> IntArray:
        """Rows of the open shelters, shape (m,)."""
        return self.houses.site_index


@dataclass(frozen=True, slots=True, eq=False)
class ModeTrips:
    """Trips of one mode.

    Parameters
    ----------
    edge_s
        Time of each edge under the hazard, shape (n edges,).
    access_s, egress_s
        Time from the cell to its road on foot, and into a vehicle if by car, shape (c,); on foot from the
        road to the shelter, shape (m,).
    total_s
        Door to door for adults, shape (c, m); inf where there is no way.
    table
        The trips on the roads, from where cells join them to where shelters do.
    """

    edge_s: FloatArray
    access_s: FloatArray
    egress_s: FloatArray
    total_s: FloatArray
    table: TripTable | TimedTable

    @property
    def origin(self) -> Access:
        """Where cells join the roads."""
        return self.table.origin

    @property
    def destination(self) -> Access:
        """Where shelters join the roads."""
        return self.table.destination


@dataclass(frozen=True, slots=True, eq=False)
class Journeys:
    """The allocation problem and the trips behind its arcs.

    Parameters
    ----------
    people
        Whose row of the problem is whose, n rows.
    ends
        Row in the cell frame of each affected cell, shape (c,), and in the shelter frame of each open
        shelter, shape (m,).
    arc_mode
        0 walk, 1 drive, per arc, shape (k,).
    stranded
        Affected cells that nobody can leave on foot, shape (c,).
    ways, offer
        All trips there are, and which of them are offered to whom.
    zones, borders
        Who stays together, and where districts end; None where the scenario does not ask.
    cell_id
        H3 index of each affected cell, shape (c,).
    network
        The roads that trips name the edges of: the map's, or those cut at the points that join them.
    clock
        When trips are under way, where people use roads while they are open.
    """

    problem: shelter.Allocation
    network: RoadNetwork
    people: People
    ends: Ends
    arc_mode: IntArray
    stranded: BoolArray
    trips: tuple[ModeTrips, ModeTrips]
    ways: Ways
    offer: Offer
    zones: Zones | None
    borders: Borders | None
    cell_id: UIntArray
    clock: Clock | None = None

    @property
    def cell_index(self) -> IntArray:
        """Row in the cell frame of each affected cell, shape (c,)."""
        return self.ends.cell_index

    @property
    def site_index(self) -> IntArray:
        """Row in the shelter frame of each open shelter, shape (m,)."""
        return self.ends.site_index

    def by_cell(self, values: IntArray | FloatArray) -> FloatArray:
        """Add up values of rows by affected cell, shape (c,)."""
        sums = np.bincount(self.people.cell, weights=values, minlength=self.cell_index.size)
        return sums.astype(np.float64)

    def on(self, network: RoadNetwork, clock: Clock) -> "Journeys":
        """Return the same journeys on a network of their own, under way on a clock."""
        return replace(self, network=network, clock=clock)

    def paths(self, arcs: IntArray) -> tuple[IntArray, Int32Array]:
        """Return the road edges of each arc's trip, as offsets of shape (k + 1,) and edges."""
        offsets, (edges,) = self._by_mode(arcs, _edges_of)
        return offsets, edges.astype(np.int32)

    def times_under_way(self, arcs: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return when each of those edges is entered and left, on the clock; only of timed trips."""
        _, (enter_s, leave_s) = self._by_mode(arcs, _times_of)
        return enter_s, leave_s

    def _by_mode(self, arcs: IntArray, ask: _Ask) -> tuple[IntArray, tuple[NDArray[Any], ...]]:
        """Ask each mode for its trips and put the answers in the order of the arcs."""
        counts = np.zeros(arcs.size, dtype=np.int64)
        answers: list[tuple[IntArray, _Answer]] = []
        for mode in (WALK, DRIVE):
            trip = np.flatnonzero(self.arc_mode[arcs] == mode)
            cell = self.people.cell[self.problem.cell[arcs[trip]]]
            answer = ask(self.trips[mode].table, cell, self.problem.site[arcs[trip]])
            counts[trip] = np.diff(answer[0])
            answers.append((trip, answer))
        offsets = np.concatenate([[0], np.cumsum(counts)])
        merged = tuple(np.empty(offsets[-1], dtype=values.dtype) for values in answers[0][1][1])
        for trip, (first, columns) in answers:
            place = np.repeat(offsets[trip] - first[:-1], np.diff(first)) + np.arange(first[-1])
            for whole, column in zip(merged, columns, strict=True):
                whole[place] = column
        return offsets, merged

    def access_s(self, arcs: IntArray) -> FloatArray:
        """Return the seconds off the network at both ends of each arc's trip, shape (k,)."""
        row, j = self.problem.cell[arcs], self.problem.site[arcs]
        cell, pace = self.people.cell[row], self.people.pace[row]
        off_road = [
            pace * (trips.access_s[cell] - board_s + trips.egress_s[j]) + board_s
            for trips, board_s in zip(self.trips, (self.ends.board_s[mode] for mode in MODES), strict=True)
        ]
        return np.array(off_road)[self.arc_mode[arcs], np.arange(arcs.size)]


def _edges_of(table: TripTable | TimedTable, i: IntArray, j: IntArray) -> _Answer:
    first, edges = table.paths(i, j)
    return first, (edges,)


def _times_of(table: TripTable | TimedTable, i: IntArray, j: IntArray) -> _Answer:
    assert isinstance(table, TimedTable)
    found = table.timed_paths(i, j)
    return found.first, (found.enter_s, found.leave_s)
