"""Replays on point queues: worked by hand, against a person-by-person simulation, on plans with a proof."""

from collections import Counter, deque
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evacuation_plans import groups_of, published_problem
from evacuations import problem_of, problems
from hypothesis import given
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Limits, evacuation
from models.evacuation import Evacuation, Groups
from models.evacuation.replay import Replay, planned_entries, replay

INF = np.inf
RULES = ("first_come", "in_order", "on_time")


def rows(table: tuple[np.ndarray, np.ndarray, np.ndarray]) -> list[tuple[int, int, int]]:
    return [(int(a), int(t), int(x)) for a, t, x in zip(*table, strict=True)]


def test_a_queue_lets_in_as_many_as_the_arc_has_capacity():
    # 5 people, 2 a step, 3 steps: enter 2, 2, 1 at 0, 1, 2 and are safe at 3, 4, 5; behind wait 3, then 1
    problem = problem_of([(0, 1, 3, 2)], {0: 5}, {1: INF}, 2)
    seen = replay(problem, groups_of([(0, 5, [0], [0])]))
    assert seen.arrivals.tolist() == [0, 0, 0, 2, 2, 1]
    assert (seen.clearance_step, seen.total_arrival_steps) == (5, 6 + 8 + 5)
    assert rows(seen.entered) == [(0, 0, 2), (0, 1, 2), (0, 2, 1)]
    assert rows(seen.queued) == [(0, 0, 3), (0, 1, 1)]
    assert seen.waited_person_steps.tolist() == [2 * 1 + 1 * 2]
    assert [seen.step_of_share(share) for share in (0.4, 0.5, 1.0)] == [3, 4, 5]


def crossing() -> tuple[Evacuation, Groups]:
    """Two who meet at node 2: the plan lets the one with the longer way go first.

    Both come to node 2 at step 1 and arc 2 takes one a step. The plan: group 1 enters at 1, has 3 steps more
    and is safe at 1 + 1 + 3 = 5; group 0 enters at 2, has 1 step more: 2 + 1 + 1 = 4.
    """
    problem = problem_of(
        [(0, 2, 1, 1), (1, 2, 1, 1), (2, 3, 1, 1), (3, 4, 1, 1), (3, 5, 3, 1)], {0: 1, 1: 1}, {4: 1, 5: 1}, 6
    )
    return problem, groups_of([(0, 1, [0, 2, 3], [0, 2, 3]), (1, 1, [1, 2, 4], [0, 1, 2])])


def test_who_comes_first_delays_a_plan_that_wanted_another_first():
    # both come at 1, group 0 stands first: group 1 enters at 2 and is safe at 2 + 1 + 3 = 6
    assert replay(*crossing()).safe_step.tolist() == [3, 6]


@pytest.mark.parametrize("rule", ["in_order", "on_time"])
def test_the_planned_order_keeps_the_planned_clearance(rule):
    assert replay(*crossing(), rule).safe_step.tolist() == [4, 5]


def test_people_before_a_road_that_closes_are_stranded_and_those_on_it_arrive():
    # 2 a step from 0 on, closed from step 2: 4 of 5 are on it by then
    problem = replace(problem_of([(0, 1, 3, 2)], {0: 5}, {1: INF}, 2), closing_step=np.array([2.0]))
    seen = replay(problem, groups_of([(0, 5, [0], [0])]))
    assert seen.arrivals.tolist() == [0, 0, 0, 2, 2]
    assert seen.stranded.tolist() == seen.stranded_of.tolist() == [1]
    assert seen.step_of_share(1.0) is None


def test_water_at_a_shelter_strands_those_who_come_too_late():
    # arrivals 2, 2, 1 at 3, 4, 5; nobody may come from step 4 on
    problem = replace(problem_of([(0, 1, 3, 2)], {0: 5}, {1: INF}, 2), node_closing_step=np.array([INF, 4.0]))
    seen = replay(problem, groups_of([(0, 5, [0], [0])]))
    assert seen.arrivals.tolist() == [0, 0, 0, 2]
    assert seen.stranded_of.tolist() == [3]


