"""Every hazard of the library runs on the sample city, and what is impossible is refused."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import yaml
from rasterio.transform import from_origin
from town import CRS, at, town_layers, town_profile

from dss.errors import InputError, ScenarioError
from dss.hazard import REASONS
from dss.onemap import OneMap, import_file, import_folder, init_map, open_map, read_profile
from dss.onemap.importing import FileHints
from scenarios.load import find_scenario, load_scenario, parse_scenario
from scenarios.places import RelativePlace, locate
from scenarios.progress import ProgressTrack
from scenarios.run import RunResult, run_scenario
from scenarios.situation import Situation, survey

LIBRARY = {
    "sample_flood_rising": "flood",
    "sample_earthquake": "earthquake",
    "sample_chlorine": "toxic",
    "sample_fire": "fire",
    "sample_typhoon": "typhoon",
    "sample_landslide": "polygon",
}
WATER_WORDS = ("flood", "Flood", "water too deep", "洪水", "淹没", "积水", "受淹")


def figures(result: RunResult) -> dict[str, float]:
    return {figure.key: figure.value for figure in result.figures}


@pytest.fixture(scope="module")
def runs(sample: OneMap, tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunResult]:
    """Return a run of each of the library's hazards."""
    folder = tmp_path_factory.mktemp("hazards")
    return {name: run_scenario(load_scenario(find_scenario(name)), sample, folder / name) for name in LIBRARY}


@pytest.mark.parametrize("name", LIBRARY)
def test_each_hazard_leads_to_a_checked_plan(name: str, runs: dict[str, RunResult]):
    value = figures(runs[name])
    assert runs[name].violations == []
    assert 0 < value["persons_affected"] < 20_000
    assert value["persons_allocated"] + value["persons_unmet"] == value["persons_affected"]
    assert value["persons_allocated"] > 0
    assert value["roads_closed"] > 0
    assert runs[name].manifest["hazard"]["kind"] == LIBRARY[name]


@pytest.mark.parametrize("name", LIBRARY)
def test_each_feature_says_why(name: str, runs: dict[str, RunResult]):
    folder, kind = runs[name].folder, LIBRARY[name]
    cells = gpd.read_parquet(folder / "cells.parquet")
    roads = gpd.read_parquet(folder / "roads.parquet")
    assert (cells["reason"].notna() == cells["affected"]).all()
    assert (cells["from_s"].notna() >= cells["affected"]).all()
    assert cells["persons_affected"].sum() == figures(runs[name])["persons_affected"]
    closed = roads[roads["state"] == "closed"]
    assert set(closed["reason"]) <= {reason for reason in REASONS if reason.startswith(kind)}
    assert (closed["from_s"] >= 0).all()
    others = gpd.read_parquet(folder / "facilities.parquet")
    assert set(others["role"]) == {"hospitals", "depots"}
    assert (others["lost"] == others["reason"].notna()).all()


@pytest.mark.parametrize("name", [name for name, kind in LIBRARY.items() if kind != "flood"])
def test_no_report_of_another_hazard_speaks_of_water(name: str, runs: dict[str, RunResult]):
    manifest = runs[name].manifest
    for language in ("zh", "en"):
        page = (runs[name].folder / f"report.{language}.html").read_text(encoding="utf-8")
        for layer in manifest["map"]["layers"]:  # the map has a layer of flood depths, listed as a source
            page = page.replace(layer["title"][language], "")
            page = page.replace((layer["caveat"] or {}).get(language, "-"), "")
        assert [word for word in WATER_WORDS if word in page] == []


def test_the_rising_flood_ends_as_the_static_one(runs: dict[str, RunResult], run: RunResult):
    rising = figures(runs["sample_flood_rising"])
    assert {key: rising[key] for key in rising} == figures(run)


def test_the_static_flood_does_what_it_did_before_hazards_had_time(run: RunResult):
    # from the version whose flood had no steps; taken anew, with the same code, when the sample city changed
    value = figures(run)
    before = {
        "persons_affected": 3950,
        "cells_affected": 25,
        "shelters_open": 10,
        "shelters_lost": 3,
        "places_open": 7468,
        "roads_closed": 273,
        "roads_closed_km": 22.6,
        "roads_slowed_km": 5.8,
    }
    assert {key: value[key] for key in before} == before


def test_the_course_of_a_rising_flood_only_grows(runs: dict[str, RunResult]):
    course = runs["sample_flood_rising"].manifest["hazard"]["course"]
    value = figures(runs["sample_flood_rising"])
    assert [step["from_s"] for step in course] == [0, 2400, 4800, 7200]
    for name, last in (
        ("persons_to_leave", value["persons_affected"]),
        ("roads_closed", value["roads_closed"]),
        ("shelters_lost", value["shelters_lost"]),
    ):
        column = [step[name] for step in course]
        assert column == sorted(column)
        assert column[-1] == last
        assert column[0] < column[-1]


