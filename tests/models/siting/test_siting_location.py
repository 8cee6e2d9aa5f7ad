"""Sites with a capacity: by hand, published, by brute force, and the certificate."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from instances import pmedcap, sscflp
from scipy.optimize import linprog

from dss.errors import ProblemError
from models import Limits, Termination, siting

INF = np.inf
EXACT = Limits(relative_gap=0.0)
# Two quarters of 6 and 4 persons, sites A (8 places, 10 to open) and B (5 places, 1 to open).
TOWN = {
    "cost": np.array([[6.0, 12.0], [8.0, 4.0]]),
    "demand": np.array([6.0, 4.0]),
    "capacity": np.array([8.0, 5.0]),
    "fixed_cost": np.array([10.0, 1.0]),
}


def test_whole_quarters():
    # 10 persons need both sites (11). A holds one quarter only; the first does not fit into B: 6 + 4. So 21.
    problem = siting.FacilityLocation(**TOWN, single_source=True)
    plan = siting.solve(problem, EXACT)
    assert plan.report.objective == plan.report.bound == 21
    assert plan.decision.assignment.tolist() == [0, 1]
    assert siting.check(problem, plan) == []


def test_split_quarters():
    # As above nothing is gained by splitting: each quarter has the cheaper site for itself.
    problem = siting.FacilityLocation(**TOWN)
    plan = siting.solve(problem, EXACT)
    assert plan.report.objective == pytest.approx(21)
    assert plan.decision.assignment.toarray() == pytest.approx(np.eye(2))
    # Were A smaller by 3 places, 1 of the 6 persons would go to B: 5/6 x 6 + 1/6 x 12 = 7, and 4: 22.
    tight = siting.FacilityLocation(**{**TOWN, "capacity": np.array([5.0, 5.0])})
    plan = siting.solve(tight, EXACT)
    assert plan.report.objective == pytest.approx(22)
    assert siting.check(tight, plan) == []


@pytest.mark.parametrize("name", ["p1", "p4", "p13", "p19", "p24"])
def test_published_single_source_optima_are_proven(shared, name: str):
    folder = shared / "oracles" / "sscflp" / "Lib_2"
    optimum = float((folder / "os").read_text().split()[int(name[1:]) - 1])
    problem = siting.FacilityLocation(**sscflp(folder, name), single_source=True)
    plan = siting.solve(problem, EXACT)
    assert plan.report.objective == plan.report.bound == optimum
    assert siting.check(problem, plan) == []


@pytest.mark.parametrize("name", ["pmedcap1_2", "pmedcap1_4", "pmedcap1_9"])
def test_published_capacitated_medians_are_proven(shared, name: str):
    arrays, p, optimum = pmedcap(shared / "oracles" / "pmedcap" / f"{name}.txt")
    problem = siting.FacilityLocation(**arrays, p=p, single_source=True)
    plan = siting.solve(problem, EXACT)
    assert plan.report.objective == plan.report.bound == optimum
    assert siting.check(problem, plan) == []


def random_arrays(seed: int, n: int, m: int):
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 20, (n, m)).astype(float)
    cost[rng.random((n, m)) < 0.15] = INF
    return {
        "cost": cost,
        "demand": rng.integers(0, 6, n).astype(float),
        "capacity": rng.integers(0, 12, m).astype(float),
        "fixed_cost": rng.integers(0, 15, m).astype(float),
    }


def whole_optimum(cost, demand, capacity, fixed_cost, p) -> float:
    n, m = cost.shape
    best = INF
    for sites in product(range(m), repeat=n):
        used = set(sites)
        load = np.bincount(sites, demand, m)
        if (load > capacity).any() or (p is not None and len(used) > p):
            continue
        closed = sorted(set(range(m)) - used, key=lambda j: fixed_cost[j])
        extra = sum(fixed_cost[j] for j in closed[: (p or 0) - len(used)]) if p is not None else 0
        best = min(best, sum(cost[i, j] for i, j in enumerate(sites)) + sum(fixed_cost[list(used)]) + extra)
    return best


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 5), m=st.integers(1, 4), p=st.sampled_from([None, 1, 2]))
def test_brute_force_agrees_on_whole_demands(seed: int, n: int, m: int, p: int | None):
    arrays = random_arrays(seed, n, m)
    p = None if p is None else min(p, m)
    best = whole_optimum(**arrays, p=p)
    problem = siting.FacilityLocation(**arrays, p=p, single_source=True)
    plan = siting.solve(problem, EXACT)
    assert siting.check(problem, plan) == []
    if np.isinf(best):
        assert plan.report.termination is Termination.INFEASIBLE
    else:
        assert plan.report.objective == plan.report.bound == best
        assert siting.certified_bound(problem, plan.decision, best) <= best + 1e-6


def split_optimum(cost, demand, capacity, fixed_cost) -> float:
    """Return the least cost over all sets of sites, each a transportation problem."""
    n, m = cost.shape
    best = INF
    for k in range(m + 1):
        for sites in combinations(range(m), k):
            if not sites:
                continue
            part = cost[:, sites]
            served = np.kron(np.eye(n), np.ones(len(sites)))
            load = np.kron(demand, np.eye(len(sites)))
            bounds = [(0, 0 if np.isinf(c) else 1) for c in part.ravel()]
            c = np.where(np.isinf(part), 0, part).ravel()
            flow = linprog(c, load, capacity[list(sites)], served, np.ones(n), bounds=bounds)
            if flow.status == 0:
                best = min(best, flow.fun + fixed_cost[list(sites)].sum())
    return best


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 5), m=st.integers(1, 4))
def test_brute_force_agrees_on_split_demands(seed: int, n: int, m: int):
    arrays = random_arrays(seed, n, m)
    best = split_optimum(**arrays)
    problem = siting.FacilityLocation(**arrays)
    plan = siting.solve(problem, EXACT)
    assert siting.check(problem, plan) == []
    if np.isinf(best):
        assert plan.report.termination is Termination.INFEASIBLE
    else:
        assert plan.report.objective == pytest.approx(best, abs=1e-5)
        assert plan.report.bound == pytest.approx(best, abs=1e-5)


def test_too_little_room_is_infeasible_and_says_how_much_is_missing():
    problem = siting.FacilityLocation(**{**TOWN, "capacity": np.array([4.0, 3.0])})
    assert siting.solve(problem).report.termination is Termination.INFEASIBLE
    # 10 persons, 7 places
    assert [(c.constraint, c.amount) for c in siting.causes(problem)] == [("(6) capacity", 3.0)]


def test_whole_demands_that_do_not_fit_are_infeasible():
    # Two of 3 and one of 4 need 10 places; there are 5 + 5, but no site holds two of them.
    problem = siting.FacilityLocation(
        np.ones((3, 2)), np.array([3.0, 3.0, 4.0]), np.array([5.0, 5.0]), np.zeros(2), single_source=True
    )
    assert siting.causes(problem) == []
    assert siting.solve(problem).report.termination is Termination.INFEASIBLE


def test_nobody_to_serve_opens_nothing_that_costs():
    problem = siting.FacilityLocation(
        np.zeros((0, 2)), np.zeros(0), np.ones(2), np.ones(2), single_source=True
    )
    plan = siting.solve(problem)
    assert plan.report.objective == 0
    assert siting.check(problem, plan) == []


def test_negative_capacity_is_refused():
    with pytest.raises(ProblemError) as error:
        siting.FacilityLocation(**{**TOWN, "capacity": np.array([-1.0, 5.0])})
    assert error.value.code == "siting_vector"
