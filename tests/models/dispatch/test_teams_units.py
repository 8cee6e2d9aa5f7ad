"""Units to incidents: worked by hand, against every assignment, and against SciPy's."""

import dataclasses
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from dss.errors import ProblemError
from models import dispatch
from models.dispatch.teams.transport import Prices

INF = np.inf


def teams(
    response_s: list[list[float]],
    needs: list[tuple[int, int, int]],
    skills: list[list[int]] | None = None,
    priority: list[int] | None = None,
    **more: object,
) -> dispatch.Teams:
    times = np.array(response_s, dtype=float)
    u, i = times.shape
    row = np.array(needs, dtype=np.int64).reshape(-1, 3)
    given = {
        "latest_s": np.full(i, INF), "work_s": np.zeros(i), "ready_s": np.zeros(u), "off_s": np.full(u, INF),
        **{key: np.array(value, dtype=float) for key, value in more.items() if key != "aim"},
    }  # fmt: skip
    return dispatch.Teams(
        response_s=times,
        skills=np.ones((u, 1), dtype=np.bool_) if skills is None else np.array(skills, dtype=np.bool_),
        needs=dispatch.Needs(row[:, 0], row[:, 1], row[:, 2]),
        priority=np.ones(i, dtype=np.int64) if priority is None else np.array(priority),
        aim=more.get("aim", "total"),  # type: ignore[arg-type]
        **given,
    )


def value_of(problem: dispatch.Teams, going: list[tuple[int, int]]) -> tuple[object, ...]:
    """Return what is made least: short needs from the most urgent on, then the sum or the last arrival."""
    incident = problem.needs.incident
    met = [0] * (int(problem.priority.max(initial=0)) + 1)
    for _, n in going:
        met[problem.priority[incident[n]]] -= 1
    arrivals = [float(problem.arrive_s[u, incident[n]]) for u, n in going]
    total = round(
        sum(problem.priority[incident[n]] * a for (_, n), a in zip(going, arrivals, strict=True)), 1
    )
    return (met[::-1], max(arrivals, default=0.0), total) if problem.aim == "last" else (met[::-1], total)


def best_of_all(problem: dispatch.Teams) -> tuple[object, ...]:
    allowed, needs = problem.allowed(), problem.needs.units
    found = []
    for choice in product(range(-1, needs.size), repeat=problem.ready_s.size):
        going = [(u, n) for u, n in enumerate(choice) if n >= 0]
        sent = np.bincount([n for _, n in going], minlength=needs.size)
        if all(allowed[u, n] for u, n in going) and (sent <= needs).all():
            found.append(value_of(problem, going))
    return min(found)


@st.composite
def small_teams(draw: st.DrawFn, aim: str = "total") -> dispatch.Teams:
    u, i = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    seconds = st.sampled_from([0.0, 10.0, 20.5, 30.0, 45.1, 60.0, INF])
    times = draw(st.lists(st.lists(seconds, min_size=i, max_size=i), min_size=u, max_size=u))
    row = st.tuples(st.integers(0, i - 1), st.integers(0, 1), st.integers(0, 2))
    skills = draw(st.lists(st.lists(st.integers(0, 1), min_size=2, max_size=2), min_size=u, max_size=u))
    return teams(
        times,
        draw(st.lists(row, min_size=1, max_size=3)),
        skills,
        draw(st.lists(st.integers(1, 3), min_size=i, max_size=i)),
        latest_s=draw(st.lists(st.sampled_from([15.0, 50.0, INF]), min_size=i, max_size=i)),
        off_s=draw(st.lists(st.sampled_from([25.0, INF]), min_size=u, max_size=u)),
        ready_s=draw(st.lists(st.sampled_from([0.0, 5.0]), min_size=u, max_size=u)),
        aim=aim,
    )


def test_two_units_are_sent_so_that_the_sum_is_least():
    # 10 + 12 = 22 beats 5 + 40 = 45, though 5 is the shortest of all
    plan = dispatch.solve(teams([[5, 12], [10, 40]], [(0, 0, 1), (1, 0, 1)]))
    assert plan.decision is not None
    assert plan.decision.need.tolist() == [1, 0]
    assert (plan.report.objective, plan.report.bound) == (22.0, 22.0)


