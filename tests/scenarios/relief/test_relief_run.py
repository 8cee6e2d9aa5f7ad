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

from dss.errors import InputError, ScenarioError
from dss.onemap import OneMap
from models import Limits, dispatch
from scenarios.load import find_scenario, load_scenario
from scenarios.progress import ProgressEvent, closing
from scenarios.relief.causes import causes
from scenarios.relief.checking import check_record
from scenarios.relief.record import Told, read_record, write_record
from scenarios.relief.tables import trip_loads_kg
from scenarios.run import RunResult, run_scenario
from scenarios.verify import verify_run

QUICK = ["relief.time_limit_s=1.5"]
LIMITS = Limits(1.0)


def values(result: RunResult) -> dict[str, float]:
    return {figure.key: figure.value for figure in result.figures if figure.value is not None}


def test_the_run_holds_and_is_proven_again_from_its_folder(finished: RunResult):
    assert finished.violations == []
    assert verify_run(finished.folder).passed


def test_the_search_for_trips_tells_its_gap(finished: RunResult, events: list[ProgressEvent]):
    told = [event for event in events if event.step == "relief"]
    gaps = [event.gap for event in told if event.gap is not None]
    assert finished.manifest["relief"]["proof"]["gap_percent"] <= 100 * gaps[-1] + 1
    assert gaps == sorted(gaps, reverse=True)
    fractions = [event.fraction for event in told]
    assert fractions == sorted(fractions)


def test_a_run_that_is_cancelled_ends_the_search_for_trips(told: Told):
    def cancel(fraction: float, gap: float | None = None) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        dispatch.solve(told.record.problem, Limits(600.0), listener=closing(cancel, 600.0))


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


def test_vehicles_that_are_too_late_or_too_small_for_anything_are_named(told: Told):
    record, fleet = told.record, told.record.problem.fleet
    first = record.vehicle == 0
    late = replace(fleet, ready_s=np.where(first, fleet.back_by_s - 60, fleet.ready_s))
    found = causes(replace(record, problem=replace(record.problem, fleet=late)))
    assert {"cause": "vehicle_late", "name": record.garage.label[0]} in found
    small = replace(fleet, weight_kg=np.where(first, 0.5, fleet.weight_kg))
    found = causes(replace(record, problem=replace(record.problem, fleet=small)))
    assert {"cause": "vehicle_small", "name": record.garage.label[0]} in found
    # a lost vehicle carries nothing, and is no riddle
    lost = replace(fleet, weight_kg=np.where(first, 0.0, fleet.weight_kg))
    found = causes(replace(record, problem=replace(record.problem, fleet=lost)))
    assert not {"vehicle_late", "vehicle_small"} & {row["cause"] for row in found}


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


@pytest.fixture(scope="module")
def in_convoys(sample: OneMap, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    vehicles = "relief.vehicles=[{kind: truck, count: 4, convoy: 2}]"
    scenario = load_scenario(find_scenario("sample_relief"), [*QUICK, vehicles])
    return run_scenario(scenario, sample, tmp_path_factory.mktemp("convoys") / "run")


def test_the_vehicles_of_a_convoy_drive_together_each_with_its_own_load(in_convoys: RunResult):
    record, orders = read_record(in_convoys.folder).record, in_convoys.folder / "relief" / "orders"
    table = pd.read_csv(orders / "orders.csv")
    assert len(table) > 0
    assert table["convoy"].notna().all()
    for _, rows in table.groupby(["convoy", "start_s", "stop"]):
        assert rows["vehicle"].nunique() == 2
        assert rows["arrive_s"].nunique() == rows["leave_s"].nunique() == rows["back_s"].nunique() == 1
    most_kg = record.garage.kinds.payload_kg[record.garage.kind[record.vehicle_of_trip()]]
    assert (trip_loads_kg(record) <= most_kg + 1e-6).all()
    gantt = json.loads((orders / "gantt.json").read_text(encoding="utf-8"))
    named = {row["vehicle"]: row["convoy"] for row in gantt["vehicles"] if row["convoy"]}
    assert dict(zip(table["vehicle"], table["convoy"], strict=True)).items() <= named.items()
    book = openpyxl.load_workbook(orders / "orders.zh.xlsx")
    first, other = next(iter(table.groupby("convoy")))[1]["vehicle"].unique()
    assert any(f"与 {other} 同行" in str(cell.value) for row in book[first].iter_rows() for cell in row)


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
