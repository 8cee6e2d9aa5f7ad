"""Every figure and every column of a run says which layers it rests on, and how secret that makes it."""

from pathlib import Path

import geopandas as gpd
import pytest
from town import BuildTown

from dss.language import LANGUAGES
from dss.onemap import OneMap
from scenarios.load import parse_scenario
from scenarios.run import RunResult, run_scenario

TOWN = {
    "title": {"zh": "小镇洪水", "en": "Flood in town"},
    "cells": {"resolution": 11},
    "hazard": {"kind": "flood", "layer": "flood", "area_share": 0.5},
}


@pytest.fixture
def leveled(build_town: BuildTown) -> OneMap:
    """Return the town whose flood is sensitive, with a secret layer that no flood needs."""
    town = build_town()
    census, roads, shelters, flood = town.catalogue.layers
    bunker = census.model_copy(update={"key": "bunker", "role": "civil_defence", "sensitivity": "secret"})
    layers = (census, roads, shelters, flood.model_copy(update={"sensitivity": "sensitive"}), bunker)
    return OneMap(town.folder, town.catalogue.model_copy(update={"layers": layers}))


def test_a_run_is_as_secret_as_what_it_used_and_no_more(leveled: OneMap, tmp_path: Path):
    result = run_scenario(parse_scenario(TOWN, "test"), leveled, tmp_path / "run")
    manifest = result.manifest
    assert manifest["sensitivity"] == "sensitive"
    assert {source["key"] for source in manifest["sources"]} == {"census", "roads", "shelters", "flood"}
    figures = {figure["key"]: figure for figure in manifest["figures"]}
    assert figures["persons_in_area"]["sources"] == ["census"]
    assert figures["persons_in_area"]["sensitivity"] == "public"
    assert set(figures["persons_affected"]["sources"]) == {"census", "flood"}
    assert figures["persons_affected"]["sensitivity"] == "sensitive"
    assert figures["persons_affected"]["oldest_source"] == "2025-06-01"
    assert set(figures["persons_unmet"]["sources"]) == {"census", "roads", "shelters", "flood"}
    for language, word in (("zh", "敏感 · "), ("en", "sensitive · ")):
        page = (result.folder / f"report.{language}.html").read_text(encoding="utf-8")
        assert 'class="banner level sensitive"' in page
        assert word in page


def test_every_column_of_the_plan_names_its_sources(run: RunResult):
    columns = run.manifest["columns"]
    known = {source["key"] for source in run.manifest["sources"]}
    for name, by_column in columns.items():
        frame = gpd.read_parquet(run.folder / f"{name}.parquet")
        assert set(by_column) == set(frame.columns) - {"geometry"}
        assert set().union(*by_column.values()) <= known
    assert columns["cells"]["cell"] == []
    assert columns["cells"]["hazard_value"] == ["flood_depth"]
    assert "shelters" in columns["cells"]["persons_unmet"]
    assert columns["shelters"]["capacity_persons"] == ["shelters"]
    assert "flood_depth" in columns["facilities"]["lost"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_numbers_its_sources(run: RunResult, language: str):
    page = (run.folder / f"report.{language}.html").read_text(encoding="utf-8")
    assert page.count('<td class="src">') == len(run.manifest["figures"])
    for number, _ in enumerate(run.manifest["sources"], start=1):
        assert f'<td class="n">{number}</td>' in page
