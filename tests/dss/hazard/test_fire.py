"""Fires grow as ellipses with the wind, and push people out before them."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from grounds import EAST, WEST, ground_of, line_of_points
from town import X0, Y0, at

from dss.errors import ScenarioError
from dss.hazard import REASONS, Spread, Zone, drawn_fire, fire_impact, spreading_fire
from dss.hazard.fire import burnt_ellipse, length_to_breadth
from dss.onemap import OneMap
from dss.standards import StandardsReader


def test_a_fire_is_as_long_as_the_wind_makes_it():
    # 1 + 8.729 (1 - exp(-0.9))^2.155 = 1 + 8.729 * 0.59343^2.155 = 1 + 8.729 * 0.32480 = 3.835
    assert length_to_breadth(30, StandardsReader()) == pytest.approx(3.835, abs=0.001)
    assert length_to_breadth(0, StandardsReader()) == 1.0


def test_without_wind_a_fire_is_a_circle_around_its_ignition():
    burnt = burnt_ellipse(Spread(0, 0, 2.0, 0.0, 0.0), 600, StandardsReader())
    distance = np.hypot(*shapely.get_coordinates(burnt).T)
    assert distance == pytest.approx(20.0)  # 2 m/min for 10 min


def test_a_fire_runs_with_the_wind_from_its_rear_focus():
    # L/B 3.835: root = sqrt(3.835^2 - 1) = 3.7023; back = head (3.835 - 3.7023) / (3.835 + 3.7023)
    #          = 0.01761 of 40 m = 0.704 m; breadth = (40 + 0.704) / 3.835 = 10.61 m
    burnt = burnt_ellipse(Spread(0, 0, 4.0, 30.0, 270.0), 600, StandardsReader())  # toward the east
    left, bottom, right, top = burnt.bounds
    assert (right, left) == pytest.approx((40.0, -0.704), abs=0.01)
    assert top - bottom == pytest.approx(10.61, abs=0.02)
    assert burnt.area == pytest.approx(np.pi * 40.704 / 2 * 10.61 / 2, rel=0.002)


def test_burnt_ground_stays_burnt():
    fire = spreading_fire(Spread(0, 0, 4.0, 30.0, 240.0), (0.0, 600.0, 1200.0, 1800.0), StandardsReader())
    grounds = [zone.area for zone in fire.perimeters]
    for before, after in pairwise(grounds):
        assert after.buffer(1e-6).covers(before)


def test_each_step_counts_with_the_ground_burnt_at_its_end():
    fire = spreading_fire(Spread(0, 0, 3.0, 0.0, 0.0), (0.0, 600.0), StandardsReader())
    assert [round(zone.area.bounds[2]) for zone in fire.perimeters] == [30, 60]


def test_danger_falls_off_in_three_belts():
    fire = drawn_fire((Zone(0.0, shapely.box(0, 0, 100, 100)),), StandardsReader())
    x_m = np.array([50.0, 120.0, 250.0, 301.0])
    assert fire.value(x_m, np.full(4, 50.0), 0.0).tolist() == [3.0, 2.0, 1.0, 0.0]


def test_a_fire_closes_its_roads_and_empties_its_surroundings(town: OneMap):
    # it burns on the east arm from the start and reaches the west one after half an hour
    east = Zone(0.0, shapely.box(*at(200, -50), *at(300, 50)))
    west = Zone(1800.0, shapely.box(*at(-300, -50), *at(-200, 50)))
    ground = ground_of(town)
    impact = fire_impact(drawn_fire((east, west), StandardsReader()), ground, area_share=0.2)
    assert impact.roads.close_s["drive"][[2 * EAST, 2 * WEST]].tolist() == [0.0, 1800.0]
    assert REASONS[impact.roads.reason[EAST]] == "fire_closed"
    near = np.hypot(ground.cells.x_m - X0 - 250, ground.cells.y_m - Y0) < 180
    assert impact.cells.leaves[near].all()
    assert set(impact.cells.from_s[near]) == {0.0}
    assert impact.facilities["shelters"].lost.tolist() == [True, True]  # both end 200 m from the flames


def test_fire_engines_may_go_beside_the_flames(town: OneMap):
    beside = Zone(0.0, shapely.box(*at(200, 10), *at(300, 50)))  # 10 m north of the east arm
    impact = fire_impact(drawn_fire((beside,), StandardsReader()), ground_of(town), area_share=0.2)
    assert np.isinf(impact.roads.edge_s["drive"][2 * EAST])
    assert np.isfinite(impact.roads.edge_s["emergency"][2 * EAST])


@pytest.mark.parametrize(
    ("change", "name"),
    [((0.0, 10.0, 0.0), "head_m_min"), ((np.nan, 10.0, 0.0), "head_m_min"), ((2.0, -1.0, 0.0), "wind_kmh"),
     ((2.0, 10.0, 720.0), "wind_from_deg")],
)  # fmt: skip
def test_numbers_that_no_fire_has_are_refused(change: tuple[float, float, float], name: str):
    with pytest.raises(ScenarioError, match=name):
        Spread(0.0, 0.0, *change)


def test_points_on_the_edge_of_a_perimeter_burn():
    fire = drawn_fire((Zone(0.0, shapely.box(*at(0, 0), *at(100, 100))),), StandardsReader())
    assert fire.value(*line_of_points((100.0, 50.0)), 0.0).tolist() == [3.0]
