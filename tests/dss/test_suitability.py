"""What shelters are good for, and which area cells belong to, worked out by hand."""

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point, box

from dss.buildings import BuildingStock
from dss.hazard import Facilities
from dss.shelters import Shelters
from dss.standards import StandardsReader
from dss.suitability import indoor, medical, share_outside_debris
from dss.zoning import area_of_points

CRS = "EPSG:4547"


def shelters() -> Shelters:
    """A school yard of 100 m x 100 m, a park known as a point 1 km east of it."""
    ground = np.array([box(0, 0, 100, 100), Point(1050, 50)], dtype=object)
    features = gpd.GeoDataFrame(
        {"name": ["第一中学", "公园"], "place_kind": [None, "公园绿地"], "capacity_persons": [500, 600]},
        geometry=[Point(50, 50), Point(1050, 50)],
        crs=CRS,
    )
    return Shelters(features, (), ground)


def stock(footprint: object, height_m: float) -> BuildingStock:
    one = np.ones(1)
    shapes = np.array([footprint], dtype=object)
    return BuildingStock(shapes, one.astype(np.int64), one, one.astype(np.bool_), np.array([height_m]), 0, 0)


def test_a_roof_is_known_by_the_words_of_name_or_kind():
    assert indoor(shelters(), ["中学"]).tolist() == [True, False]
    assert indoor(shelters(), ["绿地"]).tolist() == [False, True]
    assert not indoor(shelters(), []).any()


@pytest.mark.parametrize(("away_m", "cared"), [(299, True), (301, False)])
def test_a_hospital_near_cares_for_a_shelter(away_m: float, cared: bool):
    hospital = Facilities(np.array(["医院"], dtype=object), np.array([1050.0 + away_m]), np.array([50.0]))
    assert medical(shelters(), [], hospital).tolist() == [False, cared]
    assert medical(shelters(), ["中学"], None).tolist() == [True, False]


def test_rubble_takes_off_the_strip_that_it_reaches():
    # a wall along the whole west side, k H tall: rubble takes a strip of k H off the 100 m
    standards = StandardsReader()
    reach_m = standards.number("debris.reach_per_height") * 30.0
    share = share_outside_debris(shelters(), stock(box(-10, -500, 0, 600), 30.0), standards)
    assert share.tolist() == pytest.approx([1.0 - reach_m / 100.0, 1.0])


def test_a_building_far_away_takes_nothing_off():
    share = share_outside_debris(shelters(), stock(box(-900, 0, -800, 100), 30.0), StandardsReader())
    assert share.tolist() == [1.0, 1.0]


def test_a_point_lies_in_its_first_area_or_in_none():
    areas = gpd.GeoDataFrame(geometry=[box(0, 0, 10, 10), box(5, 0, 20, 10)], crs=CRS)
    found = area_of_points(areas, np.array([2.0, 7.0, 15.0, 30.0]), np.full(4, 5.0))
    assert found.tolist() == [0, 0, 1, -1]
