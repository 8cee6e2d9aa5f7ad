"""Check a siting plan without the solver: everything is derived again from the problem and the plan."""

from collections.abc import Callable, Iterator
from typing import Any, Final, overload

import numpy as np
from scipy.sparse import issparse

from dss.arrays import FloatArray
from models.plan import Plan, SolveReport, Violation
from models.siting.backup import BackupCoverage, backup_violations
from models.siting.certificate import certified_bound, objective_of, shares
from models.siting.dispersion import Dispersion, dispersion_violations
from models.siting.hierarchy import Hierarchy, HierarchyDecision, hierarchy_violations
from models.siting.phases import PhasedDecision, Phases, phase_violations
from models.siting.problem import (
    MaxCoverage,
    Problem,
    SitingDecision,
    allowed_pairs,
    number_asked,
    open_anyway,
    sizes,
    splits,
)
from models.siting.proof import BoundBy
from models.siting.robust import RobustCoverage, robust_violations
from models.siting.rules import broken as broken_rules

OneLevel = Problem | BackupCoverage | RobustCoverage | Dispersion
AnyProblem = OneLevel | Hierarchy | Phases
# Relative difference that sums of float64 may have.
TOLERANCE: Final = 1e-7
# Relative overload that a solver's rounding of split demands may leave.
CAPACITY_TOLERANCE: Final = 1e-6


@overload
def check(problem: OneLevel, plan: Plan[SitingDecision]) -> list[Violation]: ...
@overload
def check(problem: Hierarchy, plan: Plan[HierarchyDecision]) -> list[Violation]: ...
@overload
def check(problem: Phases, plan: Plan[PhasedDecision]) -> list[Violation]: ...


def check(problem: AnyProblem, plan: Plan[Any]) -> list[Violation]:
    """Return every constraint that the plan breaks; an empty list when it keeps them all.

    Checked are constraints (1)-(13), the objective, and that the decision's proof proves the bound. Where
    ``bound_by`` says that the solver vouches for it, and for backup, dispersion, hierarchy and phases, the
    check asks only that the plan does not beat the bound; :func:`certified_bound` says how much is proven.
    """
    if plan.decision is None:
        return []
    special = _CHECKS.get(type(problem))
    if special is not None:
        return list(special(problem, plan))
    return _plain(problem, plan)  # type: ignore[arg-type]


def _plain(problem: Problem, plan: Plan[SitingDecision]) -> list[Violation]:
    assert plan.decision is not None
    broken = list(_sites(problem, plan.decision))
    if not broken:
        broken = list(_assignment(problem, plan.decision))
    if not broken:
        broken = list(_report(problem, plan.decision, plan.report))
    return broken


def _sites(problem: Problem, decision: SitingDecision) -> Iterator[Violation]:
    sites, m, p = decision.open_sites, problem.cost.shape[1], number_asked(problem)
    if sites.ndim != 1 or sites.dtype.kind not in "iu":
        yield Violation("shape", "open_sites", 1.0)
        return
    for j in sites[(sites < 0) | (sites >= m)]:
        yield Violation("(7) sites", f"site {j}", 1.0)
    if np.unique(sites).size < sites.size:
        yield Violation("(7) sites", "open twice", float(sites.size - np.unique(sites).size))
    if p is not None and sites.size != p:
        yield Violation("(3) number", "open sites", float(sites.size - p))
    for j in np.setdiff1d(open_anyway(problem), sites):
        yield Violation("(4) fixed", f"site {j}", 1.0)
    if ((sites >= 0) & (sites < m)).all():
        yield from broken_rules(problem.rules, sites)


def _assignment(problem: Problem, decision: SitingDecision) -> Iterator[Violation]:
    if not _has_shape(problem, decision):
        yield Violation("shape", "assignment", 1.0)
        return
    share = shares(problem, decision)
    i, j = share.coords
    if not (np.isfinite(share.data).all() and (share.data >= 0).all()):
        yield Violation("(7) shares", "negative or not a number", float(share.data.min()))
        return
    given = share.sum(axis=1)
    optional = isinstance(problem, MaxCoverage)
    for k in np.flatnonzero((given > 1 + TOLERANCE) | ((given < 1 - TOLERANCE) & (not optional))):
        yield Violation("(1) served", f"demand {k}", float(given[k] - 1))
    for k in np.flatnonzero(~np.isin(j, decision.open_sites)):
        yield Violation("(2) open", f"demand {i[k]} at site {j[k]}", float(share.data[k]))
    # of a coverage without capacity the nearest site is told even where it is too far to cover
    if not (isinstance(problem, MaxCoverage) and problem.capacity is None):
        for k in np.flatnonzero(~allowed_pairs(problem)[i, j]):
            yield Violation("(5) allowed", f"demand {i[k]} at site {j[k]}", float(share.data[k]))
    yield from _loads(problem, np.asarray(share.T @ sizes(problem)))


def _has_shape(problem: Problem, decision: SitingDecision) -> bool:
    """Return whether the assignment has the form that the model asks for."""
    n, m = problem.cost.shape
    if splits(problem):
        return issparse(decision.assignment) and decision.assignment.shape == (n, m)
    site = decision.assignment
    return (
        isinstance(site, np.ndarray)
        and site.shape == (n,)
        and site.dtype.kind in "iu"
        and bool(((site >= 0) & (site < m)).all())
    )


def _loads(problem: Problem, load: FloatArray) -> Iterator[Violation]:
    if problem.capacity is None:
        return
    over = load - problem.capacity
    for j in np.flatnonzero(over > CAPACITY_TOLERANCE * np.maximum(problem.capacity, 1.0)):
        yield Violation("(6) capacity", f"site {j}", float(over[j]))


def _report(problem: Problem, decision: SitingDecision, report: SolveReport) -> Iterator[Violation]:
    objective = objective_of(problem, decision)
    if report.objective is None or not _close(report.objective, objective):
        yield Violation("objective", "report", float("nan") if report.objective is None else report.objective)
        return
    if report.bound is None:
        return
    # the sense makes smaller better: minus what is covered
    sense = -1.0 if isinstance(problem, MaxCoverage) else 1.0
    slack = TOLERANCE * max(abs(objective), 1.0)
    if not sense * report.bound <= sense * objective + slack:
        yield Violation("bound", "better than possible", report.bound - objective)
        return
    if decision.bound_by is BoundBy.SOLVER:
        return
    proven = certified_bound(problem, decision, report.bound)
    if not sense * report.bound <= sense * proven + slack:
        yield Violation("bound", "not proven", report.bound - proven)


def _close(a: float, b: float) -> bool:
    return bool(abs(a - b) <= TOLERANCE * max(abs(a), abs(b), 1.0))


def _backup(problem: BackupCoverage, plan: Plan[SitingDecision]) -> Iterator[Violation]:
    assert plan.decision is not None
    yield from _sites(problem.once, plan.decision)
    yield from backup_violations(problem, plan)


def _robust(problem: RobustCoverage, plan: Plan[SitingDecision]) -> Iterator[Violation]:
    assert plan.decision is not None
    yield from _sites(problem.case(0), plan.decision)
    yield from robust_violations(problem, plan)


_CHECKS: Final[dict[type, Callable[..., Iterator[Violation]]]] = {
    BackupCoverage: _backup,
    RobustCoverage: _robust,
    Dispersion: dispersion_violations,
    Hierarchy: hierarchy_violations,
    Phases: phase_violations,
}
