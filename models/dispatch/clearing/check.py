"""Check an order of clearing without the search: ways, times, what people lose, and the bound, all anew."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.dispatch.clearing.bound import limits_of, lost_bound
from models.dispatch.clearing.prices import price_bound
from models.dispatch.clearing.problem import Clearing, ClearingDecision
from models.dispatch.clearing.ways import way_s, ways_to_roads, with_open
from models.plan import Plan, Violation

NEAR: Final = 1e-9
"""Relative rounding of sums."""


def check_clearing(problem: Clearing, plan: Plan[ClearingDecision]) -> list[Violation]:
    """Return the constraints that a plan breaks; empty when it keeps all of them and its figures are true."""
    decision = plan.decision
    if decision is None:
        return []
    broken = list(_broken_rows(problem, decision))
    return broken or [*_times(problem, decision), *_figures(problem, decision, plan)]


def _broken_rows(problem: Clearing, decision: ClearingDecision) -> Iterator[Violation]:
    """Find rows that are none, roads cleared twice or left: (1)."""
    rows = (decision.road, decision.crew, decision.depart_s, decision.begin_s, decision.open_s)
    if len({row.shape for row in rows}) > 1 or decision.way_s.shape != (decision.road.size + 1,):
        yield Violation("(1)", "rows differ in length", 1.0)
        return
    for name, row, count in (("road", rows[0], problem.roads), ("crew", rows[1], problem.crews)):
        if ((row < 0) | (row >= count)).any():
            yield Violation("(1)", f"{name} is none", 1.0)
            return
    cleared = np.bincount(decision.road, minlength=problem.roads)
    if decision.unreached.shape != cleared.shape:
        yield Violation("(1)", "unreached", 1.0)
        return
    for b in np.flatnonzero(cleared != ~decision.unreached):
        yield Violation("(1)", f"road {b} is cleared {cleared[b]} times", 1.0)
    if (np.diff(decision.open_s) < 0).any():
        yield Violation("(1)", "roads are not in the order in which they open", 1.0)


def _times(problem: Clearing, decision: ClearingDecision) -> Iterator[Violation]:
    """Find work that is too short, and crews in two places or faster than the open roads: (1), (2), (3)."""
    last: dict[int, tuple[float, int | None]] = {}
    for r in np.argsort(decision.depart_s, kind="stable").tolist():
        road, crew = int(decision.road[r]), int(decision.crew[r])
        depart_s, begin_s, open_s = (
            float(x[r]) for x in (decision.depart_s, decision.begin_s, decision.open_s)
        )
        near = NEAR * max(open_s, 1.0)
        free_s, place = last.get(crew, (0.0, None))
        if not depart_s >= free_s - near:
            yield Violation("(2)", f"crew {crew} departs before it is free", free_s - depart_s)
        is_open = decision.road[decision.open_s <= depart_s + near].tolist()
        way = ways_to_roads(problem, with_open(problem, is_open), crew, place)[road]
        if not begin_s >= depart_s + way - near:
            yield Violation("(3)", f"crew {crew} at road {road}", float(depart_s + way - begin_s))
        if not abs(open_s - begin_s - problem.clear_s[road]) <= near:
            yield Violation("(1)", f"work on road {road}", abs(open_s - begin_s - problem.clear_s[road]))
        last[crew] = (open_s, road)


def _figures(
    problem: Clearing, decision: ClearingDecision, plan: Plan[ClearingDecision]
) -> Iterator[Violation]:
    """Find stated figures that the order does not bear out, and a bound that does not follow."""
    limits = limits_of(problem)
    course = np.array(
        [
            way_s(problem, with_open(problem, decision.road[:r].tolist()))
            for r in range(decision.road.size + 1)
        ]
    )
    lost = float(np.diff(decision.open_s, prepend=0.0) @ (course[:-1] - course[-1]))
    near = 1e-7 * max(lost, 1.0)
    report = plan.report
    bound = max(lost_bound(problem, limits), price_bound(problem, limits, decision.prices))
    stated = (
        ("unreached", float((decision.unreached != np.isinf(limits.soon_s)).sum()), 0.0),
        ("way_s", float(np.abs(course - decision.way_s).max(initial=0.0)), NEAR * float(course[0])),
        ("lost", abs(lost - decision.lost), near),
        ("objective", np.inf if report.objective is None else abs(lost - report.objective), near),
        ("bound", max(0.0, decision.bound - min(bound, lost)), near),
        ("report bound", np.inf if report.bound is None else max(0.0, report.bound - lost), near),
    )
    for name, off, most in stated:
        if off > most:
            yield Violation("figures", name, off)
