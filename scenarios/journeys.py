"""Who can get where: trips from affected cells to open shelters, on foot or by car, under the hazard.

Index names: ``i`` affected cells, ``j`` open shelters, ``a`` arcs.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from dss.access import Access, join_roads
from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from dss.errors import ScenarioError
from dss.routing import Router
from dss.trips import TripTable, find_trips, open_router
from models import shelter
from scenarios.progress import Tick
from scenarios.schema import Travel
from scenarios.situation import Situation

Mode = Literal["walk", "drive"]

MODES: Final[tuple[Mode, ...]] = ("walk", "drive")
WALK: Final = 0
DRIVE: Final = 1


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
    table: TripTable

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
    """

    problem: shelter.Allocation
    cell_index: IntArray
    site_index: IntArray
    arc_mode: IntArray
    stranded: BoolArray
    trips: tuple[ModeTrips, ModeTrips]

    def paths(self, arcs: IntArray) -> tuple[IntArray, Int32Array]:
        """Return the road edges of each arc's trip, as offsets of shape (k + 1,) and edges."""
        counts = np.zeros(arcs.size, dtype=np.int64)
        parts: list[tuple[IntArray, IntArray, IntArray]] = []
        for mode in (WALK, DRIVE):
            trip = np.flatnonzero(self.arc_mode[arcs] == mode)
            i, j = self.problem.cell[arcs[trip]], self.problem.site[arcs[trip]]
            first, edges_of_mode = self.trips[mode].table.paths(i, j)
            counts[trip] = np.diff(first)
            parts.append((trip, first, edges_of_mode))
        offsets = np.concatenate([[0], np.cumsum(counts)])
        edges = np.empty(offsets[-1], dtype=np.int32)
        for trip, part_offsets, part_edges in parts:
            place = np.repeat(offsets[trip] - part_offsets[:-1], np.diff(part_offsets))
            edges[place + np.arange(part_edges.size)] = part_edges
        return offsets, edges

    def access_s(self, arcs: IntArray) -> FloatArray:
        """Return the seconds on foot off the network at both ends of each arc's trip, shape (k,)."""
        both = np.array(
            [
                trips.access_s[self.problem.cell[arcs]] + trips.egress_s[self.problem.site[arcs]]
                for trips in self.trips
            ]
        )
        return both[self.arc_mode[arcs], np.arange(arcs.size)]


def plan_journeys(situation: Situation, travel: Travel, tick: Tick) -> Journeys:
    """Work out every trip from an affected cell to an open shelter within the limits.

    People walk where that takes at most ``travel.walk_limit_s``, else they drive; where no car gets through,
    they walk for as long as it takes.

    Raises
    ------
    ScenarioError
        If the hazard closes every shelter.
    """
    cell_index = np.flatnonzero(situation.affected)
    site_index = np.flatnonzero(situation.shelter_open)
    if site_index.size == 0:
        raise ScenarioError("no_shelter_open", count=situation.shelter_open.size)
    stranded = ~np.isfinite(situation.impact.cells.walk_factor[cell_index])
    router = open_router(situation.roads.network, situation.onemap.folder)
    tick(0.5)
    ends = _Ends(cell_index, site_index)
    walk, drive = (
        _mode_trips(situation, travel, edge_s, router.customise(edge_s), ends)
        for edge_s in (situation.impact.roads.edge_s[mode] for mode in MODES)
    )
    on_foot = (walk.total_s <= travel.walk_limit_s) | ~np.isfinite(drive.total_s)
    total_s = np.where(on_foot, walk.total_s, drive.total_s)
    total_s[stranded] = np.inf
    i, j = np.nonzero(total_s <= travel.max_trip_s)
    problem = shelter.Allocation(
        persons=situation.impact.cells.persons[cell_index],
        capacity=situation.shelters.capacity[site_index],
        cell=i,
        site=j,
        cost_s=total_s[i, j],
    )
    arc_mode = np.where(on_foot[i, j], WALK, DRIVE)
    return Journeys(problem, cell_index, site_index, arc_mode, stranded, (walk, drive))


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    cell_index: IntArray
    site_index: IntArray


def _mode_trips(
    situation: Situation, travel: Travel, edge_s: FloatArray, router: Router, ends: _Ends
) -> ModeTrips:
    cells, shelters = situation.cells, situation.shelters
    i, j, reach_m = ends.cell_index, ends.site_index, travel.reach_road_m
    lines = np.asarray(situation.roads.features.geometry.array)
    origin = join_roads(lines, edge_s, cells.x_m[i], cells.y_m[i], limit_m=reach_m)
    destination = join_roads(lines, edge_s, shelters.x_m[j], shelters.y_m[j], limit_m=reach_m)
    table = find_trips(situation.roads.network, edge_s, router, origin, destination)
    access_s = _off_network_s(origin, situation.impact.cells.walk_factor[i], situation)
    egress_s = _off_network_s(destination, np.ones(j.size), situation)
    total_s = table.seconds + access_s[:, None] + egress_s[None, :]
    return ModeTrips(edge_s, access_s, egress_s, total_s, table)


def _off_network_s(access: Access, walk_factor: FloatArray, situation: Situation) -> FloatArray:
    """Return the time on foot to the nearest open road; inf beyond reach or where nobody can walk."""
    standards = situation.standards
    speed_mps = standards.number("pedestrian.adult_speed_mps")
    passable = access.reached & np.isfinite(walk_factor)
    walk_s = (
        np.where(passable, access.distance_m * walk_factor, 0.0)
        * standards.number("pedestrian.route_directness")
        / speed_mps
    )
    return np.where(passable, walk_s, np.inf)
