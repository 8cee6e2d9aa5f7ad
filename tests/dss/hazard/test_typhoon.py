"""Winds follow Holland 1980 along a track, also along that of Typhoon Yagi 2024."""

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from grounds import EAST, NORTH, YAGI, ground_of
from pyproj import Transformer
from town import X0, Y0, BuildTown, town_layers

from dss.buildings import TYPES, HousingMix
from dss.errors import ScenarioError
from dss.hazard import (
    REASONS,
    Ground,
    Track,
    Typhoon,
    TyphoonRules,
    read_profile_values,
    typhoon_impact,
)
from dss.onemap import OneMap
from dss.standards import StandardsReader

PROFILE = read_profile_values(StandardsReader())


def track(*, speed_ms: float = 0.0, wind_ms: float = 50.0, pressure_hpa: float = 940.0,
          place: tuple[float, float] = (0.0, 0.0)) -> Track:  # fmt: skip
    """Return a cyclone at 20 degrees north that passes a place after an hour, going north."""
    time_s = np.array([0.0, 7200.0])
    ones = np.ones(2)
    y_m = place[1] + speed_ms * (time_s - 3600.0)
    return Track(time_s, place[0] * ones, y_m, 20 * ones, wind_ms * ones, pressure_hpa * ones)


def wind(cyclone: Track, east_m: float, north_m: float, time_s: float = 3600.0) -> float:
    typhoon = Typhoon(cyclone, PROFILE, (0.0,))
    return float(typhoon.wind_ms(np.array([east_m]), np.array([north_m]), time_s)[0])


def test_the_radius_of_the_greatest_wind_is_that_of_vickery_and_wadhera():
    # dp = 70 hPa: exp(3.015 - 6.291e-5 * 4900 + 0.0337 * 20) = exp(3.38074) = 29.39 km
    assert PROFILE.radius_km(940.0, 20.0) == pytest.approx(29.39, abs=0.01)


def test_the_profile_has_the_worked_shape():
    # B = 50^2 * 2.71828 * 1.15 / 7000 = 1.1164; at twice the radius (1/2)^B = 0.46124,
    # sqrt(0.46124 * exp(1 - 0.46124)) = 0.88907 of 50 m/s = 44.45 m/s
    radius_m = 1000 * PROFILE.radius_km(940.0, 20.0)
    assert PROFILE.steepness(50.0, 940.0) == pytest.approx(1.1164, abs=1e-4)
    assert wind(track(), radius_m, 0) == pytest.approx(50.0)
    assert wind(track(), 2 * radius_m, 0) == pytest.approx(44.45, abs=0.01)


def test_it_is_calm_in_the_eye_and_far_away():
    assert wind(track(), 1.0, 0.0) < 0.01
    assert wind(track(), 2_000_000, 0) < 10


def test_the_right_of_the_track_has_the_stronger_wind():
    # going north at 8 m/s: nothing is lost in the east, 8 m/s in the west, half of it in the north
    radius_m = 1000 * PROFILE.radius_km(940.0, 20.0)
    moving = track(speed_ms=8.0)
    assert wind(moving, radius_m, 0) == pytest.approx(50.0)
    assert wind(moving, -radius_m, 0) == pytest.approx(42.0)
    assert wind(moving, 0, radius_m) == pytest.approx(46.0)


def test_a_step_holds_the_strongest_gust_of_its_passage():
    # it comes by within the step: the gust is that of the greatest wind, not that of the step's beginning
    radius_m = 1000 * PROFILE.radius_km(940.0, 20.0)
    passing = Typhoon(track(speed_ms=10.0), PROFILE, (0.0,))
    gust = passing.value(np.array([radius_m]), np.array([0.0]), 0.0)[0]
    assert gust == pytest.approx(50.0 * 1.28, rel=0.001)


def weak_half(ground: Ground) -> HousingMix:
    share = np.zeros((ground.cells.cell.size, len(TYPES)))
    share[:, TYPES.index("rc_code")] = share[:, TYPES.index("adobe_wood")] = 0.5
    return HousingMix(share, 0)


def test_wind_closes_bridges_and_empties_weak_buildings(build_town: BuildTown):
    town = build_town(roads=town_layers()["roads"].assign(QL=[1, 0, 0, 0]))
    ground = ground_of(town)
    radius_m = 1000 * PROFILE.radius_km(940.0, 20.0)
    typhoon = Typhoon(track(place=(X0 - radius_m, Y0)), PROFILE, (0.0,))  # 50 m/s in town, gusts of 64 m/s
    elevated = np.array([False, False, False, True])
    rules = TyphoonRules(weak_half(ground), elevated, area_share=0.2)
    impact = typhoon_impact(typhoon, ground, StandardsReader(), rules)
    assert np.isinf(impact.roads.edge_s["drive"]).tolist() == [True, True, *[False] * 4, True, True]
    assert REASONS[impact.roads.reason[NORTH]] == "typhoon_closed"
    assert impact.roads.reason[EAST] == 0
    assert impact.cells.persons.sum() == pytest.approx(500, abs=2)  # half of 1000
    assert impact.facilities["shelters"].lost.all()  # above 60 m/s


def test_a_track_needs_two_points_and_numbers():
    one = np.ones(1)
    with pytest.raises(ScenarioError) as caught:
        Track(one, one, one, 20 * one, 50 * one, 940 * one)
    assert caught.value.code == "hazard_track"
    for wrong in ({"wind_ms": np.nan}, {"wind_ms": 0.0}, {"pressure_hpa": 1013.0}):
        with pytest.raises(ScenarioError):
            track(**wrong)


