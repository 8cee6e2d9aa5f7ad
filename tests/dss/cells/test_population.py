"""People keep their number on the way from layers to cells."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rasterio.transform import from_origin
from town import BuildTown, at, square, town_layers

from dss.cells import index_population, sample_points, whole_numbers
from dss.errors import MapError
from dss.onemap import FileHints, OneMap, import_file, open_map


def census(persons: list[float]) -> gpd.GeoDataFrame:
    return town_layers()["census"].assign(RKS=persons)


@pytest.mark.parametrize("resolution", [7, 9, 11])
def test_persons_before_equal_persons_after(town: OneMap, resolution: int):
    cells = index_population(town, resolution)
    assert cells.total_persons == 1000
    assert np.unique(cells.cell).size == cells.cell.size


def test_persons_inside_and_outside_an_area_add_up(town: OneMap):
    x, y = at(0, 0)
    cells = index_population(town, 10, shapely.box(x, y - 600, x + 600, y + 600))
    assert (cells.total_persons, cells.persons_outside) == (400, 600)


def test_people_live_in_buildings_where_the_unit_has_any(build_town: BuildTown, tmp_path):
    town = build_town()
    corner = gpd.GeoDataFrame({"floors": [3, 1]}, geometry=[square(-350, 350, 10), square(250, 250, 10)])
    corner.set_crs(town.crs).to_file(tmp_path / "houses.gpkg")
    import_file(town.folder, tmp_path / "houses.gpkg", FileHints(key="houses", role="buildings"))
    cells = index_population(open_map(town.folder), 11)
    here = np.hypot(cells.x_m - at(-350, 350)[0], cells.y_m - at(-350, 350)[1]) < 30
    assert cells.persons[here].sum() == 400
    assert cells.total_persons == 1000


def test_a_raster_gives_each_pixel_to_one_cell(town: OneMap, tmp_path):
    values = np.array([[1.25, 2.5], [-1.0, 4.0]], dtype=np.float32)
    with rasterio.open(
        tmp_path / "people.tif", "w", driver="GTiff", height=2, width=2, count=1, dtype="float32",
        crs="EPSG:4326", transform=from_origin(114.0, 30.7, 0.01, 0.01), nodata=-1,
    ) as file:  # fmt: skip
        file.write(values, 1)
    import_file(town.folder, tmp_path / "people.tif", FileHints(key="census", role="population"))
    cells = index_population(open_map(town.folder), 9)
    assert cells.total_persons == 8  # 7.75 persons, rounded once over all cells
    assert cells.cell.size == 3


@pytest.mark.parametrize(
    ("persons", "code"), [([1, float("nan"), 2, 3], "population_nan"), ([1, -5, 2, 3], "population_negative")]
)
def test_impossible_populations_are_refused_with_their_row(build_town: BuildTown, persons, code):
    town = build_town(census=census(persons))
    with pytest.raises(MapError) as caught:
        index_population(town, 9)
    assert caught.value.code == code
    assert caught.value.values["row"] == 1


def test_an_area_without_people_is_refused(town: OneMap):
    with pytest.raises(MapError, match="census"):
        index_population(town, 9, shapely.box(0, 0, 1, 1))


def test_a_map_without_population_is_refused(town: OneMap):
    catalogue = town.catalogue.model_copy(update={"layers": town.layers[1:]})
    with pytest.raises(MapError) as caught:
        index_population(OneMap(town.folder, catalogue), 9)
    assert caught.value.code == "role_missing"


@given(st.lists(st.floats(min_value=0, max_value=1e5), min_size=1, max_size=50), st.data())
def test_whole_numbers_keep_the_sum_of_every_run(amounts: list[float], data: st.DataObject):
    array = np.array(amounts)
    whole = whole_numbers(array)
    assert (whole >= 0).all()
    assert whole.sum() == np.rint(np.cumsum(array)[-1])
    lo = data.draw(st.integers(0, array.size))
    hi = data.draw(st.integers(lo, array.size))
    assert abs(whole[lo:hi].sum() - array[lo:hi].sum()) <= 1 + 1e-6


def test_sample_points_lie_in_their_cell_and_stand_for_equal_parts_of_it(town: OneMap):
    cells = index_population(town, 9)
    x_m, y_m = sample_points(cells)
    hexagons = cells.polygons().to_crs(town.crs).to_numpy()
    assert shapely.contains_xy(np.repeat(hexagons, 54), x_m.ravel(), y_m.ravel()).all()
    assert np.column_stack([x_m.mean(axis=1), y_m.mean(axis=1)]) == pytest.approx(
        shapely.get_coordinates(shapely.centroid(hexagons)), abs=0.5
    )
    # a straight cut through the middle leaves half the points, and half the area, on each side
    middle_x = shapely.get_coordinates(shapely.centroid(hexagons))[:, :1]
    assert (x_m < middle_x).mean(axis=1) == pytest.approx(0.5, abs=0.06)
