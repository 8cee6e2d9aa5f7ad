"""Why a siting problem has no solution: what can be seen without searching."""

from collections.abc import Iterator

import numpy as np

from dss.arrays import BoolArray
from models.plan import Violation
from models.siting.problem import (
    FacilityLocation,
    MaxCoverage,
    Problem,
    SetCover,
    number_asked,
    open_anyway,
)


def causes(problem: Problem) -> list[Violation]:
    """Return constraints that no plan can keep, with where and by how much; empty if none is obvious.

    Found are: more sites asked than there are candidates, or than are fixed; demands that no site may serve;
    capacities that together are too small. That p sites cannot reach everyone, or that whole demands do not
    fit, needs a search; its plan then ends INFEASIBLE though this list is empty.
    """
    return [*_number(problem), *_served(problem), *_capacity(problem)]


def _number(problem: Problem) -> Iterator[Violation]:
    p, sites, fixed = number_asked(problem), problem.cost.shape[1], open_anyway(problem).size
    if p is None:
        return
    if p > sites:
        yield Violation("(3) number", "candidate sites", float(p - sites))
    if fixed > p:
        yield Violation("(4) fixed", "sites open in any case", float(fixed - p))


def allowed_pairs(problem: Problem) -> BoolArray:
    """Return where demand i may be served from site j, shape (n, m)."""
    if isinstance(problem, SetCover | MaxCoverage):
        return problem.cost <= problem.radius
    return np.isfinite(problem.cost)


def _served(problem: Problem) -> Iterator[Violation]:
    if isinstance(problem, MaxCoverage):
        return
    allowed = allowed_pairs(problem)
    if isinstance(problem, FacilityLocation) and problem.single_source:
        allowed &= problem.demand[:, None] <= problem.capacity
    for i in np.flatnonzero(~allowed.any(axis=1)):
        yield Violation("(1) served", f"demand {i}", 1.0)


def _capacity(problem: Problem) -> Iterator[Violation]:
    if not isinstance(problem, FacilityLocation):
        return
    largest = np.sort(problem.capacity)[::-1][: problem.p]
    missing = float(problem.demand.sum() - largest.sum())
    if missing > 1e-9 * float(problem.demand.sum()):
        yield Violation("(6) capacity", "all sites together", missing)
