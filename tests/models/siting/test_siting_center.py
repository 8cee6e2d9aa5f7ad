"""The p-center: by hand, published, by brute force."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from instances import optima, pmed

from models import Limits, Termination, siting

INF = np.inf
AT_KM = np.array([0.0, 1.0, 4.0, 10.0])
ROAD = np.abs(AT_KM[:, None] - AT_KM[None, :])


def test_two_sites_on_a_road():
    # Sites at 1 and 10: the villages walk 1, 0, 3, 0. Without a site at 10 that village walks 6 at least;
    # with it, one site for 0, 1 and 4 is 3 off at best, from 1. So 3.
    problem = siting.PCenter(ROAD, 2)
    plan = siting.solve(problem)
    assert plan.decision.open_sites.tolist() == [1, 3]
    assert plan.report.objective == plan.report.bound == 3
    assert plan.report.termination is Termination.OPTIMAL
    assert siting.check(problem, plan) == []


def test_a_site_that_exists_stays_open():
    # With the site at 0 fixed: {0, 10} leaves the village at 4 four away; {0, 4} leaves 10 six away. So 4.
    problem = siting.PCenter(ROAD, 2, fixed_open=[0])
    plan = siting.solve(problem)
    assert plan.decision.open_sites.tolist() == [0, 3]
    assert plan.report.objective == plan.report.bound == 4


@pytest.mark.parametrize("name", ["pmed1", "pmed9", "pmed18", "pmed20"])
def test_published_optima_are_proven(shared, name: str):
    folder = shared / "oracles" / "pmed"
    cost, p = pmed(folder, name)
    problem = siting.PCenter(cost, p)
    plan = siting.solve(problem)
    assert plan.report.objective == plan.report.bound == optima(folder / "kcenteropt.txt")[name]
    assert siting.check(problem, plan) == []


@settings(max_examples=50, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 8),
    m=st.integers(1, 8),
    p=st.integers(1, 8),
    refused=st.sampled_from([0.0, 0.4]),
)
def test_brute_force_agrees(*, seed: int, n: int, m: int, p: int, refused: float):
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 9, (n, m)) if seed % 2 else rng.integers(0, 9, (n, m)).astype(float)
    cost[rng.random((n, m)) < refused] = INF
    p = min(p, m)
    fixed = [m - 1] if seed % 3 == 0 else []
    best = min(
        cost[:, s].min(axis=1).max() for s in combinations(range(m), p) if set(fixed) <= set(s)
    )  # fmt: skip
    problem = siting.PCenter(cost, p, fixed)
    plan = siting.solve(problem)
    assert siting.check(problem, plan) == []
    if np.isinf(best):
        assert plan.report.termination is Termination.INFEASIBLE
    else:
        assert plan.report.objective == plan.report.bound == best


def test_a_stopped_search_still_has_a_valid_bound():
    cost = np.random.default_rng(1).uniform(0, 9, (60, 40))
    problem = siting.PCenter(cost, 5)
    stopped = siting.solve(problem, Limits(time_s=0.0))
    best = siting.solve(problem)
    assert stopped.report.bound <= best.report.objective <= stopped.report.objective
    assert siting.check(problem, stopped) == []


def test_nobody_to_serve_is_no_distance():
    assert siting.solve(siting.PCenter(np.zeros((0, 3)), 2)).report.objective == 0
