"""Who can get where: trips from affected cells to open shelters, on foot or by car, under the hazard.

Index names: ``i`` affected cells, ``j`` open shelters, ``a`` arcs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from dss.access import Access, join_roads
from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray, UIntArray
from dss.errors import ScenarioError
from dss.network import RoadNetwork
from dss.routing import Router
from dss.trips import TripTable, find_trips, open_router
from models import shelter
from scenarios.clock import Clock, TimedTable
from scenarios.offers import (
    Houses,
    Offer,
    Rules,
    Ways,
    extra_seconds,
    lay_ways,
    make_offer,
    open_houses,
    trip_limits,
    weights,
)
from scenarios.people import Census, People, gather_people
from scenarios.progress import Tick
from scenarios.schema import Scenario
from scenarios.situation import Situation
from scenarios.together import Borders, Zones, find_borders, find_zones

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
        return np.bincount(self.people.cell, weights=values, minlength=self.cell_index.size)

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


def plan_journeys(scenario: Scenario, situation: Situation, tick: Tick) -> Journeys:
    """Work out every trip from an affected cell to an open shelter within the limits.

    People walk where that takes at most ``travel.walk_limit_s``, else they drive; where no car gets through,
    they walk for as long as it takes.

    Raises
    ------
    ScenarioError
        If no shelter is left, or the map lacks what the scenario asks for.
    """
    ends = trip_ends(scenario, situation)
    router = open_router(situation.roads.network, situation.onemap.folder)
    tick(0.5)
    reach_m = scenario.travel.reach_road_m
    walk, drive = (
        _mode_trips(situation, reach_m, router.customise(situation.impact.roads.edge_s[mode]), ends, mode)
        for mode in MODES
    )
    stranded = ~np.isfinite(situation.impact.cells.walk_factor[ends.cell_index])
    return offer_trips(scenario, situation, ends, (walk, drive), stranded)


def trip_ends(scenario: Scenario, situation: Situation) -> Ends:
    """Return the affected cells and the shelters that may serve.

    Raises
    ------
    ScenarioError
        If no shelter is left, or one said to be lost is unknown.
    """
    board_s: dict[Mode, float] = {"walk": 0.0, "drive": scenario.travel.board_s}
    houses = open_houses(situation, scenario.allocation)
    return Ends(np.flatnonzero(situation.affected), houses, board_s)


def offer_trips(
    scenario: Scenario,
    situation: Situation,
    ends: Ends,
    trips: tuple[ModeTrips, ModeTrips],
    stranded: BoolArray,
) -> Journeys:
    """Return the journeys that trips on foot and by car make possible within what the scenario allows.

    Raises
    ------
    ScenarioError
        If the map lacks the areas, districts or groups that the scenario asks for.
    """
    onemap, spec = situation.onemap, scenario.allocation
    cells = situation.cells.only(ends.cell_index)
    census = Census(onemap, situation.cells, ends.cell_index)
    leaving = situation.impact.cells.persons[ends.cell_index]
    people = gather_people(census, leaving, spec.groups, situation.standards)
    zones = find_zones(onemap, cells, people, spec)
    sites = situation.shelters.features.iloc[ends.site_index]
    borders = None if spec.districts is None else find_borders(onemap, cells, sites, spec.districts)
    fastest = _fastest(trips, people, ends, scenario.travel.walk_limit_s)
    fastest[0][stranded[people.cell]] = np.inf
    ways = lay_ways(situation, people, ends.houses, borders, fastest)
    offered, offer = make_offer(ways, Rules(trip_limits(people, spec, scenario.travel.max_trip_s)), spec)
    i, j = np.nonzero(offered & (ends.houses.capacity > 0))
    problem = shelter.Allocation(
        persons=people.persons,
        capacity=ends.houses.capacity,
        cell=i,
        site=j,
        cost_s=ways.total_s[i, j],
        whole=None if zones is None else zones.number,
        priority=weights(people, spec),
        extra_s=extra_seconds(ways, spec, i, j),
    )
    arc_mode = np.where(ways.on_foot[i, j], WALK, DRIVE)
    network = situation.roads.network
    return Journeys(
        problem, network, people, ends, arc_mode, stranded, trips, ways, offer, zones, borders, cells.cell
    )


def _fastest(
    trips: tuple[ModeTrips, ModeTrips], people: People, ends: Ends, walk_limit_s: float
) -> tuple[FloatArray, BoolArray]:
    """Return each row's door-to-door seconds and whether it goes on foot, both of shape (n, m)."""
    walk, drive = trips
    walk_s, drive_s = walk.total_s[people.cell], drive.total_s[people.cell]
    slow = np.flatnonzero(people.pace != 1)
    if slow.size:
        pace, cell = people.pace[slow, None], people.cell[slow]
        walk_s[slow] *= pace
        off_road_s = (drive.access_s[cell] - ends.board_s["drive"])[:, None] + drive.egress_s[None, :]
        drive_s[slow] += (pace - 1.0) * off_road_s
    on_foot = (walk_s <= walk_limit_s) | ~np.isfinite(drive_s)
    return np.where(on_foot, walk_s, drive_s), on_foot


def _mode_trips(situation: Situation, reach_m: float, router: Router, ends: Ends, mode: Mode) -> ModeTrips:
    edge_s = situation.impact.roads.edge_s[mode]
    cells, shelters = situation.cells, situation.shelters
    i, j = ends.cell_index, ends.site_index
    lines = np.asarray(situation.roads.features.geometry.array)
    origin = join_roads(lines, edge_s, cells.x_m[i], cells.y_m[i], limit_m=reach_m)
    destination = join_roads(lines, edge_s, shelters.x_m[j], shelters.y_m[j], limit_m=reach_m)
    table = find_trips(situation.roads.network, edge_s, router, origin, destination)
    access_s = off_network_s(origin, situation.impact.cells.walk_factor[i], situation) + ends.board_s[mode]
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
