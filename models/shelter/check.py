"""Check an allocation without the solver: everything is derived again from the problem and the plan."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from models.plan import Plan, SolveReport, Violation
from models.shelter.bound import dual_bound
from models.shelter.problem import Allocation, AllocationDecision

# Person-seconds per person that sums of floats may differ by.
TOLERANCE_S: Final = 1e-6


def check(problem: Allocation, plan: Plan[AllocationDecision]) -> list[Violation]:
    """Return every constraint that the plan breaks; an empty list when it keeps them all.

    Checked are constraints (1)-(3), the objective, and that the prices prove the bound.
    """
    decision = plan.decision
    if decision is None:
        return []
    if decision.persons.shape != problem.cell.shape or decision.unmet.shape != problem.persons.shape:
        return [Violation("shape", "decision", 1.0)]
    return [*_constraints(problem, decision), *_report(problem, decision, plan.report)]


def _constraints(problem: Allocation, decision: AllocationDecision) -> Iterator[Violation]:
    sent = np.bincount(problem.cell, weights=decision.persons, minlength=problem.persons.size)
    missing = problem.persons - sent - decision.unmet
    for i in np.flatnonzero(missing):
        yield Violation("(1) persons", f"cell {i}", float(missing[i]))
    load = np.bincount(problem.site, weights=decision.persons, minlength=problem.capacity.size)
    for j in np.flatnonzero(load > problem.capacity):
        yield Violation("(2) capacity", f"site {j}", float(load[j] - problem.capacity[j]))
    for name, values in (("persons", decision.persons), ("unmet", decision.unmet)):
        for k in np.flatnonzero((values < 0) | (values != np.floor(values))):
            yield Violation("(3) whole", f"{name} {k}", float(values[k]))


def _report(problem: Allocation, decision: AllocationDecision, report: SolveReport) -> Iterator[Violation]:
    tolerance_s = TOLERANCE_S * max(float(problem.persons.sum()), 1.0)
    if report.objective is None:
        yield Violation("objective", "report", float("nan"))
        return
    objective = float(decision.persons @ problem.cost_s)
    if not abs(objective - report.objective) <= tolerance_s:
        yield Violation("objective", "report", report.objective - objective)
    if report.bound is None:
        return
    if decision.prices is None or decision.prices.shape != problem.capacity.shape:
        yield Violation("bound", "prices", report.bound)
        return
    proven = dual_bound(problem, decision.prices) - problem.unmet_weight_s * float(decision.unmet.sum())
    if not report.bound <= min(proven, objective) + tolerance_s:
        yield Violation("bound", "report", report.bound - proven)
