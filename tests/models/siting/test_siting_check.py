"""The check finds every kind of tampering, and believes no bound without its proof."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array

from models import siting
from models.siting.choice import weighted
from models.siting.proof import proven_bound

RNG = np.random.default_rng(11)
AT = RNG.integers(0, 50, (40, 2))
MEDIAN = siting.PMedian(np.floor(np.hypot(*(AT[:, None] - AT[None]).T)), np.ones(40), 6, fixed_open=[5])


def of_decision(**changes: object):
    return lambda plan: replace(plan, decision=replace(plan.decision, **changes))


def of_report(**changes: object):
    return lambda plan: replace(plan, report=replace(plan.report, **changes))


def move_one(plan):
    site = plan.decision.assignment.copy()
    closed = np.setdiff1d(np.arange(40), plan.decision.open_sites)[0]
    site[3] = closed
    return replace(plan, decision=replace(plan.decision, assignment=site))


def weaken(plan):
    proof = plan.decision.proof
    return replace(plan, decision=replace(plan.decision, proof=replace(proof, prices=proof.prices * 0.5)))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        (of_decision(open_sites=np.array([1, 2, 3, 4, 5])), "(3) number"),
        (of_decision(open_sites=np.array([1, 2, 3, 4, 4, 5])), "(7) sites"),
        (of_decision(open_sites=np.array([1, 2, 3, 4, 5, 40])), "(7) sites"),
        (of_decision(open_sites=np.array([1, 2, 3, 4, 6, 7])), "(4) fixed"),
        (of_decision(open_sites=np.array([0.5])), "shape"),
        (of_decision(assignment=np.zeros(3, dtype=np.int64)), "shape"),
        (move_one, "(2) open"),
        (of_report(objective=1.0), "objective"),
        (of_report(objective=float("nan")), "objective"),
        (of_report(objective=None), "objective"),
        (of_report(bound=1e9), "bound"),
        (of_report(bound=float("nan")), "bound"),
        (of_decision(proof=None), "bound"),
        (weaken, "bound"),
    ],
)
def test_a_tampered_median_is_caught(change, constraint: str):
    plan = siting.solve(MEDIAN)
    assert siting.check(MEDIAN, plan) == []
    assert constraint in {violation.constraint for violation in siting.check(MEDIAN, change(plan))}


ROOM = siting.FacilityLocation(
    cost=np.array([[1.0, 5.0], [2.0, 3.0], [9.0, np.inf]]),
    demand=np.array([2.0, 3.0, 1.0]),
    capacity=np.array([4.0, 4.0]),
    fixed_cost=np.array([7.0, 8.0]),
    single_source=True,
)
SPLIT = replace(ROOM, single_source=False)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        (of_decision(assignment=np.array([0, 0, 0])), "(6) capacity"),
        (of_decision(assignment=np.array([0, 1, 1])), "(5) allowed"),
        (of_decision(open_sites=np.array([0])), "(2) open"),
        (of_report(objective=1.0), "objective"),
        (of_report(bound=1e9), "bound"),
    ],
)
def test_a_tampered_location_is_caught(change, constraint: str):
    # the third demand needs site 0 (9), then the second one does not fit there with the first: 1 + 3 + 9 + 15
    plan = siting.solve(ROOM)
    assert plan.report.objective == 28
    assert siting.check(ROOM, plan) == []
    assert constraint in {violation.constraint for violation in siting.check(ROOM, change(plan))}


@pytest.mark.parametrize(
    ("share", "constraint"),
    [
        (np.array([[1, 0], [0, 1], [0.5, 0]]), "(1) served"),
        (np.array([[1, 0.5], [0, 1], [1, 0]]), "(1) served"),
        (np.array([[1, 0], [1.2, -0.2], [1, 0]]), "(7) shares"),
        (np.array([[1, 0], [0, np.nan], [1, 0]]), "(7) shares"),
        (np.array([[1, 0], [1, 0], [1, 0]]), "(6) capacity"),
        (np.array([[1, 0], [0, 1]]), "shape"),
    ],
)
def test_tampered_shares_are_caught(share, constraint: str):
    plan = siting.solve(SPLIT)
    assert siting.check(SPLIT, plan) == []
    tampered = of_decision(assignment=csr_array(share))(plan)
    assert constraint in {violation.constraint for violation in siting.check(SPLIT, tampered)}


COVER = siting.SetCover(np.abs(np.arange(9.0)[:, None] - np.arange(9.0)), radius=1.0)
CENTER = siting.PCenter(COVER.cost, 2)
COVERAGE = siting.MaxCoverage(COVER.cost, np.arange(9.0), 2, radius=1.0)


@pytest.mark.parametrize("problem", [COVER, CENTER, COVERAGE], ids=["cover", "center", "coverage"])
def test_no_better_bound_is_believed(problem):
    # nine places in a row: three sites cover all within 1; two reach all within 2; two cover 6 + 7 + 8 and
    # 3 + 4 + 5 within 1
    plan = siting.solve(problem)
    assert plan.report.objective == plan.report.bound == {COVER: 3, CENTER: 2, COVERAGE: 33}[problem]
    assert siting.check(problem, plan) == []
    without = of_decision(proof=None)(plan)
    assert {violation.constraint for violation in siting.check(problem, without)} == {"bound"}
    for bound in (plan.report.bound - 0.5, plan.report.bound + 0.5):
        changed = replace(plan, report=replace(plan.report, bound=bound))
        worse = bound > plan.report.bound if problem is COVERAGE else bound < plan.report.bound
        assert bool(siting.check(problem, changed)) != worse


def test_a_plan_without_decision_breaks_nothing():
    assert siting.check(MEDIAN, replace(siting.solve(MEDIAN), decision=None)) == []


@pytest.fixture(scope="module")
def with_cases():
    """Return a problem whose proof needs cases, and the proof."""
    rng = np.random.default_rng(2)
    cost = rng.integers(0, 50, (30, 20)).astype(float)
    problem = siting.PMedian(cost, np.ones(30), 5)
    plan = siting.solve(problem)
    assert plan.decision.proof.parent.size > 4
    return weighted(cost, np.ones(30), 5, np.zeros(0, dtype=np.int64)), plan


def test_a_proof_by_cases_holds(with_cases):
    choice, plan = with_cases
    assert proven_bound(choice, plan.decision.proof, plan.report.bound) == plan.report.objective


def test_a_proof_that_lacks_a_case_is_none(with_cases):
    choice, plan = with_cases
    proof = plan.decision.proof
    cut = siting.Proof(proof.prices[:-1], proof.parent[:-1], proof.site[:-1], proof.opened[:-1])
    swapped = replace(proof, opened=np.zeros_like(proof.opened))
    assert proven_bound(choice, cut, plan.report.bound) < plan.report.bound
    assert proven_bound(choice, swapped, plan.report.bound) < plan.report.bound


def test_no_prices_prove_more_than_the_optimum(with_cases):
    choice, plan = with_cases
    proof, optimum = plan.decision.proof, plan.report.objective
    rng = np.random.default_rng(1)
    for _ in range(20):
        noise = rng.normal(1, 0.02, proof.prices.shape)
        assert proven_bound(choice, replace(proof, prices=proof.prices * noise), optimum + 5) <= optimum


def test_a_case_that_its_prices_prove_needs_nothing_below_it():
    # Two demands of weight 1 and 3, each covered by its own site: with p = 1 at least 1 is left out. Prices
    # 1 and 1 prove it: 2 - 1 = 1. The case below has prices 0, which prove nothing and are not asked.
    problem = siting.MaxCoverage(np.array([[0.0, 9.0], [9.0, 0.0]]), np.array([1.0, 3.0]), 1, 1.0)
    plan = siting.solve(problem)
    prices = np.array([[1.0, 1.0], [0.0, 0.0]])
    whole, half = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.bool_)
    decision = replace(plan.decision, proof=siting.Proof(prices, whole, whole, half))
    assert siting.certified_bound(problem, decision, 3.0) == 3.0
