"""Water closes and slows roads and floods cells as its sources say."""

import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin
from town import CRS, X0, Y0, BuildTown, at, town_layers

from dss.cells import index_population
from dss.errors import MapError
from dss.hazard import (
    AssumedBands,
    Band,
    DeepestOf,
    FloodRules,
    RasterDepth,
    depth_layer,
    flood_impact,
)  # fmt: skip
from dss.hazard.flood import drive_through_water, walk_through_water
from dss.onemap import OneMap
from dss.roads import build_roads
from dss.standards import StandardsReader

# depth in mm -> speed in km/h, worked out from Pregnolato et al. 2017: 0.0009 w^2 - 0.5529 w + 86.9448
CHECK_POINTS = [(50, 61.55), (100, 40.65), (150, 24.26), (200, 12.36), (250, 4.97), (299, 2.09)]


@pytest.mark.parametrize(("depth_mm", "speed_kmh"), CHECK_POINTS)
def test_speed_in_water_follows_pregnolato(depth_mm: float, speed_kmh: float):
    fast = np.array([1.0])  # a free time so short that the water decides
    depth_m = np.array([depth_mm / 1000])
    time_s = drive_through_water(fast, np.array([1000.0]), depth_m, StandardsReader())
    assert 3600 / time_s[0] == pytest.approx(speed_kmh, abs=0.01)


def test_cars_stop_at_30_cm_and_walkers_at_50():
    standards, one = StandardsReader(), np.array([60.0])
    assert np.isinf(drive_through_water(one, np.array([500.0]), np.array([0.30]), standards))
    assert walk_through_water(one, np.array([0.49]), standards)[0] == 120.0
    assert np.isinf(walk_through_water(one, np.array([0.50]), standards))


def test_shallow_water_never_speeds_a_car_up():
    slow = np.array([600.0])
    time_s = drive_through_water(slow, np.array([1000.0]), np.array([0.01]), StandardsReader())
    assert time_s[0] == 600.0


def flood_of(town: OneMap):
    standards = StandardsReader()
    cells, roads = index_population(town, 10), build_roads(town, standards)
    return cells, roads, flood_impact(
        depth_layer(town, town.layer("flood")), cells, roads, standards, FloodRules(area_share=0.5)
    )  # fmt: skip


def test_only_the_flooded_north_must_leave(town: OneMap):
    cells, _, impact = flood_of(town)
    north = cells.y_m > Y0 + 150
    assert (impact.cell_affected[north]).mean() > 0.9
    assert not impact.cell_affected[cells.y_m < Y0].any()


def test_the_flooded_arm_closes_for_cars_and_slows_walkers(town: OneMap):
    _, roads, impact = flood_of(town)
    assert np.isinf(impact.drive_s[:2]).all()  # the arm to the north, both ways, 0.4 m under water
    assert impact.walk_s[0] == pytest.approx(2 * roads.walk_s[0])
    assert np.array_equal(impact.drive_s[2:], roads.drive_s[2:])


def test_a_bridge_stays_above_the_water(build_town: BuildTown):
    town = build_town(roads=town_layers()["roads"].assign(QL=[1, 0, 0, 0]))
    _, roads, impact = flood_of(town)
    assert np.array_equal(impact.drive_s, roads.drive_s)


def test_a_raster_tells_the_depth_of_its_pixels(tmp_path):
    path = tmp_path / "depth.tif"
    with rasterio.open(
        path, "w", driver="GTiff", height=2, width=2, count=1, dtype="float32", crs=CRS,
        transform=from_origin(X0, Y0, 10, 10), nodata=-9999,
    ) as file:  # fmt: skip
        file.write(np.array([[0.1, 0.2], [-9999, 0.4]], dtype=np.float32), 1)
    field = RasterDepth(path, CRS, CRS)
    x_m = X0 + np.array([5.0, 15.0, 5.0, 15.0, 999.0])
    y_m = Y0 - np.array([5.0, 5.0, 15.0, 15.0, 5.0])
    assert field.depth_m(x_m, y_m) == pytest.approx([0.1, 0.2, 0.0, 0.4, 0.0])
    assert field.depth_m(x_m[4:], y_m[4:]).tolist() == [0.0]


def test_assumed_bands_give_the_innermost_depth_and_the_deepest_source():
    line = shapely.LineString([(0, 0), (100, 0)])
    bands = AssumedBands([(line, [Band(10, 0.8), Band(50, 0.3)])])
    x_m, y_m = np.array([50.0, 50.0, 50.0]), np.array([5.0, 30.0, 80.0])
    assert bands.depth_m(x_m, y_m).tolist() == [0.8, 0.3, 0.0]
    pond = AssumedBands([(shapely.Point(50, 30), [Band(5, 1.5)])])
    assert DeepestOf((bands, pond)).depth_m(x_m, y_m).tolist() == [0.8, 1.5, 0.0]


def test_a_depth_below_zero_and_a_layer_of_another_role_are_refused(build_town: BuildTown):
    town = build_town(flood=town_layers()["flood"].assign(SS=[-0.4]))
    with pytest.raises(MapError, match=r"-0\.4"):
        depth_layer(town, town.layer("flood"))
    with pytest.raises(MapError) as caught:
        depth_layer(town, town.layer("census"))
    assert caught.value.code == "layer_role"


def test_the_town_is_where_its_tests_think_it_is(town: OneMap):
    assert at(0, 0) == (X0, Y0)
    assert town.crs == CRS
