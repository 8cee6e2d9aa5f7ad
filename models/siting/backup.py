"""Backup coverage: who is covered twice counts more, as one station may be out.

Data as in max coverage, and the share s that the second cover counts for
Variables
    y_j = 1 if site j is open; u_i = 1 if demand i is covered, v_i = 1 if it is covered twice
Objective
    greatest sum_i w_i ((1 - s) u_i + s v_i)
Constraints
    (3), (4), (8)-(10) of :mod:`.problem` and :mod:`.rules`
    (11) u_i + v_i <= sum of y_j within the radius of i
    (12) 0 <= v_i <= u_i <= 1, which s <= 1/2 makes hold by itself where it can

Source: Hogan and ReVelle (1986), BACOP2.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.plan import Plan, Termination, Violation
from models.siting.formulation import Formulation
from models.siting.median import nearest
from models.siting.problem import MaxCoverage, SitingDecision
from models.siting.proof import BoundBy
from models.siting.reduction import Merged, merge
from models.siting.report import Asked, Run
from models.siting.requirements import part
from models.siting.ruled import first_sites, swapped
from models.siting.rules import NO_RULES, SiteRules
from models.solver import Program, least_cost_program


@dataclass(frozen=True, slots=True, eq=False)
class BackupCoverage:
    """Open p sites so that the weight covered once and twice is greatest.

    Parameters
    ----------
    backup_share
        What the second cover counts for, from 0 (max coverage) to 1 (only who is covered twice counts).

    Other parameters and errors as in :class:`~models.siting.problem.MaxCoverage`.
    """

    cost: FloatArray
    weight: FloatArray
    p: int | None
    radius: float
    backup_share: float = 0.5
    fixed_open: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    rules: SiteRules = NO_RULES

    def __post_init__(self) -> None:
        once = self.once
        for name in ("cost", "weight", "p", "radius", "fixed_open", "rules"):
            object.__setattr__(self, name, getattr(once, name))
        object.__setattr__(self, "backup_share", part(self.backup_share, "backup_share"))

    @property
    def once(self) -> MaxCoverage:
        """The max coverage with the same sites."""
        return MaxCoverage(
            self.cost, self.weight, self.p, self.radius, fixed_open=self.fixed_open, rules=self.rules
        )


def solve_backup(problem: BackupCoverage, asked: Asked) -> Plan[SitingDecision]:
    """Cover the most weight, twice where it counts; needs a problem without causes."""
    run = Run(asked, "interchange + branch and cut (HiGHS)", greatest=True)
    sites = first_sites(problem.once, run)
    if sites is None:
        return run.without(Termination.INFEASIBLE if run.left_s > 0 else Termination.NO_SOLUTION)
    merged = merge(problem.cost <= problem.radius, problem.weight)
    if problem.p is not None and merged.weight.size:
        sites = swapped(problem.once, merged, sites, run)
    run.tell(covered_weight(problem, sites), float(merged.weight.sum()))
    result = least_cost_program(
        _program(problem, merged),
        run.left_s,
        run.limits.relative_gap,
        start=_values(problem, merged, sites),
        look=run.clock.look(lambda value, bound: run.tell(-value, -bound)),
    )
    found = None if result.values is None else np.flatnonzero(result.values[: problem.cost.shape[1]] > 0.5)
    if found is not None and covered_weight(problem, found) > covered_weight(problem, sites):
        sites = found
    value = covered_weight(problem, sites)
    most = float(merged.weight.sum()) if result.bound is None else -result.bound
    decision = SitingDecision(np.sort(sites), nearest(problem.cost, np.sort(sites)), None, BoundBy.SOLVER)
    return run.finished(decision, value, max(most, value))


def _program(problem: BackupCoverage, merged: Merged) -> Program:
    made = Formulation()
    k = np.arange(merged.weight.size)
    y = made.sites(problem.cost.shape[1], p=problem.p, fixed_open=problem.fixed_open, rules=problem.rules)
    u = made.add(k.size, cost=-(1 - problem.backup_share) * merged.weight, whole=problem.backup_share > 0.5)
    v = made.add(k.size, cost=-problem.backup_share * merged.weight)
    i, j = np.nonzero(merged.covered)
    made.require(k.size, (k, u, 1.0), (k, v, 1.0), (i, y[j], -1.0), upper=0.0)  # (11)
    made.require(k.size, (k, v, 1.0), (k, u, -1.0), upper=0.0)  # (12)
    return made.program()


def _values(problem: BackupCoverage, merged: Merged, sites: IntArray) -> FloatArray:
    times = merged.covered[:, sites].sum(axis=1)
    y = np.isin(np.arange(problem.cost.shape[1]), sites).astype(np.float64)
    return np.concatenate([y, np.minimum(times, 1.0), np.clip(times - 1.0, 0.0, 1.0)])


def covered_weight(problem: BackupCoverage, sites: IntArray) -> float:
    """Return the objective of some open sites."""
    times = (problem.cost[:, sites] <= problem.radius).sum(axis=1)
    share = (1 - problem.backup_share) * (times >= 1) + problem.backup_share * (times >= 2)
    return float(problem.weight @ share)


def backup_violations(problem: BackupCoverage, plan: Plan[SitingDecision]) -> Iterator[Violation]:
    """Yield what the plan's sites and objective break beyond max coverage."""
    if plan.decision is None or plan.report.objective is None:
        return
    value = covered_weight(problem, plan.decision.open_sites)
    if abs(value - plan.report.objective) > 1e-7 * max(value, 1.0):
        yield Violation("objective", "report", plan.report.objective)
    if plan.report.bound is not None and plan.report.bound < value - 1e-7 * max(value, 1.0):
        yield Violation("bound", "better than possible", plan.report.bound - value)
