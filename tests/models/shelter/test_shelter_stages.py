"""Stages: communities stay together, move on as shelters close, and the prices bound every plan."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Limits
from models.shelter import stages
from models.shelter.stages.problem import choice_value

SHORT = Limits(time_s=2.0)


def make(persons, capacity, stay_s, move_s, unmet_s: float = 1000.0) -> stages.Stages:
    seconds = (np.array(stay_s, dtype=float), np.array(move_s, dtype=float))
    return stages.Stages(np.array(persons), np.array(capacity), *seconds, unmet_s)


# Two communities of 2 and 3; emergency shelters 0 and 1, long-term shelter 2 opens when 0 and 1 close.
MOVING = make(
    [[2, 3], [1, 3]],
    [[3, 3, 0], [0, 0, 9]],
    [[[10, 20, 99], [10, 40, 99]], [[0, 0, 0], [0, 0, 0]]],
    [[0, 5, 50], [5, 0, 30], [50, 30, 0]],
)


def test_a_hand_solved_move_from_emergency_to_long_term():
    # both want shelter 0, where one has room. Community 0 there: 2 x 10 + 1 x 50, 1 at shelter 1: 3 x 40 +
    # 3 x 30: 70 + 210 = 280. The other way: 2 x 20 + 1 x 30 + 3 x 10 + 3 x 50 = 250.
    plan = stages.solve(MOVING, SHORT)
    assert plan.report.objective == 250.0
    assert plan.decision.site.tolist() == [[1, 0], [2, 2]]
    assert stages.check(MOVING, plan) == []


def test_a_move_that_costs_too_much_is_avoided_from_the_start():
    # shelter 0 is nearer but closes after the first stage; going to shelter 1 at once saves the move
    problem = make([[4], [4]], [[4, 4], [0, 4]], [[[10, 20]], [[0, 0]]], [[0, 60], [60, 0]])
    plan = stages.solve(problem, SHORT)
    assert plan.decision.site.tolist() == [[1], [1]]
    assert plan.report.objective == 80.0


@st.composite
def problems(draw: st.DrawFn) -> stages.Stages:
    count, n, m = draw(st.integers(1, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 3))
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    stay_s = rng.integers(0, 50, (count, n, m)).astype(float)
    stay_s[rng.random(stay_s.shape) < 0.15] = np.inf
    move_s = rng.integers(0, 50, (m, m)).astype(float)
    np.fill_diagonal(move_s, 0)
    persons, capacity = rng.integers(0, 5, (count, n)), rng.integers(0, 9, (count, m))
    return stages.Stages(persons, capacity, stay_s, move_s, 200.0)


def best_value(problem: stages.Stages) -> float:
    count, n = problem.persons.shape
    m = problem.capacity.shape[1]
    values = []
    for picks in itertools.product(range(m + 1), repeat=count * n):
        choice = np.array(picks).reshape(count, n)
        loads = np.stack([np.bincount(choice[s], problem.persons[s], m + 1)[:m] for s in range(count)])
        if (loads <= problem.capacity).all():
            values.append(choice_value(problem, choice))
    return min(values)


@settings(deadline=None, max_examples=40)
@given(problems(), st.integers(0, 10**6))
def test_bound_best_and_plan_are_in_order_whatever_the_prices(problem: stages.Stages, seed: int):
    if problem.persons.size * np.log2(problem.capacity.shape[1] + 1) > 12:
        problem = stages.Stages(
            problem.persons[:2, :2], problem.capacity[:2], problem.stay_s[:2, :2], problem.move_s, 200.0
        )
    plan = stages.solve(problem, SHORT)
    best = best_value(problem)
    assert plan.report.bound <= best + 1e-6
    assert plan.report.objective >= best - 1e-6
    assert stages.check(problem, plan) == []
    prices = np.random.default_rng(seed).uniform(-5, 60, problem.capacity.shape)
    assert stages.price_bound(problem, prices) <= best + 1e-6


def test_a_town_over_three_stages_stays_within_four_percent():
    rng = np.random.default_rng(4)
    n, m = 60, 12
    home, place = rng.uniform(0, 3000, (n, 2)), rng.uniform(0, 3000, (m, 2))
    way_s = np.hypot(*(home[:, None] - place[None]).transpose(2, 0, 1))
    move_s = np.hypot(*(place[:, None] - place[None]).transpose(2, 0, 1))
    first = rng.integers(20, 200, n)
    persons = np.stack([first, first // 2, first // 4])
    capacity = np.zeros((3, m), dtype=np.int64)
    for s, (start, load) in enumerate(((0, 0.8), (4, 0.8), (8, 0.8))):
        capacity[s, start:] = persons[s].sum() / load / (m - start)
    stay_s = np.stack([way_s, 0.1 * way_s, 0.1 * way_s])
    problem = stages.Stages(persons, capacity, stay_s, move_s, 20_000.0)
    plan = stages.solve(problem, Limits(time_s=8.0))
    assert plan.decision.placed.all()
    assert plan.report.gap < 0.04
    assert stages.check(problem, plan) == []


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"site": np.array([[0, 0], [2, 2]])}, "(2) capacity"),
        ({"site": np.array([[1, 0], [2, 3]])}, "(1) shelter"),
        ({"placed": np.array([[True, True], [True, False]])}, "objective"),
        ({"prices": np.zeros((2, 2))}, "bound"),
        ({"site": np.array([[1, 0]])}, "shape"),
    ],
)
def test_a_tampered_plan_is_caught(change: dict[str, np.ndarray], constraint: str):
    plan = stages.solve(MOVING, SHORT)
    tampered = replace(plan, decision=replace(plan.decision, **change))
    assert constraint in {violation.constraint for violation in stages.check(MOVING, tampered)}


def test_a_forbidden_stay_and_a_false_bound_are_caught():
    plan = stages.solve(MOVING, SHORT)
    closed = replace(MOVING, stay_s=np.where(np.arange(3) == 2, np.inf, MOVING.stay_s))
    assert "(3) allowed" in {violation.constraint for violation in stages.check(closed, plan)}
    claimed = replace(plan, report=replace(plan.report, bound=251.0))
    assert "bound" in {violation.constraint for violation in stages.check(MOVING, claimed)}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"persons": np.array([2, 3])}, "shelter_shape"),
        ({"capacity": np.array([[3, 3, 0]])}, "shelter_shape"),
        ({"capacity": np.full((2, 3), -1)}, "not_whole_persons"),
        ({"move_s": np.full((3, 3), np.nan)}, "stages_seconds"),
        ({"stay_s": np.full((2, 2, 3), -1.0)}, "stages_seconds"),
        ({"stay_s": np.zeros((2, 2, 2))}, "shelter_shape"),
        ({"unmet_s": -1.0}, "shelter_range"),
    ],
)
def test_bad_arrays_are_refused(change: dict[str, object], code: str):
    with pytest.raises(ProblemError) as caught:
        replace(MOVING, **change)
    assert caught.value.code == code
