"""People who are fetched: by hand from a plan of two buses, and from a scenario to the proof."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from town import make_town

from dss.language import LANGUAGES
from models import Limits, dispatch
from models.dispatch import BusEvacuation
from scenarios.evacuation.buses.building import _served
from scenarios.evacuation.buses.carried import Carried, Living, Places, Service
from scenarios.evacuation.buses.checking import check_carried
from scenarios.evacuation.buses.files import read_carried, write_carried
from scenarios.evacuation.buses.tables import carried_row
from scenarios.evacuation.buses.taken import places_left
from scenarios.evacuation.orders.fetching import fetched_of
from scenarios.evacuation.orders.wording import write_fetched
from scenarios.evacuation.staffing import TurnedStreets, staffed
from scenarios.load import parse_scenario
from scenarios.run import RunResult, run_scenario
from scenarios.verify import verify_run


def places(*names: str) -> Places:
    return Places(np.array(names, dtype=object), np.arange(len(names)) * 100.0, np.zeros(len(names)))


@pytest.fixture(scope="module")
def fetched() -> Carried:
    """Return 70 people at one point, 50 of 甲社区 and 20 of 乙社区, for two buses of 40.

    The buses are at the point after 5 min (stop included) and at the shelter 10 min later: both at minute 15.
    """
    problem = BusEvacuation(
        buses_at_depot=np.array([2]), bus_capacity=40, demand=np.array([70]),
        shelter_capacity=np.array([80.0]), depot_to_pickup_s=np.array([[300.0]]),
        pickup_to_shelter_s=np.array([[600.0]]),
    )  # fmt: skip
    cells = np.array([7, 8, 9], dtype=np.uint64)
    names = np.array(["甲社区", "乙社区", "甲社区"], dtype=object)
    living = Living(cells, np.array([50, 20, 6]), np.array([0, 0, -1]), names)
    none = np.zeros(1, dtype=np.int64)
    plan = dispatch.solve(problem, Limits(2.0))
    node = {"walk": none, "car": none}
    return Carried(
        problem, plan, Service(120.0, "map", None), places("站"), places("路口 P1"), places("公园"),
        living, none, none, node, np.array([80]),
    )  # fmt: skip


def test_a_trip_leaves_when_its_people_are_on_board(fetched: Carried):
    leaves_s, arrives_s = fetched.trip_times_s()
    assert leaves_s.tolist() == [300, 300]
    assert arrives_s.tolist() == [900, 900]


def test_a_bus_that_comes_back_counts_both_ways():
    # to the point 5, to the shelter 10, back 10, there 10: minute 35
    problem = BusEvacuation(
        np.array([1]), 40, np.array([70]), np.array([80.0]), np.array([[300.0]]), np.array([[600.0]])
    )
    plan = dispatch.solve(problem, Limits(2.0))
    none = np.zeros(1, dtype=np.int64)
    living = Living(np.array([7], dtype=np.uint64), np.array([70]), none, np.array(["甲"], dtype=object))
    one = Carried(
        problem, plan, Service(0.0, "map", None), places("站"), places("P1"), places("公园"), living,
        none, none, {"walk": none, "car": none}, np.array([80]),
    )  # fmt: skip
    assert one.trip_times_s()[1].tolist() == [900, 2100]
    assert one.bound_s == 2100


def test_everyone_fetched_is_told_once_and_in_turn(fetched: Carried):
    told = fetched_of("bus", fetched)
    assert [(one.place, one.persons) for one in told] == [("乙社区", 20), ("甲社区", 50)]
    # 乙 is first by name; the first bus has the 20 of 乙 and 20 of 甲, or all 40 + 30 the other way round
    assert {one.be_there_s for one in told} == {180}
    assert {one.arrive_s for one in told} == {900}
    assert len(told[1].vehicles) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_told_the_point_the_time_and_the_vehicle(fetched: Carried, language):
    words = write_fetched(fetched_of("bus", fetched)[0], language)
    assert all(part in words for part in ("路口 P1", "公园", "20", "3", "5", "15"))


def test_those_without_a_point_are_counted_apart(fetched: Carried):
    row = carried_row("bus", fetched)
    assert (row["persons"], row["safe"], row["out_of_reach"], row["trips"]) == (76, 70, 6, 2)


def test_what_is_written_is_read_back_and_holds(fetched: Carried, tmp_path: Path):
    write_carried(tmp_path / "bus", fetched)
    again = read_carried(tmp_path / "bus")
    assert carried_row("bus", again) == carried_row("bus", fetched)
    assert list(check_carried({}, {"bus": again})) == []


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"no_place": np.array([1])}, "persons"),
        ({"capacity": np.array([60])}, "places"),
        ({"service": Service(120.0, "map", 800.0)}, "closing"),
    ],
)
def test_counts_places_and_roads_that_do_not_fit_are_found(fetched: Carried, changes, constraint):
    wrong = list(check_carried({}, {"bus": replace(fetched, **changes)}))
    assert [one.constraint for one in wrong] == [constraint]


def test_who_finds_no_place_stays_where_the_way_is_longest():
    # ten at each point, twelve places; the second point is farther
    served = _served(np.array([10, 10]), np.array([12]), np.array([[60.0], [90.0]]))
    assert served.tolist() == [10, 2]
    assert places_left(np.array([5, 3]), [np.array([2, 4])]).tolist() == [3, 0]


def test_police_go_to_whole_stretches_that_help_most():
    # road 0: 0-1, 1-2, 2-3 used by 30 each, 90 for 4 points; road 1: one street, 40 for 2 points
    ends = np.array([[0, 1], [1, 2], [2, 3], [8, 9]])
    streets = TurnedStreets(ends, np.array([0, 0, 0, 1]), np.array([30, 30, 30, 40]))
    assert staffed(streets, 4).tolist() == [True, True, True, False]
    assert staffed(streets, 6).tolist() == [True, True, True, True]
    assert staffed(streets, 3).tolist() == [True, True, False, False]
    assert not staffed(streets, 1).any()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return a run of the town in which half of the people have no car, without its pictures."""
    text = {
        "title": {"zh": "小镇接运", "en": "Buses of the town"},
        "cells": {"resolution": 11},
        "hazard": {
            "kind": "flood", "layer": "flood", "area_share": 0.5,
            "steps": [{"from_s": 1800, "factor": 1.0}],
        },
        "travel": {"walk_limit_s": 0, "board_s": 60},
        "evacuation": {
            "step_s": 10, "deadline": "hazard", "time_limit_s": 4, "routes": {"most": 1},
            "means": {"carless_share": 0.5, "special_share": 1.0, "persons_per_bus": 50},
            "buses": {"count": 4}, "special": {"count": 6, "seats": 4},
        },
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scenarios.run.write_reports", lambda *_: None)
        folder = tmp_path_factory.mktemp("runs") / "town"
        return run_scenario(parse_scenario(text, "test"), make_town(tmp_path_factory.mktemp("town")), folder)


def test_people_without_a_car_are_counted_and_brought(finished: RunResult):
    figures = {figure.key: figure.value for figure in finished.figures}
    everybody = figures["persons_affected"]
    assert figures["evac_special_persons"] == pytest.approx(0.06 * everybody, abs=2)
    assert figures["evac_bus_persons"] == pytest.approx(0.47 * everybody, abs=3)
    assert figures["evac_bus_safe"] + figures["evac_bus_left"] == figures["evac_bus_persons"]
    assert figures["evac_bus_safe"] > 0
    assert figures["evac_bus_bound_min"] <= figures["evac_bus_last_min"]
    whole = figures["evac_persons"] + figures["evac_bus_persons"] + figures["evac_special_persons"]
    assert whole == everybody
    assert finished.violations == []


def test_buses_prove_themselves_again_and_are_on_the_map(finished: RunResult):
    assert verify_run(finished.folder).passed
    trips = gpd.read_parquet(finished.folder / "evacuation_trips.parquet")
    points = gpd.read_parquet(finished.folder / "evacuation_pickups.parquet")
    bus = {frame: rows[rows["means"] == "bus"] for frame, rows in (("trips", trips), ("points", points))}
    figures = {figure.key: figure.value for figure in finished.figures}
    assert bus["trips"]["persons"].sum() == bus["points"]["persons"].sum() == figures["evac_bus_safe"]
    told = pd.read_csv(finished.folder / "evacuation" / "orders" / "pickups.csv")
    assert told["persons"].sum() == trips["persons"].sum()


def test_no_home_has_more_routes_than_asked_for_where_time_allows(finished: RunResult):
    car = next(row for row in finished.manifest["evacuation"]["means"] if row["key"] == "car")
    assert car["routes"]["homes"] == car["routes"]["routes"]
    assert car["routes"]["clearance_freely_min"] <= car["clearance_min"]


@pytest.mark.parametrize("column", ["persons", "bus", "shelter"])
def test_a_tampered_trip_is_refused(finished: RunResult, column: str):
    path = finished.folder / "evacuation" / "bus" / "trips.parquet"
    before = path.read_bytes()
    table = pq.read_table(path)
    values = pa.array([value + 1 for value in table[column].to_pylist()], pa.int64())
    pq.write_table(table.set_column(table.column_names.index(column), column, values), path)
    found = verify_run(finished.folder)
    path.write_bytes(before)
    assert found.changed == ("evacuation/bus/trips.parquet",)
    assert found.violations or found.differing
