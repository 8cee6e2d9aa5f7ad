"""A broken census record is repaired or left out by name; it does not stop the work, and nobody is lost."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin
from town import CRS, BuildTown, at, square

from dss.cells import People, UnitNote, index_population, place_people
from dss.errors import MapError
from dss.onemap import FileHints, OneMap, import_file, open_map


def census(count: int = 10) -> gpd.GeoDataFrame:
    """Return units of 100 persons each, 100 m wide, in a row."""
    places = [square(200 * k - 1000, 0, 50) for k in range(count)]
    return gpd.GeoDataFrame({"RKS": [100.0] * count}, geometry=places, crs=CRS)


def test_a_unit_that_counts_no_number_is_left_out_by_name(build_town: BuildTown):
    units = census()
    units.loc[3, "RKS"] = np.nan
    units.loc[4, "RKS"] = -7
    cells = index_population(build_town(census=units), 9)
    assert cells.total_persons == 800
    assert cells.notes == (
        UnitNote("census", "3", "not_a_number", None),
        UnitNote("census", "4", "negative", None),
    )
    assert (cells.units_left_out, cells.persons_left_out) == (2, 0)


@pytest.mark.parametrize("nowhere", [None, shapely.Polygon(), shapely.Point()])
def test_people_of_a_unit_without_an_outline_are_left_out_and_counted(build_town: BuildTown, nowhere):
    units = census()
    units.loc[[2], "geometry"] = gpd.GeoSeries([nowhere], index=[2], crs=CRS)
    cells = index_population(build_town(census=units), 9)
    assert cells.total_persons == 900
    assert cells.notes == (UnitNote("census", "2", "no_geometry", 100.0),)
    assert cells.persons_left_out == 100


def test_a_self_crossing_outline_is_repaired_and_keeps_its_people(build_town: BuildTown):
    units, (x, y) = census(), at(0, 500)
    bow = shapely.Polygon([(x, y), (x + 200, y + 200), (x + 200, y), (x, y + 200)])
    units.loc[[5], "geometry"] = gpd.GeoSeries([bow], index=[5], crs=CRS)
    cells = index_population(build_town(census=units), 9)
    assert cells.total_persons == 1000
    assert cells.notes == (UnitNote("census", "5", "repaired", 100.0),)
    assert cells.units_left_out == 0


def test_a_unit_squeezed_to_a_line_has_its_people_at_a_point(build_town: BuildTown):
    units, (x, y) = census(), at(0, 500)
    flat = shapely.Polygon([(x, y), (x + 200, y), (x + 100, y)])
    units.loc[[5], "geometry"] = gpd.GeoSeries([flat], index=[5], crs=CRS)
    assert index_population(build_town(census=units), 9).total_persons == 1000


def test_the_note_names_the_unit_by_its_number(build_town: BuildTown, tmp_path):
    town = build_town()
    units = census().assign(persons=100.0, record_id=[f"BSM{k}" for k in range(10)])
    units.loc[3, "persons"] = np.nan
    units.to_file(tmp_path / "units.gpkg")
    import_file(town.folder, tmp_path / "units.gpkg", FileHints(key="census2", role="population"))
    catalogue = open_map(town.folder).catalogue
    kept = catalogue.model_copy(update={"layers": catalogue.layers[1:]})
    assert index_population(OneMap(town.folder, kept), 9).notes[0].unit == "BSM3"


@pytest.mark.parametrize(
    ("broken", "code"),
    [(np.nan, "population_nan"), (-1.0, "population_negative"), (None, "geometry_missing")],
)
def test_a_layer_of_which_a_fifth_is_broken_is_refused(build_town: BuildTown, broken, code):
    units = census()
    if broken is None:
        units.loc[[0, 1, 2], "geometry"] = gpd.GeoSeries([None] * 3, index=[0, 1, 2], crs=CRS)
    else:
        units.loc[:2, "RKS"] = broken
    with pytest.raises(MapError) as caught:
        index_population(build_town(census=units), 9)
    assert (caught.value.code, caught.value.values["count"]) == (code, 3)


def raster_town(town: OneMap, values: np.ndarray) -> OneMap:
    file = town.folder / "people.tif"
    with rasterio.open(
        file, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1, dtype="float32",
        crs="EPSG:4326", transform=from_origin(114.0, 30.7, 0.01, 0.01),
    ) as raster:  # fmt: skip
        raster.write(values.astype(np.float32), 1)
    import_file(town.folder, file, FileHints(key="census", role="population"))
    return open_map(town.folder)


def test_broken_pixels_are_left_out_and_counted(town: OneMap):
    values = np.ones((5, 5))
    values[0, :2], values[1, 0] = np.nan, -3
    cells = index_population(raster_town(town, values), 9)
    assert cells.total_persons == 22
    assert cells.notes == (
        UnitNote("census", "", "not_a_number", None, 2),
        UnitNote("census", "", "negative", None, 1),
    )
    assert cells.units_left_out == 3


def test_a_raster_whose_sea_is_negative_is_refused(town: OneMap):
    values = np.ones((5, 5))
    values[:3] = -3.4e38  # no data, not declared as such
    with pytest.raises(MapError) as caught:
        index_population(raster_town(town, values), 9)
    assert caught.value.code == "population_negative"


def test_whole_units_stay_whole_even_beside_broken_ones(build_town: BuildTown):
    units = census().assign(RKS=[7.0, 11, 13, np.nan, 17, 19, 23, 29, 31, 37])
    placed = place_people(build_town(census=units), 11, people=People(whole="units"))
    assert placed.by_unit().tolist() == [7, 11, 13, 17, 19, 23, 29, 31, 37]
    assert (placed.persons == np.rint(placed.persons)).all()
