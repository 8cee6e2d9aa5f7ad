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
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.plan import Plan, Termination, Violation
from models.siting.finishing import Exact, finish, stated_wrongly
from models.siting.formulation import Formulation
from models.siting.median import relaxed_median
from models.siting.problem import PMedian
from models.siting.report import Asked, Run
from models.siting.requirements import cost_matrix, number_of_sites, part, site_indices
from models.siting.rules import NO_RULES, SiteRules, broken, taken_up
from models.siting.search import Goal
from models.solver import Program

# Paths up to which branch and cut is tried.
SMALL: Final = 400_000
# Part of the time for the levels by themselves, and the cases that each looks at.
ALONE_SHARE: Final = 0.5
CASES: Final = 100
# Turns of choosing one level for the other, at most.
TURNS: Final = 10


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
    """Open sites of two levels: bounds of each level, turns for a plan, then branch and cut."""
    run = Run(asked, "p-medians by turns + branch and cut over paths (HiGHS)")
    m, q = problem.onward_cost.shape
    if not (_enough(problem.lower, m) and _enough(problem.upper, q)):
        return run.without(Termination.INFEASIBLE)
    goal = Goal(run.clock.share(ALONE_SHARE), run.limits.relative_gap, cases=CASES)
    every, all_upper = np.arange(m), np.arange(q)
    first = relaxed_median(_lower_median(problem, all_upper), None, goal, run.seed)
    second = relaxed_median(_upper_median(problem, every), None, goal, run.seed)
    bound, best = max(first.bound, second.bound), None
    if not (problem.lower.rules.binds or problem.upper.rules.binds):
        best = _by_turns(problem, second.sites, run)
    exact = Exact(
        program=lambda: _program(problem),
        write=lambda plan: _values(problem, plan),
        read=lambda values: _opened(problem, values),
        cost=lambda plan: total_cost(problem, plan),
    )
    return finish(exact, best, bound, run, small=problem.cost.size * q <= SMALL)


def _enough(level: Level, sites: int) -> bool:
    """Return whether there are as many sites as asked, and no more fixed ones."""
    return level.fixed_open.size <= level.p <= sites


def _onward(problem: Hierarchy) -> FloatArray:
    """Return what going on costs a unit of demand, shape (m, q); inf where not allowed."""
    return np.where(np.isfinite(problem.onward_cost), problem.onward_cost * problem.onward_share, np.inf)


def _lower_median(problem: Hierarchy, upper: IntArray) -> PMedian:
    """Return the p-median of the first level where these sites of the second are open.

    With all of them it is a relaxation, as with all of the first below.
    """
    cost = problem.cost + _onward(problem)[:, upper].min(axis=1)
    return PMedian(cost, problem.weight, problem.lower.p, problem.lower.fixed_open)


def _upper_median(problem: Hierarchy, sites: IntArray) -> PMedian:
    """Return the p-median of the second level where these sites of the first are open."""
    onward = _onward(problem)[sites]
    cost = np.stack([(problem.cost[:, sites] + by_site).min(axis=1) for by_site in onward.T], axis=1)
    return PMedian(cost, problem.weight, problem.upper.p, problem.upper.fixed_open)


def _by_turns(problem: Hierarchy, upper: IntArray, run: Run) -> HierarchyDecision | None:
    """Choose the first level for the second, the second for the first, and so on while that helps."""
    best, least = None, np.inf
    for _ in range(TURNS):
        goal = Goal(run.clock, cases=1)
        sites = relaxed_median(_lower_median(problem, upper), None, goal, run.seed).sites
        upper = relaxed_median(_upper_median(problem, sites), upper, goal, run.seed).sites
        found = _nearest(problem, sites, upper)
        value = total_cost(problem, found)
        if not value < least:
            return best
        best, least = found, value
        if run.left_s <= 0:
            break
    return best


def _opened(problem: Hierarchy, values: FloatArray) -> HierarchyDecision:
    """Return the plan of the program's values."""
    m, q = problem.onward_cost.shape
    return _nearest(problem, np.flatnonzero(values[:m] > 0.5), np.flatnonzero(values[m : m + q] > 0.5))


def path_cost(problem: Hierarchy) -> FloatArray:
    """Return what serving demand i from j and k costs, shape (n, m, q); inf where not allowed."""
    return problem.cost[:, :, None] + _onward(problem)[None]


def _values(problem: Hierarchy, plan: HierarchyDecision) -> FloatArray:
    """Return the variables of a plan."""
    m, q = problem.onward_cost.shape
    i, j, k = np.nonzero(np.isfinite(path_cost(problem)))
    y, z = np.isin(np.arange(m), plan.open_sites), np.isin(np.arange(q), plan.upper_sites)
    served = (plan.assignment[i] == j) & (plan.upper_assignment[i] == k)
    return np.concatenate([y, z, served]).astype(np.float64)


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
    path = problem.cost[:, sites, None] + _onward(problem)[None, sites][:, :, upper]
    path = path.reshape(problem.cost.shape[0], -1)
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
    yield from stated_wrongly(report, total_cost(problem, decision))
