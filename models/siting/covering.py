"""Max coverage: reductions, interchange, prices of the linear relaxation, cases; then branch and cut.

Demands that the same sites cover are one demand. Without rules, prices open and close sites; what they leave
is merged again (:mod:`.remainder`), and cases branch over it (:mod:`.search`). What is open then goes to
HiGHS, with the best plan so far; then the solver vouches for the bound, and the proof proves a weaker one.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dss.arrays import FloatArray, Int32Array, IntArray
from models.clock import Tell
from models.plan import Plan, Termination
from models.siting.choice import cover_lists, uncovered
from models.siting.formulation import Formulation
from models.siting.kernels.lagrangian import CLOSED, OPEN
from models.siting.median import nearest
from models.siting.problem import MaxCoverage, SitingDecision
from models.siting.proof import BoundBy, Proof, settled
from models.siting.reduction import Merged, merge
from models.siting.remainder import Remainder, remainder
from models.siting.report import Asked, Run
from models.siting.ruled import first_sites
from models.siting.rules import NO_RULES
from models.siting.search import Found, Goal, Search, Start
from models.solver import Program, ProgramResult, least_cost_program, relax

# Numbers that the prices of all cases may take together: 8 bytes each.
PROOF_SIZE: Final = 30_000_000
# Part of the time that is left for cases, where demands have this many sites each, or more: the more, the
# slower are linear programs beside prices; elsewhere a few cases have to do.
CASES_SHARE: Final = 0.5
FEW_CASES: Final = 60
MANY_SITES: Final = 15
# Part of the time for the linear relaxation.
RELAX_SHARE: Final = 0.4
# Totals that are whole by nature are whole up to this much of the solver's rounding.
WHOLE_MARGIN: Final = 1e-4
# A cutoff stands above the whole number before it by more than this.
CUTOFF_MARGIN: Final = 1e-6


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


def solve_coverage(problem: MaxCoverage, asked: Asked) -> Plan[SitingDecision]:
    """Cover the most weight with sites without capacity; needs a problem without causes."""
    run = Run(asked, "interchange + Lagrangian cases + branch and cut (HiGHS)", greatest=True)
    merged = merge(problem.cost <= problem.radius, problem.weight)
    start = first_sites(problem, run)
    if start is None:
        return run.without(Termination.INFEASIBLE if run.left_s > 0 else Termination.NO_SOLUTION)
    if problem.p is None:
        best = _by_solver(problem, merged, Best(start), run)
    else:
        best = _by_prices(problem, merged, start, run)
        if best.bound < best.total and run.left_s > 0:
            best = _by_solver(problem, merged, best, run)
    return _finished(problem, merged, best, run)


def _by_prices(problem: MaxCoverage, merged: Merged, start: IntArray, run: Run) -> Best:
    """Improve by interchange, and prove by prices and cases."""
    assert problem.p is not None
    choice = uncovered(merged.covered, merged.weight, problem.p, problem.fixed_open)
    lists = cover_lists(merged.covered, merged.weight)
    goal = Goal(run.clock, run.limits.relative_gap, cases=1, tell=_left_out(merged, run))
    search = Search(choice, lists, run.seed, start=Start(start), rules=problem.rules)
    search.improve(search.best.sites, search.kicks, goal)
    if search.best.total > 0:
        relaxed = relax(_program(problem, merged, None), RELAX_SHARE * run.left_s, run.clock.look())
        if relaxed is not None:
            search.prices = np.clip(relaxed.prices[-merged.weight.size :], 0.0, merged.weight)
    best = _best(search.run(goal), search, goal)
    if problem.rules.binds or not best.bound < best.total or run.left_s <= 0:
        return best
    return _by_cases(merged, best, problem.p, run)


def _best(found: Found, search: Search, goal: Goal) -> Best:
    return Best(
        found.sites,
        found.total,
        found.bound,
        found.proof,
        BoundBy.PROOF,
        search.decided,
        search.cutoff(goal),
    )


def _by_cases(merged: Merged, best: Best, p: int, run: Run) -> Best:
    """Branch over the sites that prices left free, on what they leave of the demands."""
    assert best.state is not None
    assert best.proof is not None
    if settled(best.state, p):
        return best
    rest, tell = remainder(merged, best.state, p), _left_out(merged, run)
    inner = rest.merged
    dense = inner.covered.sum() > MANY_SITES * inner.weight.size
    goal = Goal(
        run.clock.share(CASES_SHARE if dense else 1.0),
        run.limits.relative_gap,
        best.cutoff - rest.lost,
        max(PROOF_SIZE // merged.group.size, FEW_CASES) if dense else FEW_CASES,
        lambda value, bound: tell(min(value + rest.lost, best.total), max(bound + rest.lost, best.bound)),
    )
    choice = uncovered(inner.covered, inner.weight, rest.p, np.zeros(0, dtype=np.int64))
    start = Start(rest.within(best.sites), rest.gather(best.proof.prices[-1]))
    found = Search(choice, cover_lists(inner.covered, inner.weight), run.seed, start=start).run(goal)
    better = found.total + rest.lost < best.total
    total = found.total + rest.lost if better else best.total
    return replace(
        best,
        sites=rest.all_sites(found.sites) if better else best.sites,
        total=total,
        bound=min(max(best.bound, found.bound + rest.lost), total),
        proof=best.proof.grown(rest.spread(found.proof)),
    )


def _left_out(merged: Merged, run: Run) -> Tell:
    """Return how to tell weights that are left out as weights that are covered."""
    everyone = float(merged.weight.sum())
    return lambda value, bound: run.tell(everyone - value, everyone - bound)


def _program(problem: MaxCoverage, merged: Merged, state: Int32Array | None) -> Program:
    """Return sites y and what is left out of each merged demand; the rows of the demands come last."""
    made = Formulation()
    y = made.sites(problem.cost.shape[1], p=problem.p, fixed_open=problem.fixed_open, rules=problem.rules)
    if state is not None:
        made.least[0] = np.maximum(made.least[0], state == OPEN)
        made.greatest[0] = (state != CLOSED).astype(np.float64)
    return _covered(made, y, merged)


def _covered(made: Formulation, y: IntArray, merged: Merged) -> Program:
    """Add what is left out of each merged demand."""
    k = merged.weight.size
    out = made.add(k, cost=merged.weight)
    i, j = np.nonzero(merged.covered)
    made.require(k, (i, y[j], 1.0), (np.arange(k), out, 1.0), lower=1.0)
    return made.program()


def _rest_program(rest: Remainder) -> Program:
    made = Formulation()
    y = made.sites(rest.free.size, p=rest.p, fixed_open=np.zeros(0, dtype=np.int64), rules=NO_RULES)
    return _covered(made, y, rest.merged)


def _by_solver(problem: MaxCoverage, merged: Merged, best: Best, run: Run) -> Best:
    """Go on by branch and cut from the best sites, over what the prices leave."""
    tell, total = _left_out(merged, run), min(best.total, _weight_left_out(merged, best.sites))
    if best.state is None or problem.p is None or problem.rules.binds:
        program, lost = _program(problem, merged, best.state), 0.0
        every = np.arange(problem.cost.shape[1])
        rest = Remainder(merged, every, every[:0], np.ones(0, np.bool_), merged.weight, best.sites.size)
        inside: IntArray | None = best.sites
    else:
        rest = remainder(merged, best.state, problem.p)
        program, lost, inside = _rest_program(rest), rest.lost, rest.within(best.sites)
    look = run.clock.look(lambda v, b: tell(min(v + lost, total), max(b + lost, best.bound)))
    start = None if inside is None else _values(rest, inside)
    result = least_cost_program(program, run.left_s, run.limits.relative_gap, start=start, look=look)
    sites = best.sites
    if result.values is not None:
        found = rest.all_sites(np.flatnonzero(result.values[: rest.free.size] > 0.5))
        left_out = _weight_left_out(merged, found)
        sites, total = (found, left_out) if left_out < total else (sites, total)
    bound = total if result.termination is Termination.INFEASIBLE else _proven(result, merged, best, lost)
    if bound <= best.bound:
        return replace(best, sites=sites, total=total, bound=min(best.bound, total))
    return replace(best, sites=sites, total=total, bound=min(bound, total), bound_by=BoundBy.SOLVER)


def _proven(result: ProgramResult, merged: Merged, best: Best, lost: float) -> float:
    """Return the bound of the program and of all that the prices left out of it."""
    bound, cutoff = -np.inf if result.bound is None else result.bound + lost, best.cutoff
    if (merged.weight == np.floor(merged.weight)).all():
        bound = float(np.ceil(bound - WHOLE_MARGIN)) if np.isfinite(bound) else bound
        cutoff = float(np.ceil(cutoff - CUTOFF_MARGIN)) if np.isfinite(cutoff) else cutoff
    return min(cutoff, bound)


def _weight_left_out(merged: Merged, sites: IntArray) -> float:
    return float(merged.weight @ ~merged.covered[:, sites].any(axis=1))


def _values(rest: Remainder, inside: IntArray) -> FloatArray:
    """Return the values of the program where these of its sites are open."""
    y = np.isin(np.arange(rest.free.size), inside)
    return np.concatenate([y, ~rest.merged.covered[:, inside].any(axis=1)]).astype(np.float64)


def _finished(problem: MaxCoverage, merged: Merged, best: Best, run: Run) -> Plan[SitingDecision]:
    covered = (problem.cost[:, best.sites] <= problem.radius).any(axis=1)
    proof = None
    if best.proof is not None:
        proof = replace(best.proof, prices=merged.spread(best.proof.prices, problem.weight))
    decision = SitingDecision(best.sites, nearest(problem.cost, best.sites), proof, best.bound_by)
    most = float(merged.weight.sum()) - best.bound
    return run.finished(decision, float(problem.weight[covered].sum()), most)
