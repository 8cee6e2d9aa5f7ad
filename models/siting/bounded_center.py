"""The p-center with capacities or rules: bisection, each step a program that is feasible or not.

At a radius r the program asks for sites with (3), (4), (6), (8)-(10) that serve everyone at costs of at most
r. Without these constraints the p-center is a relaxation: its bound, proven by prices, is where the bisection
begins.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray
from models.plan import Limits, Plan, Termination
from models.siting.capacity import service_of
from models.siting.center import solve_center
from models.siting.knapsack_prices import Kept
from models.siting.location import assigned
from models.siting.problem import PCenter, SitingDecision
from models.siting.program import Effort, Served, serve
from models.siting.proof import BoundBy, Proof
from models.siting.report import Asked, Run

# Part of the time for the relaxation.
RELAXED_SHARE: Final = 0.3


@dataclass
class Bracket:
    """The best plan with its longest cost, and the least cost that is not refuted as a radius."""

    best: Served | None
    longest: float
    bound: float
    proof: Proof | None = None
    bound_by: BoundBy = BoundBy.PROOF


def solve_bounded_center(problem: PCenter, asked: Asked) -> Plan[SitingDecision]:
    """Open sites so that the longest cost is least, within capacities and rules; needs no causes."""
    run = Run(asked, "bisection over programs (HiGHS)")
    cost = problem.cost
    bracket = Bracket(None, np.inf, float(cost.min(axis=1).max(initial=0.0)))
    if problem.p is not None:
        _relax(problem, bracket, run)
    level = np.unique(cost[np.isfinite(cost) & (cost >= bracket.bound)])
    level = np.zeros(1) if level.size == 0 else level
    ended = _ask(problem, bracket, float(level[-1]), run)
    if bracket.best is None:
        return run.without(ended)
    _bisect(problem, bracket, level, run)
    decision = SitingDecision(
        bracket.best.sites, assigned(problem, bracket.best), bracket.proof, bracket.bound_by
    )
    return run.finished(decision, bracket.longest, bracket.bound)


def _relax(problem: PCenter, bracket: Bracket, run: Run) -> None:
    """Take the bound of the center without capacities and rules."""
    limits = Limits(RELAXED_SHARE * run.left_s, run.limits.relative_gap)
    relaxed = solve_center(PCenter(problem.cost, problem.p, problem.fixed_open), Asked(limits, run.seed))
    if relaxed.decision is not None and relaxed.report.bound is not None:
        bracket.bound = max(bracket.bound, relaxed.report.bound)
        bracket.proof = relaxed.decision.proof if isinstance(relaxed.decision.proof, Proof) else None


def _bisect(problem: PCenter, bracket: Bracket, level: FloatArray, run: Run) -> None:
    """Narrow the bracket until it is closed or time is up."""
    low, high = 0, int(np.searchsorted(level, bracket.longest))
    while low < high and run.left_s > 0:
        run.tell(bracket.longest, bracket.bound)
        middle = (low + high) // 2
        ended = _ask(problem, bracket, float(level[middle]), run)
        if ended is Termination.INFEASIBLE:
            low = middle + 1
            bracket.bound, bracket.bound_by = float(level[low]), BoundBy.SOLVER
        elif ended in (Termination.OPTIMAL, Termination.FEASIBLE):
            high = min(middle, int(np.searchsorted(level, bracket.longest)))
        else:
            return


def _ask(problem: PCenter, bracket: Bracket, radius: float, run: Run) -> Termination:
    """Look for a plan within a radius and keep it."""
    within = problem.cost <= radius
    m = within.shape[1]
    everything = Kept(np.ones(m, np.bool_), np.zeros(m, np.bool_), within)
    served, result = serve(service_of(problem), everything, Effort(run.clock, 0.0))
    if served is not None:
        bracket.best = served
        bracket.longest = _longest(problem, served)
    return result.termination


def _longest(problem: PCenter, served: Served) -> float:
    if problem.capacity is None:
        return float(problem.cost[:, served.sites].min(axis=1).max(initial=0.0))
    i, j = served.share.nonzero()
    return float(problem.cost[i, j].max(initial=0.0))
