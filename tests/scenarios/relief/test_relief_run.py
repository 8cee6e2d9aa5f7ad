"""Three days of relief on a small sample city: planned, proven again, told, and planned again after news."""

import itertools
import json
import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from api.cli import app
from dss.errors import InputError, ScenarioError
from dss.onemap import OneMap
from models import Limits
from scenarios.load import find_scenario, load_scenario
from scenarios.relief.again import Again, check_again, plan_again
from scenarios.relief.again_tables import again_figures, again_tables
from scenarios.relief.causes import causes
from scenarios.relief.changes import changes_of
from scenarios.relief.checking import check_record
from scenarios.relief.inject import Inject, news_of, read_inject
from scenarios.relief.orders import sheets_of
from scenarios.relief.record import Told, read_record, write_record
from scenarios.run import RunResult, run_scenario
from scenarios.verify import verify_run

QUICK = ["relief.time_limit_s=1.5"]
LIMITS = Limits(1.0)


@pytest.fixture(scope="module")
def finished(sample: OneMap, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    scenario = load_scenario(find_scenario("sample_relief"), QUICK)
    return run_scenario(scenario, sample, tmp_path_factory.mktemp("relief") / "run")


@pytest.fixture(scope="module")
def told(finished: RunResult) -> Told:
    return read_record(finished.folder)


def values(result: RunResult) -> dict[str, float]:
    return {figure.key: figure.value for figure in result.figures if figure.value is not None}


def test_the_run_holds_and_is_proven_again_from_its_folder(finished: RunResult):
    assert finished.violations == []
    assert verify_run(finished.folder).passed


def test_what_is_needed_is_brought_or_short_with_its_cause(finished: RunResult):
    for row in finished.manifest["relief"]["goods"]:
        parts = row["brought"] + row["short"] + row["short_of_vehicles"]
        assert parts == pytest.approx(row["need"]), row["key"]
        assert row["sent"] <= row["free"] + 1e-6
    figures = values(finished)
    assert figures["relief_brought_t"] > 0
    assert figures["relief_driving_h"] >= figures["relief_driving_bound_h"] > 0


def test_aid_from_other_districts_never_makes_the_shortage_worse(finished: RunResult):
    relief = finished.manifest["relief"]
    assert relief["lending"]
    assert all(row["from"] != row["to"] for row in relief["lending"])
    assert any(row["short"] < row["short_without_aid"] for row in relief["goods"])
    assert all(row["short"] <= row["short_without_aid"] + 1e-6 for row in relief["goods"])


def test_a_depot_that_the_hazard_takes_sends_nothing_and_is_named(finished: RunResult):
    relief = finished.manifest["relief"]
    lost = [depot for depot in relief["depots"] if depot["lost"]]
    assert lost
    for depot in lost:
        assert not any(depot["sent"].values())
        assert {"cause": "depot_lost", "name": depot["name"]} in relief["causes"]


def test_what_no_road_reaches_is_named_with_its_cause(told: Told):
    record = told.record
    d = int(np.flatnonzero(~record.lost)[0])
    on_road = record.on_road.copy()
    on_road[:, [d, len(record.depots.name)]] = -1  # a depot and the first stop, for every kind
    found = causes(replace(record, on_road=on_road))
    assert {"cause": "depot_closed", "name": record.depots.name[d]} in found
    assert {"cause": "stop_closed", "name": record.stops.name[0]} in found


def test_a_vehicle_that_reaches_no_stop_is_named(told: Told):
    record = told.record
    nowhere = np.full_like(record.problem.travel_s, np.inf)
    found = causes(replace(record, problem=replace(record.problem, travel_s=nowhere)))
    stuck = {row["name"] for row in found if row["cause"] == "vehicle_stuck"}
    assert stuck == set(record.garage.label)
    assert "goods_no_way" in {row["cause"] for row in found}


def test_goods_that_cannot_come_in_time_or_fit_are_named(told: Told):
    record = told.record
    problem, demand = record.problem, record.problem.demand
    hasty = replace(demand, earliest_s=np.zeros(demand.size), due_s=np.full(demand.size, 60.0))
    late = causes(replace(record, problem=replace(problem, demand=hasty)))
    assert {row["cause"] for row in late} >= {"goods_too_late"}
    huge = replace(demand, amount=demand.amount * 1000)
    whole = causes(replace(record, problem=replace(problem, demand=huge, split=False)))
    assert {row["cause"] for row in whole} >= {"goods_too_large"}


def test_vehicles_that_water_stops_reach_less(told: Told):
    record = told.record
    reached = (record.on_road >= 0).sum(axis=1)
    by_depth = np.argsort(record.garage.kinds.passable_depth_m)
    assert (np.diff(reached[by_depth]) >= 0).all()


def test_figures_and_layers_are_as_secret_as_the_depots(finished: RunResult):
    manifest = finished.manifest
    figures = [figure for figure in manifest["figures"] if figure["key"].startswith("relief_")]
    assert {figure["sensitivity"] for figure in figures} == {manifest["sensitivity"]} == {"internal"}
    assert all("depots" in figure["sources"] for figure in figures)
    assert "depots" in manifest["columns"]["relief_stops"]["brought_water"]


def test_the_standards_are_listed_with_their_status(finished: RunResult):
    status = {row["key"]: row["status"] for row in finished.manifest["standards"]}
    assert status["relief.water_l_day"] == "verified"
    assert status["relief.toilet_persons"] == "memory"
    assert status["relief.pack_kg"] == "default"


def test_the_orders_of_all_forms_say_the_same(finished: RunResult, told: Told):
    orders = finished.folder / "relief" / "orders"
    table = pd.read_csv(orders / "orders.csv")
    assert table["packs"].sum() == told.record.decision.drop_units.sum()
    trips = gpd.read_file(orders / "orders.geojson").query("what == 'trip'")
    gantt = json.loads((orders / "gantt.json").read_text(encoding="utf-8"))
    bars = [bar for vehicle in gantt["vehicles"] for bar in vehicle["bars"]]
    assert len(trips) == len({bar["trip"] for bar in bars}) == told.record.decision.trip_vehicle.size
    for language in ("zh", "en"):
        book = openpyxl.load_workbook(orders / f"orders.{language}.xlsx")
        assert {row["vehicle"] for row in gantt["vehicles"]} <= set(book.sheetnames)
        assert (orders / f"orders.{language}.pdf").read_bytes().startswith(b"%PDF")


def test_a_vehicle_does_one_thing_at_a_time(finished: RunResult):
    gantt = json.loads((finished.folder / "relief/orders/gantt.json").read_text(encoding="utf-8"))
    for vehicle in gantt["vehicles"]:
        bars = sorted(vehicle["bars"], key=lambda bar: (bar["from_s"], bar["until_s"]))
        assert all(a["until_s"] <= b["from_s"] + 0.2 for a, b in itertools.pairwise(bars))


def test_both_reports_show_the_same_relief(finished: RunResult):
    for language in ("zh", "en"):
        page = (finished.folder / f"report.{language}.html").read_text(encoding="utf-8")
        assert f"{values(finished)['relief_trips']:,}" in page
        assert (finished.folder / f"relief_gantt.{language}.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("name", "by"),
    [("trip_start_s", -7200), ("drop_units", 1), ("visit_arrive_s", -60), ("driving_bound_s", 1e5)],
)
def test_a_plan_that_was_tampered_with_fails(told: Told, name: str, by: float):
    record = told.record
    changed = {name: getattr(record.decision, name) + by}
    spoiled = replace(record, decision=replace(record.decision, **changed))
    assert check_record(Told(spoiled, told.streets))


def test_a_closed_road_under_a_drive_fails_the_replay(told: Told):
    record = told.record
    edge = record.drives.legs.edge[[0]]
    spoiled = replace(record, course=record.course.closing(edge, 0.0))
    assert {"closed"} <= {violation.constraint for violation in check_record(Told(spoiled, told.streets))}


def test_a_record_reads_back_as_it_was_written(told: Told, tmp_path: Path):
    write_record(tmp_path, told)
    again = read_record(tmp_path).record
    np.testing.assert_array_equal(again.problem.travel_s, told.record.problem.travel_s)
    assert again.facts == told.record.facts
    assert again.decision.driving_bound_s == told.record.decision.driving_bound_s


def test_a_run_without_relief_says_so(tmp_path: Path):
    with pytest.raises(InputError) as refused:
        read_record(tmp_path)
    assert refused.value.code == "relief_missing"


def test_a_broken_record_says_where(finished: RunResult, tmp_path: Path):
    copied = tmp_path / "run"
    shutil.copytree(finished.folder / "relief", copied / "relief")
    (copied / "relief" / "record.npz").write_bytes(b"nothing")
    with pytest.raises(InputError) as refused:
        read_record(copied)
    assert refused.value.code == "proof_unreadable"


@pytest.mark.parametrize(
    ("override", "code"),
    [
        ("relief.vehicles=[]", "relief_no_vehicles"),
        ("relief.stock=[{depot: 云澜市救灾物资储备库, commodity: water, amount: 5}]", "relief_unit"),
        (
            "relief.stock=[{depot: 云澜市救灾物资储备库, commodity: gold, amount: 5, unit: t}]",
            "relief_commodity",
        ),
        ("relief.goods=[gold]", "yaml_key"),
    ],
)
def test_a_relief_that_cannot_be_is_refused(sample: OneMap, tmp_path: Path, override: str, code: str):
    with pytest.raises(ScenarioError) as refused:
        run_scenario(load_scenario(find_scenario("sample_relief"), [override]), sample, tmp_path / "run")
    assert refused.value.code == code


def street_ahead(told: Told, at_s: float) -> str:
    """Return the street that most drives after a time take and none is on at that time."""
    drives = told.record.drives
    names: dict[str, int] = {}
    under_way: set[str] = set()
    for leg in range(drives.trip.size):
        edges, _ = drives.legs.of(leg)
        streets = {told.streets.name_of(int(edge)) for edge in edges} - {""}
        trip_left = told.record.decision.trip_start_s[drives.trip[leg]] <= at_s
        if trip_left and drives.arrive_s[leg] > at_s:
            under_way |= streets
        elif not trip_left:
            for name in streets:
                names[name] = names.get(name, 0) + 1
    free = {name: count for name, count in names.items() if name not in under_way}
    return max(free, key=lambda name: (free[name], name))


@pytest.fixture(scope="module")
def again(told: Told) -> Again:
    road = street_ahead(told, 7800)
    lost = sheets_of(told)[0].vehicle
    need = {
        "shelter": told.record.stops.name[0], "commodity": "water", "amount": 60, "unit": "l", "due_h": 8
    }  # fmt: skip
    inject = Inject.model_validate(
        {
            "at": "02:10", "roads_closed": [road],
            "lost_vehicles": [told.record.garage.label[lost]], "needs": [need],
        }
    )  # fmt: skip
    return plan_again(told, news_of(inject, told), LIMITS)


def test_a_plan_made_again_holds(again: Again):
    assert check_again(again) == []


def test_nothing_new_uses_the_closed_road_or_the_lost_vehicle_or_loads_before_the_news(again: Again):
    new, news = again.told.record, again.news
    fresh = np.flatnonzero(again.old_leg < 0)
    used = [new.drives.legs.of(leg)[0] for leg in fresh.tolist()]
    assert not np.isin(np.concatenate(used), news.edges).any()
    ahead = again.made.ahead
    assert not news.lost[new.vehicle[ahead.trip_vehicle]].any()
    assert (ahead.trip_start_s >= news.at_s + again.made.rest.load_s[ahead.trip_depot] - 1e-6).all()


def test_legs_that_had_begun_are_driven_as_they_were(again: Again):
    old, new = again.before.record.drives, again.told.record.drives
    kept = np.flatnonzero(again.old_leg >= 0)
    assert kept.size > 0
    for leg in kept.tolist():
        before = int(again.old_leg[leg])
        np.testing.assert_array_equal(new.legs.of(leg)[0], old.legs.of(before)[0])
        assert new.depart_s[leg] == old.depart_s[before]


def test_nobody_is_brought_more_than_is_needed_and_no_depot_gives_more_than_it_has(again: Again):
    record, whole = again.told.record, again.made.whole
    brought = np.bincount(whole.drop_line, whole.drop_units, minlength=record.problem.demand.size)
    assert (brought <= record.problem.demand.amount).all()
    gone = np.zeros_like(record.problem.stock)
    depot = whole.trip_depot[whole.visit_trip[whole.drop_visit]]
    np.add.at(gone, (depot, record.problem.demand.commodity[whole.drop_line]), whole.drop_units)
    assert (gone <= record.problem.stock).all()


def test_the_changes_name_each_vehicle_once(again: Again):
    changes = changes_of(again)
    labels = [one.vehicle for one in changes]
    assert len(labels) == len(set(labels))
    lost = {again.told.record.garage.label[v] for v in np.flatnonzero(again.news.lost)}
    assert {one.vehicle for one in changes if not one.after} >= lost
    plain = again_tables(again)
    assert plain["again"]["legs_kept"] == (again.old_leg >= 0).sum()
    assert [row["vehicle"] for row in plain["again"]["vehicles"]] == labels
    told = {value.key: value.value for value in again_figures(again)}
    assert told["relief_ahead_driving_h"] >= told["relief_ahead_bound_h"]


def test_news_of_nothing_change_no_order_and_bring_as_much(told: Told):
    again = plan_again(told, news_of(Inject(at="00:00"), told), LIMITS)
    assert check_again(again) == []
    priority = told.record.problem.demand.priority
    before, after = told.record.decision.short_units, again.made.ahead.short_units
    assert priority @ after <= priority @ before + 1e-9


def test_a_vehicle_on_a_bridge_that_is_lost_stops_where_it_is(told: Told):
    drives = told.record.drives
    long = int(np.argmax(drives.arrive_s - drives.depart_s))
    at_min = int(drives.depart_s[long] // 60) + 1
    road = int(told.streets.road[drives.legs.of(long)[0][-1]])
    inject = Inject(at=f"{at_min // 60:02d}:{at_min % 60:02d}", roads_closed=[str(road + 1)])
    again = plan_again(told, news_of(inject, told), LIMITS)
    assert check_again(again) == []
    assert again.halted.size >= 1
    assert "stopped" in {one.what for one in changes_of(again)}


def test_a_plan_made_again_is_written_and_planned_again_after_more_news(again: Again, tmp_path: Path):
    write_record(tmp_path, again.told)
    read = read_record(tmp_path)
    second = plan_again(read, news_of(Inject(at="03:30", lost_vehicles=[]), read), LIMITS)
    assert check_again(second) == []
    assert (second.old_leg >= 0).sum() > 0


def test_a_tampered_plan_made_again_fails(again: Again):
    ahead = again.made.ahead
    spoiled = replace(again.made, ahead=replace(ahead, trip_start_s=ahead.trip_start_s - 7200))
    assert check_again(replace(again, plan=replace(again.plan, decision=spoiled)))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"at": "2:99"}, "relief_inject_time"),
        ({"at": "72:00"}, "relief_inject_time"),
        ({"at": "01:00", "roads_closed": ["no such road"]}, "evacuation_closing_road"),
        ({"at": "01:00", "lost_vehicles": ["9-99"]}, "relief_vehicle"),
        ({"at": "01:00", "needs": [{"shelter": "x", "commodity": "water", "amount": 1}]}, "relief_shelter"),
    ],
)
def test_news_that_name_what_is_not_there_are_refused(told: Told, content: dict[str, object], code: str):
    with pytest.raises(InputError) as refused:
        news_of(Inject.model_validate(content), told)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["at: [", "at: '01:00'\nbridge: x", "- 1", "nothing here"])
def test_a_file_of_news_that_is_none_is_refused(tmp_path: Path, text: str):
    path = tmp_path / "inject.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_inject(path)
    assert refused.value.code == "relief_inject"


def test_the_command_line_tells_orders_and_plans_again(finished: RunResult, tmp_path: Path, cli: CliRunner):
    run = str(finished.folder)
    told = json.loads(cli.invoke(app, ["relief", "orders", run, "--json"]).stdout)
    label = told["vehicles"][0]["vehicle"]
    shown = cli.invoke(app, ["relief", "orders", run, "--vehicle", label, "--lang", "en"]).stdout
    assert "Back to" in shown
    inject = tmp_path / "inject.yaml"
    inject.write_text("at: '02:10'\n", encoding="utf-8")
    out = tmp_path / "again"
    command = ["relief", "replan", run, str(inject), "--out", str(out), "--time-limit-s", "0.5", "--json"]
    answer = cli.invoke(app, command)
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["check"]["passed"]
    assert (out / "relief" / "changes.zh.csv").is_file()
    assert verify_run(out).passed
    assert (out / "relief" / "orders" / "orders.zh.pdf").is_file()
