"""Max coverage: reductions, interchange, prices of the linear relaxation, cases; then branch and cut.

Demands that the same sites cover are one demand. Without rules, prices and a few cases prove most problems
(:mod:`models.siting.search`); what is left goes to HiGHS, with the sites that the prices decide and the best
plan so far. Then the solver vouches for the bound, and the proof proves a weaker one.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, Int32Array, IntArray
from models.plan import Plan, Termination
from models.siting.choice import cover_lists, uncovered
from models.siting.clock import Tell
from models.siting.formulation import Formulation
from models.siting.kernels.lagrangian import CLOSED, OPEN
from models.siting.median import nearest
from models.siting.problem import MaxCoverage, SitingDecision
from models.siting.proof import BoundBy, Proof
from models.siting.reduction import Merged, merge
from models.siting.report import Asked, Run
from models.siting.ruled import first_sites
from models.siting.search import Found, Goal, Search, Start
from models.solver import Program, least_cost_program, relax

# Cases that the prices may look at before the solver takes over.
CASES: Final = 60
# Part of the time for the linear relaxation.
RELAX_SHARE: Final = 0.3
# Totals that are whole by nature are whole up to this much of the solver's rounding.
WHOLE_MARGIN: Final = 1e-4
# A cutoff stands above the whole number before it by more than this.
CUTOFF_MARGIN: Final = 1e-6


def solve_coverage(problem: MaxCoverage, asked: Asked) -> Plan[SitingDecision]:
    """Cover the most weight with sites without capacity; needs a problem without causes."""
    run = Run(asked, "interchange + Lagrangian cases + branch and cut (HiGHS)", greatest=True)
    merged = merge(problem.cost <= problem.radius, problem.weight)
    start = first_sites(problem, run)
    if start is None:
        return run.without(Termination.INFEASIBLE if run.left_s > 0 else Termination.NO_SOLUTION)
    if problem.p is None:
        return _finished(problem, _by_solver(problem, merged, Best(start), run), run)
    best = _by_prices(problem, merged, start, run)
    if best.bound < best.total and run.left_s > 0:
        best = _by_solver(problem, merged, best, run)
    return _finished(problem, best, run)


@dataclass(frozen=True, slots=True, eq=False)
class Best:
    """The best sites, the weight of merged demands they leave out, the bound of it and who vouches.

    ``state`` says which sites the prices decided: any other plan leaves out at least ``cutoff``.
    """

    sites: IntArray
    total: float = np.inf
    bound: float = 0.0
    proof: Proof | None = None
    bound_by: BoundBy = BoundBy.PROOF
    state: Int32Array | None = None
    cutoff: float = np.inf


def _by_prices(problem: MaxCoverage, merged: Merged, start: IntArray, run: Run) -> Best:
    """Improve by interchange, and prove by prices and few cases."""
    assert problem.p is not None
    choice = uncovered(merged.covered, merged.weight, problem.p, problem.fixed_open)
    lists = cover_lists(merged.covered, merged.weight)
    tell = _left_out(merged, run)
    quick = Search(choice, lists, run.seed, start=Start(start), rules=problem.rules)
    goal = Goal(run.clock, run.limits.relative_gap, cases=1, tell=tell)
    found = quick.run(goal)
    if not found.bound < found.total or run.left_s <= 0:
        return _best(found, problem, merged, quick, goal)
    relaxed = relax(_program(problem, merged, None), RELAX_SHARE * run.left_s, run.clock.look())
    if relaxed is None:
        return _best(found, problem, merged, quick, goal)
    prices = np.clip(relaxed.prices[-merged.weight.size :], 0.0, merged.weight)
    search = Search(choice, lists, run.seed, start=Start(found.sites, prices), rules=problem.rules)
    cases = 1 if problem.rules.binds else CASES
    goal = Goal(run.clock, run.limits.relative_gap, cases=cases, tell=tell)
    return _best(search.run(goal), problem, merged, search, goal)


def _left_out(merged: Merged, run: Run) -> Tell:
    """Return how to tell weights that are left out as weights that are covered."""
    everyone = float(merged.weight.sum())
    return lambda value, bound: run.tell(everyone - value, everyone - bound)


def _best(found: Found, problem: MaxCoverage, merged: Merged, search: Search, goal: Goal) -> Best:
    proof = Proof(
        merged.spread(found.proof.prices, problem.weight),
        found.proof.parent,
        found.proof.site,
        found.proof.opened,
    )
    return Best(
        found.sites, found.total, found.bound, proof, BoundBy.PROOF, search.decided, search.cutoff(goal)
    )


def _program(problem: MaxCoverage, merged: Merged, state: Int32Array | None) -> Program:
    """Return sites y and what is left out of each merged demand; the rows of the demands come last."""
    made = Formulation()
    m, k = problem.cost.shape[1], merged.weight.size
    y = made.sites(m, p=problem.p, fixed_open=problem.fixed_open, rules=problem.rules)
    if state is not None:
        made.least[0] = np.maximum(made.least[0], state == OPEN)
        made.greatest[0] = (state != CLOSED).astype(np.float64)
    out = made.add(k, cost=merged.weight)
    i, j = np.nonzero(merged.covered)
    made.require(k, (i, y[j], 1.0), (np.arange(k), out, 1.0), lower=1.0)
    return made.program()


def _by_solver(problem: MaxCoverage, merged: Merged, best: Best, run: Run) -> Best:
    """Go on by branch and cut from the best sites."""
    m = problem.cost.shape[1]
    start = _values(merged, best.sites, m)
    total = float(merged.weight @ start[m:])
    program = _program(problem, merged, best.state)
    look = run.clock.look(_left_out(merged, run))
    result = least_cost_program(program, run.left_s, run.limits.relative_gap, start=start, look=look)
    sites = best.sites
    if result.values is not None:
        found = np.flatnonzero(result.values[:m] > 0.5)
        left_out = float(merged.weight @ _values(merged, found, m)[m:])
        sites, total = (found, left_out) if left_out < total else (sites, total)
    if result.termination is Termination.INFEASIBLE:  # nothing better is left among what prices leave
        return Best(sites, total, total, best.proof, BoundBy.SOLVER)
    bound, cutoff = -np.inf if result.bound is None else result.bound, best.cutoff
    if (merged.weight == np.floor(merged.weight)).all():
        bound = float(np.ceil(bound - WHOLE_MARGIN)) if np.isfinite(bound) else bound
        cutoff = float(np.ceil(cutoff - CUTOFF_MARGIN)) if np.isfinite(cutoff) else cutoff
    bound = min(total, cutoff, bound)
    if bound <= best.bound:
        return Best(sites, total, min(best.bound, total), best.proof, best.bound_by)
    return Best(sites, total, bound, best.proof, BoundBy.SOLVER)


def _values(merged: Merged, sites: IntArray, m: int) -> FloatArray:
    values = np.zeros(m + merged.weight.size)
    values[sites] = 1.0
    values[m:] = ~merged.covered[:, sites].any(axis=1)
    return values


def _finished(problem: MaxCoverage, best: Best, run: Run) -> Plan[SitingDecision]:
    covered = (problem.cost[:, best.sites] <= problem.radius).any(axis=1)
    reachable = (problem.cost <= problem.radius).any(axis=1)
    decision = SitingDecision(best.sites, nearest(problem.cost, best.sites), best.proof, best.bound_by)
    most = float(problem.weight[reachable].sum()) - best.bound
    return run.finished(decision, float(problem.weight[covered].sum()), most)
