"""Water closes and slows roads and floods cells as its sources say."""

import numpy as np
import pytest
import rasterio
import shapely
from grounds import ground_of
from rasterio.transform import from_origin
from town import CRS, X0, Y0, BuildTown, at, town_layers

from dss.errors import MapError, ScenarioError
from dss.hazard import (
    MODES,
    REASONS,
    AssumedBands,
    Band,
    DeepestOf,
    Flood,
    FloodRules,
    FloodStep,
    Ground,
    Impact,
    LoweredDepth,
    RasterDepth,
    ScaledDepth,
    depth_layer,
    flood_impact,
)
from dss.hazard.flood import Vehicle, drive_through_water, walk_through_water
from dss.onemap import OneMap
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


def steady(town: OneMap) -> Flood:
    return Flood((FloodStep(0.0, depth_layer(town, town.layer("flood"))),))


def impact_of(town: OneMap, flood: Flood, at_s: float | None = None) -> tuple[Ground, Impact]:
    ground = ground_of(town)
    return ground, flood_impact(flood, ground, StandardsReader(), FloodRules(area_share=0.5), at_s=at_s)


def test_only_the_flooded_north_must_leave(town: OneMap):
    ground, impact = impact_of(town, steady(town))
    north = ground.cells.y_m > Y0 + 150
    assert impact.cells.leaves[north].mean() > 0.9
    assert not impact.cells.leaves[ground.cells.y_m < Y0].any()
    assert (impact.cells.persons == np.where(impact.cells.leaves, ground.cells.persons, 0)).all()


def test_the_flooded_arm_closes_for_cars_and_slows_walkers(town: OneMap):
    ground, impact = impact_of(town, steady(town))
    edge_s = impact.roads.edge_s
    assert np.isinf(edge_s["drive"][:2]).all()  # the arm to the north, both ways, 0.4 m under water
    assert edge_s["walk"][0] == pytest.approx(2 * ground.roads.walk_s[0])
    assert np.array_equal(edge_s["drive"][2:], ground.roads.drive_s[2:])
    assert [REASONS[code] for code in impact.roads.reason] == ["flood_closed", "none", "none", "none"]


def test_a_fire_engine_crawls_where_cars_stop(town: OneMap):
    _, impact = impact_of(town, steady(town))
    # 0.4 m is below the 0.6 m of trucks; at 300 mm 0.0009 * 90000 - 0.5529 * 300 + 86.9448 = 2.0748 km/h
    assert impact.roads.edge_s["emergency"][0] == pytest.approx(500 / (2.0748 / 3.6), rel=1e-6)


@pytest.mark.parametrize(
    ("vehicle", "limit_m"), [("car", 0.3), ("ambulance", 0.4), ("truck", 0.6), ("high_clearance", 1.2)]
)
def test_each_vehicle_stops_at_its_own_depth(vehicle: Vehicle, limit_m: float):
    depth_m, standards = np.array([limit_m - 0.001, limit_m]), StandardsReader()
    time_s = drive_through_water(np.full(2, 60.0), np.full(2, 500.0), depth_m, standards, vehicle=vehicle)
    assert np.isfinite(time_s).tolist() == [True, False]


def test_a_bridge_stays_above_the_water(build_town: BuildTown):
    town = build_town(roads=town_layers()["roads"].assign(QL=[1, 0, 0, 0]))
    ground, impact = impact_of(town, steady(town))
    assert np.array_equal(impact.roads.edge_s["drive"], ground.roads.drive_s)


def rising(town: OneMap) -> Flood:
    """0.4 m at its peak; 0.25 m lower first, 0.15 m lower after ten minutes, the whole after twenty."""
    field = depth_layer(town, town.layer("flood"))
    lower = [(0.0, 0.25), (600.0, 0.15), (1200.0, 0.0)]
    return Flood(tuple(FloodStep(from_s, LoweredDepth(field, lower_m)) for from_s, lower_m in lower))


def test_roads_close_and_cells_are_left_when_the_water_gets_there(town: OneMap):
    # 0.15 m, 0.25 m, 0.4 m: cars stop at 0.3 m and people leave at 0.3 m, both with the third step
    _, impact = impact_of(town, rising(town))
    assert impact.roads.close_s["drive"].tolist() == [1200.0] * 2 + [np.inf] * 6
    assert np.isinf(impact.roads.close_s["walk"]).all()  # 0.4 m can be waded
    assert np.isinf(impact.roads.close_s["emergency"]).all()
    assert set(impact.cells.from_s[impact.cells.leaves]) == {1200.0}


def test_the_state_at_a_time_is_that_of_its_step(town: OneMap):
    _, early = impact_of(town, rising(town), at_s=700)
    assert not early.cells.leaves.any()
    w = 250.0
    speed_kmh = 0.0009 * w**2 - 0.5529 * w + 86.9448
    assert early.roads.edge_s["drive"][0] == pytest.approx(500 / (speed_kmh / 3.6))
    assert early.roads.close_s["drive"][0] == 1200.0  # when it closes does not depend on the planned time


def test_the_worst_of_a_rising_flood_is_its_peak(town: OneMap):
    _, worst = impact_of(town, rising(town))
    _, peak = impact_of(town, steady(town))
    assert np.array_equal(worst.cells.leaves, peak.cells.leaves)
    for mode in MODES:
        assert np.array_equal(worst.roads.edge_s[mode], peak.roads.edge_s[mode])
    assert np.array_equal(worst.facilities["shelters"].lost, peak.facilities["shelters"].lost)


def test_a_plan_for_a_time_before_the_flood_is_refused(town: OneMap):
    late = Flood((FloodStep(600.0, depth_layer(town, town.layer("flood"))),))
    with pytest.raises(ScenarioError) as caught:
        impact_of(town, late, at_s=0)
    assert caught.value.code == "hazard_before"


@pytest.mark.parametrize("times_s", [(), (0.0, 0.0), (5.0, 1.0), (-1.0,), (np.nan,), (0.0, np.inf)])
def test_steps_that_do_not_ascend_are_refused(times_s: tuple[float, ...]):
    dry = AssumedBands([])
    with pytest.raises(ScenarioError) as caught:
        Flood(tuple(FloodStep(from_s, dry) for from_s in times_s))
    assert caught.value.code == "hazard_steps"


def test_scaling_and_lowering_change_the_depth():
    pond = AssumedBands([(shapely.Point(0, 0), [Band(10, 0.4)])])
    x_m, y_m = np.array([0.0, 50.0]), np.zeros(2)
    assert ScaledDepth(pond, 0.5).depth_m(x_m, y_m).tolist() == [0.2, 0.0]
    assert LoweredDepth(pond, 0.1).depth_m(x_m, y_m) == pytest.approx([0.3, 0.0])


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
