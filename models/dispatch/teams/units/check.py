"""Check who goes where without a solver: rows, skills, times, and the prices that prove it."""

from collections.abc import Iterator

import numpy as np

from dss.arrays import BoolArray
from models.dispatch.teams.units.problem import Teams, TeamsDecision
from models.dispatch.teams.units.solve import objective_s, profits, rank_profits
from models.plan import Plan, Violation


def check_teams(problem: Teams, plan: Plan[TeamsDecision]) -> list[Violation]:
    """Return the constraints that a plan breaks; empty when it keeps all, its figures and proofs are true."""
    decision = plan.decision
    if decision is None:
        return []
    broken = list(_broken_rows(problem, decision)) or list(_broken_pairs(problem, decision))
    return broken or [*_figures(problem, decision, plan), *_proofs(problem, decision)]


def _broken_rows(problem: Teams, decision: TeamsDecision) -> Iterator[Violation]:
    """Find rows that are none, units sent twice, needs with too many: (1), (2)."""
    units, needs = problem.ready_s.size, problem.needs.units.size
    if not decision.unit.shape == decision.need.shape == decision.arrive_s.shape:
        yield Violation("(1)", "rows differ in length", 1.0)
        return
    for name, row, limit in (("unit", decision.unit, units), ("need", decision.need, needs)):
        if ((row < 0) | (row >= limit)).any():
            yield Violation("(1)", f"{name} is none", 1.0)
            return
    sent = np.bincount(decision.unit, minlength=units)
    for u in np.flatnonzero(sent > 1):
        yield Violation("(1)", f"unit {u}", float(sent[u] - 1))
    came = np.bincount(decision.need, minlength=needs)
    for n in np.flatnonzero(came > problem.needs.units):
        yield Violation("(2)", f"need {n}", float(came[n] - problem.needs.units[n]))
    short = problem.needs.units - came
    if decision.short_units.shape != short.shape or (decision.short_units != short).any():
        yield Violation("(2)", "short_units", 1.0)


def _broken_pairs(problem: Teams, decision: TeamsDecision) -> Iterator[Violation]:
    """Find units without the skill, without a way, too late, or beyond their shift: (3), (4)."""
    skilled, allowed = problem.skilled(), problem.allowed()
    for u, n in zip(decision.unit.tolist(), decision.need.tolist(), strict=True):
        if not skilled[u, n]:
            yield Violation("(3)", f"unit {u} for need {n}", 1.0)
        elif not allowed[u, n]:
            yield Violation("(4)", f"unit {u} for need {n}", 1.0)


def _figures(problem: Teams, decision: TeamsDecision, plan: Plan[TeamsDecision]) -> Iterator[Violation]:
    """Find stated figures that the rows do not bear out."""
    arrive_s = problem.arrive_s[decision.unit, problem.needs.incident[decision.need]]
    last_s = float(arrive_s.max(initial=0.0))
    value, report = objective_s(problem, decision), plan.report
    stated = (
        ("arrive_s", float(np.abs(arrive_s - decision.arrive_s).max(initial=0.0))),
        ("last_arrival_s", abs(last_s - decision.last_arrival_s)),
        ("objective", np.inf if report.objective is None else abs(value - report.objective)),
        ("bound", np.inf if report.bound is None else abs(value - report.bound)),
    )
    for name, off in stated:
        if off > 0:
            yield Violation("figures", name, float(off))


def _proofs(problem: Teams, decision: TeamsDecision) -> Iterator[Violation]:
    """Find prices that do not prove the plan: their sum must be what the plan is worth."""
    allowed, supply, room = problem.allowed(), np.ones(problem.ready_s.size, np.int64), problem.needs.units
    if problem.aim == "last":
        if not _proves_last(problem, decision, allowed):
            yield Violation("bound", "a sooner last arrival is not excluded", decision.last_arrival_s)
        allowed &= problem.arrive_s[:, problem.needs.incident] <= decision.last_arrival_s
    profit = profits(problem, allowed)
    worth = int(profit[decision.unit, decision.need].sum())
    if not decision.prices.hold(profit, allowed) or decision.prices.total(supply, room) != worth:
        yield Violation("bound", "the prices do not prove it", float(worth))


def _proves_last(problem: Teams, decision: TeamsDecision, allowed: BoolArray) -> bool:
    """Tell whether prices prove that no plan meets more needs, and that sooner arrivals meet less."""
    proof, rank = decision.last, rank_profits(problem)
    supply, room = np.ones(problem.ready_s.size, dtype=np.int64), problem.needs.units
    worth = int(problem.ranks()[decision.need].sum())
    if proof is None or not proof.most.hold(rank, allowed) or proof.most.total(supply, room) != worth:
        return False
    before = allowed & (problem.arrive_s[:, problem.needs.incident] < decision.last_arrival_s)
    none_sooner = proof.sooner.hold(rank, before) and proof.sooner.total(supply, room) < worth
    return none_sooner or decision.last_arrival_s == 0
