"""Clearance and total arrival against hand-solved cases, an independent tool, and published optima."""

import json
from pathlib import Path

import numpy as np
import pytest
from evacuations import least_total, problem_of, problems, safe_by
from hypothesis import given, settings

from models import Limits, Termination, evacuation
from models.evacuation import Evacuation

OBJECTIVES = ("clearance", "total_arrival")


def test_a_queue_before_one_road_clears_one_by_one() -> None:
    # 5 persons, 2 a step, 3 steps of road: they enter at 0 0 1 1 2 and arrive at 3 3 4 4 5
    plan = evacuation.solve(problem_of([(0, 1, 3, 2)], {0: 5}, {1: np.inf}, 2))
    assert plan.decision is not None
    assert plan.decision.clearance_step == 5
    assert plan.report.bound == 5
    assert plan.decision.total_arrival_steps == 3 + 3 + 4 + 4 + 5


def test_a_detour_is_taken_when_the_queue_is_longer() -> None:
    # one a step over 1 step, or one a step over 4: 5 of 6 go the short way (1..5), one the long way (4)
    arcs = [(0, 1, 1, 1), (0, 1, 4, 1)]
    plan = evacuation.solve(problem_of(arcs, {0: 6}, {1: np.inf}, 2), "total_arrival")
    assert plan.decision is not None
    # the short way gives arrivals 1, 2, 3, 4, 5, the long way 4: together 1 + 2 + 3 + 4 + 4 + 5
    assert plan.decision.total_arrival_steps == 19
    assert plan.report.bound == 19


def test_a_full_shelter_sends_the_nearer_people_farther() -> None:
    # one place at 2, endless places at 3. From 0 only 2 can be reached, from 1 both
    arcs = [(0, 2, 2, 5), (1, 2, 1, 5), (1, 3, 6, 5)]
    plan = evacuation.solve(problem_of(arcs, {0: 1, 1: 1}, {2: 1, 3: np.inf}, 4))
    assert plan.decision is not None
    assert plan.decision.clearance_step == 6
    assert not plan.decision.no_place.any()


def test_who_cannot_be_safe_is_told_with_the_cause() -> None:
    # from 0 two persons for one place; from 2 no road leads anywhere
    plan = evacuation.solve(problem_of([(0, 1, 1, 1)], {0: 2, 2: 3}, {1: 1}, 3))
    assert plan.decision is not None
    assert plan.decision.no_place.tolist() == [1, 0, 0]
    assert plan.decision.cut_off.tolist() == [0, 0, 3]
    assert plan.decision.clearance_step == 1


def test_nobody_who_can_leave_is_infeasible_and_says_who_stays() -> None:
    plan = evacuation.solve(problem_of([(0, 1, 1, 0)], {0: 2}, {1: 9}, 2))
    assert plan.report.termination is Termination.INFEASIBLE
    assert plan.decision is not None
    assert plan.decision.cut_off.tolist() == [2, 0]


def test_nobody_to_leave_is_done_at_once() -> None:
    plan = evacuation.solve(problem_of([(0, 1, 1, 1)], {}, {1: 9}, 2))
    assert plan.report.termination is Termination.OPTIMAL
    assert plan.report.objective == 0


@given(problems())
@settings(max_examples=150)
def test_the_clearance_is_the_first_step_at_which_all_can_be_safe(problem: Evacuation) -> None:
    plan = evacuation.solve(problem)
    decision = plan.decision
    assert decision is not None
    assert evacuation.check(problem, plan) == []
    leaving = int(decision.groups.persons.sum())
    horizon = int(problem.travel_steps.sum() + problem.supply.sum())
    assert safe_by(problem, horizon) == leaving
    if leaving:
        assert plan.report.bound == decision.clearance_step
        assert safe_by(problem, decision.clearance_step) == leaving
        if leaving == problem.persons:
            assert safe_by(problem, decision.clearance_step - 1) < leaving


