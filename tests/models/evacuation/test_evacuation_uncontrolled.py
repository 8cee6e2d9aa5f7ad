"""Everyone leaves at once to the nearest shelter, and what the roads look like meanwhile."""

from dataclasses import replace

import numpy as np
from evacuation_plans import groups_of
from evacuations import problem_of, problems
from hypothesis import given

from models import evacuation
from models.evacuation import Evacuation
from models.evacuation.course import course
from models.evacuation.replay import replay
from models.evacuation.uncontrolled import uncontrolled

INF = np.inf


def chosen(problem: Evacuation) -> list[tuple[int, int, list[int]]]:
    groups = uncontrolled(problem).groups
    ways = np.split(groups.arc, groups.offsets[1:-1])
    return [
        (int(v), int(n), way.tolist()) for v, n, way in zip(groups.origin, groups.persons, ways, strict=True)
    ]


def test_everyone_goes_to_the_nearest_shelter_at_once():
    # home 0: shelter 1 in 2 steps, shelter 2 in 5
    problem = problem_of([(0, 1, 2, 1), (0, 2, 5, 9)], {0: 4}, {1: INF, 2: INF}, 3)
    assert chosen(problem) == [(0, 4, [0])]
    # one a step: the last enters at 3 and is safe at 5
    assert replay(problem, uncontrolled(problem).groups).clearance_step == 5


def test_who_lives_nearer_has_the_places_and_the_others_go_on_to_the_next_shelter():
    # shelter 2 has 3 places: home 1 (1 step) takes 2, home 0 (3 steps) the last; its 3 others go to shelter 3
    problem = problem_of([(0, 2, 3, 9), (1, 2, 1, 9), (0, 3, 7, 9)], {0: 4, 1: 2}, {2: 3, 3: INF}, 4)
    assert chosen(problem) == [(1, 2, [1]), (0, 1, [0]), (0, 3, [2])]
    assert not uncontrolled(problem).staying.any()


def test_who_finds_no_road_or_no_place_stays():
    # node 3 has no road; shelter 1 has 2 places for 5
    problem = problem_of([(0, 1, 1, 9)], {0: 5, 2: 1}, {1: 2}, 3)
    assert uncontrolled(problem).staying.tolist() == [3, 0, 1]


def test_roads_that_are_closed_already_are_not_taken_and_later_closings_not_foreseen():
    # arc 0 is closed from the start, arc 1 from step 1 on: 2 of 4 get on it
    problem = problem_of([(0, 1, 1, 2), (0, 1, 2, 2), (0, 1, 9, 2)], {0: 4}, {1: INF}, 2)
    closing = replace(problem, closing_step=np.array([0.0, 1.0, INF]))
    assert chosen(closing) == [(0, 4, [1])]
    assert replay(closing, uncontrolled(closing).groups).stranded_of.tolist() == [2]


def test_people_set_out_when_their_door_opens():
    problem = replace(
        problem_of([(0, 1, 1, 9), (1, 2, 2, 9)], {0: 4}, {2: INF}, 3), opening_step=np.array([5, 0])
    )
    groups = uncontrolled(problem).groups
    assert groups.enter_step.tolist() == [5, 6]


def test_the_quickest_of_parallel_roads_is_taken_and_loops_and_shelters_are_not_driven_through():
    # 0 -> 2 through shelter 1 would take 2 steps; the quickest road around takes 3
    arcs = [(0, 1, 1, 9), (1, 2, 1, 9), (0, 2, 4, 9), (0, 2, 3, 9), (0, 0, 1, 9)]
    problem = problem_of(arcs, {0: 2}, {1: 1, 2: INF}, 3)
    assert chosen(problem) == [(0, 1, [0]), (0, 1, [3])]


@given(problems())
def test_without_control_nobody_is_lost_and_a_proven_plan_is_never_later(problem: Evacuation):
    free = uncontrolled(problem)
    assert free.groups.persons.sum() + free.staying.sum() == problem.persons
    seen = replay(problem, free.groups)
    assert seen.arrivals.sum() == free.groups.persons.sum()
    inside = np.bincount(
        problem.head[free.groups.arc[free.groups.offsets[1:] - 1]], free.groups.persons, problem.supply.size
    )
    assert (inside <= problem.shelter_capacity).all()
    plan = evacuation.solve(problem).decision
    assert plan is not None
    if plan.groups.persons.sum() == free.groups.persons.sum():
        assert plan.clearance_step <= seen.clearance_step


def test_the_course_tells_who_is_on_which_road():
    # 5 people, 2 a step into arc 0 (3 steps), then arc 1 (1 step): arc 0 at 0, 1, 2 and arc 1 at 3, 4, 5
    problem = problem_of([(0, 1, 3, 2), (1, 2, 1, 2)], {0: 5}, {2: INF}, 3)
    seen = replay(problem, groups_of([(0, 5, [0, 1], [0, 3])]))
    told = course(problem, seen, every_steps=2)
    assert told.step.tolist() == [0, 2, 4, 6]
    on_road = list(zip(*(column.tolist() for column in told.on_road), strict=True))
    # at 0: the first two; at 2: all five; at 4: who entered at 2 is on arc 0 until 5, two are on arc 1
    assert on_road == [(0, 0, 2), (0, 2, 5), (0, 4, 1), (1, 4, 2)]
    assert list(zip(*(column.tolist() for column in told.waiting), strict=True)) == [(0, 0, 3)]
    assert told.safe.tolist() == [0, 0, 2, 5]


@given(problems())
def test_everybody_is_somewhere_in_every_slice(problem: Evacuation):
    free = uncontrolled(problem)
    seen = replay(problem, free.groups)
    told = course(problem, seen, every_steps=1)
    persons = [np.bincount(part.step, part.persons, told.step.size) for part in (told.on_road, told.waiting)]
    assert (persons[0] + persons[1] + told.safe == free.groups.persons.sum()).all()
