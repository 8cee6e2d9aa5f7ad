"""Who can get where: trips from affected cells to open shelters, on foot or by car, under the hazard.

Index names: ``i`` affected cells, ``j`` open shelters, ``a`` arcs.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dss.access import Access, join_roads
from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from dss.errors import ScenarioError
from dss.network import RoadNetwork
from dss.routing import Router
from dss.trips import TripTable, find_trips, open_router
from models import shelter
from scenarios.clock import Clock, TimedTable
from scenarios.progress import Tick
from scenarios.schema import Travel
from scenarios.situation import Situation

Mode = Literal["walk", "drive"]

MODES: Final[tuple[Mode, ...]] = ("walk", "drive")
WALK: Final = 0
DRIVE: Final = 1


_Answer = tuple[IntArray, tuple[NDArray[Any], ...]]
_Ask = Callable[[TripTable | TimedTable, IntArray, IntArray], _Answer]


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """Who goes and where to: rows of affected cells, shape (n,), and of open shelters, shape (m,)."""

    cell_index: IntArray
    site_index: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class ModeTrips:
    """Trips of one mode.

    Parameters
    ----------
    edge_s
        Time of each edge under the hazard, shape (n edges,).
    access_s, egress_s
        Time on foot from the cell to its road, shape (n,), and from the road to the shelter, shape (m,).
    total_s
        Door to door, shape (n, m); inf where there is no way.
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
    cell_index
        Row in the cell frame of each affected cell, shape (n,).
    site_index
        Row in the shelter frame of each open shelter, shape (m,).
    arc_mode
        0 walk, 1 drive, per arc, shape (k,).
    stranded
        Affected cells that nobody can leave on foot, shape (n,).
    network
        The roads that trips name the edges of: the map's, or those cut at the points that join them.
    clock
        When trips are under way, where people use roads while they are open.
    """

    problem: shelter.Allocation
    network: RoadNetwork
    cell_index: IntArray
    site_index: IntArray
    arc_mode: IntArray
    stranded: BoolArray
    trips: tuple[ModeTrips, ModeTrips]
    clock: Clock | None = None

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
            answer = ask(self.trips[mode].table, self.problem.cell[arcs[trip]], self.problem.site[arcs[trip]])
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
        """Return the seconds on foot off the network at both ends of each arc's trip, shape (k,)."""
        both = np.array(
            [
                trips.access_s[self.problem.cell[arcs]] + trips.egress_s[self.problem.site[arcs]]
                for trips in self.trips
            ]
        )
        return both[self.arc_mode[arcs], np.arange(arcs.size)]


def _edges_of(table: TripTable | TimedTable, i: IntArray, j: IntArray) -> _Answer:
    first, edges = table.paths(i, j)
    return first, (edges,)


def _times_of(table: TripTable | TimedTable, i: IntArray, j: IntArray) -> _Answer:
    assert isinstance(table, TimedTable)
    found = table.timed_paths(i, j)
    return found.first, (found.enter_s, found.leave_s)


def plan_journeys(situation: Situation, travel: Travel, tick: Tick) -> Journeys:
    """Work out every trip from an affected cell to an open shelter within the limits.

    People walk where that takes at most ``travel.walk_limit_s``, else they drive; where no car gets through,
    they walk for as long as it takes.

    Raises
    ------
    ScenarioError
        If the hazard closes every shelter.
    """
    ends = trip_ends(situation)
    router = open_router(situation.roads.network, situation.onemap.folder)
    tick(0.5)
    walk, drive = (
        _mode_trips(situation, travel, edge_s, router.customise(edge_s), ends)
        for edge_s in (situation.impact.roads.edge_s[mode] for mode in MODES)
    )
    stranded = ~np.isfinite(situation.impact.cells.walk_factor[ends.cell_index])
    return offer_trips(situation, travel, ends, (walk, drive), stranded)


def trip_ends(situation: Situation) -> Ends:
    """Return the affected cells and the open shelters.

    Raises
    ------
    ScenarioError
        If the hazard closes every shelter.
    """
    site_index = np.flatnonzero(situation.shelter_open)
    if site_index.size == 0:
        raise ScenarioError("no_shelter_open", count=situation.shelter_open.size)
    return Ends(np.flatnonzero(situation.affected), site_index)


def offer_trips(
    situation: Situation, travel: Travel, ends: Ends, trips: tuple[ModeTrips, ModeTrips], stranded: BoolArray
) -> Journeys:
    """Return the journeys that trips on foot and by car make possible within the limits."""
    walk, drive = trips
    on_foot = (walk.total_s <= travel.walk_limit_s) | ~np.isfinite(drive.total_s)
    total_s = np.where(on_foot, walk.total_s, drive.total_s)
    total_s[stranded] = np.inf
    i, j = np.nonzero(total_s <= travel.max_trip_s)
    problem = shelter.Allocation(
        persons=situation.impact.cells.persons[ends.cell_index],
        capacity=situation.shelters.capacity[ends.site_index],
        cell=i,
        site=j,
        cost_s=total_s[i, j],
    )
    arc_mode = np.where(on_foot[i, j], WALK, DRIVE)
    network = situation.roads.network
    return Journeys(problem, network, ends.cell_index, ends.site_index, arc_mode, stranded, trips)


def _mode_trips(
    situation: Situation, travel: Travel, edge_s: FloatArray, router: Router, ends: Ends
) -> ModeTrips:
    cells, shelters = situation.cells, situation.shelters
    i, j, reach_m = ends.cell_index, ends.site_index, travel.reach_road_m
    lines = np.asarray(situation.roads.features.geometry.array)
    origin = join_roads(lines, edge_s, cells.x_m[i], cells.y_m[i], limit_m=reach_m)
    destination = join_roads(lines, edge_s, shelters.x_m[j], shelters.y_m[j], limit_m=reach_m)
    table = find_trips(situation.roads.network, edge_s, router, origin, destination)
    access_s = off_network_s(origin, situation.impact.cells.walk_factor[i], situation)
    egress_s = off_network_s(destination, np.ones(j.size), situation)
    total_s = table.seconds + access_s[:, None] + egress_s[None, :]
    return ModeTrips(edge_s, access_s, egress_s, total_s, table)


def off_network_s(access: Access, walk_factor: FloatArray, situation: Situation) -> FloatArray:
    """Return the time on foot to the nearest open road; inf beyond reach or where nobody can walk."""
    standards = situation.standards
    speed_mps = standards.number("pedestrian.adult_speed_mps")
    passable = access.reached & np.isfinite(walk_factor)
    distance_m = np.where(passable, access.distance_m, 0.0) * np.where(passable, walk_factor, 1.0)
    walk_s = distance_m * standards.number("pedestrian.route_directness") / speed_mps
    return np.where(passable, walk_s, np.inf)