def test_a_typhoon_that_never_comes_near_is_refused(town: OneMap):
    ground = ground_of(town)
    far = Typhoon(track(place=(X0 + 5_000_000, Y0)), PROFILE, (0.0,))
    rules = TyphoonRules(weak_half(ground), np.zeros(4, dtype=np.bool_), area_share=0.2)
    with pytest.raises(ScenarioError) as caught:
        typhoon_impact(far, ground, StandardsReader(), rules)
    assert caught.value.code == "hazard_outside"


UTM = "EPSG:32649"  # 111 degrees east, where Yagi came ashore
START = datetime.fromisoformat("2024-09-06T00:00:00+00:00")


@pytest.fixture(scope="module")
def yagi(shared: Path) -> Track:
    """Return the track of Yagi on 6 September 2024, in seconds from 00:00 UTC."""
    features = json.loads((shared / YAGI / "track.geojson").read_text(encoding="utf-8"))["features"]
    rows = [f["properties"] for f in features if "20240906" <= f["properties"]["id"] <= "2024090700zz"]
    time_s = [(datetime.fromisoformat(row["timestamp"]) - START).total_seconds() for row in rows]
    lng, lat, wind_ms, pressure_hpa = np.array(
        [[row[k] for k in ("longitude", "latitude", "maxWindSpeed", "centralPressure")] for row in rows],
        dtype=np.float64,
    ).T
    x_m, y_m = Transformer.from_crs("EPSG:4326", UTM, always_xy=True).transform(lng, lat)
    return Track(np.array(time_s), x_m, y_m, lat, wind_ms, pressure_hpa)


def place(lng: float, lat: float) -> tuple[np.ndarray, np.ndarray]:
    x_m, y_m = Transformer.from_crs("EPSG:4326", UTM, always_xy=True).transform([lng], [lat])
    return np.array(x_m), np.array(y_m)


def test_yagi_stands_where_it_came_ashore(yagi: Track, shared: Path):
    # bulletins: Wengtian 08:20 UTC, 62 m/s, 915 hPa; Xuwen 14:20 UTC, 58 m/s, 925 hPa (places geocoded)
    landfalls = json.loads((shared / YAGI / "landfalls.geojson").read_text(encoding="utf-8"))["features"]
    for landfall in landfalls:
        row = landfall["properties"]
        time_s = (datetime.fromisoformat(row["timestamp"]) - START).total_seconds()
        x_m, y_m, _, wind_ms, pressure_hpa = yagi.at(time_s)
        east, north = place(row["longitude"], row["latitude"])
        assert np.hypot(east - x_m, north - y_m)[0] < 30_000
        assert wind_ms == pytest.approx(row["maxWindSpeed"], abs=3)
        assert pressure_hpa == pytest.approx(row["centralPressure"], abs=7)


def test_the_strongest_wind_of_yagi_is_that_of_its_track(yagi: Track):
    # 06:00 UTC: 62 m/s and 915 hPa, so Rm = exp(3.015 - 6.291e-5 * 95^2 + 0.0337 * 19.7) = 22.4 km
    x_m, y_m, lat_deg, _, pressure_hpa = yagi.at(6 * 3600)
    angle, r_m = np.meshgrid(np.linspace(0, 2 * np.pi, 180), np.linspace(5_000, 200_000, 391))
    typhoon = Typhoon(yagi, PROFILE, (0.0,))
    field = typhoon.wind_ms(
        (x_m + r_m * np.cos(angle)).ravel(), (y_m + r_m * np.sin(angle)).ravel(), 6 * 3600
    )
    assert field.max() == pytest.approx(62.0, abs=0.3)
    assert r_m.ravel()[field.argmax()] == pytest.approx(22_400, abs=600)
    assert PROFILE.radius_km(pressure_hpa, lat_deg) == pytest.approx(22.4, abs=0.1)


def test_yagi_s_day_over_northern_hainan(yagi: Track, shared: Path):
    grid = json.loads((shared / YAGI / "grid.json").read_text(encoding="utf-8"))
    density = np.array(grid["popDensity"], dtype=np.float64).reshape(grid["meta"]["rows"], -1)
    lng, lat = np.meshgrid(grid["lons"], grid["lats"])
    persons = np.nan_to_num(density) * (111.195**2 * 0.01**2 * np.cos(np.radians(lat)))
    x_m, y_m = Transformer.from_crs("EPSG:4326", UTM, always_xy=True).transform(lng.ravel(), lat.ravel())
    typhoon = Typhoon(yagi, PROFILE, (float(yagi.time_s[0]),))
    gust_ms = typhoon.value(np.asarray(x_m), np.asarray(y_m), float(yagi.time_s[0]))
    exposed = persons.ravel()[gust_ms >= 51.0].sum()
    haikou = (np.abs(lng - 110.35) < 0.25) & (np.abs(lat - 19.98) < 0.13)
    assert persons.sum() == pytest.approx(10.5e6, rel=0.05)
    assert gust_ms.max() == pytest.approx(62 * 1.28, rel=0.01)
    assert gust_ms[haikou.ravel()].min() > 51.0  # Haikou lay in the core: force 16 and more everywhere
    assert persons[haikou].sum() == pytest.approx(1.87e6, rel=0.05)
    assert persons[haikou].sum() < exposed < 0.9 * persons.sum()
