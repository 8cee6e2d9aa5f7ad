"""Why people stay unmet: the shortage is proven by adding up, and the mend is the smallest."""

from dataclasses import replace

import numpy as np
import pytest
from allocations import INF, dense, fewest_unmet, problems
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import shelter

# Cells 0 and 1 (5 + 4) reach shelter 0 only (6 places): short by 3. Cell 2 (2) reaches nothing.
SHORT = dense([5, 4, 2, 1], [6, 9], [[10, INF], [20, INF], [INF, INF], [INF, 5]])


def test_the_pockets_name_cells_shelters_and_shortage():
    explained = shelter.explain(SHORT)
    assert explained.unmet == 5
    assert [(p.cells.tolist(), p.sites.tolist(), p.short) for p in explained.pockets] == [
        ([0, 1], [0], 3),
        ([2], [], 2),
    ]
    assert explained.extra_places.tolist() == [3, 0]
    assert shelter.check_explanation(SHORT, explained) == []


def test_the_service_limit_that_mends_it_is_exact():
    # to shelter 1 it is 40 s from cell 0, 35 s from cell 1, 70 s from cell 2
    wider = dense([5, 4, 2, 1], [6, 9], [[10, 40], [20, 35], [INF, 70], [INF, 5]])
    widening = shelter.explain(SHORT, wider=wider).widening
    assert (widening.unmet, widening.proof.limit_s) == (0, 70.0)
    assert shelter.shortage(wider, widening.proof.cells, wider.cost_s < 70.0) > 0


def test_the_closed_shelter_that_helps_most_comes_first():
    # closed shelter 0: 9 places for cell 0 save 3; 1: 4 places for cells 0 and 2 save 4; 2: at most 2
    closed = dense([5, 4, 2, 1], [9, 4, 9], [[9, 9, INF], [INF] * 3, [INF, 9, 9], [INF] * 3])
    openings = shelter.explain(SHORT, closed=closed).openings
    assert [(opening.site, opening.unmet) for opening in openings] == [(1, 1), (0, 2)]


@settings(deadline=None, max_examples=60)
@given(problems(most_cells=5))
def test_every_explanation_proves_the_fewest_unmet(problem: shelter.Allocation):
    explained = shelter.explain(problem)
    assert explained.unmet == fewest_unmet(problem, np.isfinite)
    assert shelter.check_explanation(problem, explained) == []
    mended = replace(problem, capacity=problem.capacity + explained.extra_places)
    cut_off = sum(pocket.persons for pocket in explained.pockets if pocket.sites.size == 0)
    assert fewest_unmet(mended, np.isfinite) == cut_off
    # one place less is not enough
    for j in np.flatnonzero(explained.extra_places)[:1]:
        less = replace(mended, capacity=mended.capacity - (np.arange(mended.capacity.size) == j))
        assert fewest_unmet(less, np.isfinite) > cut_off


@settings(deadline=None, max_examples=40)
@given(problems(), st.integers(0, 20))
def test_the_least_limit_places_everyone_and_no_shorter_one_does(problem: shelter.Allocation, limit_s: int):
    near = problem.restricted(problem.cost_s <= limit_s)
    widening = shelter.explain(near, wider=problem).widening
    reached = widening.proof.limit_s
    assert fewest_unmet(problem, lambda cost_s: cost_s <= reached) == widening.unmet
    assert fewest_unmet(problem, np.isfinite) == widening.unmet
    if reached > 0:
        assert fewest_unmet(problem, lambda cost_s: cost_s < reached) > widening.unmet


def test_tampered_explanations_are_caught():
    explained = shelter.explain(SHORT)
    first = explained.pockets[0]
    for change in (
        {"unmet": 4},
        {"extra_places": np.array([2, 0])},
        {"extra_places": np.array([0, 3])},
        {"mended": np.zeros(3, dtype=np.int64)},
        {"pockets": explained.pockets[:1]},
        {"pockets": (replace(first, persons=12), explained.pockets[1])},
        {"pockets": (first, first)},
    ):
        assert shelter.check_explanation(SHORT, replace(explained, **change)), change


@pytest.mark.parametrize(
    ("name", "code"), [("wider", "shelter_other_cells"), ("closed", "shelter_other_cells")]
)
def test_arcs_of_other_cells_are_refused(name: str, code: str):
    with pytest.raises(ProblemError) as caught:
        shelter.explain(SHORT, **{name: dense([5], [6, 9], [[1, 1]])})
    assert caught.value.code == code


def test_wider_arcs_to_other_shelters_are_refused():
    with pytest.raises(ProblemError) as caught:
        shelter.explain(SHORT, wider=replace(SHORT, capacity=np.array([7, 9])))
    assert caught.value.code == "shelter_other_sites"
