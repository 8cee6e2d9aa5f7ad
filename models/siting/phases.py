"""Building in phases: what opens in one phase stays open in the next.

Data
    c_ij cost of serving; w_ti weight of demand i in phase t; p_t number of open sites in phase t, never less
    than before; sites fixed from the first phase on; rules, which the sites of the last phase keep
Variables
    y_tj = 1 if site j is open in phase t; x_tij share of demand i that j serves in phase t
Objective
    least sum_tij w_ti c_ij x_tij
Constraints
    (1)-(5) in each phase, (8)-(10) in the last
    (13) y_tj <= y_(t+1)j

Source: Roodman and Schwarz (1975), phase-in only.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from dss.errors import ProblemError
from models.plan import Plan, Termination, Violation
from models.siting.finishing import Exact, finish, stated_wrongly
from models.siting.formulation import Formulation
from models.siting.median import nearest, relaxed_median
from models.siting.problem import PMedian
from models.siting.report import Asked, Run
from models.siting.requirements import cost_matrix, number_of_sites, site_indices, summable, vector
from models.siting.rules import NO_RULES, SiteRules, broken, taken_up
from models.siting.search import Found, Goal
from models.solver import Program

# Pairs over all phases up to which branch and cut is tried.
SMALL: Final = 400_000
# Part of the time for the phases by themselves, and the cases that each looks at.
ALONE_SHARE: Final = 0.6
CASES: Final = 100


@dataclass(frozen=True, slots=True, eq=False)
class Phases:
    """Open sites phase by phase so that the weighted cost over all phases is least.

    Parameters
    ----------
    cost
        Shape (n, m); inf where it is not allowed.
    weight
        Of each demand in each phase, shape (phases, n): persons times the years of the phase, discounted.
    p
        Open sites in each phase, shape (phases,), never falling.
    fixed_open, rules
        As in :class:`~models.siting.problem.PMedian`.
    """

    cost: FloatArray
    weight: FloatArray
    p: tuple[int, ...]
    fixed_open: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    rules: SiteRules = NO_RULES

    def __post_init__(self) -> None:
        cost = cost_matrix(self.cost)
        n, m = cost.shape
        weight = np.atleast_2d(np.asarray(self.weight, dtype=np.float64))
        p = tuple(number_of_sites(count) for count in self.p)
        if weight.shape != (len(p), n):
            raise ProblemError("siting_link_shape", name="weight", expected=(len(p), n), shape=weight.shape)
        if any(a > b for a, b in pairwise(p)):
            raise ProblemError("siting_phases_fall", value=list(p))
        weight = vector(weight.ravel(), "weight", weight.size).reshape(weight.shape)
        summable(cost, weight.sum(axis=0), "cost x weight")
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "weight", weight)
        object.__setattr__(self, "p", p)
        object.__setattr__(self, "fixed_open", site_indices(self.fixed_open, m))
        object.__setattr__(self, "rules", taken_up(self.rules, m))


@dataclass(frozen=True, slots=True, eq=False)
class PhasedDecision:
    """The open sites of each phase, ascending, and the site of each demand in it, shape (phases, n)."""

    open_sites: tuple[IntArray, ...]
    assignment: IntArray


def solve_phases(problem: Phases, asked: Asked) -> Plan[PhasedDecision]:
    """Open sites in phases: bounds of each phase, nested plans, then branch and cut."""
    run = Run(asked, "interchange + Lagrangian of each phase + branch and cut (HiGHS)")
    if not problem.fixed_open.size <= problem.p[0] <= problem.p[-1] <= problem.cost.shape[1]:
        return run.without(Termination.INFEASIBLE)
    alone = [_alone(problem, t, run) for t in range(len(problem.p))]
    bound = sum(found.bound for found in alone)
    best = _nested(problem, [found.sites for found in alone], run)
    exact = Exact(
        program=lambda: _program(problem),
        write=lambda plan: _values(problem, plan),
        read=lambda values: _opened(problem, values),
        cost=lambda plan: phased_cost(problem, plan),
    )
    return finish(exact, best, bound, run, small=problem.cost.size * len(problem.p) <= SMALL)


def _alone(problem: Phases, t: int, run: Run) -> Found:
    """Return the p-median of one phase, without (13) and rules: its bound holds for every plan."""
    median = PMedian(problem.cost, problem.weight[t], problem.p[t], problem.fixed_open)
    clock = run.clock.share(ALONE_SHARE / (len(problem.p) - t))
    return relaxed_median(median, None, Goal(clock, run.limits.relative_gap, cases=CASES), run.seed)


def _nested(problem: Phases, alone: list[IntArray], run: Run) -> PhasedDecision | None:
    """Return the better of two nested plans: from the first phase on, and from the last phase back."""
    if problem.rules.binds:
        return None
    forward, last = [alone[0]], len(problem.p) - 1
    for t in range(1, last + 1):
        median = PMedian(problem.cost, problem.weight[t:].sum(axis=0), problem.p[t], forward[-1])
        forward.append(relaxed_median(median, None, Goal(run.clock, cases=1), run.seed).sites)
    everyone = PMedian(problem.cost, problem.weight.sum(axis=0), problem.p[-1], problem.fixed_open)
    backward = [relaxed_median(everyone, alone[-1], Goal(run.clock, cases=1), run.seed).sites]
    for t in range(last - 1, -1, -1):
        among = backward[0]
        fixed = np.flatnonzero(np.isin(among, problem.fixed_open))
        median = PMedian(problem.cost[:, among], problem.weight[t], problem.p[t], fixed)
        sites = relaxed_median(median, None, Goal(run.clock, cases=1), run.seed).sites
        backward.insert(0, among[sites])
    plans = [
        PhasedDecision(tuple(sites), np.array([nearest(problem.cost, s) for s in sites]))
        for sites in (forward, backward)
    ]
    best = min(plans, key=lambda plan: phased_cost(problem, plan))
    return best if np.isfinite(phased_cost(problem, best)) else None


def _opened(problem: Phases, values: FloatArray) -> PhasedDecision:
    """Return the plan of the program's values."""
    m, count = problem.cost.shape[1], len(problem.p)
    opened = tuple(np.flatnonzero(values[t * m : (t + 1) * m] > 0.5) for t in range(count))
    return PhasedDecision(opened, np.array([nearest(problem.cost, sites) for sites in opened]))


