"""The whole path: from a map and a scenario to a checked plan."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point, box
from town import CRS, BuildTown, at, town_layers

from dss.errors import Cancelled, InputError, ScenarioError
from dss.onemap import OneMap
from scenarios.load import parse_scenario
from scenarios.progress import ProgressEvent
from scenarios.run import RunResult, run_scenario
from scenarios.schema import Scenario

TOWN = {
    "title": {"zh": "小镇洪水", "en": "Flood in town"},
    "cells": {"resolution": 11},
    "hazard": {"kind": "flood", "layer": "flood", "area_share": 0.5},
}


def scenario(**change: object) -> Scenario:
    return parse_scenario({**TOWN, **change}, "test")


def figures(result: RunResult) -> dict[str, float]:
    return {figure.key: figure.value for figure in result.figures}


def test_persons_add_up_on_the_sample_city(run: RunResult):
    value = figures(run)
    assert value["persons_in_area"] == 20_000
    assert value["persons_allocated"] + value["persons_unmet"] == value["persons_affected"]
    causes = [v for key, v in value.items() if key.startswith("unmet_")]
    assert sum(causes) == value["persons_unmet"]
    assert value["persons_walking"] + value["persons_driving"] == value["persons_allocated"]
    assert 0 < value["persons_affected"] < 20_000


def test_the_plan_is_proven_and_checked(run: RunResult):
    value = figures(run)
    assert run.violations == []
    assert value["gap_percent"] < 0.01
    assert value["nearest_persons_unmet"] >= value["persons_unmet"]
    assert run.manifest["check"]["passed"]


def test_the_layers_carry_the_figures(run: RunResult):
    value = figures(run)
    cells = gpd.read_file(run.folder / "plan.gpkg", layer="cells")
    shelters = gpd.read_parquet(run.folder / "shelters.parquet")
    groups = gpd.read_parquet(run.folder / "assignments.parquet")
    roads = gpd.read_file(run.folder / "plan.gpkg", layer="roads")
    assert cells.crs.to_epsg() == 4490
    assert cells["persons"].sum() == 20_000
    assert cells.loc[cells["affected"], "persons"].sum() == value["persons_affected"]
    assert cells["persons_unmet"].sum() == value["persons_unmet"]
    assert (shelters["load_persons"] <= shelters["capacity_persons"]).all()
    assert groups["persons"].sum() == shelters["load_persons"].sum() == value["persons_allocated"]
    assert (roads["state"] == "closed").sum() == value["roads_closed"]
    by_hand = (groups["persons"] * groups["trip_s"]).sum() / 3600
    assert by_hand == pytest.approx(value["person_hours"], abs=0.2)


def test_the_manifest_says_what_the_run_was_made_of(run: RunResult):
    manifest = json.loads((run.folder / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["map"]["generated"]
    assert all(len(layer["sha256"]) == 64 for layer in manifest["map"]["layers"])
    assert {value["status"] for value in manifest["standards"]} <= {"verified", "memory", "default"}
    assert manifest["versions"]["ortools"]
    assert manifest["sensitivity"] == "internal"
    assert set(manifest["seconds"]) >= {"cells", "roads", "hazard", "trips", "solve", "check", "write"}
    assert {"plan.gpkg", "report.zh.html", "report.en.html", "scenario.yaml"} <= set(manifest["files"])


def test_the_same_seed_gives_the_same_plan(sample: OneMap, run: RunResult, tmp_path: Path):
    from scenarios.load import find_scenario, load_scenario  # noqa: PLC0415 - only this test loads the library

    again = run_scenario(load_scenario(find_scenario("sample_flood")), sample, tmp_path / "again")
    assert figures(again) == figures(run)


def test_a_hand_worked_town(town: OneMap, tmp_path: Path):
    # 400 + 300 people live in the flooded north; the shelters east and west take 500 and 600, so all find a
    # place. The road north is closed to cars, so nobody drives through it.
    value = figures(run_scenario(scenario(), town, tmp_path / "run"))
    assert value["persons_in_area"] == 1000
    assert value["persons_affected"] == pytest.approx(
        700, abs=60
    )  # cells on the water's edge stay or go whole
    assert value["persons_unmet"] == 0
    assert value["shelters_without_capacity"] == 1
    assert value["roads_closed"] == 1


def test_everyone_without_a_road_near_is_reported(build_town: BuildTown, tmp_path: Path):
    far = town_layers()["census"]
    far.loc[0, "geometry"] = (
        far.geometry[0].buffer(0).__class__([(x - 9000, y) for x, y in far.geometry[0].exterior.coords])
    )
    flood = town_layers()["flood"].set_geometry([box(*at(-20_000, 40), *at(600, 600))], crs=CRS)
    value = figures(run_scenario(scenario(), build_town(census=far, flood=flood), tmp_path / "run"))
    assert value["unmet_no_road"] == value["persons_unmet"] == pytest.approx(400, abs=2)


def test_people_cut_off_from_every_shelter_are_reported(build_town: BuildTown, tmp_path: Path):
    layers = town_layers()
    island = LineString([at(-300, 5000), at(300, 5000)])
    roads = layers["roads"].copy()
    roads.loc[4] = {"DJ": "支路", "DX": 0, "QL": 0, "geometry": island}
    census = layers["census"].copy()
    census.loc[4] = {"RKS": 77, "geometry": box(*at(-100, 4950), *at(100, 5050))}
    flood = layers["flood"].set_geometry([box(*at(-600, 4000), *at(600, 6000))], crs=CRS)
    town = build_town(roads=roads.set_crs(CRS), census=census.set_crs(CRS), flood=flood.assign(SS=0.31))
    value = figures(run_scenario(scenario(), town, tmp_path / "run"))
    assert value["persons_affected"] == value["unmet_cut_off"] == pytest.approx(77, abs=2)


def test_water_too_deep_to_wade_strands_people(build_town: BuildTown, tmp_path: Path):
    town = build_town(flood=town_layers()["flood"].assign(SS=1.2))
    value = figures(run_scenario(scenario(), town, tmp_path / "run"))
    assert value["unmet_deep_water"] == value["persons_unmet"] > 0


def test_full_shelters_and_short_limits_are_told_apart(town: OneMap, build_town: BuildTown, tmp_path: Path):
    value = figures(run_scenario(scenario(travel={"max_trip_s": 60}), town, tmp_path / "short"))
    assert value["unmet_too_far"] == value["persons_affected"]


def test_overflow_is_reported_as_full(build_town: BuildTown, tmp_path: Path):
    town = build_town(shelters=town_layers()["shelters"].assign(RL=[100, 50, None]))
    value = figures(run_scenario(scenario(), town, tmp_path / "run"))
    assert value["persons_allocated"] == 150
    assert value["unmet_all_full"] == value["persons_unmet"] == value["persons_affected"] - 150
    assert value["shelters_full"] == 2


def test_a_flood_that_reaches_nobody_or_every_shelter_is_refused(build_town: BuildTown, tmp_path: Path):
    layers = town_layers()
    everywhere = layers["flood"].set_geometry([box(*at(-9000, -9000), *at(9000, 9000))], crs=CRS)
    wet = build_town(flood=everywhere)
    with pytest.raises(ScenarioError) as caught:
        run_scenario(scenario(), wet, tmp_path / "run")
    assert caught.value.code == "no_shelter_open"
    dry = {"kind": "flood", "layer": "flood", "area_share": 0.5}
    with pytest.raises(ScenarioError) as caught:
        run_scenario(scenario(hazard=dry, standards={"flood.leave_depth_m": 99}), wet, tmp_path / "dry")
    assert caught.value.code == "nobody_affected"


def test_a_shelter_beyond_every_road_gets_nobody(build_town: BuildTown, tmp_path: Path):
    shelters = town_layers()["shelters"]
    shelters.loc[0, "geometry"] = Point(at(9000, 0))
    value = figures(run_scenario(scenario(), build_town(shelters=shelters), tmp_path / "run"))
    assert value["persons_allocated"] == 600  # only the west one can be reached
    assert value["unmet_all_full"] == value["persons_unmet"]


def test_assumed_bands_are_called_assumed(town: OneMap, tmp_path: Path):
    west, east = [114.0 - 0.01, 30.71], [114.0 + 0.02, 30.71]
    assumed = {
        "title": {"zh": "假设", "en": "assumed"},
        "line": [west, east],
        "bands": [{"within_m": 900, "depth_m": 0.35}],
    }
    hazard = {"kind": "flood", "assumed": [assumed]}
    result = run_scenario(scenario(hazard=hazard), town, tmp_path / "run")
    assert result.manifest["assumptions"]["assumed_flood"] == 1
    assert "情景假设" in (result.folder / "report.zh.html").read_text(encoding="utf-8")


def test_a_missing_layer_is_named(town: OneMap, tmp_path: Path):
    with pytest.raises(InputError, match="depth_2026"):
        run_scenario(scenario(hazard={"kind": "flood", "layer": "depth_2026"}), town, tmp_path / "run")


def test_progress_only_grows_and_estimates(town: OneMap, tmp_path: Path):
    events: list[ProgressEvent] = []
    result = run_scenario(scenario(), town, tmp_path / "run", [events.append])
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert (events[0].sequence, events[-1].step, events[-1].fraction) == (1, "done", 1.0)
    logged = (result.folder / "events.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(logged) == len(events)


def test_a_cancelled_run_leaves_no_run(town: OneMap, tmp_path: Path):
    def stop(event: ProgressEvent) -> None:
        if event.step == "trips":
            raise Cancelled("cancelled_by_user")

    with pytest.raises(Cancelled):
        run_scenario(scenario(), town, tmp_path / "run", [stop])
    assert not (tmp_path / "run").exists()
    assert (tmp_path / "run.partial" / "events.jsonl").exists()
    run_scenario(scenario(), town, tmp_path / "run")  # and the next one starts clean


def test_a_run_is_never_written_over(town: OneMap, tmp_path: Path):
    (tmp_path / "run").mkdir()
    with pytest.raises(InputError) as caught:
        run_scenario(scenario(), town, tmp_path / "run")
    assert caught.value.code == "run_exists"


def test_figures_do_not_depend_on_the_language(town: OneMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found = []
    for language in ("zh", "en"):
        monkeypatch.setenv("DSS_LANG", language)
        found.append(figures(run_scenario(scenario(), town, tmp_path / language)))
    assert found[0] == found[1]
    assert np.isfinite([value for value in found[0].values() if value is not None]).all()


def test_the_report_counts_the_census_units_that_were_left_out(build_town: BuildTown, tmp_path: Path):
    units = town_layers()["census"]
    persons = [*units["RKS"], 40.0, *[1.0] * 5]
    places = [*units.geometry, None, *[units.geometry[3]] * 5]
    town = build_town(census=gpd.GeoDataFrame({"RKS": persons}, geometry=places, crs=CRS))
    result = run_scenario(scenario(), town, tmp_path / "run")
    assumed = result.manifest["assumptions"]
    assert (assumed["census_left_out"], assumed["census_persons_left_out"]) == (1, 40)
    assert "1 census units or pixels could not be used" in (result.folder / "report.en.html").read_text()
    assert "登记有 40 人" in (result.folder / "report.zh.html").read_text()