@given(problems())
@settings(max_examples=60)
def test_the_total_arrival_is_the_least_of_all_plans(problem: Evacuation) -> None:
    plan = evacuation.solve(problem, "total_arrival")
    decision = plan.decision
    assert decision is not None
    assert evacuation.check(problem, plan) == []
    if decision.groups.persons.sum() == problem.persons > 0:
        horizon = int(problem.travel_steps.sum() + problem.supply.sum())
        assert decision.total_arrival_steps == least_total(problem, horizon)
        proof = decision.arrival_proof
        assert proof is not None
        proven = evacuation.least_total_arrival(problem, problem.supply, proof)
        assert proven == plan.report.bound == decision.total_arrival_steps


def test_few_places_near_by_have_a_price_that_proves_the_total() -> None:
    # 2 places after 1 step, endless places after 4, one a step on each road, 4 persons: with no limit they
    # are safe at 1, 2, 3, 4; with it two go near (1, 2) and two far (4, 5), 12 in all. A place less near by
    # would cost 6 - 2 = 4 steps, and that price proves it: with near arrivals at 1 + 4, 2 + 4 and far ones at
    # 4, 5, 6 the first four are 4, 5, 5, 6, together 20, less 2 * 4 is 12
    arcs = [(0, 1, 1, 1), (0, 2, 4, 1)]
    plan = evacuation.solve(problem_of(arcs, {0: 4}, {1: 2, 2: np.inf}, 3), "total_arrival")
    assert plan.decision is not None
    assert plan.report.objective == plan.report.bound == 12
    assert plan.decision.arrival_proof is not None
    assert plan.decision.arrival_proof.price.tolist() == [0, 4, 0]


def test_a_price_is_proven_through_joined_streets_too() -> None:
    # as before, the near road in two pieces of 1 step, the first the narrower: near arrivals at 2, 3, ... and
    # two places; the far road still takes 4 steps: 2 + 3 + 4 + 5
    arcs = [(0, 1, 1, 1), (1, 2, 1, 5), (0, 3, 4, 1)]
    problem = problem_of(arcs, {0: 4}, {2: 2, 3: np.inf}, 4)
    plan = evacuation.solve(problem, "total_arrival")
    assert plan.report.objective == plan.report.bound == 14
    assert evacuation.check(problem, plan) == []


def published(folder: Path) -> list[tuple[Evacuation, dict[str, float]]]:
    found = []
    for path in sorted((folder / "oracles" / "evacuation").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        node = {name: row for row, name in enumerate(content["nodes"])}
        arcs = [(node[u], node[v], tau, most) for u, v, tau, most in content["arcs_u_v_time_capPerStep"]]
        supply = {node[int(name)]: persons for name, persons in content["supply_at_t0"].items()}
        places = {
            node[int(name)]: np.inf if room is None else room
            for name, room in content["shelters_capacity"].items()
        }
        found.append((problem_of(arcs, supply, places, len(node)), content["oracle"]))
    return found


def test_published_clearances_are_proven(shared: Path) -> None:
    instances = published(shared)
    assert len(instances) == 4
    for problem, oracle in instances:
        plan = evacuation.solve(problem)
        assert plan.report.objective == plan.report.bound == oracle["T_star"]
        assert evacuation.check(problem, plan) == []


def test_published_total_arrivals_are_met(shared: Path) -> None:
    known = [pair for pair in published(shared) if "min_total_arrival_time" in pair[1]]
    assert len(known) == 2
    for problem, oracle in known:
        plan = evacuation.solve(problem, "total_arrival", Limits(time_s=60))
        assert plan.report.objective == plan.report.bound == oracle["min_total_arrival_time"]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_second_shelter_never_makes_it_later(objective: evacuation.Objective) -> None:
    arcs = [(0, 1, 3, 1), (0, 2, 5, 1)]
    one = evacuation.solve(problem_of(arcs, {0: 6}, {1: 9}, 3), objective).report.objective
    two = evacuation.solve(problem_of(arcs, {0: 6}, {1: 9, 2: 9}, 3), objective).report.objective
    assert one is not None
    assert two is not None
    assert two <= one
