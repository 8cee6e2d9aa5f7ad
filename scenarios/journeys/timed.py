"""Who can get where while the roads are still open: trips that run ahead of the hazard.

Everyone leaves at one time. A road may be used as long as one is off it before it closes; where it is slowed,
one goes on at the slower pace. Who is ready before a road opens waits at the junction.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.access import Access, join_roads
from dss.arrays import FloatArray, IntArray
from dss.errors import ScenarioError
from dss.hazard.over_time import times_over_steps
from dss.routing_in_time import TimedRouter, TimeSteps
from dss.splicing import SplicedNetwork, splice
from scenarios.allocation.check import RouteTiming
from scenarios.hazard.encounter import Scene, meet
from scenarios.hazard.spec import AnyHazard, Planned
from scenarios.journeys.clock import Clock, TimedTable
from scenarios.journeys.journeys import MODES, Ends, Journeys, ModeTrips
from scenarios.journeys.offering import off_network_s, offer_trips, trip_ends
from scenarios.journeys.people import SPEEDS
from scenarios.progress import Tick
from scenarios.schema import Scenario
from scenarios.situation import Situation


def plan_timed_journeys(scenario: Scenario, situation: Situation, depart_s: float, tick: Tick) -> Journeys:
    """Work out every trip that arrives before its roads close.

    Raises
    ------
    ScenarioError
        If the hazard has no course in time or closes every shelter, or groups walk at a pace of their own.
    """
    if any(group.walk_speed_mps or group.key in SPEEDS for group in scenario.allocation.groups):
        raise ScenarioError("allocation_pace_in_time")
    clock = _clock(situation, depart_s)
    factor = _walk_factor(scenario, situation, depart_s)
    tick(0.3)
    ends = trip_ends(scenario, situation)
    joined = [_join(situation, scenario, edge_s[0], ends) for edge_s in clock.edge_s]
    cut = splice(situation.roads.network, [access for pair in joined for access in pair])
    clock = replace(clock, edge_s=cut.times(clock.edge_s))
    walk, drive = (
        _mode_trips(
            situation,
            _Part(cut, clock, mode, factor[ends.cell_index], ends.board_s[MODES[mode]]),
            joined[mode],
            cut.access[2 * mode : 2 * mode + 2],
        )
        for mode in range(len(MODES))
    )
    stranded = ~np.isfinite(factor[ends.cell_index])
    return offer_trips(scenario, situation, ends, (walk, drive), stranded).on(cut.network, clock)


def time_routes(journeys: Journeys, arcs: IntArray) -> RouteTiming | None:
    """Return when the trips of these arcs are where; None where roads do not change under way."""
    if journeys.clock is None:
        return None
    enter_s, leave_s = journeys.times_under_way(arcs)
    cell, mode = journeys.people.cell[journeys.problem.cell[arcs]], journeys.arc_mode[arcs]
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


def _clock(situation: Situation, depart_s: float) -> Clock:
    """Return what the roads are like from the departure on."""
    steps = [times_over_steps(situation.hazard, situation.impact, situation.roads, mode) for mode in MODES]
    start_s = steps[0].start_s
    first = int(np.searchsorted(start_s, depart_s, side="right")) - 1
    edge_s = np.stack([times.travel_time_s[first:] for times in steps])
    return Clock(depart_s, np.array([depart_s, *start_s[first + 1 :]]), edge_s)


def _walk_factor(scenario: Scenario, situation: Situation, depart_s: float) -> FloatArray:
    """Return by how much the way to the road takes longer on departure, shape (n cells,)."""
    hazard: AnyHazard = scenario.hazard
    if not isinstance(hazard, Planned):
        raise ScenarioError("depart_without_course", kind=hazard.kind)
    if depart_s < situation.hazard.steps_s[0]:
        return np.ones(situation.cells.cell.size)
    scene = Scene(situation.onemap, situation.ground, situation.standards, scenario.seed)
    return meet(hazard.model_copy(update={"at_s": depart_s}), scene).impact.cells.walk_factor


def _join(situation: Situation, scenario: Scenario, edge_s: FloatArray, ends: Ends) -> tuple[Access, Access]:
    """Return where cells and shelters join the roads that are open on departure."""
    lines = np.asarray(situation.roads.features.geometry.array)
    cells, shelters, reach_m = situation.cells, situation.shelters, scenario.travel.reach_road_m
    i, j = ends.cell_index, ends.site_index
    return (
        join_roads(lines, edge_s, cells.x_m[i], cells.y_m[i], limit_m=reach_m),
        join_roads(lines, edge_s, shelters.x_m[j], shelters.y_m[j], limit_m=reach_m),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """The cut roads of one mode on the clock, how slowly people come to them, and what boarding takes."""

    cut: SplicedNetwork
    clock: Clock
    mode: int
    walk_factor: FloatArray
    board_s: float


def _mode_trips(
    situation: Situation, part: _Part, joined: tuple[Access, Access], placed: tuple[Access, ...]
) -> ModeTrips:
    clock, edge_s = part.clock, part.clock.edge_s[part.mode]
    access_s = off_network_s(joined[0], part.walk_factor, situation) + part.board_s
    egress_s = off_network_s(joined[1], np.ones(joined[1].edge.size), situation)
    ready_s = clock.depart_s + np.where(np.isfinite(access_s), access_s, 0.0)
    router = TimedRouter(part.cut.network, TimeSteps(clock.start_s, edge_s))
    nodes = part.cut.nodes(placed[0]), part.cut.nodes(placed[1])
    seconds = router.earliest_arrivals(*nodes, ready_s) - ready_s[:, None]
    table = TimedTable(seconds, placed[0], placed[1], nodes, ready_s, router)
    total_s = seconds + access_s[:, None] + egress_s[None, :]
    return ModeTrips(edge_s[0], access_s, egress_s, total_s, table)
