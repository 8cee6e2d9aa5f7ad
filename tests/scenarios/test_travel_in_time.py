"""People who leave before the water comes use roads that close behind them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from town import BuildTown, town_layers

from dss.errors import ScenarioError
from dss.onemap import OneMap
from scenarios.allocation.check import Proof, check_run
from scenarios.allocation.proof_files import read_proof
from scenarios.load import find_scenario, load_scenario, parse_scenario
from scenarios.run import RunResult, run_scenario
from scenarios.schema import Scenario
from scenarios.verify import verify_run


def rising(**travel: float) -> Scenario:
    """Return a flood of the town's north that comes 20 minutes after the start and is 1.2 m deep."""
    steps = [{"from_s": 0, "lower_m": 1.2}, {"from_s": 1200, "lower_m": 0}]
    return parse_scenario(
        {
            "title": {"zh": "上涨", "en": "rising"},
            "cells": {"resolution": 11},
            "hazard": {"kind": "flood", "layer": "flood", "area_share": 0.5, "steps": steps},
            "travel": {"walk_limit_s": 3600, **travel},
        },
        "test",
    )


@pytest.fixture
def deep_town(build_town: BuildTown) -> OneMap:
    return build_town(flood=town_layers()["flood"].assign(SS=1.2))


@pytest.fixture(scope="module")
def ahead(sample: OneMap, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    scenario = load_scenario(find_scenario("sample_flood_ahead"))
    return run_scenario(scenario, sample, tmp_path_factory.mktemp("ahead") / "run")


def figures(result: RunResult) -> dict[str, float]:
    return {figure.key: figure.value for figure in result.figures}


def test_who_leaves_before_the_water_is_saved_and_who_waits_is_stranded(deep_town: OneMap, tmp_path: Path):
    waits = figures(run_scenario(rising(), deep_town, tmp_path / "waits"))
    leaves = figures(run_scenario(rising(depart_s=0.0), deep_town, tmp_path / "leaves"))
    assert waits["unmet_deep_water"] == waits["persons_affected"] > 0
    assert leaves["persons_affected"] == waits["persons_affected"]
    assert leaves["persons_unmet"] == 0
    # from the middle of the north arm it is 250 m down and 500 m along: 625 s at 1.2 m/s, and the way to it
    assert leaves["trip_longest_min"] < 20


def test_who_leaves_too_late_does_not_get_through(deep_town: OneMap, tmp_path: Path):
    late = figures(run_scenario(rising(depart_s=1150.0), deep_town, tmp_path / "late"))
    # those nearest to the north arm are caught; the others walk over land to the dry arms
    assert 0.4 * late["persons_affected"] < late["persons_unmet"] < late["persons_affected"]


def test_leaving_ahead_saves_no_fewer_on_the_sample_city(sample: OneMap, ahead: RunResult, tmp_path: Path):
    still = run_scenario(load_scenario(find_scenario("sample_flood_rising")), sample, tmp_path / "still")
    assert figures(ahead)["persons_affected"] == figures(still)["persons_affected"]
    assert figures(ahead)["persons_unmet"] <= figures(still)["persons_unmet"]
    assert ahead.violations == []
    assert verify_run(ahead.folder).passed


def test_the_report_says_that_people_leave_ahead(ahead: RunResult):
    assert "On the clock" in (ahead.folder / "report.en.html").read_text(encoding="utf-8")
    assert "按时刻出行" in (ahead.folder / "report.zh.html").read_text(encoding="utf-8")


def closed_under_way(proof: Proof) -> Proof:
    edge_s = proof.timing.edge_s.copy()
    edge_s[:, :, proof.route_edge[0]] = np.inf
    return replace(proof, timing=replace(proof.timing, edge_s=edge_s))


def faster(proof: Proof) -> Proof:
    leave_s = proof.timing.leave_s.copy()
    leave_s[np.argmax(leave_s - proof.timing.enter_s)] -= 1.0
    return replace(proof, timing=replace(proof.timing, leave_s=leave_s))


def early_start(proof: Proof) -> Proof:
    return replace(proof, timing=replace(proof.timing, ready_s=proof.timing.ready_s - 60.0))


def lost_wait(proof: Proof) -> Proof:
    return replace(proof, timing=replace(proof.timing, enter_s=proof.timing.enter_s - 30.0))


@pytest.mark.parametrize(
    ("tamper", "constraint"),
    [
        (closed_under_way, "(7) open roads only"),
        (faster, "(8) trip takes its time"),
        (early_start, "(8) trip takes its time"),
        (lost_wait, "(8) trip takes its time"),
    ],
)
def test_a_forged_clock_is_found(ahead: RunResult, tamper, constraint: str):
    proof = read_proof(ahead.folder)
    assert check_run(proof) == []
    assert constraint in {violation.constraint for violation in check_run(tamper(proof))}


def test_a_hazard_without_a_course_has_no_clock(sample: OneMap, tmp_path: Path):
    scenario = load_scenario(find_scenario("sample_earthquake"), ["travel.depart_s=0"])
    with pytest.raises(ScenarioError) as caught:
        run_scenario(scenario, sample, tmp_path / "run")
    assert caught.value.code == "depart_without_course"