def test_the_more_urgent_need_is_met_however_far_it_is():
    plan = dispatch.solve(teams([[1000, 1]], [(0, 0, 1), (1, 0, 1)], priority=[2, 1]))
    assert plan.decision is not None
    assert plan.decision.short_units.tolist() == [0, 1]


def test_the_last_arrival_may_matter_more_than_the_sum():
    # sums 10 + 30 = 40 (last 30) and 25 + 20 = 45 (last 25)
    times, needs = [[10, 20], [25, 30]], [(0, 0, 1), (1, 0, 1)]
    by_sum = dispatch.solve(teams(times, needs))
    by_last = dispatch.solve(teams(times, needs, aim="last"))
    assert by_sum.report.objective == 40
    assert by_last.report.objective == 25
    assert dispatch.check(teams(times, needs, aim="last"), by_last) == []


def test_a_shift_must_last_until_the_work_is_done():
    # 100 s there and 50 s of work end at 150 s, after the first unit's shift
    problem = teams([[100], [120]], [(0, 0, 1)], work_s=[50], off_s=[149, INF])
    plan = dispatch.solve(problem)
    assert plan.decision is not None
    assert plan.decision.unit.tolist() == [1]


def test_each_unit_short_has_the_first_cause_that_holds():
    # five are needed; four have the skill, three a way, two in time, one of them is needed elsewhere more
    skills = [[1], [1], [1], [1], [0]]
    times = [[10, 10], [10, INF], [99, INF], [INF, INF], [10, 10]]
    problem = teams(times, [(0, 0, 5), (1, 0, 1)], skills, [1, 9], latest_s=[50, INF])
    plan = dispatch.solve(problem)
    assert plan.decision is not None
    causes = dispatch.team_causes(problem, plan.decision)
    assert dict(zip(dispatch.TEAM_CAUSES, causes[0].tolist(), strict=True)) == {
        "no_skill": 1, "no_way": 1, "off_shift": 0, "too_far": 1, "none_free": 1,
    }  # fmt: skip
    assert causes[1].sum() == 0


@given(small_teams())
@settings(max_examples=50)
def test_no_assignment_is_better(problem: dispatch.Teams):
    plan = dispatch.solve(problem)
    assert plan.decision is not None
    going = list(zip(plan.decision.unit.tolist(), plan.decision.need.tolist(), strict=True))
    assert value_of(problem, going) == best_of_all(problem)
    assert dispatch.check(problem, plan) == []


@given(small_teams(aim="last"))
@settings(max_examples=50)
def test_no_assignment_has_a_sooner_last_arrival(problem: dispatch.Teams):
    plan = dispatch.solve(problem)
    assert plan.decision is not None
    going = list(zip(plan.decision.unit.tolist(), plan.decision.need.tolist(), strict=True))
    assert value_of(problem, going) == best_of_all(problem)
    assert dispatch.check(problem, plan) == []


@given(small_teams())
@settings(max_examples=50)
def test_causes_add_up_to_what_is_short(problem: dispatch.Teams):
    decision = dispatch.solve(problem).decision
    assert decision is not None
    causes = dispatch.team_causes(problem, decision)
    assert (causes >= 0).all()
    assert (causes.sum(axis=1) == decision.short_units).all()


@given(small_teams())
@settings(max_examples=50)
def test_one_more_unit_leaves_no_more_needs_unmet(problem: dispatch.Teams):
    def weighted_short(one: dispatch.Teams) -> int:
        decision = dispatch.solve(one).decision
        assert decision is not None
        return int(decision.short_units @ one.ranks())

    more = dataclasses.replace(
        problem,
        response_s=np.vstack([problem.response_s, np.full((1, problem.priority.size), 10.0)]),
        skills=np.vstack([problem.skills, [[True, True]]]),
        ready_s=np.append(problem.ready_s, 0.0),
        off_s=np.append(problem.off_s, INF),
    )
    assert weighted_short(more) <= weighted_short(problem)


