"""Roads and nodes that open and close, and deadlines: by hand, and against the network in time."""

from dataclasses import replace

import numpy as np
import pytest
from evacuations import closing_problems, least_total, long_enough, problem_of, problems, safe_by
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Termination, evacuation
from models.evacuation import Evacuation, clearance, deadlines, total

ROAD = [(0, 1, 3, 2)]


def test_who_comes_after_the_road_closed_is_overtaken() -> None:
    # 2 a step enter at 0 and 1; from step 2 on the road is closed, so the fifth stays. Arrivals 3 3 4 4
    problem = replace(problem_of(ROAD, {0: 5}, {1: np.inf}, 2), closing_step=np.array([2.0]))
    plan = evacuation.solve(problem)
    assert plan.decision is not None
    assert plan.decision.overtaken.tolist() == [1, 0]
    assert plan.decision.clearance_step == plan.report.bound == 4
    assert plan.decision.total_arrival_steps == 3 + 3 + 4 + 4
    assert evacuation.check(problem, plan) == []


def test_people_wait_for_a_road_to_open() -> None:
    # nobody enters before step 4: entries 4 4 5 5 6, the last arrives at 9
    problem = replace(problem_of(ROAD, {0: 5}, {1: np.inf}, 2), opening_step=np.array([4]))
    plan = evacuation.solve(problem)
    assert plan.report.objective == plan.report.bound == 9


def test_people_wait_between_a_road_that_closes_and_one_that_opens() -> None:
    # 0 -> 1 closes at step 2 (entries 0 and 1, 3 each), 1 -> 2 opens at 5 with 2 a step: 5 5 6 6 7 7
    problem = replace(
        problem_of([(0, 1, 1, 3), (1, 2, 1, 2)], {0: 6}, {2: 9}, 3),
        opening_step=np.array([0, 5]),
        closing_step=np.array([2.0, np.inf]),
    )
    plan = evacuation.solve(problem)
    assert plan.report.objective == plan.report.bound == 8
    assert evacuation.check(problem, plan) == []


def test_nobody_is_at_a_node_when_the_water_is_there() -> None:
    # water at node 1 from step 3: who enters 0 -> 1 (2 steps) at 0 may go on from 1; at step 1 is too late
    problem = replace(
        problem_of([(0, 1, 2, 1), (1, 2, 1, 5)], {0: 2, 1: 4}, {2: 9}, 3),
        node_closing_step=np.array([np.inf, 3.0, np.inf]),
    )
    plan = evacuation.solve(problem)
    assert plan.decision is not None
    assert plan.decision.overtaken.tolist() == [1, 0, 0]
    assert plan.decision.clearance_step == 3


def test_a_shelter_takes_nobody_once_it_is_closed() -> None:
    # shelter 1 takes arrivals before step 4: entries 0, with 3 steps of road; the rest goes to 2 in 5 steps
    problem = replace(
        problem_of([(0, 1, 3, 2), (0, 2, 5, 2)], {0: 6}, {1: 9, 2: 9}, 3),
        node_closing_step=np.array([np.inf, 4.0, np.inf]),
    )
    plan = evacuation.solve(problem)
    assert plan.report.objective == plan.report.bound == 6


def test_most_are_safe_by_a_deadline_and_as_soon_as_so_many_can_be() -> None:
    # by step 4 two entries of 2: 4 of 5, the last of them at 4
    problem = problem_of(ROAD, {0: 5}, {1: np.inf}, 2)
    plan = evacuation.solve(problem, "most_safe", deadline_step=4)
    assert plan.decision is not None
    assert plan.report.objective == plan.report.bound == 4
    assert plan.decision.overtaken.tolist() == [1, 0]
    # with 10 steps all five, and not later than need be
    later = evacuation.solve(problem, "most_safe", deadline_step=10)
    assert later.decision is not None
    assert later.report.objective == 5
    assert later.decision.clearance_step == 5


def test_a_deadline_before_anyone_can_leave_says_who_is_overtaken() -> None:
    problem = problem_of(ROAD, {0: 5}, {1: np.inf}, 2)
    plan = evacuation.solve(problem, "most_safe", deadline_step=2)
    assert plan.report.termination is Termination.INFEASIBLE
    assert plan.decision is not None
    assert plan.decision.overtaken.tolist() == [5, 0]
    assert evacuation.check(problem, plan) == []


def test_each_cause_of_staying_is_told_apart() -> None:
    # 0: two for one place that is reached in time; 2: no road; 3: the road is closed before it opens
    problem = replace(
        problem_of([(0, 1, 1, 1), (3, 4, 1, 1)], {0: 2, 2: 3, 3: 4}, {1: 1, 4: 9}, 5),
        opening_step=np.array([0, 3]),
        closing_step=np.array([np.inf, 3.0]),
    )
    plan = evacuation.solve(problem)
    assert plan.decision is not None
    assert plan.decision.no_place.tolist() == [1, 0, 0, 0, 0]
    assert plan.decision.cut_off.tolist() == [0, 0, 3, 0, 0]
    assert plan.decision.overtaken.tolist() == [0, 0, 0, 4, 0]
    assert evacuation.check(problem, plan) == []


