"""Points in cells agree with h3-py, and parents with their children."""

import h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.cells import cells_of, count_points, group_points, parents_of, sum_points
from dss.errors import MapError

PLACE = st.tuples(st.floats(73, 135), st.floats(18, 54))
PLACES = st.lists(PLACE, min_size=1, max_size=30)


def degrees(places: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    lng_deg, lat_deg = np.array(places).T
    return lng_deg, lat_deg


@given(PLACES, st.integers(7, 11))
def test_points_are_in_the_cell_that_h3_names(places, resolution):
    lng_deg, lat_deg = degrees(places)
    expected = [h3.str_to_int(h3.latlng_to_cell(lat, lng, resolution)) for lng, lat in places]
    assert cells_of(lng_deg, lat_deg, resolution).tolist() == expected


@given(PLACES, st.data())
def test_counts_and_sums_of_cells_are_those_of_their_points(places, data):
    of_point = cells_of(*degrees(places), data.draw(st.integers(0, 3)))
    values = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(places), max_size=len(places))))
    cell, count = count_points(of_point)
    same, total = sum_points(of_point, values.astype(np.float64))
    for k, one in enumerate(cell.tolist()):
        mine = [
            value for value, where in zip(values.tolist(), of_point.tolist(), strict=True) if where == one
        ]
        assert (count[k], total[k]) == (len(mine), sum(mine))
    assert same.tolist() == cell.tolist() == sorted(set(of_point.tolist()))


@given(PLACES)
def test_lists_of_cells_hold_every_point_once(places):
    of_point = cells_of(*degrees(places), 2)
    cell, bound, point = group_points(of_point)
    assert sorted(point.tolist()) == list(range(len(places)))
    for k, one in enumerate(cell.tolist()):
        mine = point[bound[k] : bound[k + 1]].tolist()
        assert mine == sorted(mine)
        assert set(of_point[mine].tolist()) == {one}


@given(PLACES, st.integers(0, 11))
def test_parents_are_those_that_h3_names(places, resolution):
    cell = cells_of(*degrees(places), 11)
    expected = [h3.str_to_int(h3.cell_to_parent(h3.int_to_str(int(one)), resolution)) for one in cell]
    assert parents_of(cell, resolution).tolist() == expected


def test_a_finer_parent_is_refused():
    cell = cells_of(np.array([114.0]), np.array([30.6]), 8)
    with pytest.raises(MapError) as caught:
        parents_of(cell, 9)
    assert caught.value.code == "cells_parent"


def test_no_points_are_in_no_cell_and_many_in_the_same_as_one_by_one():
    assert cells_of(np.zeros(0), np.zeros(0), 9).size == 0
    many = 120_000  # more than one thread's share
    lng_deg, lat_deg = np.linspace(113, 115, many), np.linspace(30, 31, many)
    some = np.arange(0, many, 997)
    expected = [h3.str_to_int(h3.latlng_to_cell(lat_deg[k], lng_deg[k], 9)) for k in some]
    assert cells_of(lng_deg, lat_deg, 9)[some].tolist() == expected
