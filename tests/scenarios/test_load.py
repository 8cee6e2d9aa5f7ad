"""Scenario files are read strictly, and mistakes are named with their path."""

from pathlib import Path

import pytest
import yaml

from dss.errors import ScenarioError
from scenarios.load import find_scenario, library, load_scenario, parse_scenario

GOOD = {
    "title": {"zh": "洪水", "en": "Flood"},
    "hazard": {"kind": "flood", "layer": "flood"},
}


def write(folder: Path, content: object) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", library())
def test_every_scenario_of_the_library_is_valid_and_has_both_titles(name: str):
    scenario = load_scenario(find_scenario(name))
    assert scenario.title.zh
    assert scenario.title.en


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"trvel": {}}, "trvel"),
        ({"travel": {"walk_limit": 5}}, "travel.walk_limit"),
        ({"hazard": {"kind": "flood", "layer": "flood", "depht": 1}}, "depht"),
    ],
)
def test_an_unknown_key_is_refused_with_its_path(change, key: str):
    with pytest.raises(ScenarioError) as caught:
        parse_scenario({**GOOD, **change}, "s.yaml")
    assert caught.value.code == "yaml_unknown_key"
    assert str(caught.value.values["key"]).endswith(key)


@pytest.mark.parametrize(
    "change",
    [
        {"cells": {"resolution": 15}},
        {"travel": {"max_trip_s": -1}},
        {"hazard": {"kind": "flood"}},
        {"area": {"hull_of": "roads", "layer": "boundary"}},
        {"hazard": {"kind": "flood", "assumed": [{"title": {"zh": "", "en": ""}, "bands": []}]}},
    ],
)
def test_a_value_that_is_not_allowed_is_refused(change):
    with pytest.raises(ScenarioError) as caught:
        parse_scenario({**GOOD, **change}, "s.yaml")
    assert caught.value.code == "yaml_key"


def test_overrides_set_values_of_any_kind(tmp_path: Path):
    scenario = load_scenario(
        write(tmp_path, GOOD),
        ["travel.walk_limit_s=1200", "cells.resolution=10", "standards.flood.close_depth_car_m=0.2"],
    )
    assert scenario.travel.walk_limit_s == 1200
    assert scenario.cells.resolution == 10
    assert scenario.standards == {"flood.close_depth_car_m": 0.2}


@pytest.mark.parametrize("override", ["travel", "=5", "title.zh.deeper=1", "seed=[1"])
def test_an_override_that_is_not_understood_is_refused(tmp_path: Path, override: str):
    with pytest.raises(ScenarioError):
        load_scenario(write(tmp_path, GOOD), [override])


def test_a_file_that_is_no_mapping_and_a_missing_one_are_refused(tmp_path: Path):
    with pytest.raises(ScenarioError, match=r"scenario\.yaml"):
        load_scenario(write(tmp_path, ["a", "list"]))
    with pytest.raises(ScenarioError, match="sample_flood"):
        find_scenario("atlantis")
