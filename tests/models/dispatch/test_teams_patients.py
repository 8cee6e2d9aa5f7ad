"""Patients to hospitals: worked by hand and against every distribution."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import dispatch

INF = np.inf
OWN = np.eye(2, dtype=np.bool_)


def patients(
    waiting: list[list[int]], beds: list[list[int]], trip_s: list[list[float]], **more: object
) -> dispatch.Patients:
    given = {"suits": OWN, "limit_s": np.full(2, INF), "priority": np.array([3, 1]), **more}
    return dispatch.Patients(np.array(waiting), np.array(beds), trip_s=np.array(trip_s, float), **given)  # type: ignore[arg-type]


@st.composite
def few(draw: st.DrawFn) -> dispatch.Patients:
    i, h = draw(st.integers(1, 2)), draw(st.integers(1, 2))
    seconds = st.sampled_from([10.0, 25.5, 60.0, INF])
    suits = draw(st.lists(st.lists(st.booleans(), min_size=2, max_size=2), min_size=2, max_size=2))
    return patients(
        draw(st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=2), min_size=i, max_size=i)),
        draw(st.lists(st.lists(st.integers(0, 2), min_size=2, max_size=2), min_size=h, max_size=h)),
        draw(st.lists(st.lists(seconds, min_size=h, max_size=h), min_size=i, max_size=i)),
        suits=np.array(suits),
        limit_s=np.array(draw(st.lists(st.sampled_from([30.0, INF]), min_size=2, max_size=2))),
        priority=np.array(draw(st.lists(st.integers(1, 2), min_size=2, max_size=2))),
    )


def best_of_all(problem: dispatch.Patients) -> tuple[list[int], float]:
    """Try every bed for every patient (one at most of each class and incident)."""
    allowed, seconds = problem.allowed(), problem.seconds()
    rows = np.flatnonzero(problem.patients.ravel())
    priority, beds = np.tile(problem.priority, problem.patients.shape[0]), problem.beds.ravel()
    found = []
    for choice in product(range(-1, beds.size), repeat=rows.size):
        used = [(r, j) for r, j in zip(rows.tolist(), choice, strict=True) if j >= 0]
        taken = np.bincount([j for _, j in used], minlength=beds.size)
        if all(allowed[r, j] for r, j in used) and (taken <= beds).all():
            met = [-sum(priority[r] == p for r, _ in used) for p in (2, 1)]
            found.append((met, round(float(sum(priority[r] * seconds[r, j] for r, j in used)), 1)))
    return min(found)


def test_the_severe_patient_gets_the_only_bed_in_reach():
    # one bed of each kind, the severe one may lie in either; 1 severe and 1 light: both are served
    both = np.array([[True, True], [False, True]])
    plan = dispatch.solve(patients([[1, 1]], [[1, 1]], [[100]], suits=both))
    assert plan.decision is not None
    assert plan.decision.left.sum() == 0
    assert plan.report.objective == 3 * 100 + 1 * 100


def test_whoever_is_too_far_for_the_class_stays_with_the_cause():
    problem = patients([[2, 1]], [[1, 5], [5, 5]], [[100, 900]], limit_s=np.array([600, INF]))
    plan = dispatch.solve(problem)
    assert plan.decision is not None
    assert plan.decision.left.tolist() == [[1, 0]]
    causes = dispatch.patient_causes(problem, plan.decision)
    assert dict(zip(dispatch.PATIENT_CAUSES, causes[0, 0].tolist(), strict=True)) == {
        "no_bed": 0, "no_way": 0, "too_far": 1, "all_full": 0,
    }  # fmt: skip


@given(few())
def test_no_distribution_is_better(problem: dispatch.Patients):
    plan = dispatch.solve(problem)
    decision = plan.decision
    assert decision is not None
    met = [-int(decision.persons[problem.priority[decision.patient_class] == p].sum()) for p in (2, 1)]
    assert (met, plan.report.objective) == best_of_all(problem)
    assert dispatch.check(problem, plan) == []
    assert (dispatch.patient_causes(problem, decision).sum(axis=2) == decision.left).all()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"persons": np.array([2])}, "(2)"),
        ({"hospital": np.array([1])}, "(4)"),
        ({"bed": np.array([1])}, "(3)"),
        ({"left": np.array([[0, 0]])}, "(1)"),
        ({"incident": np.array([7])}, "(1)"),
    ],
)
def test_the_check_finds_a_plan_that_was_tampered_with(change: dict[str, object], constraint: str):
    problem = patients([[2, 0]], [[1, 0], [1, 0]], [[100, INF]])
    plan = dispatch.solve(problem)
    assert plan.decision is not None
    broken = dispatch.check(
        problem, dataclasses.replace(plan, decision=dataclasses.replace(plan.decision, **change))
    )
    assert constraint in {violation.constraint for violation in broken}


def test_prices_that_prove_nothing_are_found():
    problem = patients([[2, 0]], [[1, 0]], [[100]])
    plan = dispatch.solve(problem)
    assert plan.decision is not None
    none = plan.decision.prices
    prices = dataclasses.replace(none, row=0 * none.row, column=0 * none.column)
    broken = dispatch.check(
        problem, dataclasses.replace(plan, decision=dataclasses.replace(plan.decision, prices=prices))
    )
    assert [violation.constraint for violation in broken] == ["bound"]


def test_no_patients_and_no_hospitals_are_a_plan():
    for problem in (
        patients(np.zeros((0, 2), int).tolist() or [[0, 0]], [[1, 1]], [[5]]),
        dispatch.Patients(
            np.array([[1, 0]]),
            np.zeros((0, 2), np.int64),
            OWN,
            np.zeros((1, 0)),
            np.full(2, INF),
            np.array([2, 1]),
        ),
    ):
        plan = dispatch.solve(problem)
        assert plan.decision is not None
        assert plan.decision.persons.sum() == 0
        assert dispatch.check(problem, plan) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"patients": np.array([[1.5, 0]])}, "dispatch_whole"),
        ({"beds": np.array([[-1, 0]])}, "dispatch_whole"),
        ({"beds": np.array([[1, 0, 3]])}, "dispatch_shape"),
        ({"patients": np.array([1, 0])}, "dispatch_shape"),
        ({"trip_s": np.array([[-5.0]])}, "dispatch_time"),
        ({"limit_s": np.array([np.nan, 1])}, "response_seconds"),
        ({"priority": np.array([0, 1])}, "dispatch_whole"),
    ],
)
def test_arrays_that_make_no_problem_are_refused(wrong: dict[str, object], code: str):
    problem = patients([[1, 0]], [[1, 0]], [[5]])
    with pytest.raises(ProblemError) as refused:
        dataclasses.replace(problem, **wrong)
    assert refused.value.code == code


def test_beds_that_are_missing_are_seen_before_planning():
    # three severe: two beds, one of them beyond the time limit
    problem = patients([[3, 0]], [[1, 0], [1, 0]], [[100, 900]], limit_s=np.array([600, INF]))
    found = [(one.where, one.amount) for one in dispatch.causes(problem)]
    assert found == [("patients 0: no_bed", 1.0), ("patients 0: too_far", 1.0)]
