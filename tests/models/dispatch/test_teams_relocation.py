"""Idle units to stations: worked by hand and against every relocation."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Limits, dispatch
from models.dispatch.teams.relocation.problem import CoverPrices
from models.dispatch.teams.relocation.reserve import LeastPrices, ReservePrices

INF = np.inf
QUICK = Limits(10.0, 0.0)


def relocation(
    idle: list[int], response_s: list[list[float]], weight: list[int], **more: object
) -> dispatch.Relocation:
    n = len(idle)
    given = {
        "room": np.full(n, INF),
        "move_s": np.full((n, n), 60.0),
        "standard_s": 300.0,
        "most_moves": 1,
        **more,
    }
    return dispatch.Relocation(
        np.array(idle),
        response_s=np.array(response_s, float),
        weight=np.array(weight),
        **given,  # type: ignore[arg-type]
    )


# stations in a row; points 0, 1, 2 are each covered by the station of the same number only
APART = [[0.0, 900, 900], [900, 0, 900], [900, 900, 0]]


@st.composite
def few(draw: st.DrawFn) -> dispatch.Relocation:
    n, p = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    near = st.sampled_from([100.0, 900.0])
    move = st.sampled_from([30.0, 60.0, INF])
    idle = draw(st.lists(st.integers(0, 2), min_size=n, max_size=n))
    return relocation(
        idle,
        draw(st.lists(st.lists(near, min_size=p, max_size=p), min_size=n, max_size=n)),
        draw(st.lists(st.integers(0, 9), min_size=p, max_size=p)),
        move_s=np.array(draw(st.lists(st.lists(move, min_size=n, max_size=n), min_size=n, max_size=n))),
        room=np.array([draw(st.sampled_from([float(have), have + 1.0, INF])) for have in idle]),
        most_moves=draw(st.integers(0, 3)),
    )


@st.composite
def few_with_reserve(draw: st.DrawFn) -> dispatch.Relocation:
    problem, z = draw(few()), draw(st.integers(1, 2))
    inside = draw(st.lists(st.integers(0, z), min_size=problem.idle.size, max_size=problem.idle.size))
    least = np.array(draw(st.lists(st.integers(0, 2), min_size=z, max_size=z)))
    return dataclasses.replace(
        problem, reserve=dispatch.Reserve(least, np.arange(z)[:, None] == np.array(inside)[None, :])
    )


def lacking(problem: dispatch.Relocation, after: np.ndarray) -> int:
    reserve = problem.reserve
    if reserve is None:
        return 0
    return sum(
        max(0, int(least) - int(after[inside].sum()))
        for least, inside in zip(reserve.least, reserve.inside, strict=True)
    )


def best_of_all(problem: dispatch.Relocation) -> tuple[int, int, float]:
    """Send every unit to every station: units lacking, covered weight (negative) and seconds of moving."""
    home = np.repeat(np.arange(problem.idle.size), problem.idle)
    found = []
    for goal in product(range(problem.idle.size), repeat=home.size):
        moved = [(a, b) for a, b in zip(home.tolist(), goal, strict=True) if a != b]
        after = np.bincount(np.array(goal, dtype=np.int64), minlength=problem.idle.size)
        possible = all(np.isfinite(problem.move_s[a, b]) for a, b in moved)
        if possible and len(moved) <= problem.most_moves and (after <= problem.room).all():
            seconds = float(sum(problem.move_s[a, b] for a, b in moved))
            found.append((lacking(problem, after), -problem.covered_weight(after), seconds))
    return min(found)


def test_the_spare_unit_goes_where_most_people_are_not_covered():
    # two units at station 0 cover 5; the one move goes to station 2 with 7, not to station 1 with 6
    plan = dispatch.solve(relocation([2, 0, 0], APART, [5, 6, 7]), QUICK)
    assert plan.decision is not None
    assert (plan.decision.covered_before, plan.decision.covered) == (5, 12)
    assert plan.decision.after.tolist() == [1, 0, 1]
    assert (plan.report.objective, plan.report.bound) == (12, 12)


def test_the_shorter_move_is_taken_where_both_cover_as_much():
    # a unit from station 0 (two there) or from 1 (two there) can cover point 2: 60 s or 40 s
    move_s = np.array([[0, 60, 60], [60, 0, 40], [60, 60, 0.0]])
    plan = dispatch.solve(relocation([2, 2, 0], APART, [5, 5, 5], move_s=move_s), QUICK)
    assert plan.decision is not None
    assert plan.decision.from_station.tolist() == [1]
    assert plan.decision.moving_s == plan.decision.moving_bound_s == 40


def test_a_full_station_takes_nobody():
    plan = dispatch.solve(relocation([2, 0, 0], APART, [5, 6, 7], room=np.array([2, 1, 0.0])), QUICK)
    assert plan.decision is not None
    assert plan.decision.after.tolist() == [1, 1, 0]


@given(few() | few_with_reserve())
def test_no_relocation_lacks_less_or_covers_more_or_moves_less(problem: dispatch.Relocation):
    plan = dispatch.solve(problem, QUICK)
    assert plan.decision is not None
    lacks = 0 if plan.decision.reserve is None else int(plan.decision.reserve.lacking.sum())
    assert (lacks, -plan.decision.covered, plan.decision.moving_s) == best_of_all(problem)
    assert dispatch.check(problem, plan) == []


@given(few(), st.lists(st.floats(0, 10), min_size=8, max_size=8))
def test_any_prices_bound_every_relocation(problem: dispatch.Relocation, drawn: list[float]):
    n, p = problem.idle.size, problem.weight.size
    station = np.where(np.isinf(problem.room), 0.0, np.array(drawn[p : p + n]))
    prices = CoverPrices(np.array(drawn[:p]), station, drawn[-1])
    assert dispatch.cover_bound(problem, prices) >= -best_of_all(problem)[1] - 1e-9


@given(few_with_reserve(), st.lists(st.floats(0, 10), min_size=12, max_size=12))
def test_any_prices_bound_every_relocation_with_a_reserve(problem: dispatch.Relocation, drawn: list[float]):
    n, p = problem.idle.size, problem.weight.size
    assert problem.reserve is not None
    z, given_prices = problem.reserve.least.size, np.array(drawn)
    station = np.where(np.isinf(problem.room), 0.0, given_prices[p : p + n])
    district, move = given_prices[p + n : p + n + z], drawn[-1]
    prices = CoverPrices(given_prices[:p], station, move, ReservePrices(district, drawn[-2]))
    lacks, covered, _ = best_of_all(problem)
    assert dispatch.cover_bound(problem, prices, lacks) >= -covered - 1e-9
    least = LeastPrices(np.minimum(district, 1.0), station / 10, move / 10)
    assert dispatch.lacking_bound(problem, least) <= lacks


@given(few_with_reserve())
def test_the_prices_prove_what_the_reserve_lacks(problem: dispatch.Relocation):
    decision = dispatch.solve(problem, QUICK).decision
    assert decision is not None
    assert decision.reserve is not None
    assert decision.reserve.prices is not None
    assert dispatch.lacking_bound(problem, decision.reserve.prices) == decision.reserve.lacking.sum()
    assert (
        dispatch.reserve_causes(problem, decision).sum(axis=1).tolist() == decision.reserve.lacking.tolist()
    )


def reserved(
    idle: list[int], least: list[int], inside: list[list[int]], **more: object
) -> dispatch.Relocation:
    reserve = dispatch.Reserve(np.array(least), np.array(inside, dtype=np.bool_))
    return relocation(idle, APART, [5, 6, 7], reserve=reserve, **more)


def test_a_unit_goes_to_a_district_that_lacks_one_before_it_covers_more():
    # one move: to station 1, alone in the second district, although point 2 weighs 7 and point 1 only 6
    problem = reserved([2, 0, 0], [1, 1], [[1, 0, 1], [0, 1, 0]])
    plan = dispatch.solve(problem, QUICK)
    assert plan.decision is not None
    assert plan.decision.reserve is not None
    assert (plan.decision.after.tolist(), plan.decision.covered) == ([1, 1, 0], 11)
    assert plan.decision.reserve.lacking.tolist() == [0, 0]
    assert plan.decision.prices is not None
    assert dispatch.cover_bound(problem, plan.decision.prices) == pytest.approx(11)
    assert dispatch.check(problem, plan) == []


@pytest.mark.parametrize(
    ("problem", "cause", "lacks"),
    [
        # nobody can stand in the second district
        (reserved([2, 0, 0], [1, 2], [[1, 1, 1], [0, 0, 0]]), "no_station", [0, 2]),
        # two units, three asked for: one district lacks one, and there is none to spare
        (reserved([2, 0, 0], [2, 1], [[1, 0, 1], [0, 1, 0]]), "none_free", None),
        # a unit to spare, no way to station 1
        (
            reserved([2, 0, 0], [1, 1], [[1, 0, 1], [0, 1, 0]], move_s=np.full((3, 3), INF)),
            "no_move",
            [0, 1],
        ),
    ],
)
def test_each_unit_that_lacks_has_a_cause(problem: dispatch.Relocation, cause: str, lacks: list[int] | None):
    decision = dispatch.solve(problem, QUICK).decision
    assert decision is not None
    causes = dispatch.reserve_causes(problem, decision)
    column = dispatch.RESERVE_CAUSES.index(cause)
    assert causes.sum() == causes[:, column].sum() == (1 if lacks is None else sum(lacks))
    assert lacks is None or causes[:, column].tolist() == lacks


def test_districts_without_a_station_are_seen_before_planning():
    found = dispatch.causes(reserved([1, 1, 1], [1, 2], [[1, 1, 1], [0, 0, 0]]))
    assert [(one.constraint, one.where, one.amount) for one in found] == [("(6)", "district 1", 2.0)]


def test_a_reserve_that_was_tampered_with_is_found():
    problem = reserved([2, 0, 0], [2, 1], [[1, 0, 1], [0, 1, 0]])
    plan = dispatch.solve(problem, QUICK)
    assert plan.decision is not None
    kept = plan.decision.reserve
    assert kept is not None
    for wrong in (None, dataclasses.replace(kept, lacking=np.array([0, 0]))):
        tampered = dataclasses.replace(plan, decision=dataclasses.replace(plan.decision, reserve=wrong))
        assert "(6)" in {one.constraint for one in dispatch.check(problem, tampered)}


def test_prices_of_a_reserve_that_are_none_prove_nothing():
    problem = reserved([0, 0, 0], [2, 1], [[1, 0, 1], [0, 1, 0]])
    assert dispatch.lacking_bound(problem, LeastPrices(np.ones(2), np.zeros(3), 0.0)) == 3
    for district, station in (
        (2 * np.ones(2), np.zeros(3)),
        (np.ones(3), np.zeros(3)),
        (np.ones(2), np.ones(3)),
    ):
        assert dispatch.lacking_bound(problem, LeastPrices(district, station, 0.0)) == 0


def test_the_prices_of_the_relaxation_prove_the_hand_solved_cover():
    problem = relocation([2, 0, 0], APART, [5, 6, 7])
    decision = dispatch.solve(problem, QUICK).decision
    assert decision is not None
    assert decision.prices is not None
    assert dispatch.cover_bound(problem, decision.prices) == pytest.approx(12)


def test_prices_that_are_none_prove_nothing_but_all_weight():
    problem = relocation([1, 0, 0], APART, [5, 6, 7])
    for prices in (
        CoverPrices(-np.ones(3), np.zeros(3), 0.0),
        CoverPrices(np.zeros(2), np.zeros(3), 0.0),
        CoverPrices(np.zeros(3), np.ones(3), 0.0),
    ):
        assert dispatch.cover_bound(problem, prices) == 18


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"units": np.array([2])}, "(4)"),
        ({"from_station": np.array([1])}, "(1)"),
        ({"to_station": np.array([0])}, "(5)"),
        ({"to_station": np.array([9])}, "(5)"),
        ({"covered": 18}, "figures"),
        ({"moving_s": 1.0}, "figures"),
        ({"prices": CoverPrices(np.array([5.0, 6, 7]), np.zeros(3), 0.0)}, None),
    ],
)
def test_the_check_finds_a_plan_that_was_tampered_with(change: dict[str, object], constraint: str | None):
    problem = relocation([2, 0, 0], APART, [5, 6, 7])
    plan = dispatch.solve(problem, QUICK)
    assert plan.decision is not None
    broken = dispatch.check(
        problem, dataclasses.replace(plan, decision=dataclasses.replace(plan.decision, **change))
    )
    found = {violation.constraint for violation in broken}
    assert constraint in found if constraint else found == set()


def test_no_unit_and_no_point_is_a_plan():
    for problem in (relocation([0, 0, 0], APART, [1, 2, 3]), relocation([1], [[]], [])):
        plan = dispatch.solve(problem, QUICK)
        assert plan.decision is not None
        assert plan.decision.covered == 0
        assert dispatch.check(problem, plan) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"room": np.array([1.0, 1, 1])}, "response_room"),
        ({"weight": np.array([1.5, 1, 1])}, "dispatch_whole"),
        ({"standard_s": np.nan}, "response_seconds"),
        ({"most_moves": -1}, "dispatch_whole"),
        ({"move_s": np.zeros((2, 2))}, "dispatch_shape"),
        ({"reserve": dispatch.Reserve(np.array([1]), np.ones((1, 2), np.bool_))}, "dispatch_shape"),
    ],
)
def test_arrays_that_make_no_problem_are_refused(wrong: dict[str, object], code: str):
    with pytest.raises(ProblemError) as refused:
        dataclasses.replace(relocation([2, 0, 0], APART, [5, 6, 7]), **wrong)
    assert refused.value.code == code


def test_points_beyond_every_station_are_seen_before_planning():
    found = dispatch.causes(relocation([1, 0], [[100, 900], [900, 900]], [5, 7]))
    assert [(one.where, one.amount) for one in found] == [("point 1", 7.0)]
