"""The metres of a line in a cell are what GEOS cuts, and no metre is lost."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import PLACES, PLAIN, cell_polygons, cut_by_geos, middle_of, moved

from dss.cells import cells_of, line_lengths

RESOLUTION = 9
COORDINATE = st.floats(-3000, 3000)
PATHS = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=2, max_size=8)


@settings(max_examples=60)
@given(st.sampled_from(PLACES), st.lists(PATHS, min_size=1, max_size=4), st.sampled_from([7, 9, 10]))
def test_lengths_are_those_that_geos_cuts_and_add_up(place, paths, resolution):
    lines = moved(np.array([shapely.LineString(path) for path in paths], dtype=object), middle_of(place))
    lengths = line_lengths(lines, place[0], resolution)
    total = lengths.by_feature(lines.size)
    assert total == pytest.approx(shapely.length(lines), rel=1e-9, abs=1e-6)
    simple = shapely.is_simple(lines[lengths.feature])  # GEOS counts what a line runs through twice once
    cut = cut_by_geos(lines, lengths, place[0], shapely.length)
    assert lengths.amount[simple] == pytest.approx(cut[simple], rel=1e-6, abs=1e-4)


def test_a_line_across_one_border_is_cut_there():
    cell = cells_of(np.array([PLAIN[1]]), np.array([PLAIN[2]]), RESOLUTION)
    outline = cell_polygons(cell, PLAIN[0])[0]
    corners = shapely.get_coordinates(outline)
    middle, side = corners[:6].mean(axis=0), corners[:2].mean(axis=0)
    line = np.array([shapely.LineString([middle, middle + 1.5 * (side - middle)])])
    lengths = line_lengths(line, PLAIN[0], RESOLUTION)
    way_m = float(np.hypot(*(side - middle)))
    inside = lengths.cell == cell[0]
    assert lengths.amount[inside] == pytest.approx([way_m])
    assert lengths.amount[~inside] == pytest.approx([way_m / 2])


def test_a_line_along_a_border_counts_once():
    cell = cells_of(np.array([PLAIN[1]]), np.array([PLAIN[2]]), RESOLUTION)
    outline = np.array([shapely.get_exterior_ring(cell_polygons(cell, PLAIN[0])[0])])
    lengths = line_lengths(outline, PLAIN[0], RESOLUTION)
    assert lengths.by_feature(1) == pytest.approx(shapely.length(outline), rel=1e-9)


def test_parts_of_a_line_count_together_and_nothing_has_no_length():
    parts = shapely.MultiLineString([[(0, 0), (300, 0)], [(0, 50), (300, 50)]])
    lines = moved(np.array([parts, None, shapely.LineString()], dtype=object), middle_of(PLAIN))
    lengths = line_lengths(lines, PLAIN[0], RESOLUTION)
    assert lengths.by_feature(3) == pytest.approx([600, 0, 0])
    assert line_lengths(lines[1:], PLAIN[0], RESOLUTION).cell.size == 0


def test_metres_of_many_lines_add_up_by_cell_with_their_weights():
    x, y = middle_of(PLAIN)
    line = shapely.LineString([(x, y), (x + 1000, y)])
    lengths = line_lengths(np.array([line, line]), PLAIN[0], RESOLUTION)
    once, thrice = lengths.by_cell()[1], lengths.by_cell(np.array([1.0, 5.0]))[1]
    assert once.sum() == pytest.approx(2000)
    assert thrice == pytest.approx(3 * once)  # (1 + 5) / 2
