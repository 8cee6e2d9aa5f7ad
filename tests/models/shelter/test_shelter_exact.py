"""The allocation is optimal: by hand, by brute force, by another solver, and by properties."""

import itertools

import numpy as np
import pytest
from allocations import by_linear_programme, dense, problems
from hypothesis import given
from hypothesis import strategies as st

from models import Termination, shelter


def test_a_hand_solved_case_with_overflow():
    # cells of 3 and 4 persons, shelters of 4 and 2: 6 of 7 find a place.
    # cell 0: 10 s or 50 s; cell 1: 20 s or 30 s. All 3 of cell 0 to shelter 0 (30), 1 of cell 1 there (20),
    # 2 of cell 1 to shelter 1 (60): 110 person-seconds, 1 unmet.
    plan = shelter.solve(dense([3, 4], [4, 2], [[10, 50], [20, 30]]))
    assert plan.decision is not None
    assert plan.decision.persons.tolist() == [3, 0, 1, 2]
    assert plan.decision.unmet.tolist() == [0, 1]
    assert plan.report.objective == 110.0
    assert plan.report.termination is Termination.OPTIMAL


def test_the_price_of_a_full_shelter_is_what_one_more_place_saves():
    # 5 persons 10 s from shelter 0 (3 places) and 40 s from shelter 1: one more place at 0 saves 30 s
    plan = shelter.solve(dense([5], [3, 9], [[10, 40]]))
    assert plan.decision is not None
    assert plan.decision.prices is not None
    assert plan.decision.prices.tolist() == [30.0, 0.0]


def test_brute_force_agrees_on_a_small_case():
    problem = dense([2, 1, 2], [2, 2], [[7, 9], [3, 8], [6, 1]])
    best = (99, 9e9)
    for counts in itertools.product(range(3), repeat=6):
        flow = np.array(counts)
        sent = np.bincount(problem.cell, weights=flow, minlength=3)
        load = np.bincount(problem.site, weights=flow, minlength=2)
        if (sent <= problem.persons).all() and (load <= problem.capacity).all():
            best = min(best, (int(problem.persons.sum() - flow.sum()), float(flow @ problem.cost_s)))
    plan = shelter.solve(problem)
    assert plan.decision is not None
    assert (int(plan.decision.unmet.sum()), plan.report.objective) == best


@given(problems())
def test_the_plan_equals_that_of_a_linear_programme(problem: shelter.Allocation):
    plan = shelter.solve(problem)
    assert plan.decision is not None
    unmet, cost_s = by_linear_programme(problem)
    assert int(plan.decision.unmet.sum()) == unmet
    assert plan.report.objective == pytest.approx(cost_s, abs=0.01)
    assert plan.report.termination is Termination.OPTIMAL
    assert shelter.check(problem, plan) == []


@given(problems(), st.lists(st.floats(-5, 80), min_size=3, max_size=3))
def test_any_prices_give_a_bound_below_any_plan(problem: shelter.Allocation, prices: list[float]):
    plan = shelter.nearest_plan(problem)
    assert plan.decision is not None
    weighted = plan.report.objective + problem.unmet_weight_s * plan.decision.unmet.sum()
    bound = shelter.dual_bound(problem, np.array(prices)[: problem.capacity.size])
    assert bound <= weighted + 1e-6


@given(problems())
def test_going_to_the_nearest_is_never_better(problem: shelter.Allocation):
    best, near = shelter.solve(problem), shelter.nearest_plan(problem)
    assert best.decision is not None
    assert near.decision is not None
    best_rank = (int(best.decision.unmet.sum()), best.report.objective - 0.01)
    assert best_rank <= (int(near.decision.unmet.sum()), near.report.objective)
    assert shelter.check(problem, near) == []


@given(problems())
def test_one_more_shelter_never_hurts(problem: shelter.Allocation):
    n, m = problem.persons.size, problem.capacity.size
    more = shelter.Allocation(
        problem.persons,
        np.append(problem.capacity, 3),
        np.concatenate([problem.cell, np.arange(n)]),
        np.concatenate([problem.site, np.full(n, m)]),
        np.concatenate([problem.cost_s, np.full(n, 15.0)]),
    )
    before, after = shelter.solve(problem), shelter.solve(more)
    assert before.decision is not None
    assert after.decision is not None
    fewer = int(after.decision.unmet.sum()) - int(before.decision.unmet.sum())
    assert fewer < 0 or (fewer == 0 and after.report.objective <= before.report.objective + 0.01)


@given(problems(), st.randoms())
def test_renumbering_the_arcs_changes_nothing(problem: shelter.Allocation, random):
    order = np.arange(problem.cell.size)
    random.shuffle(order)
    shuffled = shelter.Allocation(
        problem.persons, problem.capacity, problem.cell[order], problem.site[order], problem.cost_s[order]
    )
    assert shelter.solve(shuffled).report.objective == pytest.approx(shelter.solve(problem).report.objective)


def test_no_arcs_and_no_people_are_problems_too():
    empty = np.array([], dtype=np.int64)
    plan = shelter.solve(shelter.Allocation(np.array([5]), np.array([9]), empty, empty, np.array([])))
    assert plan.decision is not None
    assert plan.decision.unmet.tolist() == [5]
    nobody = shelter.solve(dense([0], [0], [[5]]))
    assert nobody.report.objective == 0.0
    assert nobody.report.gap == 0.0


def test_pricing_reaches_the_optimum_with_more_shelters_than_first_arcs():
    rng = np.random.default_rng(7)
    cost = np.round(rng.uniform(10, 900, (60, 40)), 1)
    problem = dense(rng.integers(1, 30, 60).tolist(), rng.integers(1, 25, 40).tolist(), cost.tolist())
    plan = shelter.solve(problem)
    unmet, cost_s = by_linear_programme(problem)
    assert plan.decision is not None
    assert int(plan.decision.unmet.sum()) == unmet
    assert plan.report.objective == pytest.approx(cost_s, abs=0.01)
    assert plan.report.bound == pytest.approx(cost_s, abs=0.5)
