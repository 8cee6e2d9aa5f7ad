"""From trips on foot and by car to the allocation problem: to whom which shelter is offered.

Index names: ``i`` rows of people, ``c`` affected cells, ``j`` shelters.
"""

import numpy as np

from dss.access import Access
from dss.arrays import BoolArray, FloatArray, IntArray
from models import shelter
from scenarios.journeys.journeys import DRIVE, WALK, Ends, Journeys, Mode, ModeTrips
from scenarios.journeys.offers import (
    Rules,
    extra_seconds,
    lay_ways,
    make_offer,
    open_houses,
    trip_limits,
    weights,
)
from scenarios.journeys.people import Census, People, gather_people
from scenarios.journeys.together import find_borders, find_zones, touching_zones
from scenarios.schema import Scenario
from scenarios.situation import Situation


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
    whole = None if zones is None else _held_together(zones.number, offer.allowed)
    touching = None
    if whole is not None and spec.contiguous:
        touching = touching_zones(cells.cell, people.cell, whole)
    problem = shelter.Allocation(
        persons=people.persons,
        capacity=ends.houses.capacity,
        cell=i,
        site=j,
        cost_s=ways.total_s[i, j],
        whole=whole,
        priority=weights(people, spec),
        extra_s=extra_seconds(ways, spec, i, j),
        touching=touching,
    )
    arc_mode = np.where(ways.on_foot[i, j], WALK, DRIVE)
    network = situation.roads.network
    return Journeys(
        problem, network, people, ends, arc_mode, stranded, trips, ways, offer, zones, borders, cells.cell
    )


def _held_together(zone: IntArray, offered: BoolArray) -> IntArray:
    """Return zones in which rows that no shelter is offered to stand alone: they hold nobody back."""
    alone = zone.max(initial=0) + 1 + np.arange(zone.size)
    return np.where(offered, zone, alone)


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


def off_network_s(access: Access, walk_factor: FloatArray, situation: Situation) -> FloatArray:
    """Return the time on foot to the nearest open road; inf beyond reach or where nobody can walk."""
    standards = situation.standards
    speed_mps = standards.number("pedestrian.adult_speed_mps")
    passable = access.reached & np.isfinite(walk_factor)
    distance_m = np.where(passable, access.distance_m, 0.0) * np.where(passable, walk_factor, 1.0)
    walk_s = distance_m * standards.number("pedestrian.route_directness") / speed_mps
    return np.where(passable, walk_s, np.inf)
