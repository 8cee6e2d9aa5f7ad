"""Send units anew while others are at work and on their way, and check it without a solver."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.dispatch.teams.units.changes import Standing, TeamsChanges, changed, remaining, standing
from models.dispatch.teams.units.check import check_teams
from models.dispatch.teams.units.problem import Teams, TeamsDecision
from models.dispatch.teams.units.solve import solve_teams
from models.plan import Limits, Plan, Violation


@dataclass(frozen=True, slots=True, eq=False)
class TeamsReplanned:
    """A plan for units made at a time when another was under way.

    Parameters
    ----------
    problem
        The problem with what is known now; the next planning again starts from it and ``whole``.
    whole
        Who is at work and who goes, by unit; its prices are those of ``ahead``.
    at_work
        Which rows of ``whole`` had arrived, shape (k,).
    rest
        What was left to decide.
    ahead
        Its plan, with the prices that prove it; the report's objective and bound are of it.
    kept, diverted, recalled
        Units on their way that go on, that go to another incident, and that go nowhere any more.
    freed
        Units whose incident is over, at work or on their way; some go elsewhere.
    """

    problem: Teams
    whole: TeamsDecision
    at_work: BoolArray
    rest: Teams
    ahead: TeamsDecision
    kept: IntArray
    diverted: IntArray
    recalled: IntArray
    freed: IntArray


def replan_teams(
    problem: Teams, plan: Plan[TeamsDecision], at_s: float, changes: TeamsChanges, limits: Limits
) -> Plan[TeamsReplanned]:
    """Return who goes where from ``at_s`` on; who has arrived stays, who is on the way goes on where it pays.

    The sum of arrivals is made least, also where the first plan made the last one least: then any second
    saved on the last arrival would be worth any number of diversions.
    """
    before = plan.decision
    assert before is not None, "there is no plan under way"
    stand = standing(problem, before, at_s, changes)
    now = changed(problem, before, at_s, changes)
    rest = remaining(now, before, stand, changes.diversion_s)
    solved = solve_teams(rest, limits, plan.report.seed)
    assert solved.decision is not None  # sending nobody is a plan too
    return Plan(_replanned(now, rest, (before, stand), solved.decision), solved.report)


def derive_teams(
    problem: Teams, plan: Plan[TeamsDecision], at_s: float, changes: TeamsChanges, ahead: TeamsDecision
) -> TeamsReplanned:
    """Return the decision of planning again that has some plan for what is ahead; needs no solver."""
    before = plan.decision
    assert before is not None, "there is no plan under way"
    stand = standing(problem, before, at_s, changes)
    now = changed(problem, before, at_s, changes)
    return _replanned(now, remaining(now, before, stand, changes.diversion_s), (before, stand), ahead)


def _replanned(
    now: Teams, rest: Teams, past: tuple[TeamsDecision, Standing], ahead: TeamsDecision
) -> TeamsReplanned:
    before, stand = past
    stays = np.flatnonzero(stand.stays)
    unit = np.concatenate([before.unit[stays], ahead.unit])
    order = np.argsort(unit, kind="stable")
    arrive_s = np.concatenate([before.arrive_s[stays], ahead.arrive_s])[order]
    whole = TeamsDecision(
        unit=unit[order],
        need=np.concatenate([before.need[stays], ahead.need])[order],
        arrive_s=arrive_s,
        short_units=ahead.short_units,
        last_arrival_s=float(arrive_s.max(initial=0.0)),
        prices=ahead.prices,
        last=None,
    )
    kept, diverted, recalled = _moved(now, past, ahead)
    freed = np.sort(before.unit[stand.freed])
    return TeamsReplanned(now, whole, order < stays.size, rest, ahead, kept, diverted, recalled, freed)


def _moved(
    now: Teams, past: tuple[TeamsDecision, Standing], ahead: TeamsDecision
) -> tuple[IntArray, IntArray, IntArray]:
    """Return the units on their way that go on, go elsewhere, and go nowhere."""
    before, stand = past
    going = np.flatnonzero(stand.going)
    unit, was = before.unit[going], now.needs.incident[before.need[going]]
    goal = np.full(now.ready_s.size, now.priority.size)
    goal[ahead.unit] = now.needs.incident[ahead.need]
    nowhere = goal[unit] == now.priority.size
    stays = goal[unit] == was
    return np.sort(unit[stays]), np.sort(unit[~stays & ~nowhere]), np.sort(unit[nowhere])


def check_teams_replanned(
    problem: Teams, plan: Plan[TeamsDecision], at_s: float, changes: TeamsChanges, again: Plan[TeamsReplanned]
) -> list[Violation]:
    """Return what a new plan breaks: units at work that were moved, constraints and proof of what is ahead.

    Where each unit stands and what is left to decide is derived anew; no solver is used.
    """
    before, made = plan.decision, again.decision
    if before is None or made is None:
        return []
    due = derive_teams(problem, plan, at_s, changes, made.ahead)
    broken = check_teams(due.rest, Plan(made.ahead, again.report))
    return broken or list(_joined(due, made))


def _joined(due: TeamsReplanned, made: TeamsReplanned) -> Iterator[Violation]:
    """Find rows of the whole plan that are not what was, and what is ahead."""
    pairs = (
        ("(past) unit", due.whole.unit, made.whole.unit),
        ("(past) need", due.whole.need, made.whole.need),
        ("(past) arrive_s", due.whole.arrive_s, made.whole.arrive_s),
        ("(past) at_work", due.at_work, made.at_work),
        ("figures kept", due.kept, made.kept),
        ("figures diverted", due.diverted, made.diverted),
        ("figures recalled", due.recalled, made.recalled),
        ("figures freed", due.freed, made.freed),
    )
    for name, is_due, stated in pairs:
        if not np.array_equal(is_due, stated):
            constraint, where = name.split()
            yield Violation(constraint, where, 1.0)
