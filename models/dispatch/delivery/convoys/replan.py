"""Plan again with convoys: what a member carries on a trip under way stays its own; who is lost drives alone.

A vehicle that is lost leaves its convoy: what it has on board is lost with it, the others drive on with what
they have on board, and from then on as a convoy without it.
"""

import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from dss.arrays import IntArray
from models.dispatch.delivery.begun import changed, freeze
from models.dispatch.delivery.convoys.check import check
from models.dispatch.delivery.convoys.folding import Laden, bounded_as, fold, laden
from models.dispatch.delivery.convoys.merging import Convoys, has_convoys, merge, tightened
from models.dispatch.delivery.convoys.solve import LEVELS, worth
from models.dispatch.delivery.convoys.unfolding import unfold
from models.dispatch.delivery.parts import Changes, Fleet
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.replan import replan
from models.dispatch.delivery.replanned import Replanned, check_replanned, moved_rows, remaining
from models.dispatch.delivery.solve import know, proven
from models.plan import Limits, Plan, Violation


class _Case(NamedTuple):
    """A plan under way and what is new, both for vehicles and for convoys."""

    then: Convoys
    now: Convoys
    before: Plan[DeliveryDecision]
    changes: Changes
    loaded: Laden
    at_s: float


def replan_with_convoys(
    problem: Delivery,
    plan: Plan[DeliveryDecision],
    at_s: float,
    changes: Changes,
    *,
    limits: Limits = Limits(5.0),  # noqa: B008
) -> Plan[Replanned]:
    """Return a plan from ``at_s`` on, with what has been driven and is being driven as it was.

    Parameters
    ----------
    plan
        The plan under way; its decision may be ``Replanned.whole`` of an earlier one, ``problem`` then being
        ``Replanned.problem``. Its seed is used again.
    """
    if not has_convoys(problem.fleet):
        return replan(problem, plan, at_s, changes, limits=limits)
    began_s, case = time.perf_counter(), _case_of(problem, plan, at_s, changes)
    made: list[Plan[Replanned]] = []
    for level in LEVELS:
        given = Limits(level.share * limits.time_s, limits.relative_gap)
        tight = tightened(case.then, level.part)
        again = replan(tight, case.before, at_s, case.changes, limits=given)
        told, left = _told(case, again, limits)
        made.append(told)
        if not left:
            break
    best = min(made, key=_worth)
    return Plan(best.decision, replace(best.report, wall_s=time.perf_counter() - began_s))


def check_replanned_with_convoys(
    problem: Delivery, plan: Plan[DeliveryDecision], at_s: float, changes: Changes, again: Plan[Replanned]
) -> list[Violation]:
    """Return what a new plan breaks: visits made or driven to that differ, or constraints ahead."""
    if not has_convoys(problem.fleet):
        return check_replanned(problem, plan, at_s, changes, again)
    if plan.decision is None or again.decision is None:
        return []
    case, made = _case_of(problem, plan, at_s, changes), again.decision
    lost = np.zeros(0, dtype=np.int64) if changes.lost_vehicles is None else changes.lost_vehicles
    return [
        *moved_rows(problem, plan.decision, at_s, lost, made),
        *check(_rest(case), Plan(made.ahead, again.report)),
    ]


def _case_of(problem: Delivery, plan: Plan[DeliveryDecision], at_s: float, changes: Changes) -> _Case:
    assert plan.decision is not None, "there is no plan under way"
    parted = _parted(problem, changes.lost_vehicles)
    then, now = merge(parted), merge(changed(parted, changes))
    lost = None if changes.lost_vehicles is None else np.unique(then.of[changes.lost_vehicles])
    return _Case(
        then,
        now,
        Plan(fold(then, plan.decision), plan.report),
        Changes(now.merged.travel_s, changes.more_demand, lost, now.merged.stock),
        laden(then, plan.decision, at_s),
        at_s,
    )


def _parted(problem: Delivery, lost: IntArray | None) -> Delivery:
    """Return the problem with the vehicles that are lost out of their convoys."""
    convoy = problem.fleet.convoys.copy()
    if lost is not None:
        convoy[lost] = convoy.max(initial=0) + 1 + np.arange(lost.size)
    return replace(problem, fleet=replace(problem.fleet, convoy=convoy))


def _rest(case: _Case) -> Delivery:
    """Return what is left to plan, with all vehicles as they come free."""
    lost = case.changes.lost_vehicles
    none = np.zeros(0, dtype=np.int64)
    assert case.before.decision is not None
    begun = freeze(case.now.merged, case.before.decision, case.at_s, none if lost is None else lost)
    return _for_vehicles(case.now, remaining(case.now.merged, begun))


def _for_vehicles(now: Convoys, rest: Delivery) -> Delivery:
    """Return a problem of convoys for their vehicles."""
    fleet, of, left = now.given.fleet, now.of, rest.fleet
    gone, used = left.weight_kg[of] == 0, left.costs[0][of] == 0
    vehicles = Fleet(
        fleet.depot,
        np.where(gone, 0.0, fleet.weight_kg),
        np.where(gone, 0.0, fleet.volume_m3),
        fleet.kind,
        left.ready_s[of],
        left.back_by_s[of],
        np.where(used, 0.0, fleet.costs[0]),
        fleet.costs[1],
        fleet.convoys,
    )
    return replace(rest, fleet=vehicles, travel_s=now.given.travel_s)


def _told(case: _Case, again: Plan[Replanned], limits: Limits) -> tuple[Plan[Replanned], int]:
    """Return a plan of convoys for their vehicles, with its bounds, and the units that did not pack."""
    made, now = again.decision, case.now
    assert made is not None
    rest = _rest(case)
    whole = unfold(now, now.given, made.whole, case.loaded)
    ahead = unfold(now, rest, made.ahead)
    merged = merge(rest)
    began_s = time.perf_counter()
    folded = fold(merged, ahead.decision)
    plan = proven(merged.merged, know(merged.merged), folded, limits, (began_s, again.report.seed))
    assert plan.decision is not None
    stranded = [v for c in made.stranded.tolist() for v in now.members[c].tolist()]
    told = Replanned(
        now.given,
        whole.decision,
        made.frozen[whole.visit],
        rest,
        bounded_as(ahead.decision, plan.decision),
        made.moved_stops,
        made.kept_share,
        np.array(sorted(stranded), dtype=np.int64),
    )
    return Plan(told, plan.report), ahead.left


def _worth(plan: Plan[Replanned]) -> tuple[float, float]:
    assert plan.decision is not None
    return worth(merge(plan.decision.rest), plan.decision.ahead)
