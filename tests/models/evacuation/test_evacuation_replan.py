"""A road closes while people are on their way: by hand, and against a network in time with what is fixed."""

from collections import Counter
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from evacuations import closing_problems, long_enough, problem_of, problems
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import evacuation
from models.evacuation import Evacuation, EvacuationDecision, Groups, replanning

# 0 -> 1 -> 3 in 2 + 2 steps, and 1 -> 2 -> 3 in 1 + 4: one a step everywhere
ARCS = [(0, 1, 2, 1), (1, 3, 2, 1), (1, 2, 1, 1), (2, 3, 4, 1)]


def planned(problem: Evacuation, objective: evacuation.Objective = "clearance") -> EvacuationDecision:
    decision = evacuation.solve(problem, objective).decision
    assert decision is not None
    return decision


def test_who_has_passed_goes_on_and_the_others_go_round() -> None:
    # three persons enter 0 -> 1 at 0 1 2 and 1 -> 3 at 2 3 4. It closes at step 3: the first is on it and
    # safe at 4. The second is at 1 at step 3: round by 3 + 1 + 4 = 8. The third is at 1 at step 4: 9
    problem = problem_of(ARCS, {0: 3}, {3: 9}, 4)
    before = planned(problem)
    assert before.clearance_step == 6
    result = evacuation.replan(problem, before, 3, np.array([1]))
    assert result.plan.decision is not None
    assert sorted(result.plan.decision.groups.arrival_step(problem.travel_steps).tolist()) == [4, 8, 9]
    assert result.plan.report.objective == result.plan.report.bound == 9
    assert (result.churn.kept, result.churn.rerouted, result.churn.stranded) == (1, 2, 0)
    assert evacuation.check_replan(problem, before, (3, np.array([1])), result) == []


def test_a_road_that_nobody_needs_changes_nothing() -> None:
    problem = problem_of(ARCS, {0: 3}, {3: 9}, 4)
    before = planned(problem)
    result = evacuation.replan(problem, before, 1, np.array([3]))
    # one has set out; the two others could only go as they were to
    assert (result.churn.kept, result.churn.same, result.churn.other_way) == (1, 2, 0)
    assert result.plan.report.objective == 6


def test_who_keeps_the_way_keeps_the_road_in_that_step() -> None:
    # A starts at 0, B at 4. A is under way when B's road 4 -> 3 closes at step 1, and enters 1 -> 3 at 2.
    # B goes 4 -> 1 in 1 step, is there at 2, and must let A go first: enters 1 -> 3 at 3, safe at 5
    problem = problem_of([*ARCS, (4, 1, 1, 1), (4, 3, 2, 1)], {0: 1, 4: 1}, {3: 9}, 5)
    groups = evacuation.Groups(
        origin=np.array([0, 4]),
        persons=np.array([1, 1]),
        offsets=np.array([0, 2, 3]),
        arc=np.array([0, 1, 5]),
        enter_step=np.array([0, 2, 1]),
    )
    before = replace(planned(problem), groups=groups)
    result = evacuation.replan(problem, before, 1, np.array([5]))
    assert result.plan.report.objective == result.plan.report.bound == 5
    assert (result.churn.kept, result.churn.other_way) == (1, 1)


def test_who_has_no_way_left_is_stranded_and_told_where() -> None:
    # 0 -> 1 -> 2: the second road closes at step 1, while the first person is on the first road
    problem = problem_of([(0, 1, 2, 1), (1, 2, 1, 1)], {0: 2}, {2: 9}, 3)
    before = planned(problem)
    event = (1, np.array([1]))
    result = evacuation.replan(problem, before, *event)
    assert result.plan.decision is not None
    assert result.plan.decision.overtaken.tolist() == [2, 0, 0]
    assert result.stranded.arc.tolist() == [0]
    assert (result.churn.stranded, result.churn.staying) == (1, 1)
    assert evacuation.check_replan(problem, before, event, result) == []


