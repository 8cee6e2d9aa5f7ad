"""A response planned again on the town: positions on the way, who stays, who goes elsewhere, and tampering.

The fire station and the rescue team stand 500 m west of the centre, arms are 500 m long; engines turn out in
60 s, so that they are on the west arm 65 s after the response began.
"""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from response_town import degrees, make_response_town
from typer.testing import CliRunner

from api.cli import app
from dss.access import Access
from dss.errors import InputError
from models import dispatch
from scenarios.injects import find_inject, read_inject
from scenarios.load import parse_scenario
from scenarios.relief.travel import Legs
from scenarios.response.again import check_again, plan_again
from scenarios.response.changes import again_table, changes_of
from scenarios.response.files import read_record
from scenarios.response.ground import Ground
from scenarios.response.inject import Inject, news_of
from scenarios.response.record import Record
from scenarios.response.replanning import ReplannedRun, replanned_run
from scenarios.response.standing import along, standing_of
from scenarios.run import RunResult, run_scenario
from scenarios.verify import verify_run

NORTH, SOUTH = degrees(0, 500), degrees(0, -400)
CORNERS = ((300, -60), (600, -60), (600, 250), (300, 250), (300, -60))
SLIDE = {"type": "Polygon", "coordinates": [[degrees(x, y) for x, y in CORNERS]]}
FIRE = {
    "name": {"zh": "北火", "en": "North"}, "at": NORTH, "needs": {"fire_engine": 1}, "priority": 2,
    "patients": {"red": 1, "green": 9},
}  # fmt: skip
SOUTH_FIRE = {"name": {"zh": "南火", "en": "South"}, "at": SOUTH, "needs": {"fire_engine": 1}, "priority": 2}
AT = "00:01"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return a run of one fire in the north, planned in a moment."""
    content = {
        "title": {"zh": "小镇", "en": "Town"},
        "cells": {"resolution": 11},
        "hazard": {"kind": "polygon", "roads": "closed", "people": "leave", "zones": [{"geometry": SLIDE}]},
        "travel": {"reach_road_m": 400},
        "standards": {"response.turnout_min": 0.5},
        "response": {"incidents": [FIRE], "time_limit_s": 1, "kept_share": 0},
    }
    onemap = make_response_town(tmp_path_factory.mktemp("town"))
    return run_scenario(parse_scenario(content, "test"), onemap, tmp_path_factory.mktemp("runs") / "town")


@pytest.fixture(scope="module")
def record(finished: RunResult) -> Record:
    """Return what the run has stored."""
    return read_record(finished.folder)


@pytest.fixture(scope="module")
def again(finished: RunResult) -> ReplannedRun:
    """Return the run planned again after a second fire and more patients."""
    inject = Inject.model_validate(
        {"at": AT, "incidents": [SOUTH_FIRE], "more": [{"incident": "North", "patients": {"yellow": 2}}]}
    )
    return replanned_run(finished.folder, inject, finished.folder.with_name("again"))


def inject(**news: object) -> Inject:
    return Inject.model_validate({"at": AT, **news})


def test_a_unit_on_its_way_is_where_its_way_has_brought_it(record: Record):
    # half a minute after it left: as far along the west arm as its seconds say, towards the centre
    posts = standing_of(record, news_of(inject(), record)).posts
    unit, leg = int(record.teams.decision.unit[0]), record.driven.sent
    first_s = float(record.ground.edge_s[leg.of(0)[0][0]])
    assert record.facts.units[unit]["kind"] == "fire_engine"
    west = int(leg.of(0)[0][0])
    share = 30 / first_s
    assert posts.edge[unit] == west - west % 2
    assert posts.share[unit] == pytest.approx(share if west % 2 == 0 else 1 - share)


def test_along_a_single_road_the_start_counts():
    # on one road of 100 s driven against its line from share 0.9 to 0.2: after 30 s at 0.6
    ground = dataclasses.replace(_ground(), edge_s=np.array([100.0, 100.0]))
    legs = Legs(np.array([0, 1]), np.array([1]), np.array([0.7]))
    start = Access(np.array([0]), np.array([0.9]), np.zeros(1), np.ones(1, dtype=np.bool_))
    here = along(ground, legs, 0, 30.0, (start, 0))
    assert (here.edge.tolist(), here.share.tolist()) == ([0], pytest.approx([0.6]))


def _ground() -> Ground:
    none = np.zeros(0)
    whole = np.zeros(0, dtype=np.int64)
    text = np.zeros(0, dtype=object)
    return Ground("EPSG:4490", whole, whole, none, none, none, none, none, none, whole, text, text, text)


def test_a_second_fire_gets_the_idle_engine_and_the_first_goes_on(again: ReplannedRun):
    table = again.manifest["response"]["again"]
    assert again.violations == []
    assert (table["kept"], table["diverted"]) == (1, 0)
    sent = again.manifest["response"]["sent"]
    assert {row["incident"] for row in sent} == {"北火", "南火"}


def test_nobody_is_diverted_for_less_than_the_price_but_for_more(record: Record):
    # a fire at the centre: the engine under way is there sooner than the idle one by more than 1 s, less than
    # 10 minutes; sending it there costs the north as much time
    centre = {**SOUTH_FIRE, "at": degrees(-100, 0), "priority": 9}
    dear = plan_again(record, news_of(inject(incidents=[centre], diversion_min=600), record))
    free = plan_again(record, news_of(inject(incidents=[centre], diversion_min=0), record))
    assert dear.made.diverted.size == 0
    assert free.made.diverted.size == 1


def test_patients_not_yet_picked_up_are_fetched_anew(again: ReplannedRun, record: Record):
    assert record.patients is not None
    made = again.again.record
    assert made.patients is not None
    brought = sum(row["persons"] for row in made.facts.brought)
    assert brought + int(made.patients.problem.patients.sum()) == 12
    late = plan_again(record, news_of(Inject.model_validate({"at": "00:20"}), record))
    assert sum(row["persons"] for row in late.record.facts.brought) == 10
    assert late.record.shuttles is None
    assert check_again(late) == []


def test_a_full_hospital_takes_nobody_more(record: Record):
    full = plan_again(record, news_of(inject(hospitals_full=["南院"]), record))
    assert full.record.patients is not None
    assert full.record.patients.decision.persons.sum() == 0
    assert check_again(full) == []


def test_a_closed_road_stops_those_on_it_and_is_not_driven(record: Record):
    # the west arm is the first road of the way of the engine
    west = record.facts.routes[0]["roads"][0]
    closed = plan_again(record, news_of(inject(roads_closed=[str(west + 1)]), record))
    assert closed.record.teams.decision.unit.size == 0
    assert check_again(closed) == []
    assert {one.what for one in changes_of(closed)} >= {"recalled"}


def test_a_lost_unit_is_replaced(record: Record):
    row = record.facts.units[int(record.teams.decision.unit[0])]
    name = {"kind": row["kind"], "home": row["name"], "number": row["number"]}
    lost = plan_again(record, news_of(inject(lost_units=[name]), record))
    assert again_table(lost)["units"][0]["what"] == "out"
    assert lost.record.teams.decision.unit.size == 1
    assert check_again(lost) == []


def test_units_of_an_incident_that_is_over_drive_back(record: Record):
    over = plan_again(record, news_of(inject(over=["北火"]), record))
    assert over.made.freed.tolist() == record.teams.decision.unit.tolist()
    assert (int(record.teams.decision.unit[0]), True) in {
        (move["unit"], move["back"]) for move in over.record.facts.moves
    }
    assert check_again(over) == []


def test_a_run_planned_again_twice_is_proven_from_its_folder(again: ReplannedRun):
    engine = again.again.record.facts.units[int(again.again.record.teams.decision.unit[0])]
    name = {"kind": engine["kind"], "home": engine["name"], "number": engine["number"]}
    later = Inject.model_validate({"at": "00:03", "lost_units": [name], "over": ["南火"]})
    twice = replanned_run(again.folder, later, again.folder.with_name("twice"))
    assert twice.violations == []
    assert verify_run(twice.folder).passed
    assert (twice.folder / "response" / "before" / "before" / "facts.json").is_file()
    assert (twice.folder / "response" / "changes.zh.csv").is_file()


def test_news_may_not_come_before_the_plan(again: ReplannedRun):
    with pytest.raises(InputError) as refused:
        news_of(Inject.model_validate({"at": "00:00"}), again.again.record)
    assert refused.value.code == "response_inject_time"


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [
        ("where.npz", "posts.share", 0.123),
        ("where.npz", "posts.ready_s", 1.0),
        ("ground.npz", "edge_s", 5.0),
        ("teams.npz", "decision.arrive_s", 1.0),
        ("shuttles.npz", "decision.arrive_s", 1.0),
    ],
)
def test_a_plan_made_again_that_was_tampered_with_is_found(
    again: ReplannedRun, tmp_path: Path, file: str, key: str, value: float
):
    folder = tmp_path / "run"
    shutil.copytree(again.folder, folder)
    path = folder / "response" / file
    with np.load(path) as packed:
        arrays = dict(packed)
    changed = arrays[key].copy()
    changed[0] = value
    np.savez_compressed(path, **{**arrays, key: changed})
    verification = verify_run(folder)
    assert verification.violations
    assert f"response/{file}" in verification.changed


def test_news_that_were_tampered_with_are_found(again: ReplannedRun, tmp_path: Path):
    folder = tmp_path / "run"
    shutil.copytree(again.folder, folder)
    text = (folder / "response" / "inject.yaml").read_text(encoding="utf-8")
    (folder / "response" / "inject.yaml").write_text(text.replace(AT, "00:02"), encoding="utf-8")
    assert verify_run(folder).violations


@pytest.mark.parametrize(
    ("news", "code"),
    [
        ({"at": "soon"}, "response_inject_time"),
        ({"over": ["西火"]}, "response_incident"),
        ({"hospitals_full": ["东院"]}, "response_hospital"),
        ({"lost_units": [{"kind": "pump", "home": "西站", "number": 9}]}, "response_unit"),
        ({"roads_closed": ["大桥"]}, "evacuation_closing_road"),
        ({"incidents": [{**SOUTH_FIRE, "at": [300, 30]}]}, "response_inject_place"),
    ],
)
def test_news_of_what_is_not_there_are_refused(record: Record, news: dict[str, object], code: str):
    with pytest.raises(InputError) as refused:
        news_of(inject(**news), record)
    assert refused.value.code == code


def test_a_file_of_news_with_an_unknown_key_is_refused(tmp_path: Path):
    path = tmp_path / "inject.yaml"
    path.write_text(json.dumps({"at": AT, "bridge": 1}), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_inject(path, Inject)
    assert refused.value.code == "inject_wrong"


def test_the_default_price_of_a_diversion_is_the_standards(record: Record):
    assert news_of(inject(), record).diversion_s == dispatch.DIVERSION_S


def test_the_shipped_news_bring_an_incident_and_take_a_unit():
    shipped = read_inject(find_inject("hotel_collapse"), Inject)
    assert [one.name.en for one in shipped.incidents] == ["Collapsed hotel"]
    assert [unit.kind for unit in shipped.lost_units] == ["rescue_team"]
    with pytest.raises(InputError, match="hotel_collapse"):
        find_inject("no such news")


def test_the_command_line_plans_again(finished: RunResult, tmp_path: Path, cli: CliRunner):
    news, out = tmp_path / "inject.yaml", tmp_path / "again"
    news.write_text(json.dumps({"at": AT, "incidents": [SOUTH_FIRE]}), encoding="utf-8")
    command = ["response", "replan", str(finished.folder), str(news), "--out", str(out), "--json"]
    answer = cli.invoke(app, command)
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["check"]["passed"]
    assert told["again"]["kept"] == 1
    assert (out / "response" / "changes.en.csv").is_file()
    assert verify_run(out).passed