def test_an_assignment_agrees_with_scipy():
    rng = np.random.default_rng(3)
    times = np.round(rng.uniform(0, 3600, (60, 60)), 1)
    plan = dispatch.solve(teams(times.tolist(), [(i, 0, 1) for i in range(60)]))
    row, column = linear_sum_assignment(times)
    assert plan.report.objective == pytest.approx(times[row, column].sum(), abs=0.05)


def test_nobody_and_nothing_is_a_plan():
    for problem in (teams([[]], []), teams(np.zeros((0, 1)).tolist() or [[INF]], [(0, 0, 1)])):
        plan = dispatch.solve(problem)
        assert plan.decision is not None
        assert plan.decision.unit.size == 0
        assert dispatch.check(problem, plan) == []


def tampered(plan: dispatch.TeamsDecision) -> list[tuple[str, dispatch.TeamsDecision]]:
    zero = Prices(np.zeros_like(plan.prices.row), np.zeros_like(plan.prices.column))
    return [
        ("(1)", dataclasses.replace(plan, unit=np.array([0, 0]))),
        ("(2)", dataclasses.replace(plan, short_units=plan.short_units + 1)),
        ("figures", dataclasses.replace(plan, arrive_s=plan.arrive_s - 1)),
        ("bound", dataclasses.replace(plan, prices=zero)),
        ("bound", dataclasses.replace(plan, unit=np.array([0, 1]), need=np.array([0, 1]),
                                      arrive_s=np.array([5.0, 40.0]), last_arrival_s=40.0)),
    ]  # fmt: skip


@pytest.mark.parametrize("k", range(5))
def test_the_check_finds_a_plan_that_was_tampered_with(k: int):
    problem = teams([[5, 12], [10, 40]], [(0, 0, 1), (1, 0, 1)])
    plan = dispatch.solve(problem)
    assert plan.decision is not None
    constraint, decision = tampered(plan.decision)[k]
    broken = dispatch.check(problem, dataclasses.replace(plan, decision=decision))
    assert constraint in {violation.constraint for violation in broken}


def test_a_unit_without_the_skill_or_the_time_is_found():
    problem = teams([[5], [9]], [(0, 0, 1)], [[0], [1]], latest_s=[8])
    plan = dispatch.solve(problem)
    assert plan.decision is not None
    for unit, constraint in ((0, "(3)"), (1, "(4)")):
        sent = dataclasses.replace(
            plan.decision, unit=np.array([unit]), need=np.array([0]), arrive_s=np.array([5.0 + 4 * unit]),
            short_units=np.array([0]),
        )  # fmt: skip
        assert dispatch.check(problem, dataclasses.replace(plan, decision=sent))[0].constraint == constraint


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"priority": np.array([0])}, "dispatch_whole"),
        ({"latest_s": np.array([np.nan])}, "response_seconds"),
        ({"work_s": np.array([INF])}, "response_seconds"),
        ({"response_s": np.array([[np.nan]])}, "dispatch_time"),
        ({"skills": np.array([[1]])}, "dispatch_shape"),
        ({"needs": dispatch.Needs(np.array([1]), np.array([0]), np.array([1]))}, "response_index"),
    ],
)
def test_arrays_that_make_no_problem_are_refused(wrong: dict[str, object], code: str):
    problem = teams([[5]], [(0, 0, 1)])
    with pytest.raises(ProblemError) as refused:
        dataclasses.replace(problem, **wrong)
    assert refused.value.code == code


def test_profits_too_large_to_count_are_refused():
    problem = teams([[2e9, 1]] * 300, [(0, 0, 1)], priority=[2**31, 1])
    with pytest.raises(ProblemError) as refused:
        dispatch.solve(problem)
    assert refused.value.code == "response_large"


def test_what_no_plan_can_do_is_seen_before_planning():
    # one unit has the skill, but no way; two are needed
    problem = teams([[INF], [5]], [(0, 0, 2)], [[1], [0]])
    found = [(one.constraint, one.where, one.amount) for one in dispatch.causes(problem)]
    assert found == [("(3)", "need 0: no_skill", 1.0), ("(4)", "need 0: no_way", 1.0)]
