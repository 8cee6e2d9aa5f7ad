"""The plume keeps its mass, widens as Briggs says, and reaches as far as the wind has carried it."""

import numpy as np
import pytest
from grounds import EAST, ground_of
from town import X0, Y0

from dss.errors import ScenarioError
from dss.hazard import (
    REASONS,
    ToxicRelease,
    Weather,
    guideline_levels,
    regular_steps,
    toxic_impact,
    widths_of,
)
from dss.hazard.toxic import Stability, Terrain
from dss.onemap import OneMap
from dss.standards import StandardsReader

CHLORINE = guideline_levels("chlorine", StandardsReader())
WEST_WIND = 270.0


def release(
    rate_kg_s: float = 1.0,
    *,
    weather: Weather | None = None,
    height_m: float = 0.0,
    steps_s: tuple[float, ...] = (0.0, 36_000.0),
    place: tuple[float, float] = (0.0, 0.0),
) -> ToxicRelease:
    air = weather or Weather(3.0, WEST_WIND, "D", "urban")
    return ToxicRelease(
        *place, height_m, rate_kg_s, air, widths_of(air, StandardsReader()), CHLORINE, steps_s
    )


def at(plume: ToxicRelease, east_m: float, north_m: float, at_s: float = 0.0) -> float:
    return float(plume.value(np.array([east_m]), np.array([north_m]), at_s)[0])


def test_the_axis_has_the_worked_concentration():
    # urban D at 1 km: sigma_y = 160 / sqrt(1.4) = 135.22 m, sigma_z = 140 / sqrt(1.3) = 122.79 m;
    # 1e6 mg/s / (pi * 3 * 135.22 * 122.79) = 6.390 mg/m3
    assert at(release(), 1000, 0) == pytest.approx(6.390, abs=0.001)
    # one sigma_y to the side: exp(-1/2) of it
    assert at(release(), 1000, 135.225) == pytest.approx(6.390 * np.exp(-0.5), abs=0.001)


@pytest.mark.parametrize(
    ("terrain", "stability", "sigma_y_m", "sigma_z_m"),
    [
        ("rural", "A", 220 / 1.1**0.5, 200.0),
        ("rural", "D", 80 / 1.1**0.5, 60 / 2.5**0.5),  # 76.3 and 37.9
        ("rural", "F", 40 / 1.1**0.5, 16 / 1.3),  # 38.1 and 12.3
        ("urban", "B", 320 / 1.4**0.5, 240 * 2**0.5),  # 270.4 and 339.4
        ("urban", "F", 110 / 1.4**0.5, 80 / 2.5**0.5),
    ],
)
def test_widths_at_one_kilometre_are_those_of_briggs(
    terrain: Terrain, stability: Stability, sigma_y_m: float, sigma_z_m: float
):
    widths = widths_of(Weather(3.0, 0.0, stability, terrain), StandardsReader())
    x_m = np.array([1000.0])
    assert widths.sigma_y_m(x_m)[0] == pytest.approx(sigma_y_m)
    assert widths.sigma_z_m(x_m)[0] == pytest.approx(sigma_z_m)


@pytest.mark.parametrize("x_m", [200.0, 1000.0, 5000.0])
def test_what_crosses_a_line_at_the_ground_is_what_the_formula_integrates_to(x_m: float):
    # the crosswind integral of the ground concentration is sqrt(2 / pi) Q / (u sigma_z)
    plume = release()
    y_m = np.linspace(-4000, 4000, 80_001)
    across = plume.value(np.full(y_m.size, x_m), y_m, 0.0)
    sigma_z = plume.widths.sigma_z_m(np.array([x_m]))[0]
    assert np.trapezoid(across, y_m) == pytest.approx(np.sqrt(2 / np.pi) * 1e6 / (3.0 * sigma_z), rel=1e-6)


def test_the_front_travels_with_the_wind():
    plume = release(steps_s=(0.0, 100.0, 200.0))  # 3 m/s: 300 m by the end of the first step, 600 m, 900 m
    assert [at(plume, 299, 0, time_s) > 0 for time_s in (0, 100, 200)] == [True, True, True]
    assert [at(plume, 301, 0, time_s) > 0 for time_s in (0, 100, 200)] == [False, True, True]
    assert [at(plume, 899, 0, time_s) > 0 for time_s in (0, 100, 200)] == [False, False, True]


def test_nothing_drifts_against_the_wind():
    assert at(release(), -100, 0) == 0.0
    north = release(weather=Weather(3.0, 0.0, "D", "urban"))  # from the north, toward the south
    assert at(north, 0, -500) > 0
    assert at(north, 0, 500) == 0.0


def test_a_release_from_a_height_spares_the_ground_nearby():
    assert at(release(height_m=60), 150, 0) < 0.2 * at(release(), 150, 0)


def test_stable_air_reaches_farther():
    stable = release(weather=Weather(3.0, WEST_WIND, "F", "rural"))
    assert at(stable, 3000, 0) > at(release(weather=Weather(3.0, WEST_WIND, "A", "rural")), 3000, 0)


def test_chlorine_levels_are_the_published_ones_in_milligrams():
    # 0.5, 2 and 20 ppm of 70.906 g/mol at 24.45 L/mol
    assert list(CHLORINE) == pytest.approx([1.45, 5.80, 58.0], abs=0.01)


def test_the_cloud_drives_people_out_and_closes_the_worst_roads(town: OneMap):
    # source in the middle of the town, wind from the west: the east arm lies in the axis
    steps_s = regular_steps(600, 100)
    ground = ground_of(town)
    plume = release(0.5, place=(X0, Y0), steps_s=steps_s)
    impact = toxic_impact(plume, ground, area_share=0.2)
    assert REASONS[impact.roads.reason[EAST]] == "toxic_closed"
    assert not impact.cells.leaves[ground.cells.x_m < X0 - 150].any()
    assert impact.facilities["shelters"].lost.tolist() == [True, False]  # 500 m east, 167 s away
    assert impact.facilities["shelters"].from_s.tolist() == [100.0, np.inf]
    assert impact.measure.limits == CHLORINE


@pytest.mark.parametrize("wind_mps", [0.0, 0.3, -2.0, float("nan")])
def test_calm_air_is_refused_with_the_way_out(wind_mps: float):
    with pytest.raises(ScenarioError, match="polygon") as caught:
        Weather(wind_mps, 0.0, "F", "urban")
    assert caught.value.code == "hazard_calm"


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"rate_kg_s": float("nan")}, "rate_kg_s"),
        ({"rate_kg_s": 0.0}, "rate_kg_s"),
        ({"height_m": -1.0}, "height_m"),
    ],
)
def test_numbers_that_no_release_has_are_refused(change: dict[str, float], name: str):
    with pytest.raises(ScenarioError, match=name):
        release(**change)


def test_an_unknown_substance_is_refused():
    with pytest.raises(ScenarioError, match="chlorine"):
        guideline_levels("phlogiston", StandardsReader())


def test_a_cloud_that_blows_away_from_the_map_is_refused(town: OneMap):
    plume = release(place=(X0 + 5000, Y0))
    with pytest.raises(ScenarioError) as caught:
        toxic_impact(plume, ground_of(town), area_share=0.2)
    assert caught.value.code == "hazard_outside"
