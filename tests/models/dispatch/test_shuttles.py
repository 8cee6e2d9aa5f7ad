"""Ambulances that come back: worked by hand, against every plan, and bounds that hold for any prices."""

import dataclasses
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Limits, Plan, Termination, dispatch
from models.dispatch.shuttles.bound import cost_bound, last_bound_s
from models.dispatch.shuttles.problem import ShuttlePrices

INF = np.inf
QUICK = Limits(5.0)
AMPLE = Limits(60.0)


def shuttles(
    come_s: list[list[float]], drive_s: list[list[float]], trips: list[tuple[int, int, float, float]],
    **more: object,
) -> dispatch.Shuttles:  # fmt: skip
    """Return shuttles that load in 10 s and hand over in 5 s; the way back is as long as the way out."""
    come, drive, rows = (
        np.array(come_s, float),
        np.array(drive_s, float),
        np.array(trips, float).reshape(-1, 4),
    )
    given = {
        "ready_s": np.zeros(come.shape[0]), "off_s": np.full(come.shape[0], INF), "back_s": drive.T,
        "load_s": 10.0, "hand_over_s": 5.0, "late_factor": 9.0, "horizon_s": 10_000.0, **more,
    }  # fmt: skip
    return dispatch.Shuttles(
        come_s=come,
        drive_s=drive,
        trips=dispatch.Trips(rows[:, 0].astype(int), rows[:, 1].astype(int), rows[:, 2], rows[:, 3]),
        **given,  # type: ignore[arg-type]
    )


def solved(problem: dispatch.Shuttles) -> dispatch.ShuttlesDecision:
    plan = dispatch.solve(problem, QUICK)
    assert dispatch.check(problem, plan) == []
    assert plan.decision is not None
    return plan.decision


def test_one_ambulance_brings_the_urgent_patient_first_and_comes_back():
    # come 100, load 10, drive 60: at the hospital at 170; free at 175, back at 235, away at 245, there at 305
    problem = shuttles([[100]], [[60]], [(0, 0, 1, INF), (0, 0, 9, INF)])
    decision = solved(problem)
    assert decision.trip.tolist() == [1, 0]
    assert decision.load_from_s.tolist() == [100, 235]
    assert decision.arrive_s.tolist() == [170, 305]
    assert decision.free_s.tolist() == [175, 310]
    assert decision.depart_s.tolist() == [0, 175]
    # the work is 2 * 70 and one way of 65 between: no last arrival before 100 + 205
    assert decision.last_bound_s == decision.last_arrival_s == 305


def test_the_second_ambulance_takes_the_second_patient():
    decision = solved(shuttles([[100], [120]], [[60]], [(0, 0, 1, INF), (0, 0, 9, INF)]))
    assert decision.ambulance.tolist() == [0, 1]
    assert decision.arrive_s.tolist() == [170, 190]


def test_a_second_past_the_limit_counts_more():
    # alone, the heavier patient would go first: 3 * 170 + 2 * 305 < 2 * 170 + 3 * 305; but the lighter one is
    # due at 200: late by 105 s it costs 2 * 9 * 105 more
    trips = [(0, 0, 3, INF), (0, 0, 2, 200)]
    assert solved(shuttles([[100]], [[60]], trips)).trip.tolist() == [1, 0]
    assert solved(shuttles([[100]], [[60]], trips, late_factor=0.0)).trip.tolist() == [0, 1]


def test_an_ambulance_whose_shift_ends_leaves_a_patient():
    # the first trip is over at 175, the second would be at 310
    problem = shuttles([[100]], [[60]], [(0, 0, 1, INF), (0, 0, 9, INF)], off_s=np.array([309.0]))
    decision = solved(problem)
    assert decision.left.tolist() == [True, False]
    assert dispatch.causes(problem) == []


def test_patients_that_no_road_leads_to_are_left_and_said():
    problem = shuttles([[100, INF]], [[60], [60]], [(0, 0, 1, INF), (1, 0, 1, INF)])
    problem = dataclasses.replace(problem, back_s=np.array([[60, INF]]))
    assert solved(problem).left.tolist() == [False, True]
    assert [one.where for one in dispatch.causes(problem)] == ["trip 1: no way"]
    assert solved(problem).last_bound_s == INF