def test_a_move_of_the_past_that_was_changed_is_caught() -> None:
    # the one person took the first of two parallel roads at step 0; the new plan says the second
    problem = problem_of([(0, 1, 1, 2), (0, 1, 1, 2), (1, 2, 1, 2)], {0: 1}, {2: 9}, 3)
    groups = evacuation.Groups(
        origin=np.array([0]),
        persons=np.array([1]),
        offsets=np.array([0, 2]),
        arc=np.array([0, 2]),
        enter_step=np.array([0, 1]),
    )
    before = replace(planned(problem), groups=groups)
    other = replace(before, groups=replace(groups, arc=np.array([1, 2])))
    event = (1, np.array([0]))
    result = evacuation.replan(problem, other, *event)
    assert evacuation.check_replan(problem, other, event, result) == []
    found = {violation.where for violation in evacuation.check_replan(problem, before, event, result)}
    assert found == {"moves before the step", "a way that is open"}


def test_a_bound_above_what_is_proven_is_caught() -> None:
    problem = problem_of(ARCS, {0: 3}, {3: 9}, 4)
    before = planned(problem)
    event = (3, np.array([1]))
    result = evacuation.replan(problem, before, *event)
    told = replace(result, plan=replace(result.plan, report=replace(result.plan.report, bound=10.0)))
    assert [v.where for v in evacuation.check_replan(problem, before, event, told)] == ["bound"]


@pytest.mark.parametrize(("step", "arcs"), [(-1, [0]), (2, [9]), (2, [-1])])
def test_an_event_that_cannot_be_is_refused(step: int, arcs: list[int]) -> None:
    problem = problem_of(ARCS, {0: 3}, {3: 9}, 4)
    with pytest.raises(ProblemError):
        evacuation.replan(problem, planned(problem), step, np.array(arcs))


Fixed = tuple[Counter[tuple[int, int]], Counter[tuple[int, int]], list[float]]


def fixed_by(problem: Evacuation, before: EvacuationDecision, event: tuple[int, int]) -> Fixed:
    """Return entries on ways that are kept, people planned anew by node and step, and places left."""
    at, closed = event
    groups = before.groups
    taken: Counter[tuple[int, int]] = Counter()
    starts: Counter[tuple[int, int]] = Counter()
    places = problem.shelter_capacity.tolist()
    for g, persons in enumerate(groups.persons.tolist()):
        row = slice(groups.offsets[g], groups.offsets[g + 1])
        moves = list(zip(groups.arc[row].tolist(), groups.enter_step[row].tolist(), strict=True))
        past = [move for move in moves if move[1] < at]
        if past and (closed, True) not in {(a, t >= at) for a, t in moves}:
            taken.update(dict.fromkeys(moves, persons))
            places[problem.head[moves[-1][0]]] -= persons
        elif past:
            a, t = past[-1]
            starts[int(problem.head[a]), max(at, t + int(problem.travel_steps[a]))] += persons
        else:
            starts[int(groups.origin[g]), at] += persons
    return taken, starts, places


def anew_safe_by(problem: Evacuation, before: EvacuationDecision, event: tuple[int, int], step: int) -> int:
    """Return the most of those who are planned anew who can be safe by a step."""
    at, closed = event
    taken, starts, places = fixed_by(problem, before, event)
    opening, closing = problem.entry_window()
    everybody = sum(starts.values())
    graph = nx.DiGraph()
    graph.add_nodes_from(["source", "sink"])
    graph.add_edges_from(("source", start, {"capacity": persons}) for start, persons in starts.items())
    shelter = problem.shelter_capacity > 0
    for v in range(problem.supply.size):
        for t in range(at, step):
            graph.add_edge((v, t), (v, t + 1), capacity=everybody)
        if shelter[v]:
            graph.add_edge((v, "in"), "sink", capacity=int(min(places[v], everybody)))
    for a in np.flatnonzero(~shelter[problem.tail] & (np.arange(problem.tail.size) != closed)).tolist():
        u, v, tau = int(problem.tail[a]), int(problem.head[a]), int(problem.travel_steps[a])
        for t in range(max(at, int(opening[a])), min(step - tau + 1, int(closing[a]))):
            free = int(problem.capacity[a]) - taken[a, t]
            graph.add_edge((u, t), ("arc", a, t), capacity=free)
            graph.add_edge(("arc", a, t), (v, "in") if shelter[v] else (v, t + tau), capacity=free)
    return int(nx.maximum_flow_value(graph, "source", "sink"))


