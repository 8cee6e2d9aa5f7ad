"""One way in to planning again: what has been done and is being done stays, the rest is planned anew."""

from typing import Any, overload

from models.dispatch.delivery.convoys.replan import check_replanned_with_convoys, replan_with_convoys
from models.dispatch.delivery.parts import Changes
from models.dispatch.delivery.problem import Delivery, DeliveryDecision
from models.dispatch.delivery.replanned import Replanned
from models.dispatch.teams.units.changes import TeamsChanges
from models.dispatch.teams.units.problem import Teams, TeamsDecision
from models.dispatch.teams.units.replan import TeamsReplanned, check_teams_replanned, replan_teams
from models.plan import Limits, Plan, Violation


@overload
def replan(
    problem: Delivery, plan: Plan[DeliveryDecision], at_s: float, changes: Changes, *, limits: Limits = ...
) -> Plan[Replanned]: ...
@overload
def replan(
    problem: Teams, plan: Plan[TeamsDecision], at_s: float, changes: TeamsChanges, *, limits: Limits = ...
) -> Plan[TeamsReplanned]: ...
def replan(
    problem: Any,
    plan: Plan[Any],
    at_s: float,
    changes: Any,
    *,
    limits: Limits = Limits(5.0),  # noqa: B008
) -> Plan[Any]:
    """Return a plan from ``at_s`` on, with what has been done and is being done as it was.

    Parameters
    ----------
    problem, plan
        What is under way; may be ``problem`` and ``whole`` of an earlier planning again. Its seed is used.
    changes
        The news, of the type that goes with the problem.
    """
    if isinstance(problem, Teams):
        return replan_teams(problem, plan, at_s, changes, limits)
    return replan_with_convoys(problem, plan, at_s, changes, limits=limits)


@overload
def check_replanned(
    problem: Delivery, plan: Plan[DeliveryDecision], at_s: float, changes: Changes, again: Plan[Replanned]
) -> list[Violation]: ...
@overload
def check_replanned(
    problem: Teams, plan: Plan[TeamsDecision], at_s: float, changes: TeamsChanges, again: Plan[TeamsReplanned]
) -> list[Violation]: ...
def check_replanned(
    problem: Any, plan: Plan[Any], at_s: float, changes: Any, again: Plan[Any]
) -> list[Violation]:
    """Return what a plan made again breaks, without a solver: the past that differs, constraints ahead."""
    if isinstance(problem, Teams):
        return check_teams_replanned(problem, plan, at_s, changes, again)
    return check_replanned_with_convoys(problem, plan, at_s, changes, again)
