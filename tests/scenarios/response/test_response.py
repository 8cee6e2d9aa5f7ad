"""The response of a scenario on a town that is small enough to work out by hand.

The west arm leads from the fire station (x = -500 m) to the centre; the slide closes the east arm. Arms are
500 m long; emergency times are those of the road network.
"""

import csv
import json
from pathlib import Path
from shutil import copytree
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from openpyxl import load_workbook
from response_town import degrees, make_response_town
from shapely import Point
from town import CRS, at

from dss.errors import InputError, ScenarioError
from dss.onemap import OneMap
from dss.roads import build_roads
from dss.standards import StandardsReader
from models.dispatch.same import same_fields
from scenarios.load import parse_scenario
from scenarios.progress import ProgressTrack
from scenarios.response.again import check_again, plan_again
from scenarios.response.checking import check_record
from scenarios.response.files import read_record, write_record
from scenarios.response.inject import Inject, news_of
from scenarios.response.responding import Responded, respond
from scenarios.run import RunResult, run_scenario
from scenarios.schema import Scenario
from scenarios.situation import Situation, survey
from scenarios.verify import verify_run

NORTH, FAR = degrees(0, 500), degrees(0, 3000)
CORNERS = ((300, -60), (600, -60), (600, 250), (300, 250), (300, -60))
SLIDE = {"type": "Polygon", "coordinates": [[degrees(x, y) for x, y in CORNERS]]}
TITLE = {"zh": "小镇救援", "en": "Response in town"}
TURNOUT_MIN = 1.0


def incident(name: str, at_degrees: list[float], **more: object) -> dict[str, object]:
    return {"name": {"zh": name, "en": f"{name}-en"}, "at": at_degrees, **more}


FIRE = incident(
    "北火", NORTH, needs={"fire_engine": 1}, priority=5, patients={"red": 2, "yellow": 1, "green": 3}
)
LOST = incident("远处", FAR, needs={"fire_engine": 1, "generator": 1}, priority=9)


def scenario_of(**response: object) -> Scenario:
    content = {
        "title": TITLE,
        "cells": {"resolution": 11},
        "hazard": {"kind": "polygon", "roads": "closed", "people": "leave", "zones": [{"geometry": SLIDE}]},
        "travel": {"reach_road_m": 400},
        "response": {"incidents": [FIRE, LOST], "time_limit_s": 2, **response},
    }
    return parse_scenario(content, "test")


