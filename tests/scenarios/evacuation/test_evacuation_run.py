"""An evacuation in a town that is small enough to work out by hand, from the scenario to the proof.

The flood covers the north (700 people in two census units), the roads are a cross of four 500 m arms, and the
shelters stand at the ends of the east and the west arm, 500 and 600 places. Everyone goes by car.
"""

import json
import re
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from town import make_town
from typer.testing import CliRunner

from api.cli import app
from dss.errors import InputError, ScenarioError
from dss.onemap import OneMap
from scenarios.load import parse_scenario
from scenarios.run import RunResult, run_scenario
from scenarios.schema import Scenario
from scenarios.verify import verify_run

TOWN = {
    "title": {"zh": "小镇疏散", "en": "Evacuation of the town"},
    "cells": {"resolution": 11},
    "hazard": {
        "kind": "flood", "layer": "flood", "area_share": 0.5, "steps": [{"from_s": 1800, "factor": 1.0}],
    },
    "travel": {"walk_limit_s": 0, "board_s": 60},
    "evacuation": {
        "step_s": 10, "deadline": "hazard", "time_limit_s": 6, "routes": {"most": None},
        "means": {"carless_share": 0, "special_share": 0},
    },
}  # fmt: skip


def scenario_of(**evacuation: object) -> Scenario:
    own = {**TOWN["evacuation"], **evacuation}  # type: ignore[dict-item]
    return parse_scenario({**TOWN, "evacuation": own}, "test")


def figures_of(result: RunResult) -> dict[str, float | int | None]:
    return {figure.key: figure.value for figure in result.figures}


