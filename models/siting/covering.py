"""Set cover and max coverage, proven by prices and cases (:mod:`models.siting.search`)."""

import time

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.plan import Limits, Plan, Termination
from models.siting.choice import cover_lists, uncovered
from models.siting.median import nearest
from models.siting.problem import MaxCoverage, SetCover, SitingDecision
from models.siting.reach import Question, fewest_sites, reach_everyone
from models.siting.report import Run
from models.siting.search import Goal, Search


def solve_coverage(problem: MaxCoverage, limits: Limits, seed: int) -> Plan[SitingDecision]:
    """Open p sites so that the weight within the radius is greatest; sites without capacity."""
    run = Run(limits, seed, "interchange + Lagrangian branch and bound")
    covered = problem.cost <= problem.radius
    choice = uncovered(covered, problem.weight, problem.p, problem.fixed_open)
    search = Search(choice, cover_lists(covered, problem.weight), seed)
    found = search.run(Goal(run.until_s, limits.relative_gap))
    decision = SitingDecision(found.sites, nearest(problem.cost, found.sites), found.proof)
    everyone = float(problem.weight.sum())
    return run.finished(decision, everyone - found.total, everyone - found.bound)


def solve_cover(problem: SetCover, limits: Limits, seed: int) -> Plan[SitingDecision]:
    """Open the fewest sites that leave nobody outside the radius; needs a problem without :func:`causes`."""
    run = Run(limits, seed, "set cover by branch and cut, one less refuted by prices")
    covered = problem.cost <= problem.radius
    fixed = problem.fixed_open
    sites = _greedy(covered, fixed)
    better = fewest_sites(Question(covered, sites.size, fixed), run.started_s + 0.3 * limits.time_s)
    if better is not None and better.size < sites.size:
        sites = better
    bound, proof = max(fixed.size, int(covered.shape[0] > 0)), None
    p = sites.size - 1
    while p >= bound:
        # the first refusals may take long: a smaller number is refuted sooner, and still a bound
        until_s = time.perf_counter() + 0.5 * run.left_s
        reach = reach_everyone(Question(covered, p, fixed), None, until_s, seed)
        if reach.termination is Termination.INFEASIBLE:
            bound, proof = p + 1, reach.proof
        elif reach.sites is not None:
            sites = reach.sites
        p -= 1
    decision = SitingDecision(np.sort(sites), nearest(problem.cost, np.sort(sites)), proof)
    return run.finished(decision, float(sites.size), float(bound))


def _greedy(covered: BoolArray, fixed: IntArray) -> IntArray:
    """Return the fixed sites and again and again the one that reaches the most others, ties by index."""
    sites = list(fixed)
    missing = ~covered[:, fixed].any(axis=1)
    while missing.any():
        best = int(covered[missing].sum(axis=0).argmax())
        sites.append(best)
        missing &= ~covered[:, best]
    return np.array(sites, dtype=np.int64)