def _values(problem: Phases, plan: PhasedDecision) -> FloatArray:
    """Return the variables of a plan."""
    i, j = np.nonzero(np.isfinite(problem.cost))
    y = [np.isin(np.arange(problem.cost.shape[1]), sites) for sites in plan.open_sites]
    return np.concatenate([*y, *(at[i] == j for at in plan.assignment)]).astype(np.float64)


def _program(problem: Phases) -> Program:
    n, m = problem.cost.shape
    made = Formulation()
    last = len(problem.p) - 1
    y = [
        made.sites(m, p=p, fixed_open=problem.fixed_open, rules=problem.rules if t == last else NO_RULES)
        for t, p in enumerate(problem.p)
    ]
    i, j = np.nonzero(np.isfinite(problem.cost))
    k, site = np.arange(i.size), np.arange(m)
    for t, weight in enumerate(problem.weight):
        x = made.add(i.size, cost=weight[i] * problem.cost[i, j])
        made.require(n, (i, x, 1.0), lower=1.0, upper=1.0)  # (1)
        made.require(i.size, (k, x, 1.0), (k, y[t][j], -1.0), upper=0.0)  # (2)
        if t:
            made.require(m, (site, y[t - 1], 1.0), (site, y[t], -1.0), upper=0.0)  # (13)
    return made.program()


def phased_cost(problem: Phases, decision: PhasedDecision) -> float:
    """Return the objective of a decision."""
    i = np.arange(problem.cost.shape[0])
    return float(
        sum(w @ problem.cost[i, at] for w, at in zip(problem.weight, decision.assignment, strict=True))
    )


def phase_violations(problem: Phases, plan: Plan[PhasedDecision]) -> Iterator[Violation]:
    """Yield what the plan breaks, and a wrong objective or bound."""
    decision, report = plan.decision, plan.report
    if decision is None or report.objective is None:
        return
    before = problem.fixed_open
    for t, (p, sites, at) in enumerate(zip(problem.p, decision.open_sites, decision.assignment, strict=True)):
        if np.unique(sites).size != p:
            yield Violation("(3) number", f"phase {t}", float(np.unique(sites).size - p))
        for j in np.setdiff1d(before, sites):
            yield Violation("(13) stays open", f"phase {t} site {j}", 1.0)
        for i in np.flatnonzero(~np.isin(at, sites)):
            yield Violation("(2) open", f"phase {t} demand {i}", 1.0)
        before = sites
    yield from broken(problem.rules, decision.open_sites[-1])
    yield from stated_wrongly(report, phased_cost(problem, decision))