@pytest.fixture(scope="module")
def onemap(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    """Return the town's map."""
    return make_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def finished(onemap: OneMap, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return a finished run with staged departures and lanes that may be turned."""
    asked = scenario_of(
        departures={"kind": "staged", "every_min": 2},
        contraflow={"kind": "choose", "classes": ["primary", "secondary", "tertiary"], "clearing_min": 1},
    )
    return run_scenario(asked, onemap, tmp_path_factory.mktemp("runs") / "town")


@pytest.fixture
def copied(finished: RunResult, tmp_path: Path) -> Path:
    """Return a copy of the run's folder that a test may spoil."""
    return Path(shutil.copytree(finished.folder, tmp_path / "run"))


@pytest.fixture
def no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the report, whose pictures take longer than everything else."""
    monkeypatch.setattr("scenarios.run.write_reports", lambda *_: None)


def test_everyone_is_safe_as_soon_as_anybody_could_plan(finished: RunResult):
    figures = figures_of(finished)
    assert figures["evac_safe"] == figures["evac_persons"] == figures["persons_affected"]
    assert figures["evac_clearance_min"] == figures["evac_bound_min"]
    assert figures["evac_at_once_clearance_min"] > figures["evac_clearance_min"]
    assert finished.violations == []


def test_a_finished_evacuation_proves_itself_again(finished: RunResult):
    assert verify_run(finished.folder).passed


def test_the_shares_of_people_are_safe_one_after_the_other(finished: RunResult):
    for row in finished.manifest["evacuation"]["comparison"]:
        times = [row[key] for key in ("p50_min", "p90_min", "p95_min", "p99_min", "clearance_min")]
        assert times == sorted(times)
    names = [row["key"] for row in finished.manifest["evacuation"]["comparison"]]
    assert names == ["plan", "without_contraflow", "without_staging", "at_once"]


def test_nobody_leaves_before_the_call(finished: RunResult):
    calls = finished.manifest["evacuation"]["calls"]
    assert sum(call["persons"] for call in calls) == figures_of(finished)["evac_persons"]
    for call in calls:
        assert call["called_min"] <= call["first_min"] <= call["last_min"] < call["safe_min"]


def test_the_animation_holds_nobody_who_is_not_under_way(finished: RunResult):
    folder = finished.folder / "evacuation"
    moving = pd.read_parquet(folder / "animation.parquet")
    arrivals = pd.read_parquet(folder / "arrivals.parquet")
    assert moving["units"].min() > 0
    assert moving["at_s"].max() < 60 * figures_of(finished)["evac_clearance_min"]
    assert arrivals["plan"].is_monotonic_increasing
    assert arrivals["plan"].iloc[-1] == figures_of(finished)["evac_safe"]


def test_the_layers_count_the_people_of_the_plan(finished: RunResult):
    cells = gpd.read_parquet(finished.folder / "evacuation_cells.parquet")
    assert cells["persons_car"].sum() == figures_of(finished)["evac_persons"]
    going = cells[cells["persons_car"] > 0]
    assert (going["first_departure_min"] < going["safe_min"]).all()
    assert cells["in_pocket"].any()
    roads = gpd.read_parquet(finished.folder / "evacuation_roads.parquet")
    assert set(roads["road_class"]) >= {"secondary"}
    orders = finished.folder / "evacuation" / "orders" / "orders.geojson"
    assert len(gpd.read_file(orders)) > 0


def test_the_report_tells_of_the_evacuation_in_both_languages(finished: RunResult):
    for language, words in (("zh", "疏散：谁、何时、走哪条路"), ("en", "Evacuation: who leaves when")):
        assert words in (finished.folder / f"report.{language}.html").read_text(encoding="utf-8")


def spoil(path: Path, column: str, row: int, add: int) -> None:
    table = pq.read_table(path)
    values = table[column].to_pylist()
    values[row] = (
        [value + add for value in values[row]] if isinstance(values[row], list) else values[row] + add
    )
    place = table.column_names.index(column)
    pq.write_table(table.set_column(place, column, pa.array(values, table.schema.field(column).type)), path)


@pytest.mark.parametrize(
    ("file", "column", "add"),
    [
        ("drive/groups.parquet", "enter_step", -1),
        ("drive/groups.parquet", "persons", 1),
        ("drive/arcs.parquet", "travel_steps", 1),
        ("drive/proof.parquet", "certificate", 5),
        ("drive/proof.parquet", "overtaken", 1),
        ("drive/contraflow/pairs.parquet", "forward_gain", 1),
        ("at_once/drive/groups.parquet", "enter_step", 60),
    ],
)
def test_a_tampered_plan_or_certificate_is_refused(copied: Path, file: str, column: str, add: int):
    path = copied / "evacuation" / file
    rows = pq.read_table(path).num_rows
    for row in range(rows):
        spoil(path, column, row, add)
    found = verify_run(copied)
    assert found.changed == (f"evacuation/{file}",)
    assert found.violations or found.differing


def test_a_bound_that_nothing_proves_is_refused(copied: Path):
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    for figure in manifest["figures"]:
        if figure["key"] == "evac_bound_min":
            figure["value"] += 1
    (copied / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert verify_run(copied).differing == ("evac_bound_min",)


def test_a_plan_that_is_gone_is_named(copied: Path):
    (copied / "evacuation" / "drive" / "proof.json").unlink()
    with pytest.raises(InputError, match=r"proof\.json"):
        verify_run(copied)


@pytest.mark.usefixtures("no_drawing")
def test_a_deadline_before_anyone_can_leave_saves_nobody_and_says_why(onemap: OneMap, tmp_path: Path):
    asked = scenario_of(objective="most_safe", deadline={"kind": "time", "minutes": 1})
    figures = figures_of(run_scenario(asked, onemap, tmp_path / "run"))
    assert figures["evac_safe"] == 0
    assert figures["evac_left_overtaken"] == figures["evac_persons"]
    assert figures["evac_clearance_min"] is None
    assert verify_run(tmp_path / "run").passed


@pytest.mark.usefixtures("no_drawing")
def test_people_who_are_ready_late_are_overtaken_or_refuse(onemap: OneMap, tmp_path: Path):
    # half are ready in minute 20 and 99 % by minute 30, when the water comes; the way to the road takes time
    curve = {"kind": "curve", "curve": "logistic", "middle_min": 20, "slope_per_min": 0.5, "compliance": 0.9}
    figures = figures_of(run_scenario(scenario_of(departures=curve), onemap, tmp_path / "run"))
    everybody = figures["persons_affected"]
    # a tenth of the 342 cars, with two persons each but for some with one or three
    assert figures["evac_refusing"] == pytest.approx(0.1 * everybody, abs=12)
    assert figures["evac_persons"] == everybody - figures["evac_refusing"]
    assert 0 < figures["evac_left_overtaken"] < 0.3 * everybody
    assert figures["evac_50_min"] > 20
    assert verify_run(tmp_path / "run").passed


@pytest.mark.usefixtures("no_drawing")
def test_a_closed_road_leaves_those_beyond_it_behind(onemap: OneMap, tmp_path: Path):
    given = {"kind": "roads", "classes": ["secondary"], "clearing_min": 1}
    scenario = scenario_of(deadline="none", contraflow=given)
    result = run_scenario(scenario, onemap, tmp_path / "run")
    turned = result.manifest["evacuation"]["turned"]
    assert turned["streets"] > 0
    assert turned["bound_min"] is None
    assert verify_run(tmp_path / "run").passed


@pytest.mark.parametrize(
    ("block", "key"),
    [
        ({"stepp_s": 10}, "evacuation.stepp_s"),
        ({"departures": {"kind": "staged", "every": 5}}, "evacuation.departures.every"),
        ({"step_s": -1}, "evacuation.step_s"),
        ({"objective": "most_safe", "deadline": "hazard"}, "evacuation"),
        ({"contraflow": {"kind": "roads"}}, "evacuation.contraflow"),
        ({"deadline": {"kind": "time", "minutes": float("nan")}}, "evacuation.deadline.minutes"),
    ],
)
def test_what_the_block_does_not_know_is_refused_with_its_path(block: dict[str, object], key: str):
    with pytest.raises(ScenarioError, match=rf" {re.escape(key)}(?!\.?\w)"):
        scenario_of(**block)


@pytest.mark.usefixtures("no_drawing")
@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"start_s": 1800}, "1800"),
        ({"contraflow": {"kind": "choose", "names": ["无名路"]}}, "无名路"),
        ({"contraflow": {"kind": "roads", "classes": ["motorway"]}}, "motorway"),
    ],
)
def test_a_block_that_does_not_fit_the_map_is_refused(
    block: dict[str, object], words: str, onemap: OneMap, tmp_path: Path
):
    with pytest.raises(ScenarioError, match=words):
        run_scenario(scenario_of(**block), onemap, tmp_path / "run")


def test_a_road_that_closes_midway_changes_the_plan_from_then_on(
    finished: RunResult, cli: CliRunner, tmp_path: Path
):
    out = tmp_path / "anew"
    command = ["evacuation", "replan", str(finished.folder), "--at-min", "4", "--close-road", "2"]
    told = cli.invoke(app, [*command, "--out", str(out), "--json"])
    assert told.exit_code == 0, told.output
    row = json.loads(told.stdout)["means"]["car"]
    churn = row["churn"]
    cars = sum(one["units"] for one in finished.manifest["evacuation"]["means"])
    assert row["check_passed"]
    assert sum(churn.values()) == cars
    assert churn["kept"] > 0
    assert (out / "evacuation" / "drive" / "groups.parquet").is_file()


def test_closing_a_road_that_is_not_there_says_what_may_be_named(finished: RunResult, cli: CliRunner):
    command = ["evacuation", "replan", str(finished.folder), "--at-min", "4", "--close-road", "无名路"]
    told = cli.invoke(app, command)
    assert isinstance(told.exception, InputError)
    assert "无名路" in str(told.exception)


def test_a_run_without_the_block_has_no_evacuation(run: RunResult):
    assert run.manifest["evacuation"] is None
    assert not (run.folder / "evacuation").exists()