def test_water_at_home_strands_those_who_still_wait_there():
    problem = replace(problem_of([(0, 1, 3, 2)], {0: 5}, {1: INF}, 2), node_closing_step=np.array([1.0, INF]))
    assert replay(problem, groups_of([(0, 5, [0], [0])])).stranded_of.tolist() == [3]


def test_a_road_that_opens_later_lets_nobody_in_before():
    problem = replace(problem_of([(0, 1, 3, 2)], {0: 5}, {1: INF}, 2), opening_step=np.array([4]))
    seen = replay(problem, groups_of([(0, 5, [0], [0])]))
    assert seen.clearance_step == 4 + 2 + 3
    never = replace(problem, opening_step=np.array([2**39]))
    assert replay(never, groups_of([(0, 5, [0], [0])])).stranded_of.tolist() == [5]


def test_a_road_of_no_capacity_strands_everybody():
    problem = problem_of([(0, 1, 3, 0)], {0: 5}, {1: INF}, 2)
    seen = replay(problem, groups_of([(0, 5, [0], [2])]))
    assert (seen.arrivals.sum(), seen.stranded.tolist()) == (0, [5])


def test_nobody_is_replayed_as_nobody():
    seen = replay(problem_of([(0, 1, 1, 1)], {}, {1: 1}, 2), groups_of([]))
    assert (seen.clearance_step, seen.total_arrival_steps, seen.arrivals.size) == (0, 0, 0)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ((0, 1, [], []), "replay_way"),
        ((0, 1, [1], [0]), "replay_way"),
        ((0, 1, [0, 0], [0, 1]), "replay_way"),
        ((0, 1, [9], [0]), "replay_way"),
        ((0, 1, [0], [-1]), "replay_step"),
        ((0, 1, [0], [2_000_000]), "replay_step"),
    ],
)
def test_what_is_no_way_is_refused(row, code):
    problem = problem_of([(0, 2, 1, 1), (1, 2, 1, 1)], {0: 1, 1: 1}, {2: 9}, 3)
    with pytest.raises(ProblemError) as error:
        replay(problem, groups_of([(1, 1, [1], [0]), row]))
    assert error.value.code == code
    assert error.value.values["group"] == 1


def person_by_person(problem: Evacuation, groups: Groups) -> Counter[int]:
    """Simulate one person after the other with Python's own queues; how many are safe in each step."""
    queues = {a: deque[tuple[int, int]]() for a in range(problem.tail.size)}
    coming: dict[int, list[tuple[int, int]]] = {}
    for g in np.argsort(groups.departure_step, kind="stable"):
        people = [(int(g), int(groups.offsets[g]))] * int(groups.persons[g])
        coming.setdefault(int(groups.departure_step[g]), [])
        coming[int(groups.departure_step[g])] += people
    safe: Counter[int] = Counter()
    t = 0
    while any(step >= t for step in coming) or any(queues.values()):
        for g, i in coming.pop(t, []):
            if i == groups.offsets[g + 1]:
                safe[t] += 1
            else:
                queues[int(groups.arc[i])].append((g, i))
        for a, queue in queues.items():
            for _ in range(min(len(queue), int(problem.capacity[a]))):
                g, i = queue.popleft()
                coming.setdefault(t + int(problem.travel_steps[a]), []).append((g, i + 1))
        t += 1
        if t > 500:
            raise AssertionError("somebody never gets through")
    return safe


@st.composite
def planned(draw: st.DrawFn) -> tuple[Evacuation, evacuation.EvacuationDecision]:
    problem = draw(problems())
    objective = draw(st.sampled_from(["clearance", "total_arrival"]))
    decision = evacuation.solve(problem, objective, Limits(time_s=20)).decision
    assert decision is not None
    return problem, decision


