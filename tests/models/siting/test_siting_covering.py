"""Set cover and max coverage, with capacities and without: by hand, published, by brute force."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from instances import mclp

from dss.errors import ProblemError
from models import Limits, Termination, siting

INF = np.inf
AT_KM = np.array([0.0, 1.0, 4.0, 10.0])
ROAD = np.abs(AT_KM[:, None] - AT_KM[None, :])
PERSONS = np.array([3.0, 1.0, 2.0, 4.0])
EXACT = Limits(relative_gap=0.0)


def test_one_site_covers_the_most_persons():
    # Within 3 km: the site at 0 covers 3 + 1, at 1 covers 3 + 1 + 2, at 4 covers 1 + 2, at 10 covers 4. So 6.
    problem = siting.MaxCoverage(ROAD, PERSONS, 1, radius=3.0)
    plan = siting.solve(problem)
    assert plan.report.objective == plan.report.bound == 6
    assert plan.decision.open_sites.tolist() == [1]
    assert siting.check(problem, plan) == []


def test_a_capacity_limits_what_a_site_covers():
    # Within 3 km and 4 persons a site: the site at 1 serves 4 of 6 in its reach, at 10 its 4. Together 8;
    # with sites at 0 and 1 all of 3 + 1 + 2 = 6 at most. So 8.
    problem = siting.MaxCoverage(ROAD, PERSONS, 2, radius=3.0, capacity=np.full(4, 4.0))
    plan = siting.solve(problem)
    assert plan.report.objective == pytest.approx(8)
    assert plan.report.bound == pytest.approx(8)
    assert plan.decision.assignment.shape == (4, 4)
    assert siting.check(problem, plan) == []


def test_two_sites_cover_the_road():
    # Within 3 km nothing but its own site covers the village at 10; the site at 1 covers the other three.
    problem = siting.SetCover(ROAD, radius=3.0)
    plan = siting.solve(problem)
    assert plan.decision.open_sites.tolist() == [1, 3]
    assert plan.report.objective == plan.report.bound == 2
    assert siting.check(problem, plan) == []


def test_a_site_that_exists_counts():
    # The site at 0 covers 0 and 1; 4 and 10 then need one site each.
    plan = siting.solve(siting.SetCover(ROAD, radius=3.0, fixed_open=[0]))
    assert plan.report.objective == plan.report.bound == 3
    assert 0 in plan.decision.open_sites


def test_a_radius_that_nobody_meets_covers_nobody():
    far = ROAD + 1
    plan = siting.solve(siting.MaxCoverage(far, PERSONS, 2, radius=0.5))
    assert plan.report.objective == plan.report.bound == 0
    problem = siting.SetCover(far, radius=0.5)
    assert siting.solve(problem).report.termination is Termination.INFEASIBLE
    assert len(siting.causes(problem)) == 4


@pytest.mark.parametrize(
    ("name", "p", "optimum"),
    [("SJC324", 1, 5461), ("SJC324", 2, 8790), ("SJC324", 4, 12106), ("SJC402", 3, 14690)],
)
def test_published_coverage_is_proven(shared, name: str, p: int, optimum: int):
    cost, weight = mclp(shared / "oracles" / "mclp" / f"{name}.txt")
    problem = siting.MaxCoverage(cost, weight, p, radius=800.0)
    plan = siting.solve(problem, EXACT)
    assert plan.report.objective == plan.report.bound == optimum
    assert siting.check(problem, plan) == []


def random_pairs(seed: int, n: int, m: int):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 9, (n, m)).astype(float)
    cost[rng.random((n, m)) < 0.2] = INF
    return cost, rng.integers(0, 5, n).astype(float), rng.integers(0, 9, m).astype(float)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 8), m=st.integers(1, 8), p=st.integers(1, 8))
def test_brute_force_agrees_on_coverage(seed: int, n: int, m: int, p: int):
    cost, weight, _ = random_pairs(seed, n, m)
    p, radius = min(p, m), float(seed % 7)
    best = max(weight @ (cost[:, s].min(axis=1) <= radius) for s in combinations(range(m), p))
    problem = siting.MaxCoverage(cost, weight, p, radius)
    plan = siting.solve(problem, EXACT)
    assert plan.report.objective == plan.report.bound == best
    assert siting.check(problem, plan) == []


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 8), m=st.integers(1, 8))
def test_brute_force_agrees_on_set_cover(seed: int, n: int, m: int):
    cost, _, _ = random_pairs(seed, n, m)
    covered = cost <= 5
    fixed = [0] if seed % 3 == 0 else []
    sizes = [
        k
        for k in range(m + 1)
        for s in combinations(range(m), k)
        if set(fixed) <= set(s) and covered[:, s].any(axis=1).all()
    ]
    problem = siting.SetCover(cost, 5.0, fixed)
    plan = siting.solve(problem)
    assert siting.check(problem, plan) == []
    if sizes:
        assert plan.report.objective == plan.report.bound == min(sizes)
    else:
        assert plan.report.termination is Termination.INFEASIBLE


def best_service(covered, weight, capacity, sites) -> float:
    """Return the greatest weight that some sites serve: the least cut over all sets of demands (Hall)."""
    n = weight.size
    cuts = (
        weight[~np.isin(np.arange(n), inside)].sum()
        + sum(capacity[j] for j in sites if covered[list(inside), j].any())
        for k in range(n + 1)
        for inside in combinations(range(n), k)
    )
    return min(cuts)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 5), m=st.integers(1, 5), p=st.integers(1, 5))
def test_brute_force_agrees_on_coverage_with_capacities(seed: int, n: int, m: int, p: int):
    cost, weight, capacity = random_pairs(seed, n, m)
    p = min(p, m)
    best = max(best_service(cost <= 4, weight, capacity, s) for s in combinations(range(m), p))
    problem = siting.MaxCoverage(cost, weight, p, 4.0, capacity)
    plan = siting.solve(problem, EXACT)
    assert plan.report.objective == pytest.approx(best, abs=1e-5)
    assert plan.report.bound == pytest.approx(best, abs=1e-5)
    assert siting.certified_bound(problem, plan.decision, 0.0) >= best - 1e-6
    assert siting.check(problem, plan) == []


def test_no_demand_needs_no_site():
    assert siting.solve(siting.SetCover(np.zeros((0, 3)), 1.0)).report.objective == 0
    assert siting.solve(siting.MaxCoverage(np.zeros((0, 3)), np.zeros(0), 1, 1.0)).report.objective == 0


@pytest.mark.parametrize("radius", [-1.0, np.nan, INF])
def test_a_radius_that_is_none_is_refused(radius: float):
    with pytest.raises(ProblemError) as error:
        siting.SetCover(ROAD, radius)
    assert error.value.code == "siting_radius"
