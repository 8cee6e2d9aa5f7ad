"""The p-center: bisection over the costs that occur, each step a set cover that is found or refuted.

Source: Minieka (1970); the refutation is by prices and cases, see :mod:`models.siting.proof`.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.plan import Plan, Termination
from models.siting.median import nearest
from models.siting.problem import PCenter, SitingDecision
from models.siting.proof import Proof
from models.siting.question import Question, fill_up
from models.siting.reach import reach_everyone
from models.siting.report import Asked, Run


@dataclass
class Bracket:
    """The best sites, and the least cost that is not refuted as a radius, with the proof."""

    sites: IntArray
    bound: float
    proof: Proof | None = None


def solve_center(problem: PCenter, asked: Asked) -> Plan[SitingDecision]:
    """Open p sites so that the longest cost is least; needs a problem without :func:`causes`."""
    run = Run(asked, "bisection over set covers")
    assert problem.p is not None
    allowed = np.isfinite(problem.cost)
    sites = fill_up(problem.fixed_open, problem.p, problem.cost.shape[1])
    if not allowed.all():
        reach = reach_everyone(Question(allowed, problem.p, problem.fixed_open), None, run.clock, run.seed)
        if reach.sites is None:
            return run.without(reach.termination)
        sites = reach.sites
    bracket = Bracket(sites, longest(problem.cost, np.arange(problem.cost.shape[1])))
    narrow(problem, bracket, run)
    decision = SitingDecision(bracket.sites, nearest(problem.cost, bracket.sites), bracket.proof)
    return run.finished(decision, longest(problem.cost, bracket.sites), bracket.bound)


def longest(cost: FloatArray, sites: IntArray) -> float:
    """Return the longest cost from a demand to the cheapest of some sites."""
    return float(cost[:, sites].min(axis=1).max(initial=0.0))


def narrow(problem: PCenter, bracket: Bracket, run: Run) -> None:
    """Narrow the bracket until it is closed or time is up."""
    cost = problem.cost
    assert problem.p is not None
    radius = longest(cost, bracket.sites)
    level = np.unique(cost[(cost >= bracket.bound) & (cost <= radius)])
    low, high = 0, level.size - 1
    while low < high and run.left_s > 0:
        run.tell(float(level[high]), bracket.bound)
        middle = (low + high) // 2
        question = Question(cost <= level[middle], problem.p, problem.fixed_open)
        reach = reach_everyone(question, bracket.sites, run.clock, run.seed)
        if reach.termination is Termination.NO_SOLUTION:
            return
        if reach.sites is None:
            low, bracket.bound, bracket.proof = middle + 1, float(level[middle + 1]), reach.proof
        else:
            bracket.sites = reach.sites
            high = int(np.searchsorted(level, longest(cost, reach.sites)))
