"""Problems that are none are refused; plans that were tampered with are caught."""

from dataclasses import replace

import numpy as np
import pytest
from evacuations import problem_of

from dss.errors import ProblemError
from models import Plan, evacuation
from models.evacuation import Evacuation, EvacuationDecision

ARCS = [(0, 1, 2, 2), (1, 2, 1, 1), (0, 2, 5, 1)]


@pytest.fixture
def problem() -> Evacuation:
    return problem_of(ARCS, {0: 6, 1: 1}, {2: 20}, 3)


@pytest.fixture
def plan(problem: Evacuation) -> Plan[EvacuationDecision]:
    return evacuation.solve(problem)


def broken(problem: Evacuation, plan: Plan[EvacuationDecision], **changes: object) -> list[str]:
    assert plan.decision is not None
    changed = replace(plan, decision=replace(plan.decision, **changes))
    return [violation.constraint for violation in evacuation.check(problem, changed)]


def test_an_honest_plan_passes(problem: Evacuation, plan: Plan[EvacuationDecision]) -> None:
    assert evacuation.check(problem, plan) == []


def test_entering_too_early_is_caught(problem: Evacuation, plan: Plan[EvacuationDecision]) -> None:
    assert plan.decision is not None
    groups = plan.decision.groups
    second = np.flatnonzero(np.diff(groups.offsets) > 1)[0]
    enter = groups.enter_step.copy()
    enter[groups.offsets[second] + 1] = enter[groups.offsets[second]]
    assert "(1)" in broken(problem, plan, groups=replace(groups, enter_step=enter))


def test_more_than_fit_on_a_road_are_caught(problem: Evacuation, plan: Plan[EvacuationDecision]) -> None:
    assert plan.decision is not None
    groups = plan.decision.groups
    persons = groups.persons.copy()
    persons[0] += 3
    assert {"(2)", "(5)"} <= set(broken(problem, plan, groups=replace(groups, persons=persons)))


def test_a_shelter_above_its_places_is_caught(problem: Evacuation, plan: Plan[EvacuationDecision]) -> None:
    small = replace(problem, shelter_capacity=np.array([0.0, 0.0, 6.0]))
    assert [violation.constraint for violation in evacuation.check(small, plan)] == ["(4)"]


def test_a_better_figure_than_the_truth_is_caught(
    problem: Evacuation, plan: Plan[EvacuationDecision]
) -> None:
    assert plan.decision is not None
    assert broken(problem, plan, clearance_step=plan.decision.clearance_step - 1) == ["figures"]


def test_a_bound_that_the_certificate_does_not_prove_is_caught(
    problem: Evacuation, plan: Plan[EvacuationDecision]
) -> None:
    assert broken(problem, plan, certificate=np.zeros(3, dtype=np.int64)) == ["figures"]


def test_a_total_that_its_cuts_do_not_prove_is_caught(problem: Evacuation) -> None:
    plan = evacuation.solve(problem, "total_arrival")
    assert evacuation.check(problem, plan) == []
    assert plan.decision is not None
    proof = plan.decision.arrival_proof
    assert proof is not None
    weaker = replace(proof, threshold=np.maximum(0, proof.threshold - 1))
    assert broken(problem, plan, arrival_proof=weaker) == ["figures"]
    assert broken(problem, plan, arrival_proof=replace(proof, price=proof.price - 1)) == ["figures"]


def test_going_on_from_a_shelter_is_caught(problem: Evacuation, plan: Plan[EvacuationDecision]) -> None:
    two = replace(problem, shelter_capacity=np.array([0.0, 20.0, 20.0]), supply=np.array([6, 0, 0]))
    assert "(3)" in {violation.constraint for violation in evacuation.check(two, plan)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("travel_steps", [0, 1, 1]),
        ("travel_steps", [1.5, 1, 1]),
        ("travel_steps", [np.nan, 1, 1]),
        ("capacity", [-1, 1, 1]),
        ("capacity", [1, 1]),
        ("tail", [0, 3, 0]),
        ("supply", [1.5, 0, 0]),
        ("supply", [-2, 0, 0]),
        ("supply", [6, 1, 4]),
        ("shelter_capacity", [0.0, 0.0, np.nan]),
        ("shelter_capacity", [0.0, -1.0, 3.0]),
    ],
)
def test_numbers_that_cannot_be_are_refused(problem: Evacuation, field: str, value: list[float]) -> None:
    with pytest.raises(ProblemError):
        replace(problem, **{field: np.array(value)})


def test_an_unknown_objective_is_refused(problem: Evacuation) -> None:
    with pytest.raises(ProblemError):
        evacuation.solve(problem, "fastest")  # type: ignore[arg-type]
