"""People who become ready along a curve, zones that start one after another, and what is left of roads."""

from dataclasses import replace

import numpy as np
import pytest
from evacuations import closing_problems, problem_of, problems
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.arrays import FloatArray
from dss.errors import ProblemError
from models import evacuation
from models.evacuation import Evacuation
from models.evacuation.capacities import beside_background, through_intersections
from models.evacuation.readiness import (
    departures,
    log_normal_curve,
    logistic_curve,
    rayleigh_curve,
    with_compliance,
)
from models.evacuation.staging import queueing, stage

ROAD = problem_of([(0, 1, 3, 9)], {0: 4}, {1: np.inf}, 2)


def test_curves_pass_through_their_known_points() -> None:
    # S-curve: a half at its half step. Rayleigh: 60^2 / (2 * 30^2) = 2. Log-normal: a half at the median
    assert logistic_curve(9, half_step=4, slope_per_step=1.3)[4] == pytest.approx(0.5)
    assert rayleigh_curve(61, scale_steps=30)[60] == pytest.approx(1 - np.exp(-2))
    assert log_normal_curve(9, median_steps=5, sigma=0.4)[5] == pytest.approx(0.5)
    assert log_normal_curve(9, median_steps=5, sigma=0.4)[0] == 0


def test_people_leave_no_sooner_than_they_are_ready() -> None:
    # a quarter of 4 is ready at 0, half by 2, all by 5: the last sets out at 5 and is safe at 8
    ready = departures(ROAD, np.array([0.25, 0.25, 0.5, 0.5, 0.5, 1.0]))
    plan = evacuation.solve(ready.problem)
    assert plan.decision is not None
    assert plan.report.objective == plan.report.bound == 8
    home = ready.from_home(plan.decision.groups)
    assert sorted(zip(home.departure_step.tolist(), home.persons.tolist(), strict=True))[0] == (0, 1)
    by_5 = int(home.persons[home.departure_step < 5].sum())
    assert by_5 <= 2


def test_those_who_never_leave_are_told() -> None:
    # 3 of 4 comply, the others never leave
    ready = departures(ROAD, with_compliance(np.ones(3), np.zeros(3), 0.75))
    assert ready.refusing.tolist() == [1, 0]
    assert ready.problem.persons == 3


def test_waiting_for_the_last_of_several_steps_needs_fewer_nodes() -> None:
    # ready one by one at 0 1 2 3; in twos: at 0 one, at 2 two, at 3 one
    share = np.array([0.25, 0.5, 0.75, 1.0])
    fine, coarse = departures(ROAD, share), departures(ROAD, share, every_steps=2)
    assert fine.problem.supply.tolist() == [1, 0, 1, 1, 1]
    assert coarse.problem.supply.tolist() == [1, 0, 2, 1]


@given(closing_problems(), st.lists(st.floats(0, 1), min_size=1, max_size=6).map(sorted))
@settings(max_examples=60)
def test_nobody_is_lost_or_early_along_a_curve(problem: Evacuation, shares: list[float]) -> None:
    share: FloatArray = np.array(shares)
    ready = departures(problem, share)
    assert (ready.at_home(ready.problem.supply) + ready.refusing).tolist() == problem.supply.tolist()
    plan = evacuation.solve(ready.problem)
    assert plan.decision is not None
    assert evacuation.check(ready.problem, plan) == []
    home = ready.from_home(plan.decision.groups)
    for t in range(share.size - 1):
        early = home.departure_step <= t
        gone = np.bincount(home.origin[early], weights=home.persons[early], minlength=problem.supply.size)
        assert (gone <= np.rint(share[t] * problem.supply)).all()


@pytest.mark.parametrize("share", [[], [0.5, 0.4], [1.2], [np.nan], [-0.1]])
def test_shares_that_are_no_curve_are_refused(share: list[float]) -> None:
    with pytest.raises(ProblemError):
        departures(ROAD, np.array(share))


def test_parameters_that_make_no_curve_are_refused() -> None:
    with pytest.raises(ProblemError):
        rayleigh_curve(5, scale_steps=0)
    with pytest.raises(ProblemError):
        with_compliance(np.ones(2), np.zeros(2), 1.2)