@given(closing_problems())
@settings(max_examples=200)
def test_as_many_as_ever_can_are_safe_at_the_first_step_at_which_so_many_can_be(problem: Evacuation) -> None:
    plan = evacuation.solve(problem)
    decision = plan.decision
    assert decision is not None
    assert evacuation.check(problem, plan) == []
    safe = int(decision.groups.persons.sum())
    assert safe == safe_by(problem, long_enough(problem))
    if safe:
        assert plan.report.bound == decision.clearance_step
        assert safe_by(problem, decision.clearance_step) == safe
        assert safe_by(problem, decision.clearance_step - 1) < safe


@given(closing_problems())
@settings(max_examples=100)
def test_the_total_arrival_is_the_least_of_those_who_can_be_safe(problem: Evacuation) -> None:
    plan = evacuation.solve(problem, "total_arrival")
    decision = plan.decision
    assert decision is not None
    assert evacuation.check(problem, plan) == []
    leaving = replace(problem, supply=problem.supply - decision.staying)
    if leaving.persons:
        assert decision.total_arrival_steps == least_total(leaving, long_enough(problem))
        assert plan.report.objective == plan.report.bound


@given(st.one_of(problems(), closing_problems()), st.integers(0, 12))
@settings(max_examples=200)
def test_no_plan_brings_more_to_safety_by_a_deadline(problem: Evacuation, deadline_step: int) -> None:
    plan = evacuation.solve(problem, "most_safe", deadline_step=deadline_step)
    decision = plan.decision
    assert decision is not None
    assert evacuation.check(problem, plan) == []
    safe = int(decision.groups.persons.sum())
    assert plan.report.objective == plan.report.bound == safe == safe_by(problem, deadline_step)
    if safe:
        assert safe_by(problem, decision.clearance_step - 1) < safe


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no grid be small enough to be exact, and coarse ones have two copies or so."""
    monkeypatch.setattr(clearance, "MOVES_EXACT", 0)
    monkeypatch.setattr(clearance, "MOVES_COARSE", 8)
    monkeypatch.setattr(deadlines, "FINE_ENOUGH", 0)
    monkeypatch.setattr(total, "EXACT_MOVES", 0)


@pytest.mark.usefixtures("coarse")
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(closing_problems())
def test_coarse_grids_prove_the_same_where_roads_close(problem: Evacuation) -> None:
    plan = evacuation.solve(problem, "total_arrival")
    decision = plan.decision
    assert decision is not None
    assert evacuation.check(problem, plan) == []
    safe = int(decision.groups.persons.sum())
    assert safe == safe_by(problem, long_enough(problem))
    if safe:
        leaving = replace(problem, supply=problem.supply - decision.staying)
        least = least_total(leaving, long_enough(problem))
        assert plan.report.bound is not None
        assert plan.report.bound <= least <= decision.total_arrival_steps
        assert evacuation.solve(problem).report.bound == decision.clearance_step
        assert safe_by(problem, decision.clearance_step - 1) < safe


def test_a_plan_over_a_closed_road_is_caught() -> None:
    problem = problem_of(ROAD, {0: 5}, {1: np.inf}, 2)
    plan = evacuation.solve(problem)
    closed = replace(problem, closing_step=np.array([2.0]))
    assert "(6)" in {violation.constraint for violation in evacuation.check(closed, plan)}


def test_people_called_overtaken_who_are_not_are_caught() -> None:
    problem = replace(problem_of(ROAD, {0: 5}, {1: np.inf}, 2), closing_step=np.array([2.0]))
    plan = evacuation.solve(problem)
    open_longer = replace(problem, closing_step=np.array([3.0]))
    assert [violation.where for violation in evacuation.check(open_longer, plan)] == ["overtaken"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("opening_step", [-1]),
        ("opening_step", [1.5]),
        ("opening_step", [np.inf]),
        ("closing_step", [np.nan]),
        ("closing_step", [-2.0]),
        ("closing_step", [1.0, 2.0]),
        ("node_closing_step", [0.5, 1.0]),
        ("node_closing_step", [1.0]),
    ],
)
def test_windows_that_cannot_be_are_refused(field: str, value: list[float]) -> None:
    with pytest.raises(ProblemError):
        replace(problem_of(ROAD, {0: 5}, {1: 9}, 2), **{field: np.array(value)})


@pytest.mark.parametrize("deadline_step", [None, -1, 2.5])
def test_a_deadline_that_is_none_is_refused(deadline_step: int | None) -> None:
    with pytest.raises(ProblemError):
        evacuation.solve(problem_of(ROAD, {0: 5}, {1: 9}, 2), "most_safe", deadline_step=deadline_step)


def test_a_deadline_with_another_objective_is_refused() -> None:
    with pytest.raises(ProblemError):
        evacuation.solve(problem_of(ROAD, {0: 5}, {1: 9}, 2), "clearance", deadline_step=4)


def test_a_total_is_proven_past_people_whose_only_road_never_opens() -> None:
    # from 1 one a step to 0, or to 2, whose way on never opens: two are safe at 1 and 2, who is at 2 stays
    problem = Evacuation(
        tail=np.array([1, 1, 2]), head=np.array([0, 2, 0]), travel_steps=np.ones(3, dtype=np.int64),
        capacity=np.ones(3, dtype=np.int64), supply=np.array([0, 2, 1]),
        shelter_capacity=np.array([2.0, 0.0, 0.0]), opening_step=np.array([0, 0, 1]),
        closing_step=np.array([np.inf, np.inf, 1.0]),
    )  # fmt: skip
    plan = evacuation.solve(problem, "total_arrival")
    assert plan.report.objective == plan.report.bound == 3
    assert evacuation.check(problem, plan) == []
