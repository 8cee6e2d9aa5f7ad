"""Responsibility areas hang together: by hand, against all placements, and caught where they do not."""

from dataclasses import replace

import numpy as np
import pytest
from allocations import dense, placements, town
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import Delaunay

from dss.errors import ProblemError
from models import Limits, shelter
from models.shelter.problem import travel_value, unmet_value
from models.shelter.whole.contiguity import broken_areas

# three zones in a row, 0 - 1 - 2, of 2 persons; shelter 0 is near the ends, shelter 1 near the middle
ROW = dense(
    [2, 2, 2],
    [4, 4],
    [[10, 30], [60, 10], [10, 40]],
    whole=np.arange(3),
    touching=np.array([[0, 1], [1, 2]]),
)


def test_the_ends_of_a_row_do_not_share_a_shelter_without_the_middle():
    free = shelter.solve(replace(ROW, touching=None), Limits(time_s=2.0))
    # 2 x 10 + 2 x 10 + 2 x 10
    assert free.report.objective == 60.0
    plan = shelter.solve(ROW, Limits(time_s=2.0))
    # the cheapest connected one: zone 2 alone at shelter 0 (20), 0 and 1 at shelter 1 (60 + 20)
    assert plan.report.objective == 100.0
    assert plan.report.bound <= 60.0 + 1e-6
    assert shelter.check(ROW, plan) == []


def test_a_plan_in_parts_is_caught():
    free = shelter.solve(replace(ROW, touching=None), Limits(time_s=2.0))
    assert [(v.constraint, v.where, v.amount) for v in shelter.check(ROW, free)] == [
        ("(5) connected", "site 0", 1.0)
    ]


@st.composite
def rows_and_rings(draw: st.DrawFn) -> shelter.Allocation:
    n, m = draw(st.integers(2, 5)), draw(st.integers(1, 3))
    persons = draw(st.lists(st.integers(1, 4), min_size=n, max_size=n))
    capacity = draw(st.lists(st.integers(0, 9), min_size=m, max_size=m))
    cost = draw(
        st.lists(st.lists(st.integers(0, 30).map(float), min_size=m, max_size=m), min_size=n, max_size=n)
    )
    pairs = draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=6))
    touching = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return dense(persons, capacity, cost, whole=np.arange(n), touching=touching, unmet_s=200.0)


@settings(deadline=None, max_examples=60)
@given(rows_and_rings())
def test_areas_are_connected_and_the_bound_is_below_every_placement(problem: shelter.Allocation):
    plan = shelter.solve(problem, Limits(time_s=3.0))
    assert shelter.check(problem, plan) == []
    value = travel_value(problem, plan.decision.persons) + unmet_value(problem, plan.decision.unmet)
    assert value >= min(v for v, _, _ in placements(problem)) - 1e-6


def test_a_town_of_connected_areas_stays_near_the_free_plan():
    free = town(300, 12, 0.85)
    rng = np.random.default_rng(5)
    triangles = Delaunay(rng.uniform(0, 5000, (300, 2))).simplices
    problem = replace(
        free, touching=np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    )
    limits = Limits(time_s=4.0, relative_gap=0.01)
    plan = shelter.solve(problem, limits)
    assert broken_areas(problem, shelter.solve(free, limits).decision) != []
    assert broken_areas(problem, plan.decision) == []
    assert plan.decision.unmet.sum() == 0
    assert plan.report.gap < 0.2
    assert shelter.check(problem, plan) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"touching": np.array([[0, -1]])}, "shelter_touching"),
        ({"touching": np.array([[0.0, 1.0]])}, "shelter_touching"),
        ({"touching": np.array([0, 1])}, "shelter_shape"),
        ({"whole": None}, "shelter_touching_split"),
    ],
)
def test_pairs_that_are_no_zones_are_refused(change, code: str):
    with pytest.raises(ProblemError) as caught:
        replace(ROW, **change)
    assert caught.value.code == code
