"""People are where they live by night and where they work and learn by day; every unit keeps its count."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from town import CRS, BuildTown, at, square

from dss.cells import RESIDENTS, People, index_population, place_people
from dss.cells.weights import land_weights
from dss.errors import MapError
from dss.onemap import FileHints, OneMap, import_file, open_map
from dss.onemap.catalogue import write_catalogue
from dss.standards import StandardsReader

UNIT = square(0, 0, 500)


def add_layer(town: OneMap, key: str, role: str, shapes: list[shapely.Geometry], **fields: list) -> OneMap:
    file = town.folder / f"{key}.gpkg"
    gpd.GeoDataFrame(fields or {"name": ["x"] * len(shapes)}, geometry=shapes, crs=CRS).to_file(file)
    import_file(town.folder, file, FileHints(key=key, role=role))
    return open_map(town.folder)


@pytest.fixture
def one_unit(build_town: BuildTown) -> OneMap:
    """Return a town whose 1,000 people by night and 600 by day are one unit of a square kilometre."""
    groups = {"elderly_persons": [180], "children_persons": [151], "disabled_persons": [57]}
    units = {"persons": [1000], "persons_day": [600], **groups}
    town = build_town()
    catalogue = town.catalogue.model_copy(update={"layers": town.layers[1:]})
    write_catalogue(town.folder, catalogue)
    return add_layer(town, "people", "population", [UNIT], **units)


def persons_near(town: OneMap, x_m: float, y_m: float, reach_m: float, people: People = RESIDENTS) -> float:
    cells = index_population(town, 11, people=people)
    x, y = at(x_m, y_m)
    return float(cells.persons[np.maximum(np.abs(cells.x_m - x), np.abs(cells.y_m - y)) < reach_m].sum())


def test_by_night_people_are_in_homes_by_floor_area(one_unit: OneMap):
    homes = [square(-300, 0, 10), square(300, 0, 10)]
    town = add_layer(one_unit, "homes", "buildings", homes, floors=[3, 1])
    town = add_layer(town, "works", "other_buildings", [square(0, 300, 50)], floors=[1])
    assert persons_near(town, -300, 0, 60) == 750  # 3 of 4 floors of the same footprint
    assert persons_near(town, 300, 0, 60) == 250
    assert persons_near(town, 0, 300, 100) == 0


def test_by_day_people_are_also_where_they_work(one_unit: OneMap):
    town = add_layer(one_unit, "homes", "buildings", [square(-300, 0, 10)], floors=[4])
    town = add_layer(town, "works", "other_buildings", [square(0, 300, 10)], floors=[3])
    day = People(period="day")
    # 0.45 x 4 floors of homes against 1 x 3 floors of works: 600 x 1.8 / 4.8 = 225 and 375
    assert persons_near(town, -300, 0, 60, day) == 225
    assert persons_near(town, 0, 300, 60, day) == 375


def test_weights_that_were_used_are_remembered_with_their_status(one_unit: OneMap):
    standards = StandardsReader()
    town = add_layer(one_unit, "homes", "buildings", [square(-300, 0, 10)], floors=[4])
    index_population(town, 9, standards=standards)
    assert standards.used == ()
    index_population(town, 9, people=People(period="day"), standards=standards)
    assert [(value.key, value.status) for value in standards.used] == [("dasymetric.home_day", "default")]


@pytest.mark.parametrize(("group", "count"), [("elderly", 180), ("children", 151), ("disabled", 57)])
def test_groups_are_counted_where_they_live(one_unit: OneMap, group, count):
    assert index_population(one_unit, 10, people=People(group=group)).total_persons == count


def test_a_group_by_day_is_refused():
    with pytest.raises(MapError) as caught:
        People(period="day", group="elderly")
    assert caught.value.code == "cells_group_by_day"


def test_people_whom_the_census_does_not_count_are_refused_by_name(town: OneMap):
    with pytest.raises(MapError) as caught:
        index_population(town, 9, people=People(period="day"))
    assert caught.value.values == {"layer": "census", "field": "persons_day"}


def test_without_buildings_land_use_says_where_people_are(one_unit: OneMap):
    # a quarter of the unit each: housing (weight 1), offices (0.02), a park (0) and nothing known
    quarters = [square(-250, 250, 250), square(250, 250, 250), square(-250, -250, 250)]
    codes = ["0701", "0801", "1401"]
    town = add_layer(one_unit, "landuse", "landuse", quarters, landuse_code=codes)
    assert persons_near(town, -250, 250, 250) == pytest.approx(1000 / 1.02, abs=25)
    assert persons_near(town, -250, -250, 230) == 0
    by_day = persons_near(town, 250, 250, 250, People(period="day"))
    assert by_day == pytest.approx(600 * 0.8 / (0.45 + 0.8 + 0.08), abs=20)


def test_nobody_is_put_in_water_while_there_is_land(one_unit: OneMap):
    town = add_layer(one_unit, "lake", "water", [square(-250, 0, 250)])
    assert persons_near(town, -250, 0, 200) == 0
    assert index_population(town, 9).total_persons == 1000


def test_people_of_a_unit_all_in_water_are_kept_and_reported(one_unit: OneMap):
    town = add_layer(one_unit, "lake", "water", [square(0, 0, 600)])
    cells = index_population(town, 9)
    assert cells.total_persons == 1000
    assert [(note.reason, note.persons) for note in cells.notes] == [("unlivable", 1000.0)]
    assert cells.units_left_out == 0


def test_the_longest_prefix_of_a_code_counts():
    weights = land_weights(["080403", "080499", "0899", "99", ""], "day", StandardsReader())
    assert [weights[code] for code in ("080403", "080499", "0899", "99")] == [1.4, 1.0, 0.6, 0.0]
    assert np.isnan(weights[""])


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 500), min_size=4, max_size=4), st.sampled_from([7, 9, 11]))
def test_every_unit_keeps_its_people_to_the_person(town: OneMap, persons: list[int], resolution: int):
    file = town.folder / "units.gpkg"
    spots = [(-250, 250), (250, 250), (-250, -250), (250, -250)]
    shapes = [square(x, y, 240) for x, y in spots]
    gpd.GeoDataFrame({"RKS": [*persons, 5]}, geometry=[*shapes, square(900, 0, 50)], crs=CRS).to_file(file)
    import_file(town.folder, file, FileHints(key="census"))
    placed = place_people(open_map(town.folder), resolution, people=People(whole="units"))
    assert placed.by_unit().tolist() == [count for count in [*persons, 5] if count > 0]
    cells = index_population(open_map(town.folder), resolution)
    assert cells.total_persons == sum(persons) + 5


def test_overlapping_homes_and_units_never_make_people(build_town: BuildTown):
    units = gpd.GeoDataFrame({"RKS": [100, 200]}, geometry=[square(0, 0, 100), square(50, 0, 100)], crs=CRS)
    town = add_layer(build_town(census=units), "homes", "buildings", [square(25, 0, 10)] * 2, floors=[2, 2])
    assert index_population(town, 10).total_persons == 300
