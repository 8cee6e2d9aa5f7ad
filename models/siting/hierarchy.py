"""Two levels: sites of the first serve the demands, sites of the second serve those of the first.

Data
    c_ij cost of serving i from a first-level site j, l_jk cost of going on from j to a second-level site k;
    w_i weight, s share that goes on; p and q numbers of open sites
Variables
    y_j, z_k = 1 if open; x_ijk share of demand i that j serves and k behind it
Objective
    least sum_ijk w_i (c_ij + s l_jk) x_ijk
Constraints
    (1) sum_jk x_ijk = 1; (2) sum_k x_ijk <= y_j and sum_j x_ijk <= z_k; (3), (4), (8)-(10) of each level

Without capacities every demand takes its cheapest open pair. Source: Narula (1986).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.plan import Plan, Violation
from models.siting.formulation import Formulation
from models.siting.problem import PMedian
from models.siting.report import Asked, Run, nothing_found
from models.siting.requirements import cost_matrix, number_of_sites, part, site_indices
from models.siting.rules import NO_RULES, SiteRules, broken, taken_up
from models.solver import Program, least_cost_program


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """How many sites of a level open, which in any case, and by which rules."""

    p: int
    fixed_open: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    rules: SiteRules = NO_RULES


@dataclass(frozen=True, slots=True, eq=False)
class Hierarchy:
    """Open sites of two levels so that serving and going on cost least.

    Parameters
    ----------
    cost
        From demand i to first-level site j, shape (n, m); inf where it is not allowed.
    weight
        Shape (n,).
    onward_cost
        From first-level site j to second-level site k, shape (m, q).
    lower, upper
        The two levels.
    onward_share
        Share of the demand that goes on.
    """

    cost: FloatArray
    weight: FloatArray
    onward_cost: FloatArray
    lower: Level
    upper: Level
    onward_share: float = 1.0

    def __post_init__(self) -> None:
        first = PMedian(self.cost, self.weight, self.lower.p, self.lower.fixed_open, rules=self.lower.rules)
        onward, m = cost_matrix(self.onward_cost), first.cost.shape[1]
        if onward.shape[0] != m:
            raise ProblemError("siting_link_shape", name="onward_cost", expected=(m, "q"), shape=onward.shape)
        sites = onward.shape[1]
        upper = Level(
            number_of_sites(self.upper.p),
            site_indices(self.upper.fixed_open, sites),
            taken_up(self.upper.rules, sites),
        )
        object.__setattr__(self, "cost", first.cost)
        object.__setattr__(self, "weight", first.weight)
        object.__setattr__(self, "lower", Level(self.lower.p, first.fixed_open, first.rules))
        object.__setattr__(self, "upper", upper)
        object.__setattr__(self, "onward_cost", onward)
        object.__setattr__(self, "onward_share", part(self.onward_share, "onward_share"))


@dataclass(frozen=True, slots=True, eq=False)
class HierarchyDecision:
    """Open sites of both levels, ascending, and the sites of each demand at both, shape (n,)."""

    open_sites: IntArray
    upper_sites: IntArray
    assignment: IntArray
    upper_assignment: IntArray


def solve_hierarchy(problem: Hierarchy, asked: Asked) -> Plan[HierarchyDecision]:
    """Open sites of two levels by branch and cut over paths."""
    run = Run(asked, "branch and cut over paths (HiGHS)")
    program = _program(problem)
    result = least_cost_program(program, run.left_s, run.limits.relative_gap, look=run.clock.look(run.tell))
    if result.values is None:
        return run.without(nothing_found(result))
    m, q = problem.onward_cost.shape
    decision = _nearest(
        problem, np.flatnonzero(result.values[:m] > 0.5), np.flatnonzero(result.values[m : m + q] > 0.5)
    )
    total = total_cost(problem, decision)
    return run.finished(decision, total, total if result.bound is None else min(result.bound, total))


def path_cost(problem: Hierarchy) -> FloatArray:
    """Return what serving demand i from j and k costs, shape (n, m, q); inf where not allowed."""
    onward = np.where(np.isfinite(problem.onward_cost), problem.onward_cost * problem.onward_share, np.inf)
    return problem.cost[:, :, None] + onward[None]


def _program(problem: Hierarchy) -> Program:
    cost = path_cost(problem)
    n, m, q = cost.shape
    i, j, k = np.nonzero(np.isfinite(cost))
    made = Formulation()
    low, up = problem.lower, problem.upper
    y = made.sites(m, p=low.p, fixed_open=low.fixed_open, rules=low.rules)
    z = made.sites(q, p=up.p, fixed_open=up.fixed_open, rules=up.rules)
    x = made.add(i.size, cost=problem.weight[i] * cost[i, j, k])
    made.require(n, (i, x, 1.0), lower=1.0, upper=1.0)  # (1)
    all_i, all_j = (index.ravel() for index in np.indices((n, m)))
    made.require(n * m, (i * m + j, x, 1.0), (all_i * m + all_j, y[all_j], -1.0), upper=0.0)  # (2)
    all_i, all_k = (index.ravel() for index in np.indices((n, q)))
    made.require(n * q, (i * q + k, x, 1.0), (all_i * q + all_k, z[all_k], -1.0), upper=0.0)  # (2)
    return made.program()


def _nearest(problem: Hierarchy, sites: IntArray, upper: IntArray) -> HierarchyDecision:
    """Return the cheapest open pair of every demand."""
    path = path_cost(problem)[:, sites][:, :, upper].reshape(problem.cost.shape[0], -1)
    at = path.argmin(axis=1)
    return HierarchyDecision(sites, upper, sites[at // upper.size], upper[at % upper.size])


def total_cost(problem: Hierarchy, decision: HierarchyDecision) -> float:
    """Return the objective of a decision."""
    served = problem.cost[np.arange(problem.weight.size), decision.assignment]
    onward = problem.onward_cost[decision.assignment, decision.upper_assignment]
    return float(problem.weight @ (served + problem.onward_share * onward))


def hierarchy_violations(problem: Hierarchy, plan: Plan[HierarchyDecision]) -> Iterator[Violation]:
    """Yield what the plan breaks of each level, and a wrong objective or bound."""
    decision, report = plan.decision, plan.report
    if decision is None or report.objective is None:
        return
    levels = (
        (problem.lower, decision.open_sites, decision.assignment),
        (problem.upper, decision.upper_sites, decision.upper_assignment),
    )
    for number, (level, sites, used) in enumerate(levels, start=1):
        if np.unique(sites).size != level.p:
            yield Violation("(3) number", f"level {number}", float(np.unique(sites).size - level.p))
        for j in np.setdiff1d(level.fixed_open, sites):
            yield Violation("(4) fixed", f"level {number} site {j}", 1.0)
        for i in np.flatnonzero(~np.isin(used, sites)):
            yield Violation("(2) open", f"level {number} demand {i}", 1.0)
        yield from broken(level.rules, sites)
    value = total_cost(problem, decision)
    if abs(value - report.objective) > 1e-7 * max(value, 1.0):
        yield Violation("objective", "report", report.objective)
    if report.bound is not None and report.bound > value + 1e-7 * max(value, 1.0):
        yield Violation("bound", "better than possible", report.bound - value)