@given(st.one_of(problems(), closing_problems()), st.integers(0, 6), st.data())
@settings(max_examples=150)
def test_as_many_as_can_are_safe_as_soon_as_they_can_be_after_a_closing(
    problem: Evacuation, at: int, data: st.DataObject
) -> None:
    before = planned(problem)
    closed = data.draw(st.integers(0, problem.tail.size - 1))
    result = evacuation.replan(problem, before, at, np.array([closed]))
    event = (at, np.array([closed]))
    assert evacuation.check_replan(problem, before, event, result) == []
    new, churn = result.plan.decision, result.churn
    assert new is not None
    safe = int(new.groups.persons.sum())
    anew = safe - churn.kept
    assert anew == churn.rerouted + churn.same + churn.later_or_sooner + churn.other_way
    assert anew == anew_safe_by(problem, before, (at, closed), at + long_enough(problem))
    assert result.plan.report.bound == new.clearance_step
    home = new.groups.departure_step >= at
    if anew and new.groups.arrival_step(problem.travel_steps)[home].max(initial=0) == new.clearance_step:
        kept_last = anew_safe_by(problem, before, (at, closed), new.clearance_step - 1)
        assert kept_last < anew


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(problem=closing_problems(), at=st.integers(0, 4), data=st.data())
def test_plans_of_large_rests_keep_what_is_fixed(
    problem: Evacuation, at: int, data: st.DataObject, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replanning, "PIECES", 0)
    before = planned(problem, data.draw(st.sampled_from(["total_arrival", "clearance"])))
    event = (at, np.array([data.draw(st.integers(0, problem.tail.size - 1))]))
    result = evacuation.replan(problem, before, *event)
    assert evacuation.check_replan(problem, before, event, result) == []


def test_those_planned_anew_go_where_the_kept_leave_room_in_single_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # two at 0 and one at 2, both one step from 1, whence one a step goes to the shelter 3, one step on. At
    # step 1 the two are on their way and enter 1 -> 3 at 1 and 3. 2 -> 1 closes, and 2 -> 4 -> 1 takes 2
    # steps: who is left at 2 goes round, is at 1 at 3, has no room, and enters 1 -> 3 at 4
    monkeypatch.setattr(replanning, "PIECES", 0)
    arcs = [(0, 1, 1, 2), (2, 1, 1, 1), (1, 3, 1, 1), (2, 4, 1, 1), (4, 1, 1, 1)]
    problem = problem_of(arcs, {0: 2, 2: 1}, {3: np.inf}, 5)
    way = Groups(
        origin=np.array([0, 0, 2]), persons=np.array([1, 1, 1]), offsets=np.array([0, 2, 4, 6]),
        arc=np.array([0, 2, 0, 2, 1, 2]), enter_step=np.array([0, 1, 0, 3, 3, 4]),
    )  # fmt: skip
    before = replace(planned(problem), groups=way, clearance_step=5)
    result = evacuation.replan(problem, before, 1, np.array([1]))
    assert evacuation.check_replan(problem, before, (1, np.array([1])), result) == []
    assert result.churn.kept == 2
    assert result.plan.report.objective == result.plan.report.bound == 5
    assert result.plan.decision is not None
    last = result.plan.decision.groups.taken(np.array([2]))
    assert last.arc.tolist() == [3, 4, 2]
    assert last.enter_step.tolist() == [1, 2, 4]


@given(problems(), st.integers(0, 4), st.integers(2, 8))
@settings(max_examples=60)
def test_the_most_safe_by_the_deadline_stay_the_most_after_a_closing(
    problem: Evacuation, at: int, deadline_step: int
) -> None:
    before = evacuation.solve(problem, "most_safe", deadline_step=deadline_step).decision
    assert before is not None
    event = (at, np.array([0]))
    result = evacuation.replan(problem, before, *event)
    assert evacuation.check_replan(problem, before, event, result) == []
    assert result.plan.report.bound == result.plan.report.objective
    anew = int(result.plan.report.objective or 0) - result.churn.kept
    assert anew == anew_safe_by(problem, before, (at, 0), max(at, deadline_step))
