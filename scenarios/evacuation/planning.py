"""Plan the evacuation of a situation: the means of travel one after the other, each with its proof."""

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.roads.attributes import by_class
from models import Limits, Plan, evacuation
from models.evacuation import Evacuation, EvacuationDecision
from models.evacuation.merging import count_ways, merged
from models.shelter import AllocationDecision
from scenarios.evacuation.building import Built, Homes, Way, build
from scenarios.evacuation.calls import Calls, call_zones
from scenarios.evacuation.course import home_course, road_course
from scenarios.evacuation.laid import Laid, lay, made_ready
from scenarios.evacuation.movement import Freely, Movement, PlannedMeans
from scenarios.evacuation.readiness import BATCH_S, ready_shares
from scenarios.evacuation.spec import Curve, EvacuationSpec, NoContraflow
from scenarios.evacuation.travellers import Travellers, divide_by_means, given
from scenarios.evacuation.turned import Turning
from scenarios.evacuation.turning import turn_lanes, turned_alike
from scenarios.evacuation.walking import planned_crowd, walking_capacity_per_h
from scenarios.journeys.journeys import Journeys
from scenarios.schema import Scenario
from scenarios.situation import Situation

CHOOSING_SHARE: Final = 0.3
"""Share of a plan's seconds for the choice of lanes; the first choice is made in any case."""


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What every plan of a run is made from: the scenario, the situation, the allocation beside it."""

    scenario: Scenario
    spec: EvacuationSpec
    situation: Situation
    journeys: Journeys
    travellers: Travellers
    calls: Calls

    @property
    def affected(self) -> IntArray:
        """Rows of the affected cells in the cell frame, shape (c,)."""
        return self.journeys.cell_index


def settle(
    scenario: Scenario,
    spec: EvacuationSpec,
    situation: Situation,
    allocated: tuple[Journeys, AllocationDecision],
) -> Setting:
    """Return what the plans are made from.

    Raises
    ------
    ScenarioError
        If the map lacks the areas that the scenario asks for.
    """
    journeys, decision = allocated
    travellers = divide_by_means(situation, journeys, decision, spec.means)
    return Setting(scenario, spec, situation, journeys, travellers, call_zones(situation, journeys, spec))


def build_movement(setting: Setting, means: PlannedMeans, calls: Calls) -> Built:
    """Build the problem of one means of travel, with the calls of a staged departure."""
    spec, situation, travellers = setting.spec, setting.situation, setting.travellers
    affected = setting.affected
    per_unit = 1.0 if means == "walk" else persons_per_car(setting)
    persons = travellers.persons[means]
    goes = np.flatnonzero(persons > 0)
    factor = np.ones(affected.size) if spec.follows_hazard else situation.impact.cells.walk_factor[affected]
    homes = Homes(
        cell=affected[goes],
        units=np.ceil(persons[goes] / per_unit - 1e-9).astype(np.int64),
        persons=persons[goes],
        leave_by_s=home_course(situation, spec, affected)[goes],
        ready_s=calls.ready_s()[goes],
        walk_factor=factor[goes],
        board_s=0.0 if means == "walk" else setting.scenario.travel.board_s,
    )
    places = np.floor(travellers.places[means] / per_unit + 1e-9).astype(np.int64)
    limits = setting.scenario.travel.reach_road_m, spec.step_s
    return build(situation, homes, (setting.journeys.site_index, places), _way(setting, means), limits)


def persons_per_car(setting: Setting) -> float:
    """Return how many persons go in a car."""
    return given(
        setting.spec.means.persons_per_car, setting.situation.standards, "evacuation.persons_per_car"
    )


def _way(setting: Setting, means: PlannedMeans) -> Way:
    spec, situation = setting.spec, setting.situation
    standards = situation.standards
    mode: Literal["walk", "drive"] = "walk" if means == "walk" else "drive"
    course = road_course(situation, spec, mode)
    lasting_s = situation.impact.roads.edge_s[mode]
    if means == "car":
        return Way(course, lasting_s, driving_capacity_per_h(situation, spec))
    crowd = planned_crowd(standards, given(spec.means.crowd_density, standards, "evacuation.crowd_density"))
    slower = replace(course, time_s=course.time_s / crowd.speed_share)
    return Way(slower, lasting_s, walking_capacity_per_h(situation, crowd))


def driving_capacity_per_h(situation: Situation, spec: EvacuationSpec) -> FloatArray:
    """Return the cars an hour that the evacuation may put on each edge, shape (n edges,)."""
    network, standards = situation.roads.network, situation.standards
    assert network.capacity_pcu_h is not None
    assert network.feature is not None
    capacity = network.capacity_pcu_h
    if spec.intersection_factor is not None:
        usual = by_class(situation.roads.features["road_class"], "roads.intersection_factor", standards)
        capacity = capacity / usual[network.feature] * spec.intersection_factor
    background = given(spec.background_share, standards, "evacuation.background_share")
    return np.asarray(capacity * (1.0 - background), dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A movement with what its problem stands for, and the lanes that were turned for it."""

    laid: Laid
    movement: Movement
    turning: Turning | None