def best_of_all(problem: dispatch.Shuttles) -> float:
    """Share the trips out in every way, in every order, and leave any of them."""
    found = []
    for owner in product(range(-1, problem.ambulances), repeat=problem.size):
        total = sum(float(problem.cost_left()[t]) for t, a in enumerate(owner) if a < 0)
        for a in range(problem.ambulances):
            own = [t for t, one in enumerate(owner) if one == a]
            total += min(_drive(problem, a, order) for order in permutations(own))
        found.append(total)
    return min(found)


def _drive(problem: dispatch.Shuttles, a: int, order: tuple[int, ...]) -> float:
    time_s, before, total = float(problem.ready_s[a]), None, 0.0
    for t in order:
        i, h = problem.trips.incident[t], problem.trips.hospital[t]
        way_s = problem.come_s[a, i] if before is None else problem.back_s[before, i]
        arrive_s = time_s + way_s + problem.load_s + problem.drive_s[i, h]
        time_s, before = arrive_s + problem.hand_over_s, h
        if not (arrive_s <= problem.horizon_s and time_s <= problem.off_s[a]):
            return INF
        late_s = max(0.0, arrive_s - problem.trips.limit_s[t])
        total += problem.trips.weight[t] * (arrive_s + problem.late_factor * late_s)
    return total


@st.composite
def few(draw: st.DrawFn, most: int = 4) -> dispatch.Shuttles:
    a, i, h = draw(st.integers(1, 2)), draw(st.integers(1, 2)), draw(st.integers(1, 2))
    seconds = st.sampled_from([0.0, 20.0, 45.5, 90.0, 240.0, INF])

    def table(n: int, m: int) -> list[list[float]]:
        return draw(st.lists(st.lists(seconds, min_size=m, max_size=m), min_size=n, max_size=n))

    trip = st.tuples(
        st.integers(0, i - 1), st.integers(0, h - 1), st.sampled_from([1.0, 3.0, 9.0]),
        st.sampled_from([100.0, 300.0, INF]),
    )  # fmt: skip
    return shuttles(
        table(a, i), table(i, h), draw(st.lists(trip, max_size=most)), back_s=np.array(table(h, i)),
        ready_s=np.array(draw(st.lists(st.sampled_from([0.0, 30.0]), min_size=a, max_size=a))),
        off_s=np.array(draw(st.lists(st.sampled_from([250.0, INF]), min_size=a, max_size=a))),
        horizon_s=draw(st.sampled_from([400.0, 5000.0])),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(few())
def test_no_plan_costs_less(problem: dispatch.Shuttles):
    plan = dispatch.solve(problem, QUICK)
    assert plan.report.termination is Termination.OPTIMAL
    assert plan.report.objective == pytest.approx(best_of_all(problem))
    assert dispatch.check(problem, plan) == []


@settings(max_examples=60, deadline=None)
@given(few(), st.lists(st.floats(0, 30), min_size=3, max_size=3))
def test_any_prices_bound_every_plan(problem: dispatch.Shuttles, rate: list[float]):
    prices = ShuttlePrices(np.array([0.0, 50, 120, 400]), np.array(rate))
    assert cost_bound(problem, prices) <= best_of_all(problem) * (1 + 1e-9) + 1e-6


@settings(max_examples=60, deadline=None)
@given(few())
def test_no_plan_that_leaves_nobody_is_done_before_the_bound(problem: dispatch.Shuttles):
    bound_s = last_bound_s(problem)
    for owner in product(range(problem.ambulances), repeat=problem.size):
        for order in permutations(range(problem.size)):
            lists = [tuple(t for t in order if owner[t] == a) for a in range(problem.ambulances)]
            if all(_drive(problem, a, own) < INF for a, own in enumerate(lists)):
                assert _last(problem, lists) >= bound_s - 1e-6


def _last(problem: dispatch.Shuttles, lists: list[tuple[int, ...]]) -> float:
    last_s = 0.0
    for a, order in enumerate(lists):
        time_s, before = float(problem.ready_s[a]), None
        for t in order:
            i, h = problem.trips.incident[t], problem.trips.hospital[t]
            way_s = problem.come_s[a, i] if before is None else problem.back_s[before, i]
            arrive_s = time_s + way_s + problem.load_s + problem.drive_s[i, h]
            time_s, before = arrive_s + problem.hand_over_s, h
            last_s = max(last_s, arrive_s)
    return last_s


def made_city(trips: int, ambulances: int) -> dispatch.Shuttles:
    rng = np.random.default_rng(3)
    at = [rng.uniform(0, 10_000, (n, 2)) for n in (ambulances, 4, 5)]

    def apart(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return np.abs(x[:, None] - y[None]).sum(axis=2) / 10

    rows = [
        (int(rng.integers(4)), int(rng.integers(5)), *((9.0, 3600.0), (3.0, 10800.0), (4.0, 21600.0))[t % 3])
        for t in range(trips)
    ]
    return shuttles(
        apart(at[0], at[1]).tolist(), apart(at[1], at[2]).tolist(), rows, back_s=apart(at[2], at[1]),
        load_s=300.0, hand_over_s=600.0, horizon_s=86_400.0,
    )  # fmt: skip


@pytest.fixture(scope="module")
def city() -> tuple[dispatch.Shuttles, Plan[dispatch.ShuttlesDecision]]:
    problem = made_city(30, 5)
    return problem, dispatch.solve(problem, AMPLE)


def test_a_larger_plan_is_near_its_bound_and_passes_its_check(
    city: tuple[dispatch.Shuttles, Plan[dispatch.ShuttlesDecision]],
):
    problem, plan = city
    assert dispatch.check(problem, plan) == []
    assert plan.decision is not None
    assert not plan.decision.left.any()
    assert plan.report.gap is not None
    assert plan.report.gap < 0.2


def test_the_same_seed_gives_the_same_plan(city: tuple[dispatch.Shuttles, Plan[dispatch.ShuttlesDecision]]):
    problem, plan = city
    again = dispatch.solve(problem, AMPLE)
    assert plan.decision is not None
    assert again.decision is not None
    assert again.decision.trip.tolist() == plan.decision.trip.tolist()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"arrive_s": np.array([160.0, 305])}, "(3)"),
        ({"load_from_s": np.array([90.0, 235])}, "(2)"),
        ({"trip": np.array([1, 1])}, "(1)"),
        ({"left": np.array([True, False])}, "(1)"),
        ({"ambulance": np.array([0, 3])}, "(1)"),
        ({"last_arrival_s": 200.0}, "figures"),
        ({"cost_bound": 1e9}, "figures"),
        ({"last_bound_s": 300.0}, "figures"),
    ],
)
def test_the_check_finds_a_plan_that_was_tampered_with(change: dict[str, object], constraint: str):
    problem = shuttles([[100]], [[60]], [(0, 0, 1, INF), (0, 0, 9, INF)])
    plan = dispatch.solve(problem, QUICK)
    assert plan.decision is not None
    told = Plan(dataclasses.replace(plan.decision, **change), plan.report)
    assert constraint in {violation.constraint for violation in dispatch.check(problem, told)}


