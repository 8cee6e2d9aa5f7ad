"""From journeys to a plan: solve for the aim, keep what people were told, work out what to compare with."""

from dataclasses import dataclass, replace

import numpy as np

from models import Limits, Plan, shelter
from models.shelter import AllocationDecision
from scenarios.allocation.aim import aim_of
from scenarios.allocation.check import Proof
from scenarios.allocation.facts import Allocating
from scenarios.allocation.outcome import assess
from scenarios.allocation.previous import match_before, read_before
from scenarios.journeys.journeys import Journeys
from scenarios.journeys.timed import time_routes
from scenarios.schema import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Decided:
    """Journeys, the plan that was chosen among them, and what it is compared with."""

    journeys: Journeys
    plan: Plan[AllocationDecision]
    allocating: Allocating


def decide(scenario: Scenario, journeys: Journeys, limits: Limits) -> Decided:
    """Choose a plan as the scenario asks.

    Raises
    ------
    ScenarioError
        If the plan that people were told before was made for others.
    """
    spec, aim = scenario.allocation, aim_of(scenario.allocation)
    if spec.previous is None:
        plan = shelter.solve(journeys.problem, limits, scenario.seed, objective=aim)
        return Decided(journeys, plan, assess(journeys, plan, spec, limits, None))
    told, run = read_before(spec.previous.run), spec.previous.run
    before = match_before(told, journeys.problem, journeys.cell_id, journeys.people.group, run)
    now, then, stability_s = journeys.problem, (before.problem, before.decision), spec.previous.stability_s
    plan = shelter.replan(
        now, *then, stability_s=stability_s, limits=limits, seed=scenario.seed, objective=aim
    )
    following = replace(journeys, problem=shelter.follow(now, *then, stability_s))
    return Decided(following, plan, assess(following, plan, spec, limits, before))


def gather_proof(decided: Decided) -> Proof:
    """Collect the arrays that a check needs, with the road edges of every trip taken."""
    journeys, plan = decided.journeys, decided.plan
    assert plan.decision is not None
    arcs = np.flatnonzero(plan.decision.persons > 0)
    offsets, edges = journeys.paths(arcs)
    return Proof(
        problem=journeys.problem,
        plan=plan,
        arc_mode=journeys.arc_mode,
        tail=journeys.network.tail,
        head=journeys.network.head,
        edge_s=np.stack([trips.edge_s for trips in journeys.trips]),
        origin_edge=np.stack([trips.origin.edge for trips in journeys.trips]),
        origin_share=np.stack([trips.origin.share for trips in journeys.trips]),
        site_edge=np.stack([trips.destination.edge for trips in journeys.trips]),
        site_share=np.stack([trips.destination.share for trips in journeys.trips]),
        route_arc=arcs,
        route_offset=offsets,
        route_edge=edges,
        route_access_s=journeys.access_s(arcs),
        allocating=decided.allocating,
        timing=time_routes(journeys, arcs),
    )
