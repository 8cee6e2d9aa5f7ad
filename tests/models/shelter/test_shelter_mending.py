"""A plan mended from the plan before is as good as one planned from the start, whatever has changed."""

from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from allocations import dense, problems
from hypothesis import given, settings
from hypothesis import strategies as st

from models import shelter
from models.shelter.problem import travel_value, unmet_value
from models.shelter.replanning import mending
from models.shelter.replanning.mending import mend_plan


def value(problem: shelter.Allocation, decision: shelter.AllocationDecision) -> float:
    return travel_value(problem, decision.persons) + unmet_value(problem, decision.unmet)


@st.composite
def changes(draw: st.DrawFn) -> tuple[shelter.Allocation, shelter.Allocation]:
    """Draw a problem, and the same after persons, places, roads and times have changed."""
    before = replace(draw(problems(most_cells=5, most_sites=4)), unmet_s=400.0)
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    kept = rng.random(before.cell.size) < 0.8
    part = before.restricted(kept)
    slower = rng.choice([0.5, 1.0, 1.0, 3.0], part.cell.size)
    now = replace(
        part,
        persons=np.maximum(part.persons + rng.integers(-2, 3, part.persons.size), 0),
        capacity=np.maximum(part.capacity + rng.integers(-3, 4, part.capacity.size), 0),
        cost_s=np.round(part.cost_s * slower, 1),
    )
    return before, now


@settings(deadline=None, max_examples=200)
@given(changes(), st.sampled_from([0.0, 5.0, 100.0]))
def test_mending_is_as_good_as_planning_from_the_start(changed, stability_s: float):
    before, now = changed
    told = shelter.solve(before).decision
    following = shelter.follow(now, before, told, stability_s)
    with mock.patch.object(mending, "MOST_ANEW", 1.0):
        mended = mend_plan(following, told.prices, told.unmet)
    fresh = shelter.solve(following).decision
    assert value(following, mended) == pytest.approx(value(following, fresh), abs=1e-6)
    assert shelter.dual_bound(following, mended.prices) == pytest.approx(value(following, fresh), abs=1e-6)


def test_a_lost_shelter_is_mended_without_planning_from_the_start(monkeypatch):
    # 2 cells x 5 persons, shelters of 5, 5 and 9. Cell 0 loses shelter 0 (10 s) and has 30 s to shelter 2.
    before = dense([5, 5], [5, 5, 9], [[10, 60, 30], [80, 10, 90]])
    told = shelter.solve(before).decision
    now = replace(before, capacity=np.array([0, 5, 9]))
    monkeypatch.setattr("models.shelter.replanning.replan.solve", None)
    plan = shelter.replan(replace(now, unmet_s=1e4), before, told, stability_s=0.0)
    # 5 x 30 + 5 x 10
    assert plan.report.objective == plan.report.bound == 200.0
    assert plan.decision.prices.tolist() == [20.0, 0.0, 0.0]


def test_too_great_a_change_is_left_to_planning_from_the_start(monkeypatch):
    monkeypatch.setattr(mending, "MOST_ANEW", 0.0)
    before = dense([5], [5, 9], [[10, 60]])
    told = shelter.solve(before).decision
    now = shelter.follow(replace(before, capacity=np.array([0, 9])), before, told, 1.0)
    assert mend_plan(now, told.prices * 0, told.unmet) is not None
    gone = shelter.follow(before.restricted(np.array([False, True])), before, told, 1.0)
    assert mend_plan(gone, told.prices, told.unmet) is None
