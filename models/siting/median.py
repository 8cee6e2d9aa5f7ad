"""The p-median, proven by prices and cases (:mod:`models.siting.search`)."""

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.plan import Plan
from models.siting.choice import short_lists, weighted
from models.siting.problem import PMedian, SitingDecision
from models.siting.question import Question
from models.siting.reach import reach_everyone
from models.siting.report import Asked, Run
from models.siting.search import Found, Goal, Search, Start


def solve_median(problem: PMedian, asked: Asked) -> Plan[SitingDecision]:
    """Open p sites so that the weighted cost is least; needs a problem without :func:`causes`."""
    run = Run(asked, "interchange + Lagrangian branch and bound")
    allowed, start = np.isfinite(problem.cost), None
    assert problem.p is not None
    if not allowed.all():
        reach = reach_everyone(Question(allowed, problem.p, problem.fixed_open), None, run.clock, run.seed)
        if reach.sites is None:
            return run.without(reach.termination)
        start = reach.sites
    choice = weighted(problem.cost, problem.weight, problem.p, problem.fixed_open)
    found = Search(choice, short_lists(choice), run.seed, start=Start(start)).run(
        Goal(run.clock, run.limits.relative_gap, tell=run.tell)
    )
    decision = SitingDecision(found.sites, nearest(problem.cost, found.sites), found.proof)
    return run.finished(decision, found.total, found.bound)


def relaxed_median(problem: PMedian, start: IntArray | None, goal: Goal, seed: int) -> Found:
    """Search the p-median without its rules; pairs that are not allowed cost more than everything else.

    Parameters
    ----------
    start
        p sites to start from; None: random ones.
    """
    assert problem.p is not None
    choice = weighted(problem.cost, problem.weight, problem.p, problem.fixed_open)
    return Search(choice, short_lists(choice), seed, start=Start(start)).run(goal)


def nearest(cost: FloatArray, sites: IntArray) -> IntArray:
    """Return the cheapest of some sites for every demand, ties by index, shape (n,)."""
    if cost.shape[0] == 0:
        return np.zeros(0, dtype=np.int64)
    return sites[np.argmin(cost[:, sites], axis=1)]
