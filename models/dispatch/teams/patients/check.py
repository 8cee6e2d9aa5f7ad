"""Check who goes to which bed without a solver."""

from collections.abc import Iterator

import numpy as np

from dss.arrays import IntArray
from models.dispatch.teams.patients.problem import Patients, PatientsDecision
from models.dispatch.teams.patients.solve import profits, weighted_s
from models.plan import Plan, Violation


def check_patients(problem: Patients, plan: Plan[PatientsDecision]) -> list[Violation]:
    """Return the constraints that a plan breaks; empty when it keeps all, its figures and proof are true."""
    decision = plan.decision
    if decision is None:
        return []
    broken = list(_broken_rows(problem, decision))
    return broken or [*_sums(problem, decision), *_figures(problem, decision, plan)]


def _broken_rows(problem: Patients, decision: PatientsDecision) -> Iterator[Violation]:
    """Find rows that are none, or that are not allowed: (3), (4)."""
    (incidents, classes), (hospitals, kinds) = problem.patients.shape, problem.beds.shape
    rows = {
        "incident": (decision.incident, incidents),
        "patient_class": (decision.patient_class, classes),
        "hospital": (decision.hospital, hospitals),
        "bed": (decision.bed, kinds),
        "persons": (decision.persons, 2**62),
    }
    for name, (row, limit) in rows.items():
        if row.shape != decision.persons.shape or ((row < 0) | (row >= limit)).any():
            yield Violation("(1)", f"{name} is none", 1.0)
            return
    allowed, suited = problem.allowed(), problem.suited()
    r, j = _places(problem, decision)
    for k in np.flatnonzero(~suited[r, j]):
        yield Violation("(3)", f"row {k}", float(decision.persons[k]))
    for k in np.flatnonzero(suited[r, j] & ~allowed[r, j]):
        yield Violation("(4)", f"row {k}", float(decision.persons[k]))


def _sums(problem: Patients, decision: PatientsDecision) -> Iterator[Violation]:
    """Find patients sent twice, beds used twice, and a count of those left that is not true: (1), (2)."""
    r, j = _places(problem, decision)
    gone = np.bincount(r, weights=decision.persons, minlength=problem.patients.size)
    full = np.bincount(j, weights=decision.persons, minlength=problem.beds.size)
    left = problem.patients.ravel() - gone
    for row in np.flatnonzero(left < 0):
        yield Violation("(1)", f"patients {row}", float(-left[row]))
    for column in np.flatnonzero(full > problem.beds.ravel()):
        yield Violation("(2)", f"beds {column}", float(full[column] - problem.beds.ravel()[column]))
    if decision.left.shape != problem.patients.shape or (decision.left.ravel() != left).any():
        yield Violation("(1)", "left", 1.0)


def _figures(
    problem: Patients, decision: PatientsDecision, plan: Plan[PatientsDecision]
) -> Iterator[Violation]:
    """Find figures that the rows do not bear out, and prices that do not prove the plan."""
    value, report = weighted_s(problem, decision), plan.report
    for name, stated in (("objective", report.objective), ("bound", report.bound)):
        if stated != value:
            yield Violation("figures", name, np.inf if stated is None else abs(value - stated))
    profit, prices = profits(problem), decision.prices
    r, j = _places(problem, decision)
    worth = int(profit[r, j] @ decision.persons)
    proven = prices.hold(profit, problem.allowed())
    if not proven or prices.total(problem.patients.ravel(), problem.beds.ravel()) != worth:
        yield Violation("bound", "the prices do not prove it", float(worth))


def _places(problem: Patients, decision: PatientsDecision) -> tuple[IntArray, IntArray]:
    classes, kinds = problem.suits.shape
    return decision.incident * classes + decision.patient_class, decision.hospital * kinds + decision.bed