def test_no_ambulance_and_no_trip_are_plans():
    nobody = shuttles([[100]], [[60]], [])
    assert solved(nobody).trip.size == 0
    problem = dataclasses.replace(
        shuttles([[100]], [[60]], [(0, 0, 1, INF)]),
        ready_s=np.zeros(0), off_s=np.zeros(0), come_s=np.zeros((0, 1)),
    )  # fmt: skip
    assert solved(problem).left.tolist() == [True]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"load_s": -1.0}, "response_seconds"),
        ({"horizon_s": INF}, "response_seconds"),
        ({"come_s": np.zeros((2, 1))}, "dispatch_shape"),
        ({"drive_s": np.array([[np.nan]])}, "dispatch_time"),
        ({"trips": dispatch.Trips(np.array([1]), np.array([0]), np.ones(1), np.ones(1))}, "response_index"),
        (
            {"trips": dispatch.Trips(np.array([0]), np.array([0]), np.zeros(1), np.ones(1))},
            "response_seconds",
        ),
        (
            {"trips": dispatch.Trips(np.array([0]), np.zeros(0, int), np.ones(1), np.ones(1))},
            "dispatch_shape",
        ),
    ],
)
def test_arrays_that_make_no_problem_are_refused(wrong: dict[str, object], code: str):
    with pytest.raises(ProblemError) as refused:
        dataclasses.replace(shuttles([[100]], [[60]], [(0, 0, 1, INF)]), **wrong)
    assert refused.value.code == code
