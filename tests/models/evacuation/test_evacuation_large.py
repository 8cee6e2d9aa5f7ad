"""The ways of large networks, forced on small ones: coarse grids, the soonest first, streets joined."""

import numpy as np
import pytest
from evacuations import least_total, problem_of, problems, safe_by
from hypothesis import HealthCheck, given, settings

from models import evacuation
from models.evacuation import Evacuation, clearance, soonest, total
from models.evacuation.certificate import arrival_proof
from models.evacuation.reach import split_by_reach
from models.evacuation.schedule import Schedule
from models.evacuation.streets import street_problem
from models.evacuation.trimming import trim
from models.evacuation.waves import send_in_waves, with_room
from models.evacuation.ways import nearest_ways


@pytest.fixture
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no grid be small enough to be exact, and coarse ones have two copies or so."""
    monkeypatch.setattr(clearance, "MOVES_EXACT", 0)
    monkeypatch.setattr(clearance, "MOVES_COARSE", 8)
    monkeypatch.setattr(clearance, "MOVES_FINE", 0)
    monkeypatch.setattr(total, "EXACT_MOVES", 0)


# what is patched is the same for all examples
forced = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.usefixtures("coarse")
@forced
@given(problem=problems())
def test_coarse_grids_prove_the_same_clearance(problem: Evacuation) -> None:
    plan = evacuation.solve(problem)
    decision = plan.decision
    assert decision is not None
    assert evacuation.check(problem, plan) == []
    assert plan.report.bound == decision.clearance_step
    if decision.groups.persons.sum() == problem.persons > 0:
        assert safe_by(problem, decision.clearance_step - 1) < problem.persons


@pytest.fixture(params=["waves", "begun in waves", "soonest first"])
def no_exact_total(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let networks be sent in waves with coarse prices, or be too large for that."""
    monkeypatch.setattr(total, "PRICE_MOVES", 8)
    if request.param != "waves":
        monkeypatch.setattr(total, "WAVE_MOVES", 0)
    if request.param == "soonest first":
        monkeypatch.setattr(soonest, "WAVE_MOVES", 0)


@pytest.mark.usefixtures("coarse", "no_exact_total")
@forced
@given(problem=problems())
def test_the_soonest_first_lie_between_bound_and_clearance(problem: Evacuation) -> None:
    plan = evacuation.solve(problem, "total_arrival")
    decision = plan.decision
    assert decision is not None
    assert evacuation.check(problem, plan) == []
    if decision.groups.persons.sum() == problem.persons > 0:
        horizon = int(problem.travel_steps.sum() + problem.supply.sum())
        assert plan.report.bound is not None
        assert plan.report.bound <= least_total(problem, horizon) <= decision.total_arrival_steps
        assert decision.clearance_step == evacuation.solve(problem).report.bound


def test_a_chain_of_streets_is_joined_and_rounded_once() -> None:
    # three streets of 14 s make 42 s: 4 steps of 10 s, where each by itself would be 1; the narrowest counts
    tail, head = np.array([0, 1, 2]), np.array([1, 2, 3])
    people = (np.array([5, 0, 0, 0]), np.array([0.0, 0.0, 0.0, 9.0]))
    streets = street_problem((tail, head), np.full(3, 14.0), np.array([3600.0, 720.0, 3600.0]), people, 10.0)
    assert streets.problem.travel_steps.tolist() == [4]
    assert streets.problem.capacity.tolist() == [2]
    assert streets.edge.tolist() == [0, 1, 2]


def test_a_closed_street_and_a_dead_end_are_left_out() -> None:
    tail, head = np.array([0, 0, 0]), np.array([1, 2, 3])
    people = (np.array([5, 0, 0, 0]), np.array([0.0, 9.0, 9.0, 0.0]))
    streets = street_problem((tail, head), np.array([10.0, np.inf, 10.0]), np.full(3, 3600.0), people, 10.0)
    assert streets.problem.tail.tolist() == [0]
    assert streets.problem.head.tolist() == [1]


def test_a_certificate_reaches_every_node_of_joined_streets() -> None:
    # 0 -> 1 -> 2 -> 3 with a bottleneck of 1 a step in the middle: of 6 persons the last enters it at step 6,
    # is at 2 at step 7 and safe at 8; thresholds of 1 and 2 must let the cut cross the middle arc
    arcs = [(0, 1, 1, 5), (1, 2, 1, 1), (2, 3, 1, 5)]
    problem = problem_of(arcs, {0: 6}, {3: np.inf}, 4)
    plan = evacuation.solve(problem)
    assert plan.decision is not None
    assert plan.decision.clearance_step == 8
    assert evacuation.earliest_clearance(problem, problem.supply, plan.decision.certificate) == 8


@given(problem=problems())
def test_waves_before_the_ways_never_make_the_soonest_first_later(problem: Evacuation) -> None:
    roads = trim(problem, split_by_reach(problem))
    if roads.persons == 0:
        return
    found = clearance.least_clearance(roads, np.inf)
    ways = found.schedule.ways().together_with(nearest_ways(roads, soonest.NEAREST))
    alone = Schedule(roads, found.schedule.step)
    alone.send_along(ways, np.inf)
    alone.complete(np.inf)
    begun = soonest.soonest_first(roads, found, np.inf)
    assert begun.left == 0
    assert begun.step == found.schedule.step
    assert begun.total_arrival <= min(found.schedule.total_arrival, alone.total_arrival)


@given(problem=problems())
def test_waves_that_are_stopped_still_bound_the_total(problem: Evacuation) -> None:
    roads = trim(problem, split_by_reach(problem))
    if roads.persons == 0:
        return
    found = clearance.least_clearance(roads, np.inf)
    free = np.zeros(roads.n, dtype=np.int64)
    waves = send_in_waves(with_room(roads), free, found.bound.step // 2, np.inf)
    assert waves is not None
    bound, proof = total.bound_beyond(waves, found.bound)
    horizon = int(problem.travel_steps.sum() + problem.supply.sum())
    leaving = np.bincount(roads.node, weights=roads.supply, minlength=problem.supply.size).astype(np.int64)
    proven = evacuation.least_total_arrival(problem, leaving, arrival_proof(problem, roads, proof))
    assert bound <= proven
    if roads.persons == problem.persons:
        assert bound <= least_total(problem, horizon)
