"""The p-median with rules between sites: interchange that keeps them, prices, then branch and cut.

Prices without the rules prove a bound. Served pairs and sites that would lift it above the best plan are left
out (reduced costs); HiGHS solves the rest from that plan.
"""

from typing import Final

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import IntArray
from models.plan import Plan, Termination
from models.siting.capacity import service_of
from models.siting.choice import Choice, short_lists, weighted
from models.siting.kernels.lagrangian import CLOSED, OPEN, Ascent
from models.siting.knapsack_prices import Kept
from models.siting.median import nearest
from models.siting.problem import PMedian, SitingDecision
from models.siting.program import Effort, Served, serve
from models.siting.proof import BoundBy
from models.siting.report import Asked, Run, nothing_found
from models.siting.ruled import first_sites
from models.siting.search import Goal, Search, Start
from models.solver import ProgramResult

# Part of the time for interchange and prices.
SEARCH_SHARE: Final = 0.4


def solve_ruled_median(problem: PMedian, asked: Asked) -> Plan[SitingDecision]:
    """Open p sites that keep the rules so that the weighted cost is least; needs no causes."""
    run = Run(asked, "interchange under rules + Lagrangian + branch and cut (HiGHS)")
    assert problem.p is not None
    start = first_sites(problem, run)
    if start is None:
        return run.without(Termination.INFEASIBLE if run.left_s > 0 else Termination.NO_SOLUTION)
    choice = weighted(problem.cost, problem.weight, problem.p, problem.fixed_open)
    search = Search(choice, short_lists(choice), run.seed, start=Start(start), rules=problem.rules)

    def tell(value: float, bound: float) -> None:
        if value < choice.refused:
            run.tell(value, bound)

    found = search.run(Goal(run.clock.share(SEARCH_SHARE), run.limits.relative_gap, cases=1, tell=tell))
    sites, bound, by = found.sites, found.bound, BoundBy.PROOF
    usable = found.total < choice.refused
    if not usable or bound < found.total * (1 - run.limits.relative_gap):
        enough = found.total if usable else np.inf
        kept = _kept(choice, search, enough, problem)
        known = _served(choice, sites) if usable else None
        served, result = serve(
            service_of(problem), kept, Effort(run.clock, run.limits.relative_gap, run.tell), known
        )
        if served is None and not usable:
            return run.without(nothing_found(result))
        if served is not None and (not usable or choice.total(served.sites) < found.total):
            sites = served.sites
        if _proven(result, enough) > bound:
            bound, by = _proven(result, enough), BoundBy.SOLVER
    total = choice.total(sites)
    decision = SitingDecision(sites, nearest(problem.cost, sites), found.proof, by)
    return run.finished(decision, total, min(bound, total))


def _kept(choice: Choice, search: Search, enough: float, problem: PMedian) -> Kept:
    """Return the sites and pairs that a plan below ``enough`` may use: their reduced costs leave room."""
    ascent: Ascent = search.ascent
    room = enough - ascent.bound
    pair = np.isfinite(problem.cost)
    if np.isfinite(room):
        pair &= choice.cost - ascent.prices[:, None] <= room
    site = np.ones(choice.cost.shape[1], dtype=np.bool_)
    must = np.zeros(site.size, dtype=np.bool_)
    if np.isfinite(room):
        site, must = search.decided != CLOSED, search.decided == OPEN
    return Kept(site, must, pair & site)


def _served(choice: Choice, sites: IntArray) -> Served:
    n, m = choice.cost.shape
    at = sites[np.argmin(choice.cost[:, sites], axis=1)]
    share = csr_array((np.ones(n), (np.arange(n), at)), shape=(n, m))
    return Served(sites, share, choice.total(sites))


def _proven(result: ProgramResult, enough: float) -> float:
    if result.termination is Termination.INFEASIBLE:
        return enough
    return min(enough, -np.inf if result.bound is None else result.bound)
