"""Rules between sites and capacities, in every model: by hand and by brute force over all site sets."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dss.errors import ProblemError
from models import Limits, Termination, siting

INF = np.inf
EXACT = Limits(relative_gap=0.0)
AT_KM = np.array([0.0, 1.0, 4.0, 10.0])
ROAD = np.abs(AT_KM[:, None] - AT_KM[None, :])
PERSONS = np.array([3.0, 1.0, 2.0, 4.0])


def test_sites_too_near_each_other_do_not_open_both():
    # Two sites: 0 and 10 cost 1 x 1 + 2 x 4 = 9, 1 and 10 cost 3 x 1 + 2 x 3 = 9, 4 and 10 cost 12 + 3 = 15.
    # Sites less than 9.5 km apart are refused: only 0 and 10 are left.
    rules = siting.SiteRules(apart=siting.too_near(AT_KM, np.zeros(4), 9.5))
    problem = siting.PMedian(ROAD, PERSONS, 2, rules=rules)
    plan = siting.solve(problem, EXACT)
    assert plan.decision.open_sites.tolist() == [0, 3]
    assert plan.report.objective == plan.report.bound == 9
    assert siting.check(problem, plan) == []


def test_a_budget_alone_decides_how_many_sites_open():
    # 7 for sites of 3 each buys two; two sites cost 9 at best (above), three would cost 3 x 0 + 1 x 1 + ...
    rules = siting.SiteRules(site_cost=np.full(4, 3.0), budget=7.0)
    plan = siting.solve(siting.PMedian(ROAD, PERSONS, None, rules=rules), EXACT)
    assert plan.decision.open_sites.size == 2
    assert plan.report.objective == pytest.approx(9)


def test_a_budget_below_the_cheapest_sites_is_infeasible_and_says_by_how_much():
    # The two cheapest of 5, 4, 6, 8 cost 9, the budget is 7: 2 are missing.
    rules = siting.SiteRules(site_cost=np.array([5.0, 4, 6, 8]), budget=7.0)
    problem = siting.MaxCoverage(ROAD, PERSONS, 2, 3.0, rules=rules)
    assert siting.solve(problem).report.termination is Termination.INFEASIBLE
    assert [(c.constraint, c.amount) for c in siting.causes(problem)] == [("(10) budget", 2.0)]


def test_fixed_sites_that_exclude_each_other_are_named():
    rules = siting.SiteRules(exclusive=(np.array([0, 1, 2]),))
    problem = siting.SetCover(ROAD, 3.0, fixed_open=[0, 2], rules=rules)
    assert siting.solve(problem).report.termination is Termination.INFEASIBLE
    assert [c.constraint for c in siting.causes(problem)] == ["(8) exclusive"]


def test_a_plan_that_breaks_a_rule_is_caught():
    free = siting.PMedian(ROAD, PERSONS, 2)
    plan = siting.solve(free)
    rules = siting.SiteRules(apart=plan.decision.open_sites.reshape(1, 2))
    ruled = siting.PMedian(ROAD, PERSONS, 2, rules=rules)
    assert [v.constraint for v in siting.check(ruled, plan)] == ["(9) apart"]


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (siting.SiteRules(exclusive=(np.array([0, 0]),)), "siting_rule_twice"),
        (siting.SiteRules(apart=np.array([[1, 1]])), "siting_rule_twice"),
        (siting.SiteRules(apart=np.array([[1, 9]])), "siting_rule_outside"),
        (siting.SiteRules(exclusive=(np.array([0.5, 1.0]),)), "siting_rule_kind"),
        (siting.SiteRules(budget=3.0), "siting_rule_budget"),
        (siting.SiteRules(site_cost=np.ones(4), budget=np.nan), "siting_budget"),
        (siting.SiteRules(site_cost=-np.ones(4), budget=1.0), "siting_vector"),
    ],
)
def test_rules_that_cannot_be_are_refused(rules: siting.SiteRules, code: str):
    with pytest.raises(ProblemError) as error:
        siting.PMedian(ROAD, PERSONS, 2, rules=rules)
    assert error.value.code == code


def test_no_number_without_a_budget_is_refused():
    with pytest.raises(ProblemError) as error:
        siting.PMedian(ROAD, PERSONS, None)
    assert error.value.code == "siting_number"


def drawn(seed: int, n: int, m: int):
    """Return costs, weights, rules and p."""
    rng = np.random.default_rng(seed)
    cost = rng.integers(0, 9, (n, m)).astype(float)
    cost[rng.random((n, m)) < 0.15] = INF
    pairs = np.array([(j, k) for j, k in combinations(range(m), 2) if rng.random() < 0.2], dtype=np.int64)
    group = (rng.permutation(m)[:2],) if seed % 2 and m > 1 else ()
    budget = {"site_cost": rng.integers(0, 5, m).astype(float), "budget": float(rng.integers(0, 12))}
    rules = siting.SiteRules(group, pairs.reshape(-1, 2), **(budget if seed % 3 else {}))
    p = int(rng.integers(1, m + 1))
    return cost, rng.integers(0, 5, n).astype(float), rules, p


def allowed_sets(rules: siting.SiteRules, m: int, p: int | None):
    """Yield every set of sites that keeps the rules."""
    for k in range(1, m + 1) if p is None else [p]:
        for sites in combinations(range(m), k):
            pairs = [tuple(pair) for pair in rules.apart if set(pair) <= set(sites)]
            groups = [g for g in rules.exclusive if len(set(g.tolist()) & set(sites)) > 1]
            dear = rules.budget is not None and rules.site_cost[list(sites)].sum() > rules.budget
            if not (pairs or groups or dear):
                yield list(sites)


def judge(problem: siting.Problem, best: float):
    plan = siting.solve(problem, EXACT)
    assert siting.check(problem, plan) == []
    if not np.isfinite(best):
        assert plan.report.termination is Termination.INFEASIBLE
        return
    assert plan.report.objective == pytest.approx(best, abs=1e-5)
    assert plan.report.bound == pytest.approx(best, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 6), m=st.integers(1, 6))
def test_brute_force_agrees_under_rules(seed: int, n: int, m: int):
    cost, weight, rules, p = drawn(seed, n, m)
    number = None if rules.budget is not None and seed % 5 == 0 else p
    sets = list(allowed_sets(rules, m, number))
    near = {tuple(s): cost[:, s].min(axis=1) for s in sets}
    served = {s: d for s, d in near.items() if np.isfinite(d).all()}
    judge(
        siting.PMedian(cost, weight, number, rules=rules),
        min((float(weight @ d) for d in served.values()), default=INF),
    )
    judge(siting.PCenter(cost, number, rules=rules), min((d.max() for d in served.values()), default=INF))
    most = max((float(weight @ (d <= 4)) for d in near.values()), default=-INF)
    judge(siting.MaxCoverage(cost, weight, number, 4.0, rules=rules), most)
    any_number = allowed_sets(rules, m, None)
    fewest = min((len(s) for s in any_number if (cost[:, s].min(axis=1) <= 4).all()), default=INF)
    judge(siting.SetCover(cost, 4.0, rules=rules), fewest)


def least_service(cost, demand, capacity, sites) -> float:
    """Return the least cost of serving all demands, split, from some sites, by linear programming."""
    n, k = cost.shape[0], len(sites)
    c = cost[:, sites].ravel()
    use = np.isfinite(c)
    once = np.kron(np.eye(n), np.ones(k))[:, use]
    load = np.stack([np.where(np.arange(n * k) % k == j, np.repeat(demand, k), 0.0)[use] for j in range(k)])
    if not use.any():
        return INF
    found = linprog(c[use], A_ub=load, b_ub=capacity[sites], A_eq=once, b_eq=np.ones(n), method="highs")
    return float(found.fun) if found.success else INF


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), n=st.integers(1, 5), m=st.integers(1, 5))
def test_brute_force_agrees_with_capacities_and_rules(seed: int, n: int, m: int):
    cost, weight, rules, p = drawn(seed, n, m)
    weight = weight + 1
    capacity = np.random.default_rng(seed + 1).integers(1, 12, m).astype(float)
    sets = list(allowed_sets(rules, m, p))
    priced = [least_service(cost * weight[:, None], weight, capacity, s) for s in sets]
    judge(siting.PMedian(cost, weight, p, capacity=capacity, rules=rules), min(priced, default=INF))
    levels = np.unique(cost[np.isfinite(cost)])
    longest = min(
        (
            r
            for r in levels
            if any(
                np.isfinite(least_service(np.where(cost <= r, 0.0, INF), weight, capacity, s)) for s in sets
            )
        ),
        default=INF,
    )
    center = siting.PCenter(cost, p, demand=weight, capacity=capacity, rules=rules)
    judge(center, longest)
    within = np.where(cost <= 4, 0.0, INF)
    fewest = min(
        (
            len(s)
            for s in allowed_sets(rules, m, None)
            if np.isfinite(least_service(within, weight, capacity, s))
        ),
        default=INF,
    )
    judge(siting.SetCover(cost, 4.0, demand=weight, capacity=capacity, rules=rules), fewest)


def test_whole_demands_need_more_sites_than_split_ones():
    # Three demands of 2 and sites that hold 3: split, two sites hold all 6; whole, each site holds one.
    cost, demand, capacity = np.zeros((3, 4)), np.full(3, 2.0), np.full(4, 3.0)
    split = siting.SetCover(cost, 1.0, demand=demand, capacity=capacity)
    whole = siting.SetCover(cost, 1.0, demand=demand, capacity=capacity, single_source=True)
    for problem, fewest in ((split, 2), (whole, 3)):
        plan = siting.solve(problem, EXACT)
        assert plan.report.objective == plan.report.bound == fewest
        assert siting.check(problem, plan) == []


def test_demand_without_capacity_is_refused():
    with pytest.raises(ProblemError) as error:
        siting.PCenter(ROAD, 2, demand=PERSONS)
    assert error.value.code == "siting_demand_capacity"
