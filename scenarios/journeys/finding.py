"""Which journeys people may make: on roads that the hazard leaves open, or that are open still."""

import numpy as np

from dss.access import join_roads
from dss.routing import Router
from dss.trips import find_trips, open_router
from scenarios.journeys.journeys import MODES, Ends, Journeys, Mode, ModeTrips
from scenarios.journeys.offering import off_network_s, offer_trips, trip_ends
from scenarios.journeys.timed import plan_timed_journeys
from scenarios.progress import Tick
from scenarios.schema import Scenario
from scenarios.situation import Situation


def find_journeys(scenario: Scenario, situation: Situation, tick: Tick) -> Journeys:
    """Return the journeys that people may make: on roads that are left open, or that still are."""
    if scenario.travel.depart_s is None:
        return plan_journeys(scenario, situation, tick)
    return plan_timed_journeys(scenario, situation, scenario.travel.depart_s, tick)


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