@pytest.fixture(scope="module")
def onemap(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    """Return the map of the town with responders."""
    return make_response_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def finished(onemap: OneMap, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return a finished run."""
    return run_scenario(scenario_of(), onemap, tmp_path_factory.mktemp("runs") / "town")


@pytest.fixture(scope="module")
def arm_s(onemap: OneMap) -> dict[str, float]:
    """Return the emergency seconds of each arm by the direction it leads in."""
    roads = build_roads(onemap, StandardsReader())
    return dict(zip(("north", "east", "south", "west"), roads.emergency_s[::2].tolist(), strict=True))


def response_of(result: RunResult) -> dict[str, Any]:
    return json.loads(json.dumps(result.manifest["response"]))


@pytest.fixture(scope="module")
def situation(onemap: OneMap) -> Situation:
    """Return what is there and what the slide does to it."""
    return survey(scenario_of(), onemap.afresh(), ProgressTrack())


def planned(situation: Situation, **response: object) -> Responded:
    """Plan another response to the same slide, without a run around it."""
    scenario = scenario_of(**response)
    assert scenario.response is not None
    return respond(scenario, scenario.response, situation, lambda *_: None)


def test_a_run_with_a_response_passes_its_check_and_is_proven_again(finished: RunResult):
    assert finished.violations == []
    assert verify_run(finished.folder).passed


def test_the_fire_engine_comes_by_the_west_and_the_north_arm(finished: RunResult, arm_s: dict[str, float]):
    fire = response_of(finished)["incidents"][0]
    minutes = TURNOUT_MIN + (arm_s["west"] + arm_s["north"]) / 60
    assert fire["sent"] == 1
    assert fire["first_min"] == pytest.approx(minutes, abs=0.051)


def test_an_incident_off_the_roads_is_said_and_its_needs_are_short(finished: RunResult):
    response = response_of(finished)
    far = response["incidents"][1]
    assert not far["reached"]
    # the map has no depot, so no generator; the fire engine finds no way
    assert far["short"] == {"no_skill": 1, "no_way": 1}
    assert {"what": "incident", "name": "远处", "cause": "off_road", "value": ""} in response["faults"]


def test_hospitals_without_beds_are_said_and_not_used(finished: RunResult):
    response = response_of(finished)
    causes = {fault["name"]: fault["cause"] for fault in response["faults"] if fault["what"] == "hospital"}
    assert causes == {"空院": "beds_missing", "零院": "beds_none"}
    assert [row["name"] for row in response["hospitals"]] == ["南院"]


def test_a_count_of_beds_that_cannot_be_is_not_used(tmp_path: Path):
    slip = gpd.GeoDataFrame(
        {"MC": ["南院", "大院"], "CW": [100, 250_000]},
        geometry=[Point(at(0, -500)), Point(at(0, -30))],
        crs=CRS,
    )
    town = make_response_town(tmp_path, hospitals=slip)
    response = planned(survey(scenario_of(), town, ProgressTrack())).described()
    assert ("大院", "beds_impossible") in {(fault["name"], fault["cause"]) for fault in response["faults"]}
    assert [row["name"] for row in response["hospitals"]] == ["南院"]


def test_one_intensive_bed_is_not_enough_for_two_severe_patients(finished: RunResult):
    # 100 beds: 15 free, 1 of them intensive, 14 ward; 30 are treated
    response = response_of(finished)
    row = response["hospitals"][0]
    assert (row["intensive"], row["ward"], row["treatment"]) == (1, 14, 30)
    assert (row["red"], row["yellow"], row["green"]) == (1, 1, 3)
    assert [(left["class"], left["persons"], left["causes"]) for left in response["patients_left"]] == [
        ("red", 1, {"no_bed": 1})
    ]


def test_the_excavator_opens_the_east_road(finished: RunResult, arm_s: dict[str, float]):
    # 500 m at 60 m an hour are 500 minutes, from the centre
    clearing = response_of(finished)["clearing"]
    assert [step["crew_home"] for step in clearing["steps"]] == ["西队"]
    assert clearing["steps"][0]["open_min"] == pytest.approx(arm_s["west"] / 60 + 500, abs=0.1)
    assert clearing["gap_percent"] == 0


def test_an_excavator_that_is_sent_clears_no_road(situation: Situation):
    busy = incident("北火", NORTH, needs={"excavator": 1})
    response = planned(situation, incidents=[busy]).described()
    assert response["incidents"][0]["sent"] == 1
    assert response["clearing"]["steps"] == []
    assert response["clearing"]["crews"] == 0


def test_patients_in_the_news_are_fetched_though_nobody_was_hurt_before(situation: Situation):
    record = planned(situation, incidents=[incident("北火", NORTH, needs={"fire_engine": 1})]).record
    assert record.shuttles is None
    more = {"at": "00:10", "more": [{"incident": "北火", "patients": {"green": 5}}]}
    again = plan_again(record, news_of(Inject.model_validate(more), record))
    assert check_again(again) == []
    # four in the first trip, one in the next
    assert sorted(row["persons"] for row in again.record.facts.trips) == [1, 4]


def test_a_kind_can_do_what_it_is_said_to_do_besides(situation: Situation, tmp_path: Path):
    responded = planned(
        situation,
        incidents=[incident("北火", NORTH, needs={"generator": 1})],
        units=[{"kind": "pump", "layer": "stations", "each": 3, "also": ["generator"], "shift_h": 8}],
        aim="last", cover=None, clearing=None,
    )  # fmt: skip
    response = responded.described()
    assert [(row["kind"], row["as_kind"]) for row in response["sent"]] == [("pump", "generator")]
    assert response["cover"] == []
    assert response["clearing"] is None
    responded.write(tmp_path)
    assert check_record(read_record(tmp_path)) == []


def test_a_record_is_read_back_as_it_was_written(finished: RunResult, tmp_path: Path):
    record = read_record(finished.folder)
    write_record(tmp_path, record)
    again = read_record(tmp_path)
    for part in ("teams", "patients", "shuttles", "clearing"):
        assert same_fields(getattr(again, part), getattr(record, part))
    assert record.clearing is not None
    assert record.clearing.decision.prices.edges_s.size > 1


def test_a_record_from_before_clearing_had_prices_says_to_run_it_anew(finished: RunResult, tmp_path: Path):
    copytree(finished.folder / "response", tmp_path / "response")
    path = tmp_path / "response" / "clearing.npz"
    with np.load(path) as packed:
        older = {key: one for key, one in packed.items() if not key.startswith("decision.prices.")}
    np.savez_compressed(path, **older)
    with pytest.raises(InputError) as caught:
        read_record(tmp_path)
    said = caught.value.message("en")
    assert str(tmp_path) in said
    assert "lacks decision.prices; run the scenario anew" in said


def test_incidents_of_a_layer_are_its_features_the_worst_hit_first(situation: Situation):
    asked = [{"layer": "shelters", "most": 2, "needs": {"fire_engine": 1}}]
    response = planned(situation, incidents=[], layers=asked).described()
    # 东 lies at the end of the closed arm, beside those who must leave, and 500 m from the open roads
    assert [row["name"] for row in response["incidents"]] == ["东", "西"]
    assert [row["reached"] for row in response["incidents"]] == [False, True]


def test_orders_say_the_same_in_both_languages(finished: RunResult):
    folder = finished.folder / "response" / "orders"
    rows = {}
    for language in ("zh", "en"):
        with (folder / f"orders.{language}.csv").open(encoding="utf-8-sig", newline="") as file:
            rows[language] = list(csv.reader(file))
    numbers = {language: [row[-3:] for row in rows[language][1:]] for language in rows}
    assert numbers["zh"] == numbers["en"]
    sheets = load_workbook(folder / "orders.xlsx")
    assert [sheet.max_row for sheet in sheets] == [len(rows["zh"])] * 2
    assert "北火" in (folder / "orders.zh.txt").read_text(encoding="utf-8")
    assert "北火-en" in (folder / "orders.en.txt").read_text(encoding="utf-8")


def test_layers_show_incidents_ways_and_roads(finished: RunResult):
    incidents = gpd.read_parquet(finished.folder / "response_incidents.parquet")
    assert incidents["short"].tolist() == [0, 2]
    assert incidents.crs.to_epsg() == 4490
    assert gpd.read_parquet(finished.folder / "response_roads.parquet")["step"].tolist() == [1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_shows_the_response(finished: RunResult, language: str):
    page = (finished.folder / f"report.{language}.html").read_text(encoding="utf-8")
    assert ("空院：没有床位数" if language == "zh" else "空院: no number of beds") in page
    assert (finished.folder / f"response.{language}.png").is_file()


def copied(finished: RunResult, to: Path) -> Path:
    for path in finished.folder.rglob("*"):
        if path.is_file():
            target = to / path.relative_to(finished.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return to


def test_an_arrival_that_was_tampered_with_is_found(finished: RunResult, tmp_path: Path):
    folder = copied(finished, tmp_path / "run")
    file = folder / "response" / "teams.npz"
    with np.load(file) as packed:
        arrays = dict(packed)
    arrays["decision.arrive_s"] = arrays["decision.arrive_s"] - 30
    np.savez_compressed(file, **arrays)
    verification = verify_run(folder)
    assert "response/teams.npz" in verification.changed
    assert "teams: arrive_s" in {violation.where for violation in verification.violations}


def test_a_table_that_was_tampered_with_is_found(finished: RunResult, tmp_path: Path):
    folder = copied(finished, tmp_path / "run")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["response"]["sent"][0]["arrive_min"] -= 1
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert "response_tables" in verify_run(folder).differing


def test_a_unit_that_covers_while_it_is_sent_is_found(finished: RunResult, tmp_path: Path):
    folder = copied(finished, tmp_path / "run")
    file = folder / "response" / "facts.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    content["facts"]["units"][0]["kind"] = "ambulance"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert "facts" in {violation.constraint for violation in verify_run(folder).violations}


def test_a_broken_file_is_said(finished: RunResult, tmp_path: Path):
    folder = copied(finished, tmp_path / "run")
    (folder / "response" / "teams.npz").write_bytes(b"PK")
    with pytest.raises(InputError) as refused:
        verify_run(folder)
    assert refused.value.code == "proof_unreadable"


@pytest.mark.parametrize(
    ("response", "words"),
    [
        ({"incidents": [incident("北火", NORTH, needs={"helicopter": 1})]}, "response.incidents.0.needs"),
        ({"incidents": [incident("北火", NORTH, needs={"pump": -1})]}, "needs are units"),
        ({"incidents": []}, "name incidents"),
        ({"units": [{"kind": "pump"}]}, "exactly one of role, layer"),
        ({"crew": 1}, "response.crew"),
    ],
)
def test_what_a_scenario_may_not_say_is_refused_with_its_place(response: dict[str, object], words: str):
    with pytest.raises(ScenarioError) as refused:
        scenario_of(**response)
    assert words in refused.value.message("en")


def test_a_place_that_is_none_is_refused(situation: Situation):
    with pytest.raises(ScenarioError) as refused:
        planned(situation, incidents=[incident("错", [300.0, 30.0])])
    assert refused.value.code == "degrees"
