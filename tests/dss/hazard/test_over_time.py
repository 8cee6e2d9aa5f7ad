"""Travellers may use roads while they are open, and no longer."""

import numpy as np
import pytest
import shapely
from grounds import NORTH, ground_of
from town import at

from dss.hazard import PolygonHazard, PolygonRules, Zone, polygon_impact
from dss.hazard.over_time import times_over_steps
from dss.onemap import OneMap
from dss.routing_in_time import TimedRouter

CLOSED = PolygonRules("closed", "leave", 0.5, 0.2)


def north_closes_at(from_s: float) -> PolygonHazard:
    return PolygonHazard((Zone(from_s, shapely.box(*at(-600, 60), *at(600, 600))),))


def test_a_road_is_free_until_its_zone_begins(town: OneMap):
    ground, hazard = ground_of(town), north_closes_at(600.0)
    impact = polygon_impact(hazard, ground, CLOSED)
    steps = times_over_steps(hazard, impact, ground.roads, "drive")
    assert steps.start_s.tolist() == [0.0, 600.0]
    assert np.array_equal(steps.travel_time_s[0], ground.roads.drive_s)
    assert np.isinf(steps.travel_time_s[1][[2 * NORTH, 2 * NORTH + 1]]).all()


def test_a_hazard_from_the_start_has_no_free_step(town: OneMap):
    ground, hazard = ground_of(town), north_closes_at(0.0)
    impact = polygon_impact(hazard, ground, CLOSED)
    steps = times_over_steps(hazard, impact, ground.roads, "walk")
    assert steps.start_s.tolist() == [0.0]
    assert np.array_equal(steps.travel_time_s[0], impact.roads.edge_s["walk"])


@pytest.mark.parametrize(("leaves_s", "arrives"), [(560.0, True), (590.0, False)])
def test_who_leaves_in_time_gets_out_before_the_road_closes(leaves_s: float, arrives: bool, town: OneMap):
    # the north arm: 500 m of primary road at 60 km/h take 30 s; it closes at 600 s
    ground, hazard = ground_of(town), north_closes_at(600.0)
    impact = polygon_impact(hazard, ground, CLOSED)
    network = ground.roads.network
    router = TimedRouter(network, times_over_steps(hazard, impact, ground.roads, "drive"))
    end, middle = network.head[2 * NORTH], network.tail[2 * NORTH]
    arrival_s = router.earliest_arrivals(np.array([end]), np.array([middle]), np.array([leaves_s]))[0, 0]
    assert np.isfinite(arrival_s) == arrives
    if arrives:
        assert arrival_s == pytest.approx(leaves_s + 30, abs=0.1)
