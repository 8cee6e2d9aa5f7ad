"""Derive a plan's objective and bound again, by plain NumPy: what the check and anyone else relies on.

What has to be proven is always that some choice of p sites costs at least something (:mod:`.proof`):

    p-median      the weighted cost is at least the bound
    p-center      no p sites reach everyone at less than the bound: at least 1 demand is left out
    max coverage  the weight left out is at least all weight - bound
    set cover     bound - 1 sites leave at least 1 demand out

Sites with a capacity: prices prove the bound (C) of :mod:`.capacity`. Rules between sites are left out, which
keeps every bound valid. Where the report's bound is better than what is proven so, ``decision.bound_by`` says
that it is the word of the solver.
"""

import numpy as np
from scipy.sparse import coo_array, csr_array

from models.siting.capacity import capacity_bound, service_of
from models.siting.choice import uncovered, weighted
from models.siting.problem import (
    MaxCoverage,
    PCenter,
    PMedian,
    Problem,
    SetCover,
    SitingDecision,
)
from models.siting.proof import CapacityProof, Proof, proven_bound
from models.siting.question import Question
from models.siting.reduction import core


def objective_of(problem: Problem, decision: SitingDecision) -> float:
    """Return the objective of a decision that keeps the constraints."""
    if isinstance(problem, SetCover):
        return float(decision.open_sites.size)
    share = shares(problem, decision)
    i, j = share.coords
    amount, cost = share.data, problem.cost[i, j]
    if isinstance(problem, PMedian):
        return float((problem.weight[i] * amount) @ cost)
    if isinstance(problem, PCenter):
        return float(cost.max(initial=0.0))
    if isinstance(problem, MaxCoverage):
        return float((problem.weight[i] * amount) @ (cost <= problem.radius))
    return float(problem.fixed_cost[decision.open_sites].sum() + amount @ cost)


def shares(problem: Problem, decision: SitingDecision) -> coo_array:
    """Return the share of each demand at each site, shape (n, m), whatever the form of the assignment."""
    if not isinstance(decision.assignment, np.ndarray):
        share = csr_array(decision.assignment, dtype=np.float64)
        share.sum_duplicates()
        share.eliminate_zeros()
        return share.tocoo()
    n, m = problem.cost.shape
    return coo_array((np.ones(n), (np.arange(n), decision.assignment)), shape=(n, m))


def certified_bound(problem: Problem, decision: SitingDecision, claim: float) -> float:
    """Return the bound that follows from the decision's proof and from inspection.

    Parameters
    ----------
    claim
        The bound to be proven; no better one is returned.

    Returns
    -------
    At most ``claim`` when minimising; at least ``claim`` for max coverage.
    """
    if isinstance(problem, PCenter):
        return _center_bound(problem, decision, claim)
    if isinstance(decision.proof, CapacityProof) or problem.capacity is not None:
        return _capacity_bound(problem, decision, claim)
    if isinstance(problem, PMedian):
        return _median_bound(problem, decision, claim)
    if isinstance(problem, SetCover):
        return _cover_bound(problem, decision, claim)
    assert isinstance(problem, MaxCoverage)
    return _coverage_bound(problem, decision, claim)


def _capacity_bound(problem: Problem, decision: SitingDecision, claim: float) -> float:
    proven = 0.0
    if isinstance(decision.proof, CapacityProof):
        proven = capacity_bound(service_of(problem), decision.proof)
    if isinstance(problem, MaxCoverage):
        return max(claim, min(_reachable(problem), float(problem.weight.sum()) - proven))
    return min(claim, proven)


def _reachable(problem: MaxCoverage) -> float:
    """Return the weight within the radius of any site: what inspection proves."""
    return float(problem.weight[(problem.cost <= problem.radius).any(axis=1)].sum())


def _median_bound(problem: PMedian, decision: SitingDecision, claim: float) -> float:
    if not isinstance(decision.proof, Proof) or problem.p is None:
        return 0.0
    choice = weighted(problem.cost, problem.weight, problem.p, problem.fixed_open)
    return proven_bound(choice, decision.proof, claim)


def _center_bound(problem: PCenter, decision: SitingDecision, claim: float) -> float:
    """Return the claim if it is refuted that less would do; else what all sites together would do."""
    n = problem.cost.shape[0]
    at_least = float(problem.cost.min(axis=1).max()) if n else 0.0
    if claim <= at_least or not isinstance(decision.proof, Proof) or problem.p is None:
        return min(claim, at_least)
    refuted = _refuted(Question(problem.cost < claim, problem.p, problem.fixed_open), decision.proof)
    return claim if refuted else at_least


def _cover_bound(problem: SetCover, decision: SitingDecision, claim: float) -> float:
    """Return the claim if it is refuted that one site less would do; else what is open anyway."""
    n = problem.cost.shape[0]
    at_least = float(max(problem.fixed_open.size, int(n > 0)))
    if claim <= at_least or not isinstance(decision.proof, Proof):
        return min(claim, at_least)
    one_less = int(np.ceil(claim)) - 1
    question = Question(problem.cost <= problem.radius, one_less, problem.fixed_open)
    return claim if _refuted(question, decision.proof) else at_least


def _refuted(question: Question, proof: Proof) -> bool:
    """Return whether the proof shows that no p sites reach everyone.

    A site that reaches less than another may be left out: the other can take its place.
    """
    n, m = question.reached.shape
    left = np.union1d(core(question.reached, question.fixed_open, sites_too=True).site, question.fixed_open)
    p = min(question.p, left.size)
    choice = uncovered(question.reached, np.ones(n), p, question.fixed_open)
    return proven_bound(choice, proof, 1.0, closed=np.setdiff1d(np.arange(m), left)) >= 1.0


def _coverage_bound(problem: MaxCoverage, decision: SitingDecision, claim: float) -> float:
    everyone = float(problem.weight.sum())
    if not isinstance(decision.proof, Proof) or problem.p is None:
        return max(claim, _reachable(problem))
    covered = problem.cost <= problem.radius
    choice = uncovered(covered, problem.weight, problem.p, problem.fixed_open)
    return min(_reachable(problem), everyone - proven_bound(choice, decision.proof, everyone - claim))
