"""Units sent anew while others are at work: worked by hand, against every assignment, and twice over."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Plan, dispatch

INF = np.inf
NONE = np.zeros(0, dtype=np.int64)


def needs(*rows: tuple[int, int, int]) -> dispatch.Needs:
    table = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return dispatch.Needs(table[:, 0], table[:, 1], table[:, 2])


def teams(response_s: list[list[float]], asked: dispatch.Needs, priority: list[int]) -> dispatch.Teams:
    times = np.array(response_s, dtype=float)
    u, i = times.shape
    return dispatch.Teams(
        times, np.ones((u, 1), dtype=np.bool_), asked, np.array(priority), np.full(i, INF),
        np.full(i, 600.0), np.zeros(u), np.full(u, INF),
    )  # fmt: skip


def news(
    response_s: list[list[float]],
    at_s: float,
    *,
    more: dispatch.Needs | None = None,
    priority: tuple[int, ...] = (),
    over: tuple[int, ...] = (),
    lost: tuple[int, ...] = (),
    price_s: float = 300,
) -> dispatch.TeamsChanges:
    """Return news in which every unit can set off at once from where it is."""
    times, new = np.array(response_s, dtype=float), len(priority)
    further = dispatch.Further(np.array(priority, dtype=np.int64), np.full(new, INF), np.full(new, 600.0))
    return dispatch.TeamsChanges(
        times, np.full(times.shape[0], at_s), further, needs() if more is None else more,
        np.array(over, dtype=np.int64), np.array(lost, dtype=np.int64), price_s,
    )  # fmt: skip


def again(
    problem: dispatch.Teams, at_s: float, changes: dispatch.TeamsChanges
) -> tuple[Plan[dispatch.TeamsDecision], dispatch.TeamsReplanned]:
    """Plan, plan again, and check it."""
    plan = dispatch.solve(problem)
    made = dispatch.replan(problem, plan, at_s, changes)
    assert dispatch.check_replanned(problem, plan, at_s, changes, made) == []
    assert made.decision is not None
    return plan, made.decision


# two units of one kind; incident 0 needs one, unit 0 is sent there and arrives at 200 s
ONE = ([[200.0], [400.0]], needs((0, 0, 1)), [1])


def test_a_unit_on_its_way_is_not_diverted_for_less_than_the_price():
    # at 100 s unit 0 is 100 s from incident 0 and 50 s from the new one, unit 1 is 150 s and 250 s away:
    # going on 200 + 350 = 550, swapped 150 + 250 = 400. That saves 150 s, less than the 300 s of a diversion
    _, made = again(
        teams(*ONE), 100, news([[100, 50], [150, 250]], 100, more=needs((1, 0, 1)), priority=(1,))
    )
    assert made.whole.need.tolist() == [0, 1]
    assert (made.kept.tolist(), made.diverted.tolist()) == ([0], [])


def test_a_unit_on_its_way_is_diverted_where_it_saves_more_than_the_price():
    # the same with a price of 100 s: 150 s saved are worth it
    changes = news([[100, 50], [150, 250]], 100, more=needs((1, 0, 1)), priority=(1,), price_s=100)
    _, made = again(teams(*ONE), 100, changes)
    assert made.whole.need.tolist() == [1, 0]
    assert (made.kept.tolist(), made.diverted.tolist()) == ([], [0])


def test_the_price_grows_with_the_priority_of_the_incident_left():
    # going on 2 * 200 + 350 = 750, swapped 150 + 2 * 250 = 650: 100 s saved, below 2 * 60, above 2 * 49
    problem = teams(ONE[0], ONE[1], [2])
    changes = news([[100, 50], [150, 250]], 100, more=needs((1, 0, 1)), priority=(1,), price_s=60)
    _, made = again(problem, 100, changes)
    assert made.kept.tolist() == [0]
    _, made = again(problem, 100, dataclasses.replace(changes, diversion_s=49))
    assert made.diverted.tolist() == [0]


def test_a_more_urgent_incident_takes_the_only_unit_whatever_it_costs():
    problem = teams([[200.0]], needs((0, 0, 1)), [1])
    _, made = again(problem, 100, news([[1, 900]], 100, more=needs((1, 0, 1)), priority=(5,), price_s=1e6))
    assert made.whole.need.tolist() == [1]
    assert made.whole.short_units.tolist() == [1, 0]


def test_a_unit_that_has_arrived_stays_though_a_more_urgent_incident_is_near():
    problem = teams([[200.0]], needs((0, 0, 1)), [1])
    plan, made = again(problem, 200, news([[0, 1]], 200, more=needs((1, 0, 1)), priority=(9,)))
    assert plan.decision is not None
    assert made.at_work.tolist() == [True]
    assert made.whole.arrive_s.tolist() == plan.decision.arrive_s.tolist() == [200]
    assert made.whole.short_units.tolist() == [0, 1]


def test_a_unit_is_free_once_its_work_is_done_and_its_need_stays_met():
    # there at 200 s, done at 800 s
    problem = teams([[200.0]], needs((0, 0, 1)), [1])
    _, made = again(problem, 800, news([[0, 50]], 800, more=needs((1, 0, 1)), priority=(1,)))
    assert made.whole.need.tolist() == [1]
    assert made.whole.arrive_s.tolist() == [850]
    assert made.problem.needs.units.tolist() == [0, 1]


def test_units_of_an_incident_that_is_over_are_free():
    _, made = again(
        teams(*ONE), 300, news([[0, 80], [400, 90]], 300, more=needs((1, 0, 1)), priority=(1,), over=(0,))
    )
    assert made.freed.tolist() == [0]
    assert made.whole.unit.tolist() == [0]
    assert made.whole.arrive_s.tolist() == [380]


def test_a_unit_out_of_order_is_replaced_and_never_sent_again():
    plan, made = again(teams(*ONE), 100, news([[100], [400]], 100, lost=(0,)))
    assert made.whole.unit.tolist() == [1]
    changes = news([[50], [300]], 200, more=needs((0, 0, 1)))
    later = dispatch.replan(made.problem, Plan(made.whole, plan.report), 200, changes)
    assert later.decision is not None
    assert later.decision.whole.unit.tolist() == [1]
    assert later.decision.whole.short_units.sum() == 1


def test_an_incident_that_needs_more_gets_it_beside_those_there():
    _, made = again(teams(*ONE), 300, news([[0], [350]], 300, more=needs((0, 0, 1))))
    assert made.whole.unit.tolist() == [0, 1]
    assert made.at_work.tolist() == [True, False]
    assert made.whole.arrive_s.tolist() == [200, 650]


def test_a_unit_without_a_way_any_more_goes_nowhere():
    _, made = again(teams(*ONE), 100, news([[INF], [INF]], 100))
    assert made.recalled.tolist() == [0]
    assert made.whole.short_units.tolist() == [1]


def cost(rest: dispatch.Teams, goal: dict[int, int]) -> tuple[list[int], float]:
    """Return needs met from the most urgent on (negative), and arrivals with the price of each diversion."""
    incident, keep = rest.needs.incident, rest.keep
    assert keep is not None
    met = [0] * 4
    total = 0.0
    for unit in range(rest.ready_s.size):
        got = 0.0
        if unit in goal:
            i = incident[goal[unit]]
            met[rest.priority[i]] -= 1
            total += rest.priority[i] * rest.arrive_s[unit, i]
            got = keep[unit, i]
        total += keep[unit].max() - got
    return met[::-1], round(total, 1)


def best_of_all(rest: dispatch.Teams) -> tuple[list[int], float]:
    allowed, asked = rest.allowed(), rest.needs.units
    found = []
    for choice in product(range(-1, asked.size), repeat=rest.ready_s.size):
        goal = {u: n for u, n in enumerate(choice) if n >= 0}
        sent = np.bincount(list(goal.values()), minlength=asked.size)
        if all(allowed[u, n] for u, n in goal.items()) and (sent <= asked).all():
            found.append(cost(rest, goal))
    return min(found)


@st.composite
def under_way(draw: st.DrawFn) -> tuple[dispatch.Teams, float, dispatch.TeamsChanges]:
    u, i, new = draw(st.integers(1, 4)), draw(st.integers(1, 2)), draw(st.integers(0, 1))
    seconds = st.sampled_from([0.0, 60.0, 130.5, 300.0, INF])
    table = st.lists(st.lists(seconds, min_size=i, max_size=i), min_size=u, max_size=u)
    wide = st.lists(st.lists(seconds, min_size=i + new, max_size=i + new), min_size=u, max_size=u)
    rows = st.lists(st.tuples(st.integers(0, i - 1), st.just(0), st.integers(1, 2)), min_size=1, max_size=2)
    more = [(i, 0, 1)] * new
    problem = teams(
        draw(table), needs(*draw(rows)), draw(st.lists(st.integers(1, 3), min_size=i, max_size=i))
    )
    at_s = draw(st.sampled_from([0.0, 100.0, 700.0]))
    changes = news(
        draw(wide), at_s, more=needs(*more), priority=(draw(st.integers(1, 3)),) * new,
        over=(0,) if draw(st.booleans()) else (), lost=(0,) if draw(st.booleans()) else (),
        price_s=draw(st.sampled_from([0.0, 45.5, 300.0])),
    )  # fmt: skip
    return problem, at_s, changes


@given(under_way())
def test_no_assignment_is_better_and_nobody_at_work_moves(
    case: tuple[dispatch.Teams, float, dispatch.TeamsChanges],
):
    problem, at_s, changes = case
    plan, made = again(problem, at_s, changes)
    ahead = dict(zip(made.ahead.unit.tolist(), made.ahead.need.tolist(), strict=True))
    assert cost(made.rest, ahead) == best_of_all(made.rest)
    before = plan.decision
    assert before is not None
    done_s = before.arrive_s + 600.0
    stays = (before.arrive_s <= at_s) & (done_s > at_s)
    stays &= ~np.isin(problem.needs.incident[before.need], changes.over) & ~np.isin(before.unit, changes.lost)
    assert made.whole.unit[made.at_work].tolist() == before.unit[stays].tolist()


@given(under_way())
def test_dearer_diversions_never_break_more_promises(
    case: tuple[dispatch.Teams, float, dispatch.TeamsChanges],
):
    problem, at_s, changes = case

    def broken(price_s: float) -> float:
        """Return the priorities of the incidents that units on their way no longer go to."""
        _, made = again(problem, at_s, dataclasses.replace(changes, diversion_s=price_s))
        promised = dataclasses.replace(changes, diversion_s=1.0)
        kept = dispatch.replan(problem, dispatch.solve(problem), at_s, promised).decision
        assert kept is not None
        assert kept.rest.keep is not None
        return float(kept.rest.keep.max(axis=1).sum() - kept.rest.keep[made.kept].sum())

    assert broken(changes.diversion_s + 100) <= broken(changes.diversion_s)


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        ("unit", np.array([1, 1]), "(past)"),
        ("arrive_s", np.array([150.0, 650.0]), "(past)"),
    ],
)
def test_a_past_that_was_tampered_with_is_found(field: str, value: np.ndarray, constraint: str):
    problem, changes = teams(*ONE), news([[0], [350]], 300, more=needs((0, 0, 1)))
    plan = dispatch.solve(problem)
    made = dispatch.replan(problem, plan, 300, changes)
    assert made.decision is not None
    whole = dataclasses.replace(made.decision.whole, **{field: value})
    broken = dispatch.check_replanned(
        problem, plan, 300, changes, Plan(dataclasses.replace(made.decision, whole=whole), made.report)
    )
    assert {violation.constraint for violation in broken} == {constraint}


def test_churn_that_is_stated_otherwise_is_found():
    problem, changes = teams(*ONE), news([[100], [400]], 100)
    plan = dispatch.solve(problem)
    made = dispatch.replan(problem, plan, 100, changes)
    assert made.decision is not None
    told = Plan(dataclasses.replace(made.decision, kept=NONE), made.report)
    broken = dispatch.check_replanned(problem, plan, 100, changes, told)
    assert [(violation.constraint, violation.where) for violation in broken] == [("figures", "kept")]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"ready_s": np.array([50.0, 100])}, "response_again_ready"),
        ({"lost": np.array([2])}, "response_index"),
        ({"over": np.array([1])}, "response_index"),
        ({"response_s": np.zeros((2, 2))}, "dispatch_shape"),
    ],
)
def test_news_that_do_not_fit_are_refused(wrong: dict[str, np.ndarray], code: str):
    problem = teams(*ONE)
    changes = dataclasses.replace(news([[100], [400]], 100), **wrong)
    with pytest.raises(ProblemError) as refused:
        dispatch.replan(problem, dispatch.solve(problem), 100, changes)
    assert refused.value.code == code


def test_a_price_that_is_none_is_refused():
    with pytest.raises(ProblemError) as refused:
        news([[100], [400]], 100, price_s=np.nan)
    assert refused.value.code == "response_seconds"
