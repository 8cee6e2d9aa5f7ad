"""Sites with a capacity: prices first, then a mixed-integer program on what the prices leave open.

1. Subgradient steps on (1) give prices with the bound (C) of :mod:`models.siting.capacity`.
2. A program over the sites and pairs that look best at these prices gives a first plan.
3. Sites and pairs that would cost more than this plan are left out; the program over the rest is exact.
"""

from typing import Final

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import IntArray
from models.clock import Tell
from models.plan import Plan, Termination
from models.siting.capacity import Service, service_of
from models.siting.knapsack_prices import keep, look_first, raise_prices
from models.siting.median import nearest
from models.siting.problem import MaxCoverage, Problem, SitingDecision, splits
from models.siting.program import Effort, Served, serve
from models.siting.proof import BoundBy, CapacityProof
from models.siting.report import Asked, Run, nothing_found
from models.solver import ProgramResult

# The first program keeps this many times the sites that the prices choose, and this many pairs a demand.
FIRST_SITES: Final = 2
FIRST_PAIRS: Final = 8
# Part of the time that is left for the first program, and its gap.
FIRST_SHARE: Final = 0.3
FIRST_GAP: Final = 1e-3
# Totals that are whole by nature are whole up to this much of the solver's rounding.
WHOLE_MARGIN: Final = 1e-4


def solve_service(problem: Problem, asked: Asked) -> Plan[SitingDecision]:
    """Open sites with capacities or rules at the least cost, or for the most coverage; needs no causes."""
    covering = isinstance(problem, MaxCoverage)
    run = Run(asked, "Lagrangian knapsacks + branch and cut (HiGHS)", greatest=covering)
    service, tell = service_of(problem), _told(problem, run)
    priced = raise_prices(service, run)
    first, _ = serve(
        service,
        look_first(service, priced, FIRST_SITES, FIRST_PAIRS),
        Effort(run.clock.share(FIRST_SHARE), FIRST_GAP, lambda value, _: tell(value, priced.bound)),
    )
    enough = _enough(service, first)
    kept = keep(service, priced, enough)
    best, result = serve(
        service,
        kept,
        Effort(run.clock, run.limits.relative_gap, lambda v, b: tell(v, max(b, priced.bound))),
        first,
    )
    if first is not None and (best is None or first.total < best.total):
        best = first
    if best is None:
        return run.without(nothing_found(result))
    bound = max(priced.bound, _proven(result, enough, best))
    if service.totals_are_whole:
        bound = float(np.ceil(bound - WHOLE_MARGIN))
    by = BoundBy.PROOF if bound <= priced.bound else BoundBy.SOLVER
    decision = SitingDecision(best.sites, assigned(problem, best), CapacityProof(priced.prices), by)
    bound = min(bound, best.total)
    if isinstance(problem, MaxCoverage):
        everyone = float(problem.weight.sum())
        return run.finished(decision, everyone - best.total, everyone - bound)
    return run.finished(decision, best.total, bound)


def _told(problem: Problem, run: Run) -> Tell:
    """Return how to tell a cost and its bound in the unit of the objective."""
    if not isinstance(problem, MaxCoverage):
        return run.tell
    everyone = float(problem.weight.sum())
    return lambda value, bound: run.tell(everyone - value, everyone - bound)


def assigned(problem: Problem, best: Served) -> IntArray | csr_array:
    """Return shares where a demand may be split, else the site of each demand."""
    if splits(problem):
        return best.share
    if problem.capacity is None:
        return nearest(problem.cost, best.sites)
    return np.asarray(best.share.argmax(axis=1)).ravel()


def _enough(service: Service, first: Served | None) -> float:
    """Return the cost from which on a plan is not looked for: it is no better than the first one."""
    if first is None:
        return float("inf")
    return first.total - (1 - 2 * WHOLE_MARGIN) if service.totals_are_whole else first.total


def _proven(result: ProgramResult, enough: float, best: Served) -> float:
    """Return the bound of the program and of all that was left out of it."""
    if result.termination is Termination.INFEASIBLE:
        return enough
    return min(enough, best.total, float("-inf") if result.bound is None else result.bound)