@given(planned())
def test_a_plan_keeps_its_clearance_wherever_its_order_is_kept(drawn):
    problem, decision = drawn
    exact = replay(problem, decision.groups, "on_time")
    assert exact.clearance_step == decision.clearance_step
    assert exact.total_arrival_steps == decision.total_arrival_steps
    assert exact.queued.arc.size == 0
    ordered = replay(problem, decision.groups, "in_order")
    assert ordered.clearance_step == decision.clearance_step  # never later, and none can be sooner
    planned_arrival = decision.groups.arrival_step(problem.travel_steps)
    assert (ordered.safe_step <= planned_arrival).all()


@given(planned())
def test_nobody_is_lost_and_no_road_is_overcrowded(drawn):
    problem, decision = drawn
    for rule in RULES:
        seen = replay(problem, decision.groups, rule)
        assert seen.arrivals.sum() == decision.groups.persons.sum()
        assert (seen.entered.persons <= problem.capacity[seen.entered.arc]).all()
        assert len(set(zip(seen.entered.arc, seen.entered.step, strict=True))) == seen.entered.arc.size
        assert seen.waited_person_steps.sum() == seen.queued.persons.sum()
        assert seen.clearance_step >= decision.clearance_step or rule != "first_come"


@given(planned())
def test_the_plan_itself_enters_as_it_is_replayed_on_time(drawn):
    problem, decision = drawn
    entered = replay(problem, decision.groups, "on_time").entered
    assert sorted(rows(entered)) == sorted(rows(planned_entries(decision.groups)))


@st.composite
def strolls(draw: st.DrawFn) -> tuple[Evacuation, Groups]:
    """Draw groups that follow the same street of up to four arcs or part of it: much waiting, no ties."""
    k = draw(st.integers(1, 4))
    arcs = [(v, v + 1, draw(st.integers(1, 3)), draw(st.integers(1, 3))) for v in range(k)]
    problem = problem_of(arcs, {}, {k: INF}, k + 1)
    picked = draw(
        st.lists(st.tuples(st.integers(0, k - 1), st.integers(1, 6), st.integers(0, 5)), max_size=6)
    )
    return problem, groups_of([(v, n, list(range(v, k)), list(range(t, t + k - v))) for v, n, t in picked])


@given(strolls())
def test_a_street_is_as_a_person_by_person_simulation_says(drawn):
    problem, groups = drawn
    seen = replay(problem, groups)
    counted = {t: int(x) for t, x in enumerate(seen.arrivals) if x}
    assert counted == dict(person_by_person(problem, groups))


@given(planned())
def test_a_replayed_plan_is_as_a_person_by_person_simulation_says(drawn):
    # those who come in the same step may stand in another order, which moves a clearance but loses nobody
    problem, decision = drawn
    assert sum(person_by_person(problem, decision.groups).values()) == decision.groups.persons.sum()
    on_one_arc = np.diff(decision.groups.offsets).max(initial=0) <= 1
    if on_one_arc:
        seen = replay(problem, decision.groups)
        assert Counter(dict(enumerate(seen.arrivals.tolist()))) == person_by_person(problem, decision.groups)


def assert_confirmed(problem: Evacuation, decision: evacuation.EvacuationDecision) -> Replay:
    for rule in ("on_time", "in_order"):
        seen = replay(problem, decision.groups, rule)
        assert seen.clearance_step == decision.clearance_step
        assert seen.arrivals.sum() == decision.groups.persons.sum()
    return replay(problem, decision.groups)


@pytest.mark.parametrize("name", ["ema_cap", "ema_uncap", "siouxfalls_cap", "siouxfalls_uncap"])
def test_the_clearance_of_published_instances_is_confirmed(shared: Path, name: str):
    problem = published_problem(shared / "oracles" / "evacuation" / f"{name}.json")
    decision = evacuation.solve(problem, "clearance", Limits(time_s=60)).decision
    assert decision is not None
    loose = assert_confirmed(problem, decision)
    assert decision.clearance_step <= loose.clearance_step <= 1.5 * decision.clearance_step


def test_the_same_plan_gives_the_same_replay():
    problem, groups = crossing()
    one, other = replay(problem, groups), replay(problem, groups)
    assert rows(one.entered) == rows(other.entered)
    assert rows(one.queued) == rows(other.queued)
