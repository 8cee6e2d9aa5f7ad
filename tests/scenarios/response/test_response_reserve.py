"""A reserve of idle units in each district of the town: kept, lacking with its cause, proven, tampered with.

The west district has the fire station and the rescue team, the middle one the hospitals of the centre, the
east one nothing. The station has two fire engines; one goes to a fire in the north, one is idle.
"""

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
from response_town import degrees, make_response_town
from shapely import box
from town import CRS, at

from dss.errors import ScenarioError
from models import dispatch
from scenarios.load import parse_scenario
from scenarios.response.again import check_again, plan_again
from scenarios.response.checking import check_record
from scenarios.response.files import read_record
from scenarios.response.inject import Inject, news_of
from scenarios.response.record import Record
from scenarios.run import RunResult, run_scenario
from scenarios.schema import Scenario
from scenarios.verify import verify_run

NORTH = degrees(0, 500)
CORNERS = ((300, -60), (600, -60), (600, 250), (300, 250), (300, -60))
SLIDE = {"type": "Polygon", "coordinates": [[degrees(x, y) for x, y in CORNERS]]}
FIRE = {"name": {"zh": "北火", "en": "North"}, "at": NORTH, "needs": {"fire_engine": 1}, "priority": 2}
DISTRICTS = gpd.GeoDataFrame(
    {"MC": ["西区", "中区", "东区"]},
    geometry=[box(*at(x, -600), *at(x + 400, 600)) for x in (-600, -200, 200)],
    crs=CRS,
)


def scenario_of(**cover: object) -> Scenario:
    content = {
        "title": {"zh": "小镇", "en": "Town"},
        "cells": {"resolution": 11},
        "hazard": {"kind": "polygon", "roads": "closed", "people": "leave", "zones": [{"geometry": SLIDE}]},
        "travel": {"reach_road_m": 400},
        "response": {"incidents": [FIRE], "time_limit_s": 1, "cover": cover, "clearing": None},
    }
    return parse_scenario(content, "test")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return a run that keeps a fire engine and a generator in each district; there is no generator."""
    scenario = scenario_of(kinds=["fire_engine", "generator"], reserve={"fire_engine": 1, "generator": 1})
    onemap = make_response_town(tmp_path_factory.mktemp("town"), districts=DISTRICTS)
    return run_scenario(scenario, onemap, tmp_path_factory.mktemp("runs") / "town")


@pytest.fixture(scope="module")
def record(finished: RunResult) -> Record:
    """Return what the run has stored."""
    return read_record(finished.folder)


def test_each_district_says_what_stays_and_what_lacks_and_why(finished: RunResult):
    assert finished.violations == []
    engines, generators = finished.manifest["response"]["cover"]
    table = engines["reserve"]
    assert (table["lacking"], table["proven"]) == (2, 2)
    # engines have their station in the west alone: the others have nowhere to stand
    assert [(row["name"], row["standing"], row["causes"]) for row in table["districts"]] == [
        ("西区", 1, {}), ("中区", 0, {"no_station": 1}), ("东区", 0, {"no_station": 1}),
    ]  # fmt: skip
    assert generators["idle"] == 0
    assert (generators["reserve"]["lacking"], generators["reserve"]["proven"]) == (3, 3)
    figures = {figure["key"]: figure["value"] for figure in finished.manifest["figures"]}
    assert figures["resp_reserve_lacking"] == 5


def test_the_report_names_the_districts_that_lack_units(finished: RunResult):
    for language, words in (("zh", "中区：应留 1 个，现有 0 个"), ("en", "中区: 1 should stay, 0 do")):
        assert words in (finished.folder / f"report.{language}.html").read_text(encoding="utf-8")


def test_a_run_with_a_reserve_is_proven_again(finished: RunResult):
    assert verify_run(finished.folder).passed


def test_a_plan_made_again_keeps_the_reserve(record: Record):
    # the idle engine is lost: now the west lacks one too
    sent = int(record.teams.decision.unit[0])
    (idle,) = (row for u, row in enumerate(record.facts.units) if row["kind"] == "fire_engine" and u != sent)
    lost = {"kind": "fire_engine", "home": idle["name"], "number": idle["number"]}
    again = plan_again(record, news_of(Inject.model_validate({"at": "00:01", "lost_units": [lost]}), record))
    kept = again.record.cover["fire_engine"].decision.reserve
    assert kept is not None
    assert kept.lacking.tolist() == [1, 1, 1]
    assert check_again(again) == []


def test_another_reserve_than_the_one_asked_for_is_found(record: Record):
    solved = record.cover["fire_engine"]
    less = dispatch.Reserve(np.array([1, 0, 0]), np.array([[True], [False], [False]]))
    problem = dataclasses.replace(solved.problem, reserve=less)
    plan = dispatch.solve(problem)
    forged = dataclasses.replace(record, cover={**record.cover, "fire_engine": type(solved)(problem, plan)})
    assert [one.where for one in check_record(forged)] == ["reserve fire_engine"]
    without = {kind: solved for kind, solved in record.cover.items() if kind != "generator"}
    assert [one.where for one in check_record(dataclasses.replace(record, cover=without))] == [
        "reserve generator"
    ]


def test_a_reserve_of_a_kind_without_cover_is_refused():
    with pytest.raises(ScenarioError) as refused:
        scenario_of(kinds=["ambulance"], reserve={"fire_engine": 1})
    assert "a reserve is of the kinds of cover" in refused.value.message("en")
