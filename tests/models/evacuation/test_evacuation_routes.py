"""Few ways for each origin: by hand, and nobody is lost on random networks."""

from dataclasses import replace

import numpy as np
import pytest
from evacuations import closing_problems, problem_of, problems
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import evacuation
from models.evacuation import Evacuation, FewRule, Groups
from models.evacuation.main_ways import main_ways


def test_one_way_instead_of_two_costs_what_it_says() -> None:
    # two roads of 1 step, one a step each: 6 persons are safe at 3 by both, at 6 by one
    problem = problem_of([(0, 1, 1, 1), (0, 1, 1, 1)], {0: 6}, {1: 9}, 2)
    plan = evacuation.solve(problem)
    assert plan.report.objective == 3
    few = evacuation.few_routes(problem, plan, FewRule(latest_step=6))
    assert few.ways_before.tolist() == [2, 0]
    assert few.ways.tolist() == [1, 0]
    assert few.plan.report.objective == 6
    assert few.plan.report.bound == 3
    assert evacuation.check(problem, few.plan) == []


def test_as_many_ways_as_there_are_cost_nothing() -> None:
    problem = problem_of([(0, 1, 1, 1), (0, 1, 1, 1)], {0: 6}, {1: 9}, 2)
    few = evacuation.few_routes(problem, evacuation.solve(problem), FewRule(2))
    assert few.plan.report.objective == few.plan.report.bound == 3


def test_an_origin_gets_another_way_where_time_is_short() -> None:
    # by step 3 six persons can be safe by both roads, three by one
    problem = problem_of([(0, 1, 1, 1), (0, 1, 1, 1)], {0: 6}, {1: 9}, 2)
    plan = evacuation.solve(problem, "most_safe", deadline_step=3)
    few = evacuation.few_routes(problem, plan, FewRule())
    assert few.ways.tolist() == [2, 0]
    assert few.plan.report.objective == few.plan.report.bound == 6


def test_an_origin_whose_people_would_come_too_late_keeps_its_ways() -> None:
    # 6 persons by one road are safe at 6; who may be no later than 4 keeps both
    problem = problem_of([(0, 1, 1, 1), (0, 1, 1, 1)], {0: 6}, {1: 9}, 2)
    plan = evacuation.solve(problem)
    assert evacuation.few_routes(problem, plan, FewRule(latest_step=6)).ways.tolist() == [1, 0]
    assert evacuation.few_routes(problem, plan, FewRule(latest_step=4)).ways.tolist() == [2, 0]


def test_the_loads_of_many_ways_are_those_of_few() -> None:
    # homes 0 and 1, shelters 3 and 4 behind node 2; each home sends two persons to each shelter
    problem = problem_of(
        [(0, 2, 1, 4), (1, 2, 1, 4), (2, 3, 1, 4), (2, 4, 1, 4)], {0: 4, 1: 4}, {3: 4, 4: 4}, 5
    )
    offsets, arc = np.array([0, 2, 4, 6, 8]), np.array([0, 2, 0, 3, 1, 2, 1, 3])
    groups = Groups(np.array([0, 0, 1, 1]), np.full(4, 2), offsets, arc, np.zeros(8, dtype=np.int64))
    ways = main_ways(problem, groups, np.arange(5))
    assert ways.origin.tolist() == [0, 1]
    assert ways.persons.tolist() == [4, 4]
    assert sorted(problem.head[ways.arc[ways.offsets[1:] - 1]].tolist()) == [3, 4]


def test_homes_of_a_community_share_a_shelter_where_that_fits() -> None:
    # two persons each at 0, 1, 2; both shelters are as near, and have room for four and two
    arcs = [(v, 3, 1, 9) for v in range(3)] + [(3, 4, 1, 9), (3, 5, 1, 9)]
    problem = problem_of(arcs, {0: 2, 1: 2, 2: 2}, {4: 4, 5: 2}, 6)
    way = np.array([0, 3, 1, 4, 2, 3])
    groups = Groups(np.arange(3), np.full(3, 2), np.array([0, 2, 4, 6]), way, np.zeros(6, dtype=np.int64))
    ways = main_ways(problem, groups, np.array([0, 0, 1, 2, 2, 2]))
    assert problem.head[ways.arc[ways.offsets[1:] - 1]].tolist() == [4, 4, 5]


@given(
    st.one_of(problems(), closing_problems()),
    st.sampled_from(["clearance", "total_arrival"]),
    st.integers(1, 2),
    st.integers(0, 40),
)
@settings(max_examples=100)
def test_everybody_still_arrives_by_fewer_ways(
    problem: Evacuation, objective: evacuation.Objective, most_ways: int, latest_step: int
) -> None:
    plan = evacuation.solve(problem, objective)
    few = evacuation.few_routes(problem, plan, FewRule(most_ways, latest_step))
    assert evacuation.check(problem, few.plan) == []
    assert plan.decision is not None
    assert few.plan.decision is not None
    assert few.plan.decision.groups.persons.sum() == plan.decision.groups.persons.sum()
    assert (few.ways <= few.ways_before).all()
    assert few.plan.decision.clearance_step <= max(plan.decision.clearance_step, latest_step)


def test_who_needs_the_narrow_road_keeps_it_where_others_have_a_way_around() -> None:
    # home 0 has only the road 0->2, one a step; home 1 shares it by 1->0, or goes around in 3 steps. One of
    # home 1 on the shared road (in at 2, safe at 3) and two around are safe at 3; around all three are too
    arcs = [(0, 2, 1, 1), (1, 0, 1, 3), (1, 2, 3, 3)]
    problem = problem_of(arcs, {0: 3, 1: 3}, {2: 9}, 3)
    row, offsets = np.array([0, 0, 0, 1, 0, 2, 2]), np.array([0, 1, 2, 3, 5, 6, 7])
    enter = np.array([0, 1, 3, 0, 2, 0, 0])
    groups = Groups(np.array([0, 0, 0, 1, 1, 1]), np.ones(6, dtype=np.int64), offsets, row, enter)
    plan = evacuation.solve(problem)
    assert plan.decision is not None
    mixed = replace(plan, decision=replace(plan.decision, groups=groups, clearance_step=4))
    few = evacuation.few_routes(problem, mixed, FewRule(latest_step=4))
    assert few.ways_before.tolist() == [1, 2, 0]
    assert few.ways.tolist() == [1, 1, 0]
    assert evacuation.check(problem, few.plan) == []


def test_less_than_one_way_is_refused() -> None:
    with pytest.raises(ProblemError):
        FewRule(0)
