"""Check a relocation without the solver: moves, room, the covered weight, and what the prices prove."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.dispatch.teams.relocation.bound import cover_bound, lacking_bound
from models.dispatch.teams.relocation.problem import Relocation, RelocationDecision
from models.plan import Plan, Violation

NEAR: Final = 1e-6
"""Relative rounding of sums."""


def check_relocation(problem: Relocation, plan: Plan[RelocationDecision]) -> list[Violation]:
    """Return the constraints that a plan breaks; empty when it keeps all of them and its figures are true."""
    decision = plan.decision
    if decision is None:
        return []
    broken = list(_broken_moves(problem, decision))
    broken = broken or list(_stations(problem, decision))
    return broken or [*_reserve(problem, decision), *_figures(problem, decision, plan)]


def _broken_moves(problem: Relocation, decision: RelocationDecision) -> Iterator[Violation]:
    """Find moves that are none or have no way: (5)."""
    moves = (decision.from_station, decision.to_station, decision.units)
    stations = problem.idle.size
    if len({row.shape for row in moves}) > 1 or any((row < 0).any() for row in moves):
        yield Violation("(5)", "rows of moves", 1.0)
    elif (np.concatenate(moves[:2]) >= stations).any():
        yield Violation("(5)", "a station is none", 1.0)
    else:
        movable = problem.movable()[decision.from_station, decision.to_station]
        for k in np.flatnonzero(~movable):
            yield Violation("(5)", f"move {k}", float(decision.units[k]))


def _stations(problem: Relocation, decision: RelocationDecision) -> Iterator[Violation]:
    """Find stations that give more than they have or take more than they hold, and too many moves."""
    stations = problem.idle.size
    out = np.bincount(decision.from_station, weights=decision.units, minlength=stations)
    into = np.bincount(decision.to_station, weights=decision.units, minlength=stations)
    after = problem.idle - out + into
    for j in np.flatnonzero(out > problem.idle):
        yield Violation("(1)", f"station {j}", float(out[j] - problem.idle[j]))
    for j in np.flatnonzero(after > problem.room):
        yield Violation("(2)", f"station {j}", float(after[j] - problem.room[j]))
    if decision.units.sum() > problem.most_moves:
        yield Violation("(4)", "moves", float(decision.units.sum() - problem.most_moves))
    if (decision.reserve is None) != (problem.reserve is None):
        yield Violation("(6)", "reserve", 1.0)
    if decision.after.shape != after.shape or (decision.after != after).any():
        yield Violation("figures", "after", 1.0)


def _figures(
    problem: Relocation, decision: RelocationDecision, plan: Plan[RelocationDecision]
) -> Iterator[Violation]:
    """Find stated figures that the moves do not bear out, and a bound below what is covered."""
    moving_s = float(problem.move_s[decision.from_station, decision.to_station] @ decision.units)
    covered, report = problem.covered_weight(decision.after), plan.report
    stated = (
        ("covered_before", abs(problem.covered_weight(problem.idle) - decision.covered_before)),
        ("covered", abs(covered - decision.covered)),
        ("objective", np.inf if report.objective is None else abs(covered - report.objective)),
        ("bound", np.inf if report.bound is None else max(0.0, covered - report.bound)),
        ("moving_s", max(0.0, abs(moving_s - decision.moving_s) - NEAR * moving_s)),
        ("moving_bound_s", max(0.0, decision.moving_bound_s - moving_s * (1 + NEAR))),
    )
    for name, off in stated:
        if off > 0:
            yield Violation("figures", name, float(off))
    lacking = 0 if problem.reserve is None else int(problem.reserve.lacking(decision.after).sum())
    if decision.prices is not None and cover_bound(problem, decision.prices, lacking) < covered * (1 - NEAR):
        yield Violation("bound", "the prices exclude the plan", float(covered))


def _reserve(problem: Relocation, decision: RelocationDecision) -> Iterator[Violation]:
    """Find districts that lack other than stated (6), and prices that exclude the plan."""
    reserve, kept = problem.reserve, decision.reserve
    if reserve is None or kept is None:
        return
    lacking = reserve.lacking(decision.after)
    if kept.lacking.shape != lacking.shape:
        yield Violation("(6)", "districts", 1.0)
        return
    for z in np.flatnonzero(lacking != kept.lacking):
        yield Violation("(6)", f"district {z}", float(abs(lacking[z] - kept.lacking[z])))
    if kept.prices is not None and lacking_bound(problem, kept.prices) > lacking.sum():
        yield Violation("bound", "the prices of the reserve exclude the plan", float(lacking.sum()))
