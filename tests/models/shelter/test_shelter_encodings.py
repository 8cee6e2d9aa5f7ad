"""How districts, borders, groups and their needs are said in arcs, weights and rows."""

from dataclasses import replace

import numpy as np
import pytest
from allocations import INF, dense, placements, problems
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Limits, shelter


def solved(problem: shelter.Allocation, limits: Limits = Limits(time_s=2.0)) -> shelter.AllocationDecision:  # noqa: B008
    plan = shelter.solve(problem, limits)
    assert shelter.check(problem, plan) == []
    assert plan.decision is not None
    return plan.decision


# One district with shelter 0, the next with shelter 1: 4 people 100 s from their own, 40 s from the other's.
BORDER = dense([4], [4, 4], [[100, 40]])


@pytest.mark.parametrize(("border_s", "across"), [(59.0, 4), (61.0, 0)])
def test_a_border_is_crossed_only_where_that_saves_more_than_its_price(border_s: float, across: int):
    problem = replace(BORDER, extra_s=np.array([0.0, border_s]))
    plan = shelter.solve(problem)
    assert plan.decision.persons.tolist() == [4 - across, across]
    # travel time stays what it is; the objective counts the border
    travelled_s = float(plan.decision.persons @ problem.cost_s)
    assert travelled_s == 400 - 60 * across
    assert plan.report.objective == travelled_s + border_s * across


def test_a_border_without_agreement_is_no_arc_at_all():
    assert solved(dense([4], [3, 4], [[100, INF]])).unmet.tolist() == [1]


def test_the_weightier_group_gets_the_last_places_and_the_shorter_trips():
    # per cell one row for each group: 2 elderly (weight 3) and 2 others, 3 places in all
    problem = dense([2, 2], [1, 2], [[10, 100], [10, 100]], priority=np.array([3.0, 1.0]))
    decision = solved(problem)
    assert decision.unmet.tolist() == [0, 1]
    assert decision.persons.tolist() == [1, 1, 0, 1]


def test_a_group_of_weight_zero_takes_what_is_left_rather_than_nothing():
    problem = dense([2, 2], [3], [[10], [10]], priority=np.array([1.0, 0.0]))
    assert solved(problem).unmet.tolist() == [0, 1]


def test_each_group_has_its_own_speed_reach_and_suitable_shelters():
    # one cell: 3 adults, and 2 patients who are half as fast and may only go to shelter 1, which is medical
    problem = dense([3, 2], [9, 2], [[50, 60], [INF, 120]])
    decision = solved(problem)
    assert decision.persons.tolist() == [3, 0, 2]


def test_accompanied_persons_go_where_their_companions_can_go():
    # row 0: a wheelchair user, only shelter 1 is without steps; row 1: the companion, nearer to shelter 0
    alone = dense([1, 1], [5, 5], [[INF, 30], [10, 30]])
    assert solved(alone).persons.tolist() == [1, 1, 0]
    together = replace(alone, whole=np.array([0, 0]))
    assert solved(together).persons[problem_arc(together, 1, 1)] == 1
    assert solved(together).persons[problem_arc(together, 1, 0)] == 0


def problem_arc(problem: shelter.Allocation, cell: int, site: int) -> int:
    return int(np.flatnonzero((problem.cell == cell) & (problem.site == site))[0])


@settings(deadline=None, max_examples=40)
@given(problems(most_cells=4), st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 10.0]), min_size=4, max_size=4))
def test_weights_extras_and_zones_together_reach_the_best_placement(problem, weights: list[float]):
    n, k = problem.persons.size, problem.cell.size
    mixed = replace(
        problem,
        whole=np.arange(n) // 2,
        priority=np.array(weights[:n]),
        extra_s=7.0 * (np.arange(k) % 2),
        unmet_s=100.0,
    )
    plan = shelter.solve(mixed, Limits(time_s=2.0))
    unmet_value = 100.0 * float(mixed.weight @ plan.decision.unmet)
    assert plan.report.objective + unmet_value == pytest.approx(min(v for v, _, _ in placements(mixed)))
    assert shelter.check(mixed, plan) == []
