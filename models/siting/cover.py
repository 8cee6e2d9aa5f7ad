"""Set cover: reductions, greedy, interchange on one site less, then branch and cut, and proof by prices.

Source of the reductions: Toregas and ReVelle (1973); see :mod:`models.siting.reduction`.
"""

from typing import Final

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.plan import Plan, Termination
from models.siting.cover_tree import decide
from models.siting.median import nearest
from models.siting.problem import SetCover, SitingDecision
from models.siting.proof import BoundBy, Proof
from models.siting.question import Question
from models.siting.reach import fewest_sites, swap_to_cover
from models.siting.report import Asked, Run
from models.siting.rules import kept

# Part of the time for interchange, and of what is left then for branch and cut; prices get the rest.
SWAP_SHARE: Final = 0.15
SOLVER_SHARE: Final = 0.85
# Prices may take this much of the time that the rest took.
PROOF_FACTOR: Final = 0.5


def solve_cover(problem: SetCover, asked: Asked) -> Plan[SitingDecision]:
    """Open the fewest sites that leave nobody outside the radius; needs a problem without causes."""
    run = Run(asked, "interchange + branch and cut (HiGHS) + prices")
    covered = problem.cost <= problem.radius
    question = Question(covered, problem.cost.shape[1], problem.fixed_open, problem.rules)
    sites = _greedy(covered, problem.fixed_open)
    usable = kept(problem.rules, sites)
    if usable and not problem.rules.binds:
        sites = _swapped(question, sites, run)
    least = max(problem.fixed_open.size, int(covered.shape[0] > 0))
    if usable:
        run.tell(float(sites.size), float(least))
    cover = fewest_sites(question, run.clock.share(SOLVER_SHARE), sites if usable else None, run.tell)
    if cover.sites is None and not usable:
        return run.without(Termination.INFEASIBLE if cover.proven else Termination.NO_SOLUTION)
    if cover.sites is not None and (not usable or cover.sites.size < sites.size):
        sites = cover.sites
    bound, proof = _proven(question, max(cover.bound, least), sites, run)
    by = BoundBy.PROOF if proof is not None or bound <= least else BoundBy.SOLVER
    decision = SitingDecision(np.sort(sites), nearest(problem.cost, np.sort(sites)), proof, by)
    return run.finished(decision, float(sites.size), float(bound))


def _swapped(question: Question, sites: IntArray, run: Run) -> IntArray:
    """Return fewer sites by interchange on one less, again and again, as long as that finds any."""
    clock = run.clock.share(SWAP_SHARE)
    while sites.size - 1 > question.fixed_open.size and not clock.over:
        run.tell(float(sites.size), float(question.fixed_open.size))
        less = Question(question.reached, sites.size - 1, question.fixed_open, question.rules)
        found = swap_to_cover(less, None, clock, run.seed)
        if found.sites is None:
            break
        sites = found.sites
    return sites


def _proven(question: Question, bound: int, sites: IntArray, run: Run) -> tuple[int, Proof | None]:
    """Return the bound with a proof by prices, if the time that is left finds one; else without."""
    if bound <= max(question.fixed_open.size, 1) or bound > sites.size:
        return bound, None
    clock = run.clock.first(max(1.0, PROOF_FACTOR * run.took_s))
    less = Question(question.reached, bound - 1, question.fixed_open, question.rules)
    return bound, decide(less, clock).proof


def _greedy(covered: BoolArray, fixed: IntArray) -> IntArray:
    """Return the fixed sites and again and again the one that reaches the most others, ties by index."""
    sites = list(fixed)
    missing = ~covered[:, fixed].any(axis=1)
    while missing.any():
        best = int(covered[missing].sum(axis=0).argmax())
        sites.append(best)
        missing &= ~covered[:, best]
    return np.array(sites, dtype=np.int64)
