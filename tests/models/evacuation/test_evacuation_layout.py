"""Coarse plans in single steps, circles in flows, and what a cut says where people are left."""

import numpy as np
from evacuations import problem_of, problems
from hypothesis import given

from models.evacuation import Evacuation
from models.evacuation.clearance import later_than
from models.evacuation.flows import most_safe
from models.evacuation.grids import relaxed_grid
from models.evacuation.kernels.chains import arcs_by_node
from models.evacuation.kernels.circles import straight_moves
from models.evacuation.kernels.layout import planned_entries
from models.evacuation.reach import split_by_reach
from models.evacuation.schedule import Schedule
from models.evacuation.trimming import Roads, trim


def roads_of(problem: Evacuation) -> Roads:
    return trim(problem, split_by_reach(problem))


def test_people_of_a_coarse_move_go_as_many_together_as_may() -> None:
    # 5 in 4 steps are 1.25 a step: 2, 3, 4, 5 have gone by the steps; two at a time that is 2, 4, 4, 5
    move = tuple(np.array([number]) for number in (0, 1, 4, 5))
    planned = planned_entries(move, np.array([2]), 5)
    assert planned.tolist() == [[0, 2, 2, 0, 1, 0]]


def test_a_flow_that_leads_back_waits_instead() -> None:
    # copies 0 and 1 of node 0, 2 of node 1, 3 of the shelter; the moves 0 -> 1 -> 0 -> shelter, one person
    by_copy = arcs_by_node(np.array([0, 2, 1]), 4)
    kept = straight_moves(
        by_copy,
        (np.array([2, 1, 3]), np.zeros(3, np.int64)),
        np.array([0, 0, 1, 2]),
        np.array([False, False, False, True]),
        (np.array([0]), np.array([1])),
        (np.ones(3, np.int64), np.zeros(4, np.int64)),
    )
    assert kept.tolist() == [0, 0, 1]


def test_a_source_that_is_reached_late_is_not_among_those_left() -> None:
    # 1 -> 3 -> 0, two steps and one, one a step; a person at 1 and one at 3. By step 2 the one at 3 is safe;
    # the one at 1 could be at 3 at step 2, when the one at 3 has long gone. Both together could be safe by
    # step 2 (3 enters twice), but the one at 1 alone needs 3 steps
    roads = roads_of(problem_of([(1, 3, 2, 1), (3, 0, 1, 1)], {1: 1, 3: 1}, {0: np.inf}, 4))
    schedule = Schedule(roads, 2)
    cut = schedule.complete(np.inf)
    assert cut is not None
    assert schedule.left == 1
    assert later_than(roads, cut, 2).step == 3


@given(problem=problems())
def test_a_cut_of_people_left_always_rules_its_step_out(problem: Evacuation) -> None:
    roads = roads_of(problem)
    if roads.persons == 0:
        return
    step = 0
    while (cut := Schedule(roads, step).complete(np.inf)) is not None:
        later = later_than(roads, cut, step).step
        assert later > step
        step = later


@given(problem=problems())
def test_an_exact_flow_is_laid_out_whole(problem: Evacuation) -> None:
    roads = roads_of(problem)
    if roads.persons == 0:
        return
    for step in (2, 5, 9):
        grid = relaxed_grid(roads, step, 1, np.zeros(roads.n, np.int64))
        flow = most_safe(roads, grid)
        schedule = Schedule.of_flow(roads, grid, flow.moves)
        assert roads.persons - schedule.left == flow.persons
        assert schedule.groups().persons.sum() == flow.persons
