"""Circles are cut out of ways, and nothing else changes."""

from dataclasses import replace

import numpy as np
from evacuation_plans import groups_of
from evacuations import problem_of, problems
from hypothesis import given

from models import evacuation
from models.evacuation import Evacuation
from models.evacuation.loops import without_loops
from models.evacuation.replay import replay

INF = np.inf


def test_who_comes_back_to_a_node_stays_there():
    # 0 -> 1 -> 2 -> 1 -> 3: the trip to 2 and back is cut out, arc 3 is entered when it was planned
    problem = problem_of([(0, 1, 1, 1), (1, 2, 1, 1), (2, 1, 1, 1), (1, 3, 1, 1)], {0: 1}, {3: INF}, 4)
    kept = without_loops(problem, groups_of([(0, 1, [0, 1, 2, 3], [0, 1, 2, 3])]))
    assert (kept.arc.tolist(), kept.enter_step.tolist()) == ([0, 3], [0, 3])


def test_who_comes_back_home_sets_out_later():
    problem = problem_of([(0, 1, 1, 1), (1, 0, 1, 1), (0, 3, 1, 1)], {0: 2, 1: 1}, {3: INF}, 4)
    rows = [(0, 1, [0, 1, 2], [0, 1, 2]), (0, 1, [2], [0]), (1, 1, [1, 2], [3, 4])]
    kept = without_loops(problem, groups_of(rows))
    assert kept.offsets.tolist() == [0, 1, 2, 4]
    assert kept.departure_step.tolist() == [2, 0, 3]


def test_a_circle_within_a_circle_is_cut_whole():
    # 0 -> 1 -> 2 -> 1 -> 0 -> 3
    problem = problem_of(
        [(0, 1, 1, 1), (1, 2, 1, 1), (2, 1, 1, 1), (1, 0, 1, 1), (0, 3, 1, 1)], {0: 1}, {3: INF}, 4
    )
    kept = without_loops(problem, groups_of([(0, 1, [0, 1, 2, 3, 4], [0, 1, 2, 3, 4])]))
    assert (kept.arc.tolist(), kept.enter_step.tolist()) == ([4], [4])


@given(problems())
def test_a_plan_without_circles_keeps_every_constraint_and_figure(problem: Evacuation):
    plan = evacuation.solve(problem)
    assert plan.decision is not None
    kept = without_loops(problem, plan.decision.groups)
    cut = replace(plan, decision=replace(plan.decision, groups=kept))
    assert evacuation.check(problem, cut) == []
    assert replay(problem, kept, "on_time").clearance_step == plan.decision.clearance_step
    for g in range(kept.origin.size):
        arcs = kept.arc[kept.offsets[g] : kept.offsets[g + 1]]
        nodes = [int(kept.origin[g]), *problem.head[arcs].tolist()]
        assert len(set(nodes)) == len(nodes)
