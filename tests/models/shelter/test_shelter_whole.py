"""Whole communities: exact against brute force, bounded by prices and multipliers, a town within its gap."""

from dataclasses import replace

import numpy as np
import pytest
from allocations import INF, dense, placements, problems, town
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Limits, shelter
from models.shelter.bound import best_packing, whole_bound
from models.shelter.kernels.knapsack import fill_knapsack
from models.shelter.problem import travel_value, unmet_value
from models.shelter.whole.zones import gather_zones

SHORT = Limits(time_s=2.0)


@st.composite
def whole_problems(draw: st.DrawFn) -> shelter.Allocation:
    problem = draw(problems(most_cells=6))
    n = problem.persons.size
    zones = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    return replace(problem, whole=np.array(zones))


def value(problem: shelter.Allocation, plan: shelter.AllocationDecision) -> float:
    return travel_value(problem, plan.persons) + unmet_value(problem, plan.unmet)


def test_a_hand_solved_case_of_two_communities():
    # communities of 3 and 3, shelters of 4 and 3. Splitting: 4 at shelter 0 (10 s), 2 at shelter 1 (60 s):
    # 4 x 10 + 2 x 60 = 160. Whole: one community at each: 30 + 180 = 210.
    problem = dense([3, 3], [4, 3], [[10, 60], [10, 60]], whole=np.array([0, 1]))
    plan = shelter.solve(problem, SHORT)
    assert plan.report.objective == 210.0
    split = shelter.solve(replace(problem, whole=None))
    assert split.report.objective == 160.0
    price = shelter.price_of_wholeness(problem, plan)
    assert price.most == pytest.approx(50.0)
    assert price.least <= price.most


def test_cells_of_one_zone_go_together_and_only_where_all_can_go():
    # zone 0 has two cells; only shelter 1 is in reach of both
    problem = dense([2, 2], [9, 9], [[1, 50], [INF, 40]], whole=np.array([0, 0]))
    plan = shelter.solve(problem, SHORT)
    assert plan.decision is not None
    assert plan.decision.persons.tolist() == [0, 2, 2]
    assert plan.report.objective == 180.0


def test_a_community_larger_than_any_shelter_stays_unmet_and_is_named():
    problem = dense([5, 1], [4, 3], [[10, 10], [10, 10]], whole=np.array([7, 8]))
    plan = shelter.solve(problem, SHORT)
    assert plan.decision is not None
    assert plan.decision.unmet.tolist() == [5, 0]
    assert shelter.explain(problem).too_large.tolist() == [7]


@settings(deadline=None, max_examples=60)
@given(whole_problems())
def test_the_plan_equals_the_best_of_all_placements(problem: shelter.Allocation):
    plan = shelter.solve(problem, SHORT)
    assert plan.decision is not None
    best = min(value for value, _, _ in placements(problem))
    assert value(problem, plan.decision) == pytest.approx(best, abs=1e-6)
    assert shelter.check(problem, plan) == []


@settings(deadline=None, max_examples=60)
@given(whole_problems(), st.lists(st.floats(-20, 200), min_size=6, max_size=6))
def test_any_multipliers_give_a_bound_below_every_placement(problem, multipliers: list[float]):
    zones = gather_zones(problem)
    best = min(value for value, _, _ in placements(problem))
    worth = np.array(multipliers)[: zones.problem.persons.size]
    assert whole_bound(zones, worth) <= best + 1e-6


@settings(deadline=None, max_examples=30)
@given(whole_problems(), st.randoms())
def test_whole_is_never_better_than_split_and_renumbering_keeps_it(problem: shelter.Allocation, random):
    plan = shelter.solve(problem, SHORT)
    split = shelter.solve(replace(problem, whole=None))
    assert value(problem, split.decision) <= value(problem, plan.decision) + 0.01
    order = np.arange(problem.persons.size)
    random.shuffle(order)
    moved = replace(
        problem,
        persons=problem.persons[order],
        whole=problem.whole[order],
        cell=np.argsort(order)[problem.cell],
    )
    assert value(moved, shelter.solve(moved, SHORT).decision) == pytest.approx(value(problem, plan.decision))


@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 25)), max_size=14),
    st.integers(0, 120),
    st.sampled_from([0.0, 3.0]),
)
def test_the_knapsack_equals_plain_dynamic_programming(items, capacity: int, tolerance: float):
    profit = np.array([p for p, _ in items], dtype=np.float64)
    size = np.array([s for _, s in items], dtype=np.int64)
    upper, chosen = fill_knapsack(profit, size, capacity, tolerance, 10**6)
    best = best_packing(profit, size, capacity)
    assert size[chosen].sum() <= capacity
    assert profit[chosen].sum() >= best - tolerance - 1e-9
    assert best - 1e-9 <= upper <= best + tolerance + 1e-9


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(1, 25)), max_size=14), st.integers(0, 120))
def test_a_knapsack_cut_short_still_bounds(items, capacity: int):
    profit = np.array([p for p, _ in items], dtype=np.float64)
    size = np.array([s for _, s in items], dtype=np.int64)
    upper, chosen = fill_knapsack(profit, size, capacity, 0.0, 2)
    assert size[chosen].sum() <= capacity
    assert upper >= best_packing(profit, size, capacity) - 1e-9


def test_a_town_is_planned_within_two_percent_and_the_same_seed_gives_the_same_plan():
    problem = town(300, 12, 0.9)
    first, again = (shelter.solve(problem, Limits(time_s=60.0, relative_gap=0.02), seed=3) for _ in range(2))
    assert first.report.gap is not None
    assert first.report.gap < 0.02
    assert first.decision.unmet.sum() == 0
    assert np.array_equal(first.decision.persons, again.decision.persons)
    assert shelter.check(problem, first) == []


def test_the_multipliers_bound_more_than_the_prices():
    problem = town(120, 6, 0.92)
    plan = shelter.solve(problem, Limits(time_s=3.0), seed=1)
    zones = gather_zones(problem)
    assert whole_bound(zones, plan.decision.multipliers) > shelter.dual_bound(
        zones.problem, plan.decision.prices
    )


def test_splitting_a_whole_plan_is_caught():
    problem = dense([2, 2], [4, 4], [[1, 5], [1, 5]], whole=np.array([0, 0]))
    plan = shelter.solve(problem, SHORT)
    split = replace(plan, decision=replace(plan.decision, persons=np.array([2, 0, 0, 2])))
    assert "(4) together" in {violation.constraint for violation in shelter.check(problem, split)}
    left = replace(plan.decision, persons=np.array([2, 0, 0, 0]), unmet=np.array([0, 2]))
    broken = shelter.check(problem, replace(plan, decision=left))
    assert "(4) together" in {violation.constraint for violation in broken}


def test_a_bound_above_what_the_multipliers_prove_is_caught():
    problem = dense([3, 3], [4, 3], [[10, 60], [10, 60]], whole=np.array([0, 1]))
    plan = shelter.solve(problem, SHORT)
    worthless = replace(plan, decision=replace(plan.decision, multipliers=np.zeros(2), prices=np.zeros(2)))
    assert "bound" in {violation.constraint for violation in shelter.check(problem, worthless)}
