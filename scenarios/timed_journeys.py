"""Who can get where while the roads are still open: trips that run ahead of the hazard.

Everyone leaves at one time. A road may be used as long as one is off it before it closes; where it is slowed,
one goes on at the slower pace. Who is ready before a road opens waits at the junction.
"""

import numpy as np

from dss.access import Access, join_roads
from dss.arrays import FloatArray, IntArray
from dss.errors import ScenarioError
from dss.hazard import Impact
from dss.routing_in_time import TimedRouter, TimeSteps
from dss.splicing import SplicedNetwork, splice
from scenarios.check import RouteTiming
from scenarios.clock import Clock, TimedTable
from scenarios.encounter import Scene, meet
from scenarios.hazards import AnyHazard, Planned
from scenarios.journeys import (
    MODES,
    Ends,
    Journeys,
    ModeTrips,
    off_network_s,
    offer_trips,
    trip_ends,
)
from scenarios.progress import Tick
from scenarios.schema import Scenario
from scenarios.situation import Situation


def plan_timed_journeys(scenario: Scenario, situation: Situation, depart_s: float, tick: Tick) -> Journeys:
    """Work out every trip that arrives before its roads close.

    Raises
    ------
    ScenarioError
        If the hazard has no course in time, or closes every shelter.
    """
    start_s, impacts = _course(scenario, situation, depart_s, tick)
    ends = trip_ends(situation)
    joined = [_join(situation, scenario, impacts[0], ends, mode) for mode in range(len(MODES))]
    cut = splice(situation.roads.network, [access for pair in joined for access in pair])
    edge_s = np.stack(
        [cut.times(np.stack([impact.roads.edge_s[mode] for impact in impacts])) for mode in MODES]
    )
    clock = Clock(depart_s, start_s, edge_s)
    factor = impacts[0].cells.walk_factor[ends.cell_index]
    walk, drive = (
        _mode_trips(situation, cut, clock, mode, (joined[mode], cut.access[2 * mode : 2 * mode + 2], factor))
        for mode in range(len(MODES))
    )
    journeys = offer_trips(situation, scenario.travel, ends, (walk, drive), ~np.isfinite(factor))
    return journeys.on(cut.network, clock)


def time_routes(journeys: Journeys, arcs: IntArray) -> RouteTiming | None:
    """Return when the trips of these arcs are where; None where roads do not change under way."""
    if journeys.clock is None:
        return None
    enter_s, leave_s = journeys.times_under_way(arcs)
    cell, mode = journeys.problem.cell[arcs], journeys.arc_mode[arcs]
    access_s = np.stack([trips.access_s for trips in journeys.trips])[mode, cell]
    clock = journeys.clock
    return RouteTiming(
        depart_s=clock.depart_s,
        start_s=clock.start_s,
        edge_s=clock.edge_s,
        ready_s=clock.depart_s + access_s,
        enter_s=enter_s,
        leave_s=leave_s,
    )


def _course(
    scenario: Scenario, situation: Situation, depart_s: float, tick: Tick
) -> tuple[FloatArray, list[Impact]]:
    """Return the steps from the departure on, and what the hazard does in each."""
    hazard: AnyHazard = scenario.hazard
    if not isinstance(hazard, Planned):
        raise ScenarioError("depart_without_course", kind=hazard.kind)
    starts = np.array([depart_s, *(time_s for time_s in situation.hazard.steps_s if time_s > depart_s)])
    scene = Scene(situation.onemap, situation.ground, situation.standards, scenario.seed)
    impacts = []
    for k, start_s in enumerate(starts):
        impacts.append(meet(hazard.model_copy(update={"at_s": float(start_s)}), scene).impact)
        tick(0.8 * (k + 1) / starts.size)
    return starts, impacts


def _join(
    situation: Situation, scenario: Scenario, impact: Impact, ends: Ends, mode: int
) -> tuple[Access, Access]:
    """Return where cells and shelters join the roads that are open on departure."""
    lines = np.asarray(situation.roads.features.geometry.array)
    edge_s, reach_m = impact.roads.edge_s[MODES[mode]], scenario.travel.reach_road_m
    cells, shelters = situation.cells, situation.shelters
    i, j = ends.cell_index, ends.site_index
    return (
        join_roads(lines, edge_s, cells.x_m[i], cells.y_m[i], limit_m=reach_m),
        join_roads(lines, edge_s, shelters.x_m[j], shelters.y_m[j], limit_m=reach_m),
    )


def _mode_trips(
    situation: Situation,
    cut: SplicedNetwork,
    clock: Clock,
    mode: int,
    access: tuple[tuple[Access, Access], tuple[Access, ...], FloatArray],
) -> ModeTrips:
    (origin, destination), (cut_origin, cut_destination), walk_factor = access
    access_s = off_network_s(origin, walk_factor, situation)
    egress_s = off_network_s(destination, np.ones(destination.edge.size), situation)
    ready_s = clock.depart_s + np.where(np.isfinite(access_s), access_s, 0.0)
    router = TimedRouter(cut.network, TimeSteps(clock.start_s, clock.edge_s[mode]))
    nodes = cut.nodes(cut_origin), cut.nodes(cut_destination)
    seconds = router.earliest_arrivals(*nodes, ready_s) - ready_s[:, None]
    table = TimedTable(seconds, cut_origin, cut_destination, nodes, ready_s, router)
    total_s = seconds + access_s[:, None] + egress_s[None, :]
    return ModeTrips(clock.edge_s[mode, 0], access_s, egress_s, total_s, table)
