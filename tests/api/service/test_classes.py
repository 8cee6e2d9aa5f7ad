"""Limits between classes, by hand and against every way to cut."""

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.classes import class_limits, jenks


def spread(groups: list[np.ndarray]) -> float:
    return sum(float(((group - group.mean()) ** 2).sum()) for group in groups)


def test_natural_breaks_fall_into_the_gaps():
    # three clusters: 1 2 3, 10 11 12, 50 51; least value, then the greatest of each
    assert jenks(np.array([1.0, 2, 3, 10, 11, 12, 50, 51]), 3).tolist() == [1, 3, 12, 51]


def test_quantiles_and_equal_steps():
    # 0..10: fifths of the ranks and fifths of the range are the same
    limits = class_limits(np.arange(11.0))
    assert limits["quantile"] == limits["equal"] == [0, 2, 4, 6, 8, 10]


def test_figures_of_one_value_or_none_have_no_classes_to_tell_apart():
    assert class_limits(np.array([3.0, 3.0, np.nan]))["jenks"] == [3.0]
    assert class_limits(np.array([np.nan]))["quantile"] == []


@given(st.lists(st.integers(0, 40), min_size=3, max_size=8), st.integers(2, 3))
def test_no_way_to_cut_has_less_spread_than_natural_breaks(values: list[int], classes: int):
    ordered = np.sort(np.array(values, dtype=float))
    limits = jenks(ordered, classes)
    inside = np.searchsorted(limits[1:], ordered)
    found = spread([ordered[inside == k] for k in np.unique(inside)])
    cuts = combinations(range(1, ordered.size), min(classes, ordered.size) - 1)
    best = min(spread([ordered[a:b] for a, b in pairwise((0, *cut, ordered.size))]) for cut in cuts)
    assert found == pytest.approx(best, abs=1e-9)
