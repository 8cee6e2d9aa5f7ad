"""The p-median: by hand, published, by brute force, and its properties."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from instances import optima, pmed

from dss.errors import ProblemError
from models import Limits, Termination, siting

INF = np.inf
# Four villages on a road at kilometres 0, 1, 4, 10; every village may get a site.
AT_KM = np.array([0.0, 1.0, 4.0, 10.0])
ROAD = np.abs(AT_KM[:, None] - AT_KM[None, :])
PERSONS = np.array([3.0, 1.0, 2.0, 4.0])


def brute_force(cost, weight, p, fixed=()) -> float:
    sites = [s for s in combinations(range(cost.shape[1]), p) if set(fixed) <= set(s)]
    return min((float(weight @ cost[:, s].min(axis=1)) for s in sites), default=INF)


def random_problem(seed: int, n: int, m: int, p: int, *, refused: float = 0.0, fixed=()) -> siting.PMedian:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(0, 100, (n, m)) if seed % 2 else rng.integers(0, 20, (n, m)).astype(float)
    cost[rng.random((n, m)) < refused] = INF
    return siting.PMedian(cost, rng.integers(0, 5, n).astype(float), p, fixed)


def test_two_sites_on_a_road():
    # Sites at 0 and 10: the village at 1 walks 1 x 1, that at 4 walks 2 x 4, in all 9. At 1 and 10:
    # 3 x 1 + 2 x 3 = 9. At 0 and 4: 1 x 1 + 4 x 6 = 25. At 4 and 10: 3 x 4 + 1 x 3 = 15. So 9.
    plan = siting.solve(siting.PMedian(ROAD, PERSONS, 2))
    assert plan.report.objective == 9
    assert plan.report.bound == 9
    assert plan.report.termination is Termination.OPTIMAL
    assert 3 in plan.decision.open_sites


def test_a_site_that_exists_stays_open():
    # With the site at 4 fixed the best second one is at 10 (15) or at 0 (25) or at 1 (3 x 1 + 4 x 6 = 27).
    problem = siting.PMedian(ROAD, PERSONS, 2, fixed_open=[2])
    plan = siting.solve(problem)
    assert plan.report.objective == 15
    assert plan.decision.open_sites.tolist() == [2, 3]
    assert plan.decision.assignment.tolist() == [2, 2, 2, 3]
    assert siting.check(problem, plan) == []


@pytest.mark.parametrize("name", ["pmed1", "pmed6", "pmed9", "pmed15", "pmed20"])
def test_published_optima_are_proven(shared, name: str):
    folder = shared / "oracles" / "pmed"
    cost, p = pmed(folder, name)
    problem = siting.PMedian(cost, np.ones(len(cost)), p)
    plan = siting.solve(problem)
    assert plan.report.objective == plan.report.bound == optima(folder / "pmedopt.txt")[name]
    assert siting.check(problem, plan) == []


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 8),
    m=st.integers(1, 8),
    p=st.integers(1, 8),
    refused=st.sampled_from([0.0, 0.3, 0.7]),
    fix=st.booleans(),
)
def test_brute_force_agrees(*, seed: int, n: int, m: int, p: int, refused: float, fix: bool):
    problem = random_problem(seed, n, m, min(p, m), refused=refused, fixed=[m - 1] if fix else [])
    best = brute_force(
        np.where(np.isinf(problem.cost), 1e9, problem.cost), np.maximum(problem.weight, 1e-12), problem.p,
        problem.fixed_open,
    )  # fmt: skip
    feasible = any(
        np.isfinite(problem.cost[:, s].min(axis=1)).all()
        for s in combinations(range(m), problem.p)
        if set(problem.fixed_open) <= set(s)
    )
    plan = siting.solve(problem, Limits(relative_gap=0.0))
    assert siting.check(problem, plan) == []
    if feasible:
        assert plan.report.objective == pytest.approx(best, abs=1e-6)
        assert plan.report.bound == pytest.approx(best, abs=1e-6)
    else:
        assert plan.report.termination is Termination.INFEASIBLE
        assert plan.decision is None


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_one_more_candidate_never_raises_the_optimum(seed: int):
    problem = random_problem(seed, 30, 12, 3)
    fewer = siting.PMedian(problem.cost[:, :-1], problem.weight, 3)
    assert siting.solve(problem).report.objective <= siting.solve(fewer).report.objective + 1e-6


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_other_names_keep_the_optimum(seed: int):
    problem = random_problem(seed, 25, 10, 3)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(25), rng.permutation(10)
    renamed = siting.PMedian(problem.cost[rows][:, columns], problem.weight[rows], 3)
    a, b = (siting.solve(q, Limits(relative_gap=0.0)).report.objective for q in (problem, renamed))
    assert a == pytest.approx(b)


def test_a_stopped_search_still_has_a_valid_bound():
    problem = random_problem(2, 60, 40, 6)
    stopped = siting.solve(problem, Limits(time_s=0.0))
    best = siting.solve(problem)
    assert stopped.report.bound <= best.report.objective <= stopped.report.objective
    assert siting.check(problem, stopped) == []


def test_the_same_seed_gives_the_same_plan():
    problem = random_problem(5, 60, 30, 5)
    a, b = siting.solve(problem, seed=4), siting.solve(problem, seed=4)
    assert np.array_equal(a.decision.open_sites, b.decision.open_sites)
    assert a.report.bound == b.report.bound


def test_nobody_to_serve_costs_nothing():
    problem = siting.PMedian(np.zeros((0, 3)), np.zeros(0), 2)
    plan = siting.solve(problem)
    assert plan.report.objective == 0
    assert plan.decision.open_sites.size == 2
    assert siting.check(problem, plan) == []


def test_who_cannot_be_reached_makes_it_infeasible_and_is_named():
    problem = siting.PMedian(np.array([[1.0, 2.0], [INF, INF]]), np.ones(2), 1)
    assert siting.solve(problem).report.termination is Termination.INFEASIBLE
    assert [(cause.constraint, cause.where) for cause in siting.causes(problem)] == [
        ("(1) served", "demand 1")
    ]


def test_too_few_sites_for_separate_islands_are_infeasible():
    islands = np.where(np.eye(3, dtype=bool), 1.0, INF)
    assert siting.solve(siting.PMedian(islands, np.ones(3), 2)).report.termination is Termination.INFEASIBLE
    assert siting.solve(siting.PMedian(islands, np.ones(3), 3)).report.objective == 3


def test_more_sites_than_candidates_are_infeasible():
    problem = siting.PMedian(ROAD, PERSONS, 6)
    plan = siting.solve(problem)
    assert plan.decision is None
    assert plan.report.termination is Termination.INFEASIBLE
    # 6 asked, 4 candidates
    assert [(cause.constraint, cause.amount) for cause in siting.causes(problem)] == [("(3) number", 2.0)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cost": np.array([1.0])}, "siting_cost_shape"),
        ({"cost": np.where(np.eye(4) > 0, np.nan, ROAD)}, "siting_cost"),
        ({"cost": ROAD - 1}, "siting_cost"),
        ({"cost": ROAD * 1e15}, "siting_total"),
        ({"weight": np.array([1.0])}, "siting_vector_shape"),
        ({"weight": np.array([1, 1, 1, -1.0])}, "siting_vector"),
        ({"weight": np.array([1, 1, 1, INF])}, "siting_vector"),
        ({"p": 0}, "siting_number"),
        ({"p": 1.5}, "siting_number"),
        ({"p": True}, "siting_number"),
        ({"fixed_open": [4]}, "siting_fixed_outside"),
        ({"fixed_open": [-1]}, "siting_fixed_outside"),
        ({"fixed_open": [1, 1]}, "siting_fixed_twice"),
        ({"fixed_open": [0.5]}, "siting_fixed_kind"),
    ],
)
def test_bad_input_is_refused(change: dict[str, object], code: str):
    with pytest.raises(ProblemError) as error:
        siting.PMedian(**{"cost": ROAD, "weight": PERSONS, "p": 2, **change})
    assert error.value.code == code
    assert error.value.message("zh") != error.value.message("en")
