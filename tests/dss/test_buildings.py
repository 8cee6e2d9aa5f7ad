"""Buildings get a type by floors and age, and people a share of each type."""

import geopandas as gpd
import numpy as np
import pytest
import yaml
from grounds import ground_of
from shapely import box
from town import CRS, at, layer, town_layers, town_profile

from dss.buildings import TYPES, building_types, housing_mix, read_buildings
from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile
from dss.standards import StandardsReader


@pytest.mark.parametrize(
    ("floors", "year", "name"),
    [
        (7, 1960, "rc_code"),
        (6, 1990, "masonry_code"),
        (6, 1989, "masonry_old"),
        (3, 1969, "masonry_old"),
        (2, 1969, "adobe_wood"),
        (2, 1970, "masonry_old"),
        (2, np.nan, "masonry_old"),
    ],
)
def test_a_type_follows_from_floors_and_year(floors: float, year: float, name: str):
    found = building_types(np.array([float(floors)]), np.array([year]), StandardsReader())
    assert TYPES[found[0]] == name


@pytest.fixture
def built_town(tmp_path) -> OneMap:
    """Return the town with two homes in its north-west and a hall that nobody lives in."""
    delivery, folder = tmp_path / "delivery", tmp_path / "map"
    delivery.mkdir()
    for key, frame in town_layers().items():
        frame.to_file(delivery / f"{key}.gpkg")
    homes = [box(*at(-255, 245), *at(-245, 255)), box(*at(-255, 225), *at(-245, 235))]
    table = {"CS": [8, None], "ND": [2005, None]}
    gpd.GeoDataFrame(table, geometry=homes, crs=CRS).to_file(delivery / "homes.gpkg")
    hall = gpd.GeoDataFrame({"CS": [2], "ND": [1960]}, geometry=[box(*at(0, 20), *at(40, 40))], crs=CRS)
    hall.to_file(delivery / "halls.gpkg")
    profile = town_profile()
    fields = {"floors": "CS", "built_year": "ND"}
    profile["layers"] = [
        *profile["layers"],  # type: ignore[misc]
        layer("homes", "buildings", "homes.gpkg", fields=fields),
        layer("halls", "other_buildings", "halls.gpkg", fields=fields),
    ]
    path = tmp_path / "profile.yaml"
    path.write_text(yaml.safe_dump(profile, allow_unicode=True), encoding="utf-8")
    init_map(folder, read_profile(path))
    import_folder(folder, delivery)
    return open_map(folder)


def test_what_a_layer_does_not_say_is_counted(built_town: OneMap):
    stock = read_buildings(built_town, StandardsReader())
    assert (stock.assumed_floors, stock.assumed_year) == (1, 1)
    assert stock.is_home.tolist() == [True, True, False]
    assert stock.height_m.tolist() == [24.0, 3.0, 6.0]


def test_people_share_the_homes_of_their_cell_by_floor_area(built_town: OneMap):
    # both homes of 100 m2 lie in one cell of resolution 9: 8 floors of concrete to 1 floor of old masonry
    ground = ground_of(built_town, 9)
    mix = housing_mix(read_buildings(built_town, StandardsReader()), ground.cells)
    assert mix.share.sum(axis=1) == pytest.approx(1.0)
    assert mix.share[:, TYPES.index("rc_code")] == pytest.approx(8 / 9)
    assert mix.weak_share == pytest.approx(1 / 9)  # the cells without homes get the town's mix, the same
