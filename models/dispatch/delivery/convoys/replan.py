"""Plan again with convoys: what a member carries on a trip under way stays its own; who is lost drives alone.

A vehicle that is lost leaves its convoy: what it has on board is lost with it, the others drive on with what
they have on board, and from then on as a convoy without it.
"""

import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from dss.arrays import IntArray
from models.dispatch.delivery.begun import Begun, changed, freeze
from models.dispatch.delivery.convoys.check import check
from models.dispatch.delivery.convoys.folding import Laden, bounded_as, fold, laden, without_idle
from models.dispatch.delivery.convoys.merging import Convoys, has_convoys, merge, tightened
from models.dispatch.delivery.convoys.solve import LEVELS, worth
from models.dispatch.delivery.convoys.unfolding import unfold
from models.dispatch.delivery.parts import Changes, Fleet
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.replan import replan
from models.dispatch.delivery.replanned import (
    Replanned,
    check_replanned,
    derive_replanned,
    moved_rows,
    put_together,
    remaining,
)
from models.dispatch.delivery.solve import know, proven
from models.dispatch.same import same_fields
from models.plan import Limits, Plan, Violation


class _Case(NamedTuple):
    """A plan under way and what is new, both for vehicles and for convoys."""

    then: Convoys
    now: Convoys
    before: DeliveryDecision
    changes: Changes
    begun: Laden
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
    assert plan.decision is not None, "there is no plan under way"
    began_s, case = time.perf_counter(), _case_of(problem, plan.decision, at_s, changes)
    made: list[Plan[Replanned]] = []
    for level in LEVELS:
        given = Limits(level.share * limits.time_s, limits.relative_gap)
        tight = tightened(case.then, level.part)
        again = replan(tight, Plan(case.before, plan.report), at_s, case.changes, limits=given)
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
    made = again.decision
    lost = np.zeros(0, dtype=np.int64) if changes.lost_vehicles is None else changes.lost_vehicles
    derived = derive_with_convoys(problem, plan.decision, at_s, changes, made.ahead)
    return [
        *moved_rows(problem, plan.decision, at_s, lost, made),
        *check(derived.rest, Plan(made.ahead, again.report)),
        *([] if same_fields(made, derived) else [Violation("(whole)", "begun and ahead together", 1.0)]),
    ]


def derive_with_convoys(
    problem: Delivery, before: DeliveryDecision, at_s: float, changes: Changes, ahead: DeliveryDecision
) -> Replanned:
    """Return the decision of planning again that has some plan for what is ahead; needs no solver."""
    if not has_convoys(problem.fleet):
        return derive_replanned(problem, before, at_s, changes, ahead)
    return _derived(_case_of(problem, before, at_s, changes), ahead)


def _case_of(problem: Delivery, before: DeliveryDecision, at_s: float, changes: Changes) -> _Case:
    parted = _parted(problem, changes.lost_vehicles)
    then, now = merge(parted), merge(changed(parted, changes))
    lost = None if changes.lost_vehicles is None else np.unique(then.of[changes.lost_vehicles])
    return _Case(
        then,
        now,
        without_idle(then.merged, fold(then, before), at_s),
        Changes(now.merged.travel_s, changes.more_demand, lost, now.merged.stock),
        laden(then, before, at_s),
        at_s,
    )


def _parted(problem: Delivery, lost: IntArray | None) -> Delivery:
    """Return the problem with the vehicles that are lost out of their convoys."""
    convoy = problem.fleet.convoys.copy()
    if lost is not None:
        convoy[lost] = convoy.max(initial=0) + 1 + np.arange(lost.size)
    return replace(problem, fleet=replace(problem.fleet, convoy=convoy))


def _told(case: _Case, again: Plan[Replanned], limits: Limits) -> tuple[Plan[Replanned], int]:
    """Return a plan of convoys for their vehicles, with its bounds, and the units that did not pack."""
    assert again.decision is not None
    rest = _rest(case, remaining(case.now.merged, _begun(case)))
    began_s, merged = time.perf_counter(), merge(rest)
    ahead = unfold(case.now, rest, again.decision.ahead)
    folded = fold(merged, ahead.decision)
    plan = proven(merged.merged, know(merged.merged), folded, limits, (began_s, again.report.seed))
    assert plan.decision is not None
    return Plan(_derived(case, bounded_as(ahead.decision, plan.decision)), plan.report), ahead.left


def _derived(case: _Case, ahead: DeliveryDecision) -> Replanned:
    """Return what has begun and what is ahead together, for vehicles: each carries what it has loaded."""
    now, begun = case.now, _begun(case)
    rest = remaining(now.merged, begun)
    made = put_together((now.merged, case.before), begun, rest, fold(now, ahead))
    left = _rest(case, rest)
    whole = unfold(now, now.given, made.whole, case.begun | laden(now, ahead, np.inf))
    stranded = [v for c in made.stranded.tolist() for v in now.members[c].tolist()]
    return Replanned(
        _without(now, made.problem),
        whole.decision,
        made.frozen[whole.visit],
        left,
        ahead,
        made.moved_stops,
        made.kept_share,
        np.array(sorted(stranded), dtype=np.int64),
        made.lost_units,
    )


def _begun(case: _Case) -> Begun:
    lost = case.changes.lost_vehicles
    nobody = np.zeros(0, dtype=np.int64)
    return freeze(case.now.merged, case.before, case.at_s, nobody if lost is None else lost)


def _rest(case: _Case, rest: Delivery) -> Delivery:
    """Return what is left to plan for convoys, for their vehicles as they come free."""
    now, left = case.now, rest.fleet
    of, fleet = now.of, _still_driving(now, left)
    used = left.costs[0][of] == 0
    vehicles = replace(
        fleet,
        ready_s=left.ready_s[of],
        back_by_s=left.back_by_s[of],
        fixed_cost=np.where(used, 0.0, fleet.costs[0]),
    )
    return replace(rest, fleet=vehicles, travel_s=now.given.travel_s)


def _without(now: Convoys, merged: Delivery) -> Delivery:
    """Return the problem without what was lost on the way and without the vehicles that do not come home."""
    lost = now.merged.stock - merged.stock
    return replace(now.given, stock=now.given.stock - lost, fleet=_still_driving(now, merged.fleet))


def _still_driving(now: Convoys, convoys: Fleet) -> Fleet:
    """Return all vehicles; those of convoys that carry nothing more carry nothing."""
    fleet, gone = now.given.fleet, convoys.weight_kg[now.of] == 0
    return replace(
        fleet,
        weight_kg=np.where(gone, 0.0, fleet.weight_kg),
        volume_m3=np.where(gone, 0.0, fleet.volume_m3),
    )


def _worth(plan: Plan[Replanned]) -> tuple[float, float]:
    assert plan.decision is not None
    return worth(merge(plan.decision.rest), plan.decision.ahead)
