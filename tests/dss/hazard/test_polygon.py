"""Zones with a rule close or slow roads and empty cells, from their time on."""

import numpy as np
import pytest
import shapely
from grounds import EAST, NORTH, ground_of
from shapely.geometry.base import BaseGeometry
from town import X0, Y0, at

from dss.errors import ScenarioError
from dss.hazard import REASONS, PolygonHazard, PolygonRules, Zone, polygon_impact
from dss.onemap import OneMap

CLOSED = PolygonRules("closed", "leave", 0.5, 0.2)


def north_at(from_s: float) -> Zone:
    return Zone(from_s, shapely.box(*at(-600, 60), *at(600, 600)))


def east_at(from_s: float) -> Zone:
    return Zone(from_s, shapely.box(*at(60, -600), *at(600, 600)))


def test_a_zone_closes_roads_and_empties_cells_from_its_time_on(town: OneMap):
    ground = ground_of(town)
    impact = polygon_impact(PolygonHazard((north_at(0.0), east_at(900.0))), ground, CLOSED)
    assert impact.roads.close_s["drive"][[2 * NORTH, 2 * EAST]].tolist() == [0.0, 900.0]
    south_east = (ground.cells.x_m > X0 + 150) & (ground.cells.y_m < Y0 - 150)
    assert set(impact.cells.from_s[south_east]) == {900.0}
    assert {REASONS[code] for code in impact.roads.reason[[NORTH, EAST]]} == {"polygon_closed"}


def test_before_its_time_a_zone_does_nothing(town: OneMap):
    zones = PolygonHazard((north_at(0.0), east_at(900.0)))
    early = polygon_impact(zones, ground_of(town), CLOSED, at_s=100)
    assert np.isinf(early.roads.edge_s["walk"][2 * NORTH])
    assert np.isfinite(early.roads.edge_s["walk"][2 * EAST])


def test_a_slow_zone_doubles_times_at_half_the_speed(town: OneMap):
    ground = ground_of(town)
    rules = PolygonRules("slowed", "stay", 0.5, 0.2)
    impact = polygon_impact(PolygonHazard((north_at(0.0),)), ground, rules)
    assert impact.roads.edge_s["drive"][0] == pytest.approx(2 * ground.roads.drive_s[0])
    assert REASONS[impact.roads.reason[NORTH]] == "polygon_slowed"
    assert not impact.cells.leaves.any()
    assert not impact.facilities["shelters"].lost.any()


def test_an_open_zone_leaves_roads_alone(town: OneMap):
    ground = ground_of(town)
    rules = PolygonRules("open", "leave", 0.5, 0.2)
    impact = polygon_impact(PolygonHazard((north_at(0.0),)), ground, rules)
    assert np.array_equal(impact.roads.edge_s["drive"], ground.roads.drive_s)
    assert impact.cells.leaves.any()


@pytest.mark.parametrize(
    "area",
    [
        shapely.Polygon([at(0, 0), at(100, 100), at(100, 0), at(0, 100)]),  # crosses itself
        shapely.Polygon(),
        shapely.LineString([at(0, 0), at(1, 1)]),
    ],
)
def test_a_shape_that_is_no_area_is_refused(area: BaseGeometry):
    with pytest.raises(ScenarioError) as caught:
        Zone(0.0, area)
    assert caught.value.code == "hazard_shape"


def test_a_zone_outside_the_map_is_refused(town: OneMap):
    far = Zone(0.0, shapely.box(*at(90_000, 0), *at(91_000, 1000)))
    with pytest.raises(ScenarioError) as caught:
        polygon_impact(PolygonHazard((far,)), ground_of(town), CLOSED)
    assert caught.value.code == "hazard_outside"


@pytest.mark.parametrize("speed_factor", [0.0, -1.0, 2.0, float("nan")])
def test_a_speed_factor_that_is_no_share_is_refused(speed_factor: float):
    with pytest.raises(ScenarioError, match="speed_factor"):
        PolygonRules("slowed", "leave", speed_factor, 0.2)


@pytest.mark.parametrize("share", [0.0, 1.5, float("nan")])
def test_an_area_share_outside_zero_to_one_is_refused(share: float, town: OneMap):
    rules = PolygonRules("closed", "leave", 0.5, share)
    with pytest.raises(ScenarioError, match="area_share"):
        polygon_impact(PolygonHazard((north_at(0.0),)), ground_of(town), rules)
