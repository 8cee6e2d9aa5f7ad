"""Planning again: few are told anew, as the weight says, and the count is right."""

import time
from dataclasses import replace

import numpy as np
import pytest
from allocations import dense, problems
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import shelter

BEFORE = dense([4, 4], [4, 4, 4], [[10, 20, 90], [20, 10, 15]])
TOLD = shelter.solve(BEFORE).decision


def test_a_lost_shelter_moves_its_people_and_the_weight_decides_about_the_others():
    # shelter 0 is lost. Best: cell 0 to shelter 1 (4 x 20), cell 1 to 2 (4 x 15): 140, all 8 told anew.
    # Keeping cell 1 at shelter 1: cell 0 to shelter 2 (4 x 90) + 4 x 10 = 400, 4 told anew.
    now = replace(BEFORE, capacity=np.array([0, 4, 4]))
    for stability_s, elsewhere, objective in (
        (0.0, 8, 140.0),
        (64.0, 8, 140.0 + 8 * 64),
        (66.0, 4, 400 + 4 * 66),
    ):
        plan = shelter.replan(now, BEFORE, TOLD, stability_s=stability_s)
        told = shelter.told_anew(now, plan.decision, BEFORE, TOLD)
        assert (told.before, told.forced, told.elsewhere) == (8, 4, elsewhere)
        assert plan.report.objective == pytest.approx(objective)
        assert plan.report.bound == pytest.approx(objective)
        assert shelter.check(shelter.follow(now, BEFORE, TOLD, stability_s), plan) == []


def test_nothing_changed_nobody_is_told_anew():
    plan = shelter.replan(BEFORE, BEFORE, TOLD, stability_s=1.0)
    assert shelter.told_anew(BEFORE, plan.decision, BEFORE, TOLD).elsewhere == 0


def test_a_closed_road_takes_the_arc_and_is_counted_as_forced_only_by_places():
    now = BEFORE.restricted(~((BEFORE.cell == 0) & (BEFORE.site == 0)))
    plan = shelter.replan(now, BEFORE, TOLD, stability_s=1e6)
    told = shelter.told_anew(now, plan.decision, BEFORE, TOLD)
    assert (told.forced, told.elsewhere) == (4, 4)


@settings(deadline=None, max_examples=50)
@given(problems(), st.sampled_from([1.0, 10.0, 1000.0]), st.integers(0, 2), st.integers(0, 6))
def test_a_heavier_weight_never_tells_more_and_the_bound_holds(
    problem, stability_s: float, site: int, places: int
):
    told = shelter.solve(problem).decision
    capacity = problem.capacity.copy()
    capacity[min(site, capacity.size - 1)] = places
    now = replace(problem, capacity=capacity, unmet_s=1e5)
    elsewhere = []
    for weight_s in (stability_s, 3 * stability_s):
        plan = shelter.replan(now, problem, told, stability_s=weight_s)
        following = shelter.follow(now, problem, told, weight_s)
        assert shelter.check(following, plan) == []
        assert plan.report.bound == pytest.approx(plan.report.objective, abs=0.05)
        elsewhere.append(int(np.maximum(plan.decision.persons - following.told_before, 0).sum()))
    assert elsewhere[1] <= elsewhere[0]


def test_a_plan_that_hides_what_telling_anew_counts_is_caught():
    now = replace(BEFORE, capacity=np.array([0, 4, 4]))
    plan = shelter.replan(now, BEFORE, TOLD, stability_s=64.0)
    following = shelter.follow(now, BEFORE, TOLD, 64.0)
    cheaper = replace(plan, report=replace(plan.report, objective=140.0, bound=140.0))
    assert "objective" in {violation.constraint for violation in shelter.check(following, cheaper)}


def test_other_numbers_of_shelters_are_refused():
    with pytest.raises(ProblemError) as caught:
        shelter.replan(dense([4, 4], [4], [[1], [1]]), BEFORE, TOLD, stability_s=1.0)
    assert caught.value.code == "shelter_previous"


def test_a_city_is_planned_again_in_seconds():
    # 3,000 cells x 100 shelters, every arc: a quarter of a large city
    rng = np.random.default_rng(2)
    n, m = 3000, 100
    place, home = rng.uniform(0, 9000, (m, 2)), rng.uniform(0, 9000, (n, 2))
    cost_s = np.hypot(*(home[:, None] - place[None]).transpose(2, 0, 1)).ravel()
    persons = rng.integers(1, 200, n)
    cell, site = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    before = shelter.Allocation(persons, np.full(m, persons.sum() // 90), cell, site, cost_s)
    told = shelter.solve(before).decision
    now = replace(before, capacity=np.where(np.arange(m) == 7, 0, before.capacity))
    started_s = time.process_time()
    plan = shelter.replan(now, before, told, stability_s=300.0)
    assert time.process_time() - started_s < 5
    count = shelter.told_anew(now, plan.decision, before, told)
    free = shelter.told_anew(now, shelter.solve(now).decision, before, told)
    assert count.forced <= count.elsewhere < free.elsewhere
    assert shelter.check(shelter.follow(now, before, told, 300.0), plan) == []
