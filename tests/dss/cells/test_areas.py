"""The area of a polygon in a cell is what GEOS cuts, and no square metre is lost."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import (
    BENT,
    PENTAGON,
    PLACES,
    PLAIN,
    cell_polygons,
    cut_by_geos,
    middle_of,
    moved,
    random_stars,
    stars,
)

from dss.cells import cell_areas, cell_shares, cells_of
from dss.cells.planes import degrees_of

# Edges of a cell of resolution 9 are about 200 m long, its area about 0.105 km2.
RESOLUTION = 9


def polygons_at(place: tuple[str, float, float], *shapes: shapely.Geometry) -> np.ndarray:
    return moved(np.array(shapes, dtype=object), middle_of(place))


def cell_at(place: tuple[str, float, float], resolution: int = RESOLUTION) -> np.ndarray:
    return cells_of(np.array([place[1]]), np.array([place[2]]), resolution)


@settings(max_examples=60)
@given(
    st.sampled_from(PLACES), st.lists(stars(700, 900), min_size=1, max_size=4), st.sampled_from([8, 9, 10])
)
def test_areas_are_those_that_geos_cuts_and_add_up(place, shapes, resolution):
    polygons = polygons_at(place, *shapes)
    areas = cell_areas(polygons, place[0], resolution)
    assert areas.amount == pytest.approx(cut_by_geos(polygons, areas, place[0], shapely.area), abs=1e-4)
    assert areas.by_feature(polygons.size) == pytest.approx(shapely.area(polygons), rel=1e-9, abs=1e-4)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("resolution", "size_m"), [(7, 6000), (8, 1500), (9, 3000), (11, 300)])
def test_many_polygons_of_all_sizes_keep_their_area(place, resolution, size_m):
    polygons = moved(
        random_stars(np.random.default_rng(resolution), 60, size_m, 2 * size_m), middle_of(place)
    )
    areas = cell_areas(polygons, place[0], resolution)
    cut = cut_by_geos(polygons, areas, place[0], shapely.area)
    assert areas.amount == pytest.approx(cut, rel=1e-6, abs=1e-3)
    assert areas.by_feature(polygons.size) == pytest.approx(shapely.area(polygons), rel=1e-9)


@settings(max_examples=25)
@given(stars(500, 300), st.floats(-2000, 2000), st.floats(-2000, 2000))
def test_moving_a_polygon_moves_its_cells_and_keeps_its_area(shape, x, y):
    here = polygons_at(PLAIN, shape)
    there = moved(here, np.array([x, y]))
    both = cell_areas(np.concatenate([here, there]), PLAIN[0], RESOLUTION)
    first, second = both.by_feature(2)
    assert first == pytest.approx(second, abs=1e-4)


@settings(max_examples=25)
@given(st.lists(stars(500, 900), min_size=2, max_size=5), st.randoms())
def test_the_order_of_polygons_does_not_matter(shapes, random):
    polygons = polygons_at(PLAIN, *shapes)
    order = list(range(polygons.size))
    random.shuffle(order)
    cell, amount = cell_areas(polygons, PLAIN[0], RESOLUTION).by_cell()
    other_cell, other_amount = cell_areas(polygons[order], PLAIN[0], RESOLUTION).by_cell()
    assert cell.tolist() == other_cell.tolist()
    assert amount == pytest.approx(other_amount, abs=1e-6)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("resolution", [7, 8, 9, 10])
def test_a_polygon_that_is_a_cell_covers_that_cell_alone(place, resolution):
    cell = cell_at(place, resolution)
    outline = cell_polygons(cell, place[0])
    areas = cell_areas(outline, place[0], resolution)
    whole = cell_shares(areas, place[0]) > 1e-6
    assert areas.cell[whole].tolist() == cell.tolist()
    assert areas.amount[whole] == pytest.approx(shapely.area(outline), rel=1e-7)


def test_a_hole_that_is_a_cell_leaves_it_out():
    cell = cell_at(PLAIN)
    hole = cell_polygons(cell, PLAIN[0])[0]
    ring = np.array([hole.buffer(700).difference(hole)], dtype=object)
    areas = cell_areas(ring, PLAIN[0], RESOLUTION)
    assert areas.amount[areas.cell == cell[0]].sum() == pytest.approx(0, abs=1e-3)
    assert areas.by_feature(1) == pytest.approx(ring[0].area, rel=1e-9)


def test_cells_within_a_large_polygon_are_whole():
    square = polygons_at(PLAIN, shapely.box(-3000, -3000, 3000, 3000))
    areas = cell_areas(square, PLAIN[0], RESOLUTION)
    shares = cell_shares(areas, PLAIN[0])
    whole = shapely.contains(square, cell_polygons(areas.cell, PLAIN[0]))
    assert whole.sum() > 250
    assert (shares[whole] > 1 - 1e-12).all()
    assert (shares[~whole] < 1).all()
    assert areas.by_feature(1) == pytest.approx([36e6], rel=1e-12)


def test_a_small_square_in_the_middle_of_a_cell_lies_in_it_alone():
    cell = cell_at(PLAIN)
    middle = cell_polygons(cell, PLAIN[0])[0].centroid
    areas = cell_areas(np.array([middle.buffer(10, cap_style="square")]), PLAIN[0], RESOLUTION)
    assert areas.cell.tolist() == cell.tolist()
    assert areas.amount == pytest.approx([400])  # 20 m x 20 m


def test_outlines_through_corners_and_along_borders_lose_nothing():
    cell = cell_at(PLAIN)
    corners = shapely.get_coordinates(cell_polygons(cell, PLAIN[0]))[:6]
    shapes = [shapely.Polygon(corners[[0, 2, 4]]), shapely.Polygon(corners[[0, 1, 3]])]
    shapes.append(shapely.Polygon([corners[0], corners[1], corners[1] + [500.0, 300.0]]))
    shapes.append(shapely.Polygon([corners[0], 2 * corners[0] - corners[3], corners[3]]).buffer(50))
    polygons = np.array(shapes, dtype=object)
    areas = cell_areas(polygons, PLAIN[0], RESOLUTION)
    assert areas.amount == pytest.approx(cut_by_geos(polygons, areas, PLAIN[0], shapely.area), abs=1e-3)
    assert areas.by_feature(4) == pytest.approx(shapely.area(polygons), rel=1e-9)


@pytest.mark.parametrize("place", [BENT, PENTAGON])
def test_cells_are_bent_where_the_icosahedron_has_an_edge(place):
    outline = cell_polygons(cell_at(place, 7), place[0])[0]
    assert shapely.get_num_points(shapely.get_exterior_ring(outline)) > 7
    assert np.unique(np.round(shapely.get_coordinates(outline), 3), axis=0).shape[0] != 6


def test_nothing_has_no_area():
    nothing = np.array([None, shapely.Polygon(), shapely.Point(0, 0)], dtype=object)
    assert cell_areas(nothing, PLAIN[0], RESOLUTION).cell.size == 0


def test_a_long_side_that_is_straight_in_the_plane_loses_nothing():
    # 120 km: straight in degrees would be 170 m off in the middle
    strip = polygons_at(PLAIN, shapely.box(-60_000, -400, 60_000, 400))
    areas = cell_areas(strip, PLAIN[0], 8)
    assert areas.by_feature(1) == pytest.approx(120_000 * 800, rel=1e-12)


def test_the_mesh_reaches_as_far_as_the_points_that_it_was_laid_around():
    x, y = middle_of(PLAIN)
    far = np.array([shapely.box(x + 30_000 * k, y, x + 30_000 * k + 50, y + 50) for k in range(3)])
    areas = cell_areas(far, PLAIN[0], 11)
    lng_deg, lat_deg = degrees_of(np.array([x + 25]), np.array([y + 25]), PLAIN[0])
    assert cells_of(lng_deg, lat_deg, 11)[0] in areas.cell[areas.feature == 0]
    assert areas.by_feature(3) == pytest.approx([2500] * 3)