def test_an_earthquake_is_its_seed_s(sample: OneMap):
    def situation(seed: int) -> Situation:
        scenario = load_scenario(find_scenario("sample_earthquake"), [f"seed={seed}"])
        return survey(scenario, sample, ProgressTrack())

    first, again, other = situation(1), situation(1), situation(2)
    assert np.array_equal(first.impact.roads.reason, again.impact.roads.reason)
    assert first.assumptions["quake_collapsed"] != other.assumptions["quake_collapsed"]
    assert np.array_equal(first.impact.cells.persons, other.impact.cells.persons)  # expected numbers


def test_an_earlier_moment_of_a_release_reaches_fewer(sample: OneMap):
    def affected(*overrides: str) -> int:
        scenario = load_scenario(find_scenario("sample_chlorine"), overrides)
        return int(survey(scenario, sample, ProgressTrack()).impact.cells.persons.sum())

    assert 0 < affected("hazard.at_s=300") < affected()


def test_a_relative_place_lies_at_its_share_of_the_layer(sample: OneMap):
    corners = [RelativePlace(of="boundary", x=x, y=y) for x, y in ((0, 0), (1, 1), (0.25, 0.5))]
    (left, bottom), (right, top), place = locate(sample, corners)
    assert place.tolist() == pytest.approx([left + (right - left) / 4, (bottom + top) / 2])


LONG, LAT = 114.0, 30.711  # near the town
SQUARE = [[LONG, LAT], [LONG + 0.01, LAT], [LONG + 0.01, LAT + 0.01], [LONG, LAT + 0.01], [LONG, LAT]]


@pytest.fixture(scope="module")
def still_town(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    """Return the town as it is; the tests that share it leave it alone."""
    folder = tmp_path_factory.mktemp("town")
    for key, frame in town_layers().items():
        frame.to_file(folder / f"{key}.gpkg")
    profile = folder / "profile.yaml"
    profile.write_text(yaml.safe_dump(town_profile(), allow_unicode=True), encoding="utf-8")
    init_map(folder / "map", read_profile(profile))
    import_folder(folder / "map", folder)
    return open_map(folder / "map")


TOXIC = {
    "kind": "toxic", "source": [LONG, LAT], "substance": "chlorine", "rate_kg_s": 1,
    "wind_mps": 2, "wind_from_deg": 0, "stability": "D",
}  # fmt: skip
QUAKE = {"kind": "earthquake", "epicentre": [LONG, LAT], "magnitude": 6.5, "region": "medium_strong"}
FIRE = {"kind": "fire", "ignition": [LONG, LAT], "head_m_min": 2}
FLOOD = {"kind": "flood", "layer": "flood"}
POINT = {"time_s": 0, "at": [LONG, LAT], "wind_ms": 50, "pressure_hpa": 950}
CALM = {**POINT, "time_s": 9, "wind_ms": float("nan")}
BOWTIE = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]


def drawn(ring: list[list[float]]) -> dict[str, object]:
    return {"kind": "polygon", "zones": [{"geometry": {"type": "Polygon", "coordinates": [ring]}}]}


def moved(ring: list[list[float]], by: float) -> list[list[float]]:
    return [[lng + by, lat] for lng, lat in ring]


@pytest.mark.parametrize(
    ("hazard", "code"),
    [
        ({**QUAKE, "magnitude": 12}, "hazard_magnitude"),
        ({**QUAKE, "magnitude": float("nan")}, "hazard_magnitude"),
        ({**QUAKE, "epicentre": [float("nan"), 30.0]}, "degrees"),
        ({**QUAKE, "epicentre": [500_000.0, 3_400_000.0]}, "degrees"),
        ({**QUAKE, "epicentre": [60.0, 30.0]}, "hazard_weak"),
        ({**QUAKE, "epicentre": {"of": "census", "x": float("nan"), "y": 0}}, "hazard_place"),
        ({**QUAKE, "epicentre": {"of": "no_layer", "x": 0, "y": 0}}, "layer_missing"),
        ({**TOXIC, "wind_mps": 0}, "hazard_calm"),
        ({**TOXIC, "wind_mps": float("nan")}, "hazard_calm"),
        ({**TOXIC, "rate_kg_s": float("nan")}, "hazard_number"),
        ({**TOXIC, "substance": "water"}, "hazard_substance"),
        ({**TOXIC, "source": [100.0, 30.0]}, "hazard_outside"),
        ({**TOXIC, "at_s": float("nan")}, "hazard_number"),
        ({**TOXIC, "step_s": 0}, "hazard_number"),
        ({**FIRE, "ignition": [120.0, 40.0]}, "hazard_outside"),
        ({**FIRE, "head_m_min": float("nan")}, "hazard_number"),
        (drawn(moved(SQUARE, 5.0)), "hazard_outside"),
        (drawn(BOWTIE), "hazard_shape"),
        (drawn(SQUARE[:3]), "hazard_shape"),
        (drawn([[float("nan"), 30.0], *SQUARE[1:]]), "degrees"),
        (drawn([[500_000.0, 3_400_000.0], *SQUARE[1:]]), "degrees"),
        ({"kind": "polygon", "zones": [{"layer": "no_layer"}]}, "layer_missing"),
        ({**FLOOD, "steps": [{"from_s": float("nan"), "factor": 1}]}, "hazard_steps"),
        ({"kind": "typhoon", "track": [POINT]}, "hazard_track"),
        ({"kind": "typhoon", "track": [POINT, {**POINT, "time_s": 0}]}, "hazard_steps"),
        ({"kind": "typhoon", "track": [POINT, CALM]}, "hazard_number"),
    ],
)  # fmt: skip
def test_an_impossible_hazard_is_refused(hazard: dict[str, object], code: str, still_town: OneMap):
    content = {"title": {"zh": "测", "en": "test"}, "cells": {"resolution": 11}, "hazard": hazard}
    with pytest.raises(InputError) as caught:
        survey(parse_scenario(content, "test"), still_town, ProgressTrack())
    error = caught.value
    assert error.code == code
    for language in ("zh", "en"):
        assert "{" not in error.message(language)


