"""Why people have no place and what mends it; a new plan after something was lost; the shipped scenarios."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
import yaml
from planning import plan
from town import BuildTown, town_layers
from typer.testing import CliRunner

from api.cli import app
from dss.errors import InputError, ScenarioError
from dss.language import text
from dss.onemap import OneMap
from scenarios.allocation.quick import answer_loss
from scenarios.load import find_scenario, load_scenario, parse_scenario
from scenarios.report.allocation_text import why_lines
from scenarios.report.write import write_number
from scenarios.run import RunResult
from scenarios.schema import Scenario
from scenarios.verify import verify_run

TOWN = {
    "title": {"zh": "小镇洪水", "en": "Flood in town"},
    "cells": {"resolution": 11},
    "hazard": {"kind": "flood", "layer": "flood", "area_share": 0.5},
}


def scenario(**allocation: object) -> Scenario:
    return parse_scenario({**TOWN, "allocation": allocation}, "test")


def test_a_shortage_is_explained_by_the_places_that_are_missing(build_town: BuildTown):
    # 150 places for everyone: all reach both shelters, so the rest is short, and as many places mend it
    town = build_town(shelters=town_layers()["shelters"].assign(RL=[100, 50, None]))
    found = plan(scenario(), town)
    why, short = found.found["why"], found.figures["persons_affected"] - 150
    assert why["unmet"] == found.figures["persons_unmet"] == short
    assert [entry["persons"] - entry["places"] for entry in why["shortages"]] == [short]
    assert sum(entry["places"] for entry in why["extra_places"]) == short


def test_who_has_a_place_needs_no_reason(town: OneMap):
    assert plan(scenario(), town).found["why"] is None


def test_a_short_limit_says_how_long_trips_would_have_to_be(town: OneMap):
    content = {**TOWN, "travel": {"max_trip_s": 240}}
    found = plan(parse_scenario(content, "test"), town)
    wider = found.found["why"]["wider"]
    assert wider["kind"] == "minutes"
    mended = plan(parse_scenario({**TOWN, "travel": {"max_trip_s": 60 * wider["limit"] + 6}}, "test"), town)
    assert mended.figures["persons_unmet"] == wider["unmet"] == 0
    shorter = plan(parse_scenario({**TOWN, "travel": {"max_trip_s": 60 * wider["limit"] - 6}}, "test"), town)
    assert shorter.figures["persons_unmet"] > 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_reasons_are_sentences_in_both_languages(build_town: BuildTown, language: str):
    town = build_town(shelters=town_layers()["shelters"].assign(RL=[100, 50, None]))
    why = plan(scenario(whole="census"), town).found["why"]

    def say(key: str, **values: object) -> str:
        return text(f"report.{key}", language, **values)

    lines = why_lines(why, say, write_number)
    assert len(lines) >= 3
    assert "東" not in lines[0]
    assert any("东" in line for line in lines)


def test_a_lost_shelter_tells_few_people_anew(build_town: BuildTown, tmp_path: Path):
    town = build_town(shelters=town_layers()["shelters"].assign(RL=[500, 900, None]))
    before = plan(scenario(), town, tmp_path / "before")
    changed = {"run": str(tmp_path / "before"), "stability_s": 300}
    after = plan(scenario(previous=changed, shelters={"lost": ["东"]}), town, tmp_path / "after")
    there = before.layers["assignments"].query("shelter == '东'")["persons"].sum()
    assert after.figures["persons_told_before"] == before.figures["persons_allocated"]
    assert after.figures["persons_told_anew"] == after.figures["persons_told_forced"] == there
    assert after.violations == []


def busiest(run: RunResult) -> str:
    """Return the number of the shelter that takes the most people."""
    return str(gpd.read_parquet(run.folder / "shelters.parquet")["load_persons"].idxmax() + 1)


def test_the_quick_answer_is_that_of_a_new_plan(sample: OneMap, run: RunResult, tmp_path: Path):
    used = busiest(run)
    quick = answer_loss(run.folder, [used], 300.0)
    content = yaml.safe_load((run.folder / "scenario.yaml").read_text(encoding="utf-8"))
    previous = {"run": str(run.folder), "stability_s": 300}
    content["allocation"] |= {"previous": previous, "shelters": {"lost": [used]}}
    after = plan(parse_scenario(content, "test"), sample)
    assert quick.violations == []
    assert quick.told.elsewhere == after.figures["persons_told_anew"] > 0
    assert quick.unmet_after == after.figures["persons_unmet"]
    assert quick.hours_after == after.figures["person_hours"]
    assert (
        sum(change.after - change.before for change in quick.changes)
        == quick.unmet_before - quick.unmet_after
    )


def test_the_quick_answer_needs_a_shelter_of_the_run(cli: CliRunner, run: RunResult):
    with pytest.raises(ScenarioError) as caught:
        answer_loss(run.folder, ["nowhere"], 300.0)
    assert caught.value.code == "allocation_shelter"
    with pytest.raises(InputError) as refused:
        cli.invoke(app, ["replan", str(run.folder), "--quick", "--road-closed", "1"], catch_exceptions=False)
    assert refused.value.code == "allocation_quick"
    done = cli.invoke(app, ["replan", str(run.folder), "--quick", "--shelter-lost", busiest(run)])
    assert done.exit_code == 0, done.output
    assert "must be told anew" in done.stdout


def test_a_firmer_stability_tells_no_more_people_anew(build_town: BuildTown, tmp_path: Path):
    town = build_town(shelters=town_layers()["shelters"].assign(RL=[500, 600, None]))
    plan(scenario(objective="longest_trip"), town, tmp_path / "before")
    told = [
        plan(scenario(previous={"run": str(tmp_path / "before"), "stability_s": stability_s}), town).figures[
            "persons_told_anew"
        ]
        for stability_s in (0, 60, 3600)
    ]
    assert told == sorted(told, reverse=True)
    assert told[-1] == 0


def test_a_closed_road_is_used_by_nobody(build_town: BuildTown, tmp_path: Path):
    town = build_town()
    before = plan(scenario(), town, tmp_path / "before")
    previous = {"run": str(tmp_path / "before"), "roads_closed": ["2"]}
    after = plan(scenario(previous=previous), town, tmp_path / "after")
    closed = after.layers["roads"].query("state == 'closed'")
    assert len(closed) == after.figures["roads_closed"] == before.figures["roads_closed"] + 1
    dry = closed[closed["hazard_value"] == 0]  # the flooded road north is closed to cars only
    assert dry["persons_driving"].tolist() == dry["persons_walking"].tolist() == [0]
    # the east is reached over the fields now, from the middle: longer for everyone who goes there
    assert after.figures["trip_mean_min"] > before.figures["trip_mean_min"]
    assert after.violations == []


def test_a_plan_for_other_people_cannot_be_followed(town: OneMap, tmp_path: Path):
    plan(scenario(), town, tmp_path / "before")
    other = {
        **TOWN,
        "cells": {"resolution": 10},
        "allocation": {"previous": {"run": str(tmp_path / "before")}},
    }
    with pytest.raises(ScenarioError) as caught:
        plan(parse_scenario(other, "test"), town)
    assert caught.value.code == "allocation_previous_other"


def test_an_unknown_road_is_refused(town: OneMap, tmp_path: Path):
    plan(scenario(), town, tmp_path / "before")
    previous = {"run": str(tmp_path / "before"), "roads_closed": ["99"]}
    with pytest.raises(ScenarioError) as caught:
        plan(scenario(previous=previous), town)
    assert caught.value.code == "allocation_road"


def test_the_command_line_plans_again_and_explains(
    cli: CliRunner, sample: OneMap, run: RunResult, tmp_path: Path
):
    options = ["--map", str(sample.folder), "--out", str(tmp_path / "after"), "--json"]
    done = cli.invoke(app, ["replan", str(run.folder), "--shelter-lost", "1", *options])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["figures"]["persons_told_before"] > 0
    again = yaml.safe_load((tmp_path / "after" / "scenario.yaml").read_text(encoding="utf-8"))
    assert again["allocation"]["shelters"]["lost"] == ["1"]
    assert verify_run(tmp_path / "after").passed
    options = ["--map", str(sample.folder), "--out", str(tmp_path / "short"), "--json"]
    assert cli.invoke(app, ["run", "sample_shortage", *options]).exit_code == 0
    explained = cli.invoke(app, ["explain", str(tmp_path / "short")])
    assert explained.exit_code == 0
    assert "The smallest repair" in explained.stdout


@pytest.mark.parametrize("name", ["sample_night_flood", "sample_shortage", "sample_earthquake_groups"])
def test_a_shipped_scenario_is_planned_and_proven(sample: OneMap, tmp_path: Path, name: str):
    found = plan(load_scenario(find_scenario(name)), sample, tmp_path / "run")
    assert found.violations == []
    assert found.figures["persons_allocated"] > 0
    assert (found.found["why"] is None) == (found.figures["persons_unmet"] == 0)


def test_the_shortage_of_the_library_names_its_repair(sample: OneMap):
    why = plan(load_scenario(find_scenario("sample_shortage")), sample).found["why"]
    assert why["extra_places"]
    assert why["unmet"] == sum(entry["persons"] - entry["places"] for entry in why["shortages"])
