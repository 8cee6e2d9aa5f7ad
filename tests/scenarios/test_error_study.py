"""A run says how far its figures move if its layers are as wrong as they are said to be."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from town import town_layers
from typer.testing import CliRunner

from api.cli import app
from dss.errors import Cancelled, DssError, ScenarioError
from dss.onemap import OneMap, read_vector
from scenarios.error_study import kinds
from scenarios.error_study.rates import Rates, rates_of_audit, read_rates
from scenarios.error_study.study import study_errors
from scenarios.load import parse_scenario
from scenarios.progress import ProgressEvent
from scenarios.schema import Scenario

TOWN = {
    "title": {"zh": "小镇洪水", "en": "Flood in town"},
    "cells": {"resolution": 11},
    "hazard": {"kind": "flood", "layer": "flood", "area_share": 0.5},
}


def scenario(**change: object) -> Scenario:
    return parse_scenario({**TOWN, **change}, "test")


def chance() -> np.random.Generator:
    return np.random.default_rng(1)


def census() -> gpd.GeoDataFrame:
    frame = town_layers()["census"]
    return frame.rename(columns={"RKS": "persons"})


def rows(*wanted: int) -> np.ndarray:
    return np.array(wanted, dtype=np.int64)


def test_absent_records_are_gone_and_the_others_stay():
    assert kinds.absent(census(), rows(0, 2), chance())["persons"].tolist() == [300, 100]


def test_a_slip_of_a_digit_is_ten_times_too_much_or_too_little():
    wrong = kinds.slipped("persons")(census(), rows(0, 1, 2, 3), chance())["persons"].to_numpy()
    factors = wrong / np.array([400, 300, 200, 100])
    assert set(np.round(factors, 6)) <= {10.0, 0.1}


def test_shifted_records_lie_some_hundred_metres_away():
    before, after = census(), kinds.shifted(census(), rows(1, 3), chance())
    away_m = before.centroid.distance(after.centroid).to_numpy()
    assert away_m[[0, 2]].max() == 0
    assert 300 <= away_m[[1, 3]].min() <= away_m[[1, 3]].max() <= 700
    assert np.allclose(after.area, before.area)


def test_missing_nothing_and_other_floors_change_only_their_rows():
    frame = census().assign(floors=5.0)
    assert kinds.missing("floors")(frame, rows(2), chance())["floors"].isna().tolist() == [
        False, False, True, False,
    ]  # fmt: skip
    assert kinds.nothing("persons")(frame, rows(1), chance())["persons"].tolist() == [400, 0, 200, 100]
    floors = kinds.wrong_floors(frame, rows(0), chance())["floors"]
    assert floors.iloc[1:].tolist() == [5.0] * 3
    assert 1 <= floors.iloc[0] <= 33
    ways = kinds.wrong_way(frame.assign(one_way=0), rows(0, 1), chance())["one_way"].tolist()
    assert set(ways[:2]) <= {"yes", "-1"}
    assert ways[2:] == [0, 0]


@given(st.floats(0, 1), st.integers(0, 1000), st.sampled_from([*kinds.FAULTS, "hospitals"]))
def test_errors_never_add_records_and_leave_the_layer_as_it_was(rate: float, seed: int, role: str):
    columns = ("capacity_persons", "effective_area_m2", "floors", "depth_m")
    frame = census().assign(one_way=0, **dict.fromkeys(columns, 9.0))
    before = frame.copy()
    wrong = kinds.put_errors(frame, role, rate, np.random.default_rng(seed))
    assert len(wrong) <= len(frame)
    assert frame.equals(before)
    if rate == 0:
        assert wrong.equals(frame)


def test_about_as_many_records_are_wrong_as_the_rate_says():
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(np.zeros(4000), np.zeros(4000)))
    left = kinds.put_errors(frame, "hospitals", 0.1, chance())
    moved = int((left.geometry.x != 0).sum())
    wrong = 4000 - len(left) + moved
    # 400 expected, standard deviation sqrt(4000 x 0.1 x 0.9) = 19
    assert abs(wrong - 400) < 4 * 19


def test_the_same_seed_gives_the_same_study_and_the_map_stays_as_it_was(town: OneMap):
    rates = Rates({"census": 0.5}, None, "file")
    before = sorted(path.name for path in town.folder.rglob("*"))
    first = study_errors(scenario(), town, rates, 2)
    assert study_errors(scenario(), town, rates, 2) == first
    assert sorted(path.name for path in town.folder.rglob("*")) == before
    assert first != study_errors(scenario(seed=2), town, rates, 2)


def test_only_what_a_layer_bears_on_moves(town: OneMap):
    study = study_errors(scenario(), town, Rates({"shelters": 0.4}, None, "file"), 4)
    spread = {entry.key: entry for entry in study.spreads}
    affected = spread["persons_affected"]
    assert affected.low == affected.high == affected.base  # shelters say nothing of who must leave
    assert spread["places_open"].low < spread["places_open"].high
    assert [effect.key for effect in study.layers] == ["shelters"]
    assert study.layers[0].share == 1.0
    assert study.layers[0].spreads == study.spreads
    assert set(study.untouched) == {"census", "roads", "flood"}


def test_parts_of_all_layers_make_a_whole(town: OneMap):
    study = study_errors(scenario(), town, Rates(otherwise=0.5), 2)
    assert sum(effect.share for effect in study.layers) == pytest.approx(1.0)
    shares = [effect.share for effect in study.layers]
    assert shares == sorted(shares, reverse=True)
    for entry in study.spreads:
        assert entry.low is None or entry.low <= entry.mean <= entry.high


def test_draws_that_cannot_be_run_are_counted_apart(town: OneMap):
    # every shelter is wrong: draws in which all lack a capacity or are gone cannot be run
    study = study_errors(scenario(), town, Rates({"shelters": 1.0}, None, "file"), 8)
    spread = {entry.key: entry for entry in study.spreads}
    failed = sum(study.failed.values())
    assert 0 < failed < 8
    assert spread["shelters_open"].draws == 8 - failed


def test_progress_grows_and_a_person_may_stop_it(town: OneMap):
    events: list[ProgressEvent] = []
    study_errors(scenario(), town, Rates({"census": 0.2}, None, "file"), 2, [events.append])
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0

    def stop(event: ProgressEvent) -> None:
        if event.sequence == 2:
            raise Cancelled("cancelled_by_user")

    with pytest.raises(Cancelled):
        study_errors(scenario(), town, Rates(), 2, [stop])


@pytest.mark.parametrize(
    ("rates", "draws", "code"),
    [
        (Rates(), 1, "errors_draws"),
        (Rates(otherwise=0.0), 2, "errors_nothing"),
        (Rates({"castle": 0.1}, None, "file"), 2, "errors_layer"),
    ],
)
def test_a_study_that_makes_no_sense_is_refused(town: OneMap, rates: Rates, draws: int, code: str):
    with pytest.raises(ScenarioError) as caught:
        study_errors(scenario(), town, rates, draws)
    assert caught.value.code == code


def test_rates_come_from_a_file_or_an_audit(tmp_path: Path):
    file = tmp_path / "rates.yaml"
    file.write_text("census: 0.02\nroads: 0\n", encoding="utf-8")
    assert read_rates(file).of("census") == 0.02
    assert read_rates(file).of("shelters") is None
    report = tmp_path / "audit.json"
    whole = {"records": 9, "faulty": 9, "faulty_alone": 0}
    census = {"records": 200, "faulty": 200, "faulty_alone": 10}
    layers = {"census": census, "stale": whole, "empty": {"records": 0, "faulty": 0, "faulty_alone": 0}}
    report.write_text(json.dumps({"layers": layers}), encoding="utf-8")
    assert rates_of_audit(report).by_layer == {"census": 0.05, "stale": 0.0}


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("r.yaml", "census: 1.5", "errors_rate"),
        ("r.yaml", "census: .nan", "errors_rate"),
        ("r.yaml", "census: many", "errors_rate"),
        ("r.yaml", "[", "yaml_broken"),
        ("a.json", "[]", "yaml_broken"),
        ("a.json", "{}", "errors_audit"),
        ("a.json", '{"layers": {"census": {"records": 3}}}', "errors_audit"),
    ],
)
def test_broken_rates_are_refused(tmp_path: Path, name: str, content: str, code: str):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DssError) as caught:
        rates_of_audit(path) if name == "a.json" else read_rates(path)
    assert caught.value.code == code


def test_the_sample_city_is_studied_from_the_command_line(sample: OneMap, cli: CliRunner, tmp_path: Path):
    rates = tmp_path / "rates.yaml"
    rates.write_text("shelters: 0.1\ncensus: 0.1\n", encoding="utf-8")
    out = tmp_path / "study.json"
    arguments = ["errors", "sample_flood", "--map", str(sample.folder), "--draws", "2", "--rates", str(rates)]
    done = cli.invoke(app, [*arguments, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "LEVEL: internal" in done.stdout
    assert "census" in done.stdout
    study = json.loads(out.read_text(encoding="utf-8"))
    assert study["sensitivity"] == "internal"
    assert {effect["key"] for effect in study["layers"]} == {"shelters", "census"}
    assert "already" in str(cli.invoke(app, [*arguments, "--out", str(out)]).exception)


def test_a_replaced_layer_is_read_in_place_of_its_file(town: OneMap):
    frame = read_vector(town, town.layer("census"))
    other = town.replacing({"census": frame.assign(persons=1)})
    assert read_vector(other, other.layer("census"))["persons"].sum() == 4
    assert read_vector(town, town.layer("census"))["persons"].sum() == 1000