@pytest.mark.parametrize(
    ("hazard", "where"),
    [
        ({"kind": "tsunami"}, "hazard"),
        ({**TOXIC, "colour": "green"}, "hazard.colour"),
        ({**TOXIC, "stability": "G"}, "hazard.stability"),
        ({**FIRE, "perimeters": [{"ring": SQUARE}]}, "hazard"),
        ({"kind": "polygon", "zones": []}, "hazard.zones"),
        ({"kind": "polygon", "zones": [{"layer": "a", "ring": SQUARE}]}, "hazard.zones.0"),
        ({"kind": "flood", "layer": "flood", "steps": [{"from_s": 0}]}, "hazard.steps.0"),
        ({"kind": "flood", "steps": [{"from_s": 0, "factor": 1}]}, "hazard"),
    ],
)
def test_what_the_schema_does_not_know_is_named(hazard: dict[str, object], where: str):
    content = {"title": {"zh": "测", "en": "test"}, "hazard": hazard}
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(content, "test.yaml")
    assert caught.value.values["key"] == where


def test_a_drawn_polygon_and_a_layer_give_the_same_zone(town: OneMap, tmp_path: Path):
    # the town's flood polygon drawn by hand in degrees
    north = gpd.GeoSeries(town_layers()["flood"].geometry, crs=CRS).to_crs(4490)[0]
    ring = [[lng, lat] for lng, lat in north.exterior.coords]
    found = []
    for name, zone in (("layer", {"layer": "flood"}), ("drawn", drawn(ring)["zones"][0])):  # type: ignore[index]
        content = {
            "title": {"zh": "测", "en": "test"},
            "cells": {"resolution": 11},
            "hazard": {"kind": "polygon", "zones": [zone]},
        }
        found.append(figures(run_scenario(parse_scenario(content, name), town, tmp_path / name)))
    assert found[0] == found[1]
    assert found[0]["persons_affected"] > 0


def write_raster(path: Path, depth_m: np.ndarray, crs: str | None) -> None:
    with rasterio.open(
        path, "w", driver="GTiff", height=2, width=2, count=1, dtype="float32", crs=crs,
        transform=from_origin(*at(-600, 600), 600, 600), nodata=-9999,
    ) as file:  # fmt: skip
        file.write(depth_m.astype(np.float32), 1)


def test_a_hazard_without_crs_is_refused_on_its_way_into_the_map(town: OneMap, tmp_path: Path):
    path = tmp_path / "nocrs.tif"
    write_raster(path, np.full((2, 2), 0.4), None)
    with pytest.raises(InputError) as caught:
        import_file(town.folder, path, FileHints(key="nocrs", role="flood_depth"))
    assert caught.value.code == "crs_missing"


def test_nodata_and_nan_of_a_depth_raster_are_dry(town: OneMap, tmp_path: Path):
    path = tmp_path / "depth.tif"
    write_raster(path, np.array([[-9999.0, np.nan], [0.0, 0.4]]), CRS)
    import_file(town.folder, path, FileHints(key="wet", role="flood_depth"))
    content = {
        "title": {"zh": "测", "en": "test"},
        "cells": {"resolution": 11},
        "hazard": {"kind": "flood", "layer": "wet"},
    }
    situation = survey(parse_scenario(content, "test"), open_map(town.folder), ProgressTrack())
    middle_x, middle_y = at(0, 0)
    south_east = (situation.cells.x_m > middle_x) & (situation.cells.y_m < middle_y)
    assert situation.impact.cells.leaves[south_east].all()
    assert not situation.impact.cells.leaves[~south_east].any()


def test_the_manifest_tells_the_hazard(runs: dict[str, RunResult]):
    manifest = json.loads((runs["sample_chlorine"].folder / "manifest.json").read_text(encoding="utf-8"))
    hazard = manifest["hazard"]
    assert (hazard["measure"], hazard["unit"], hazard["at_s"]) == ("concentration", "mg/m³", None)
    assert len(hazard["steps_s"]) == 12
    assert manifest["assumptions"]["toxic_plume"] == 1
    assert {"toxic.aegl_2_ppm", "dispersion.sigma_y_a"} <= {one["key"] for one in manifest["standards"]}
