"""Check shuttles without a solver: every time anew, the cost, and both bounds."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.dispatch.shuttles.bound import cost_bound, last_bound_s
from models.dispatch.shuttles.problem import Shuttles, ShuttlesDecision
from models.plan import Plan, Violation

NEAR: Final = 1e-9
"""Relative rounding of sums."""
TENTH_S: Final = 0.06
"""Times are kept to tenths of a second."""


def check_shuttles(problem: Shuttles, plan: Plan[ShuttlesDecision]) -> list[Violation]:
    """Return the constraints that a plan breaks; empty when it keeps all of them and its figures are true."""
    decision = plan.decision
    if decision is None:
        return []
    broken = list(_broken_rows(problem, decision))
    return broken or [*_times(problem, decision), *_figures(problem, decision, plan)]


def _broken_rows(problem: Shuttles, decision: ShuttlesDecision) -> Iterator[Violation]:
    """Find rows that are none, trips made twice, and trips that are neither made nor left: (1)."""
    times = (decision.depart_s, decision.load_from_s, decision.leave_s, decision.arrive_s, decision.free_s)
    if len({row.shape for row in (decision.ambulance, decision.trip, *times)}) > 1:
        yield Violation("(1)", "rows differ in length", 1.0)
        return
    for name, row, count in (
        ("ambulance", decision.ambulance, problem.ambulances), ("trip", decision.trip, problem.size),
    ):  # fmt: skip
        if ((row < 0) | (row >= count)).any():
            yield Violation("(1)", f"{name} is none", 1.0)
            return
    made = np.bincount(decision.trip, minlength=problem.size)
    if decision.left.shape != made.shape:
        yield Violation("(1)", "left", 1.0)
        return
    for t in np.flatnonzero(made + decision.left != 1):
        yield Violation("(1)", f"trip {t} is made {made[t]} times", 1.0)


def _times(problem: Shuttles, decision: ShuttlesDecision) -> Iterator[Violation]:
    """Find ambulances that are faster than their ways, in two places, or too late: (2), (3)."""
    trips, by_s = problem.trips, problem.arrive_by_s
    last: dict[int, tuple[float, int | None]] = {}
    for r in np.lexsort((decision.depart_s, decision.ambulance)).tolist():
        a, t = int(decision.ambulance[r]), int(decision.trip[r])
        free_s, before = last.get(a, (float(problem.ready_s[a]), None))
        i = trips.incident[t]
        way_s = problem.come_s[a, i] if before is None else problem.back_s[before, i]
        rows = (decision.depart_s, decision.load_from_s, decision.leave_s, decision.arrive_s, decision.free_s)
        depart_s, load_from_s, leave_s, arrive_s, done_s = (float(row[r]) for row in rows)
        steps = (
            ("(2)", "sets off", depart_s - free_s),
            ("(2)", "comes", load_from_s - depart_s - way_s),
            ("(3)", "loads", leave_s - load_from_s - problem.load_s),
            ("(3)", "drives", arrive_s - load_from_s - problem.carry_s[t]),
            ("(3)", "hands over", done_s - arrive_s - problem.hand_over_s),
            ("(3)", "is in time", by_s[a] - arrive_s),
        )
        for constraint, what, spare_s in steps:
            if not spare_s >= -TENTH_S:
                yield Violation(constraint, f"ambulance {a} {what} on trip {t}", float(-spare_s))
        last[a] = (done_s, int(trips.hospital[t]))


def _figures(
    problem: Shuttles, decision: ShuttlesDecision, plan: Plan[ShuttlesDecision]
) -> Iterator[Violation]:
    """Find stated figures that the rows do not bear out, and bounds that are not proven."""
    cost = float(
        problem.cost(decision.trip, decision.arrive_s).sum() + problem.cost_left()[decision.left].sum()
    )
    near, report = NEAR * max(cost, 1.0), plan.report
    last_s = float(decision.arrive_s.max(initial=0.0))
    proven, last_proven_s = cost_bound(problem, decision.prices), last_bound_s(problem)
    late = last_proven_s != decision.last_bound_s
    stated = (
        ("objective", np.inf if report.objective is None else abs(cost - report.objective)),
        ("bound", np.inf if report.bound is None else max(0.0, report.bound - cost)),
        ("last_arrival_s", abs(last_s - decision.last_arrival_s)),
        ("cost_bound", max(0.0, decision.cost_bound - proven)),
        ("last_bound_s", 1.0 if late else 0.0),
        ("last_bound_s", 0.0 if decision.left.any() else max(0.0, last_proven_s - last_s - TENTH_S)),
    )
    for name, off in stated:
        if off > near:
            yield Violation("figures", name, float(off))