def plan_movement(
    setting: Setting, built: Built, means: PlannedMeans, community: IntArray, like: Turning | None = None
) -> Planned:
    """Solve a movement as the scenario asks; who waits does so at home where that costs no time.

    Parameters
    ----------
    community
        Community of each home, shape (h,).
    like
        Lanes to turn as for another plan; None: as the scenario asks.
    """
    spec, seed = setting.spec, setting.scenario.seed
    limits = Limits(spec.time_limit_s, setting.scenario.solve.relative_gap)
    laid, turning = lay(built), None
    if isinstance(spec.departures, Curve):
        share = ready_shares(spec.departures, setting.situation.standards, spec.step_s)
        laid = made_ready(laid, share, max(1, round(BATCH_S / spec.step_s)), seed)
    if like is not None:
        laid, turning = turned_alike(laid, like)
    elif means == "car" and not isinstance(spec.contraflow, NoContraflow):
        choosing = replace(limits, time_s=CHOOSING_SHARE * limits.time_s)
        laid, turning = turn_lanes(setting.situation, laid, spec.contraflow, spec.step_s, choosing)
    plan, total = _solve(laid.problem, spec, limits, seed)
    assert plan.decision is not None
    freely = None
    if plan.decision.groups.origin.size:
        plan, freely = _told(setting, laid, plan, np.append(community, -1)[laid.home])
        plan = evacuation.stage(laid.problem, plan, np.zeros_like(laid.problem.supply)).plan
        assert plan.decision is not None
        plan = replace(plan, decision=replace(plan.decision, groups=merged(plan.decision.groups)))
    bound, proof = None, None
    if total is not None and total.decision is not None:
        bound, proof = total.report.bound, total.decision.arrival_proof
    movement = Movement(laid.problem, plan, laid.persons, spec.step_s, bound, proof, freely)
    return Planned(laid, movement, turning)


def _told(
    setting: Setting, laid: Laid, plan: Plan[EvacuationDecision], community: IntArray
) -> tuple[Plan[EvacuationDecision], Freely | None]:
    """Return the plan with as few routes as the scenario asks for, and what it was with any."""
    asked, decision = setting.spec.routes, plan.decision
    assert decision is not None
    if asked.most is None:
        return plan, None
    latest = int(decision.clearance_step * (1.0 + asked.later_share))
    rule = evacuation.FewRule(asked.most, latest, community, setting.scenario.seed)
    few = evacuation.few_routes(laid.problem, plan, rule)
    return few.plan, Freely(
        count_ways(decision.groups), decision.clearance_step, decision.total_arrival_steps
    )


def _solve(
    problem: Evacuation, spec: EvacuationSpec, limits: Limits, seed: int
) -> tuple[Plan[EvacuationDecision], Plan[EvacuationDecision] | None]:
    """Return a plan, and the one that bounds the total arrival where there is one.

    The plan with a small total arrival is taken for the one with the least clearance where it has that too.
    """
    deadline_min = spec.deadline_min
    if spec.objective == "most_safe" and deadline_min is not None:
        last = int(60 * deadline_min / spec.step_s)
        return evacuation.solve(problem, "most_safe", limits, seed, deadline_step=last), None
    total = evacuation.solve(problem, "total_arrival", limits, seed)
    if spec.objective == "total_arrival" or total.decision is None or _is_cleared_soonest(problem, total):
        return total, total
    return evacuation.solve(problem, "clearance", limits, seed), total


def _is_cleared_soonest(problem: Evacuation, plan: Plan[EvacuationDecision]) -> bool:
    decision = plan.decision
    assert decision is not None
    leaving = problem.supply - decision.staying
    return decision.clearance_step <= evacuation.earliest_clearance(problem, leaving, decision.certificate)
