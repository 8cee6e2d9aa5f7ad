"""Why a siting problem has no solution: what can be seen without searching."""

from collections.abc import Iterator

import numpy as np

from models.plan import Violation
from models.siting.problem import MaxCoverage, Problem, allowed_pairs, number_asked, open_anyway, sizes
from models.siting.rules import BUDGET_TOLERANCE, broken


def causes(problem: Problem) -> list[Violation]:
    """Return constraints that no plan can keep, with where and by how much; empty if none is obvious.

    Found are: more sites asked than there are candidates, or than are fixed; fixed sites that break a rule;
    a budget below the cheapest sites; demands that no site may serve; capacities that together are too
    small. That p sites cannot reach everyone, keep all rules, or hold whole demands needs a search; its plan
    then ends INFEASIBLE though this list is empty.
    """
    return [*_number(problem), *_ruled(problem), *_served(problem), *_capacity(problem)]


def _number(problem: Problem) -> Iterator[Violation]:
    p, sites, fixed = number_asked(problem), problem.cost.shape[1], open_anyway(problem).size
    if p is None:
        return
    if p > sites:
        yield Violation("(3) number", "candidate sites", float(p - sites))
    if fixed > p:
        yield Violation("(4) fixed", "sites open in any case", float(fixed - p))


def _ruled(problem: Problem) -> Iterator[Violation]:
    """Yield rules that the fixed sites break, and a budget that the cheapest sites exceed."""
    rules, p, fixed = problem.rules, number_asked(problem), problem.fixed_open
    yield from broken(rules, fixed)
    if rules.budget is None or rules.site_cost is None or p is None:
        return
    others = np.sort(np.delete(rules.site_cost, fixed))[: max(p - fixed.size, 0)]
    over = float(rules.site_cost[fixed].sum() + others.sum()) - rules.budget
    if over > BUDGET_TOLERANCE * max(rules.budget, 1.0) and not list(broken(rules, fixed)):
        yield Violation("(10) budget", "the cheapest sites together", over)


def _served(problem: Problem) -> Iterator[Violation]:
    if isinstance(problem, MaxCoverage):
        return
    allowed = allowed_pairs(problem)
    if problem.capacity is not None and problem.single_source:
        allowed &= sizes(problem)[:, None] <= problem.capacity
    for i in np.flatnonzero(~allowed.any(axis=1)):
        yield Violation("(1) served", f"demand {i}", 1.0)


def _capacity(problem: Problem) -> Iterator[Violation]:
    if isinstance(problem, MaxCoverage) or problem.capacity is None:
        return
    everyone = float(sizes(problem).sum())
    largest = np.sort(problem.capacity)[::-1][: number_asked(problem)]
    missing = everyone - float(largest.sum())
    if missing > 1e-9 * everyone:
        yield Violation("(6) capacity", "all sites together", missing)