def test_who_would_queue_on_the_way_waits_at_home() -> None:
    # 0 -> 1 takes 4 a step, 1 -> 2 one a step: who leaves together queues at 1. Arrivals stay 2 3 4 5, so the
    # departures become 0 1 2 3 and nobody waits on the way; before, they waited 0 + 1 + 2 + 3
    problem = problem_of([(0, 1, 1, 4), (1, 2, 1, 1)], {0: 4, 1: 0}, {2: 9}, 3)
    groups = evacuation.Groups(
        origin=np.zeros(4, dtype=np.int64),
        persons=np.ones(4, dtype=np.int64),
        offsets=np.array([0, 2, 4, 6, 8]),
        arc=np.array([0, 1] * 4),
        enter_step=np.array([0, 1, 0, 2, 0, 3, 0, 4]),
    )
    plan = evacuation.solve(problem)
    assert plan.decision is not None
    staged = stage(problem, replace(plan, decision=replace(plan.decision, groups=groups)), np.zeros(3, int))
    assert (staged.queue_before, staged.queue_after) == (6, 0)
    assert staged.plan.decision is not None
    assert staged.plan.decision.groups.departure_step.tolist() == [0, 1, 2, 3]
    assert evacuation.check(problem, staged.plan) == []


def test_zones_start_in_the_order_of_their_first_departure() -> None:
    # the far zone 7 needs 4 steps, the near zone 3 one; one a step at the last road: far first
    problem = problem_of([(0, 2, 4, 9), (1, 2, 1, 9), (2, 3, 1, 1)], {0: 2, 1: 2}, {3: 9}, 4)
    plan = evacuation.solve(problem, "total_arrival")
    staged = stage(problem, plan, np.array([7, 3, 0, 0]))
    # at node 2 there pass 3-people at 1 and 2, 7-people at 4 and 5: arrivals 2 3 5 6
    assert sorted(staged.zone.tolist()) == [3, 7]
    assert dict(zip(staged.zone.tolist(), staged.start_step.tolist(), strict=True)) == {3: 0, 7: 0}
    assert dict(zip(staged.zone.tolist(), staged.last_step.tolist(), strict=True)) == {3: 1, 7: 1}
    assert staged.persons.tolist() == [2, 2]


@given(st.one_of(problems(), closing_problems()), st.sampled_from(["clearance", "total_arrival"]))
@settings(max_examples=100)
def test_staging_keeps_every_arrival_and_never_adds_to_queues(
    problem: Evacuation, objective: evacuation.Objective
) -> None:
    plan = evacuation.solve(problem, objective)
    staged = stage(problem, plan, np.arange(problem.supply.size) % 2)
    assert plan.decision is not None
    assert staged.plan.decision is not None
    assert evacuation.check(problem, staged.plan) == []
    before, after = plan.decision.groups, staged.plan.decision.groups
    travel = problem.travel_steps
    assert before.arrival_step(travel).tolist() == after.arrival_step(travel).tolist()
    assert (after.departure_step >= before.departure_step).all()
    assert staged.queue_after == queueing(problem, after) <= staged.queue_before
    assert staged.persons.sum() == before.persons.sum()


def test_background_traffic_and_intersections_take_capacity() -> None:
    capacity = np.array([10, 3, 4, 0])
    assert beside_background(capacity, np.array([2.5, 5.0, 0.0, 0.0])).tolist() == [7, 0, 4, 0]
    # heads 0 0 1 1; half of the time at 0, never at 1: 10 / 2 -> 5, 3 / 2 -> 1
    left = through_intersections(capacity, np.array([0, 0, 1, 1]), np.array([0.5, 0.0]))
    assert left.tolist() == [5, 1, 0, 0]


def test_an_open_approach_lets_at_least_one_through() -> None:
    assert through_intersections(np.array([2]), np.array([0]), np.array([0.1])).tolist() == [1]


@pytest.mark.parametrize("share", [-0.1, 1.5, np.nan])
def test_shares_of_green_that_cannot_be_are_refused(share: float) -> None:
    with pytest.raises(ProblemError):
        through_intersections(np.array([2]), np.array([0]), np.array([share]))
