"""The parts of a relief: needs, goods, vehicles, depots, roads over time, each small enough to work out."""

from datetime import date

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, box

from dss.errors import MapError, ScenarioError
from dss.onemap import OneMap
from dss.standards import StandardsReader
from models.dispatch import DeliveryDecision
from scenarios.evacuation.streets import Streets
from scenarios.relief.course import Course
from scenarios.relief.depots import Districts, may_serve, read_depots
from scenarios.relief.drives import Drives, drive, leg_rows, replay
from scenarios.relief.fleet import DAY_S, fleet_of, read_garage
from scenarios.relief.goods import read_goods
from scenarios.relief.needs import needs_by_day, read_table
from scenarios.relief.planning import lines_by_day
from scenarios.relief.spec import ReliefSpec, StockRow, VehicleKind, Vehicles
from scenarios.relief.travel import Legs

ALL = ("water", "food", "medicine", "quilt", "tent", "toilet")


def spec(**more: object) -> ReliefSpec:
    return ReliefSpec.model_validate(more)


def test_what_a_shelter_needs_follows_from_its_people_and_the_table():
    standards = StandardsReader()
    goods, table = read_goods(ALL, standards), read_table(standards, spec(), ["elderly"])
    # 81 people in the open, 20 of them elderly
    packs = needs_by_day(np.array([[61, 20]]), np.array([True]), table, goods, 2)
    # water 81 x 3 L = 243 L -> 21 packs of 12; food 40.5 kg -> 5 of 10; medicine (61 + 2 x 20) / 100 -> 2
    # quilts 81 -> 17 of 5; tents 81 / 4 -> 21; toilets 81 / 50 -> 2
    assert packs[0, 0].tolist() == [21, 5, 2, 17, 21, 2]
    # the next day only what is used up
    assert packs[1, 0].tolist() == [21, 5, 2, 0, 0, 0]


def test_people_under_a_roof_need_no_tents_and_more_quilts_in_the_cold():
    standards = StandardsReader()
    goods = read_goods(["quilt", "tent"], standards)
    table = read_table(standards, spec(cold=True), [])
    assert needs_by_day(np.array([[50]]), np.array([False]), table, goods, 1)[0, 0].tolist() == [20, 0]


def test_a_value_of_the_standards_may_be_set_and_keeps_its_status_honest():
    standards = StandardsReader({"relief.water_l_day": 7.5})
    table = read_table(standards, spec(), [])
    used = {value.key: value.status for value in standards.used}
    assert table.water_l == 7.5
    assert used["relief.water_l_day"] == "scenario"
    assert used["relief.toilet_persons"] == "memory"


def test_shortage_is_taken_from_the_last_days():
    need = np.array([[[10, 4]], [[10, 0]], [[10, 0]]])
    # 30 - 14 = 16 packs of the first: 10, 6, 0; 4 - 1 = 3 of the second
    assert lines_by_day(need, np.array([[14, 1]]))[:, 0].tolist() == [[10, 3], [6, 0], [0, 0]]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=5), st.data())
def test_what_is_had_and_what_is_short_are_what_is_needed(need: list[int], data: st.DataObject):
    short = data.draw(st.integers(0, sum(need)))
    by_day = np.array(need).reshape(-1, 1, 1)
    had = lines_by_day(by_day, np.array([[short]]))
    assert had.sum() + short == sum(need)
    assert (had <= by_day).all()


@pytest.mark.parametrize(
    ("amount", "unit", "packs"), [(120, "l", 10), (1, "m3", 83), (1, "t", 83), (7, "pack", 7), (11, "l", 0)]
)
def test_amounts_become_whole_packs(amount: float, unit: str, packs: int):
    assert read_goods(ALL, StandardsReader()).packs("water", amount, unit, "depot") == packs


@pytest.mark.parametrize("unit", [None, "kg", "bottle"])
def test_stock_without_a_unit_that_fits_is_refused(unit: str | None):
    with pytest.raises(ScenarioError) as refused:
        read_goods(ALL, StandardsReader()).packs("water", 5, unit, "depot")
    assert refused.value.code == "relief_unit"


def test_an_unknown_commodity_is_refused():
    with pytest.raises(ScenarioError) as refused:
        read_goods(["water"], StandardsReader()).packs("champagne", 5, "l", "depot")
    assert refused.value.code == "relief_commodity"


def test_every_depot_gets_the_standards_fleet_where_the_scenario_names_none():
    garage = read_garage(spec(), ["a", "b"], StandardsReader())
    assert garage.assumed
    assert garage.label[:5] == ("1-01", "1-02", "1-03", "1-04", "2-01")
    assert garage.kinds.passable_depth_m.tolist() == [0.3, 0.4, 0.6, 1.2]


def test_a_vehicle_drives_its_shift_of_each_day():
    own = VehicleKind(key="mule", payload_kg=100, space_m3=1, passable_depth_m=0.5)
    vehicles = [Vehicles(kind="mule", count=1, depot="b", ready_min=60)]
    asked = spec(days=2, shift_h=8, kinds=[own.model_dump()], vehicles=[one.model_dump() for one in vehicles])
    fleet, vehicle = fleet_of(read_garage(asked, ["a", "b"], StandardsReader()), asked)
    assert vehicle.tolist() == [0, 0]
    assert fleet.depot.tolist() == [1, 1]
    assert fleet.ready_s.tolist() == [3600, DAY_S]
    assert fleet.back_by_s.tolist() == [8 * 3600, DAY_S + 8 * 3600]


def test_vehicles_of_a_row_drive_in_convoys_of_their_depot_and_day():
    vehicles = [{"kind": "truck", "count": 4, "convoy": 2}, {"kind": "high_truck", "count": 1, "depot": "b"}]
    asked = spec(days=2, vehicles=vehicles)
    fleet, vehicle = fleet_of(read_garage(asked, ["a", "b"], StandardsReader()), asked)
    own = dict.fromkeys(fleet.convoys.tolist())
    # two convoys at each depot and the high truck, on each of two days
    assert [vehicle[fleet.convoys == c].tolist() for c in own] == [[0, 1], [2, 3], [4, 5], [6, 7], [8]] * 2


@pytest.mark.parametrize(
    ("vehicles", "code"),
    [
        ([], "relief_no_vehicles"),
        ([{"kind": "truck", "count": 0}], "relief_no_vehicles"),
        ([{"kind": "zeppelin", "count": 1}], "relief_kind"),
        ([{"kind": "truck", "count": 1, "depot": "c"}], "relief_depot"),
        ([{"kind": "truck", "count": 3, "convoy": 2}], "relief_convoy"),
    ],
)
def test_a_fleet_that_cannot_be_is_refused(vehicles: list[dict[str, object]], code: str):
    with pytest.raises(ScenarioError) as refused:
        read_garage(spec(vehicles=vehicles), ["a", "b"], StandardsReader())
    assert refused.value.code == code


def test_the_maps_stock_is_counted_in_packs_with_its_date(sample: OneMap):
    goods = read_goods(ALL, StandardsReader())
    rows = [StockRow(depot="云澜市救灾物资储备库", commodity="medicine", amount=30, unit="kit")]
    depots = read_depots(sample, goods, rows, date(2030, 1, 1))
    at = depots.name.index("云澜市救灾物资储备库")
    assert depots.stock[at, goods.row("medicine", "depot")] == 30
    assert depots.stated[at].tolist() == [key == "medicine" for key in ALL]
    assert depots.known[:, goods.row("toilet", "depot")].tolist() == [False] * len(depots.name)
    assert depots.stock[:, goods.row("water", "depot")].min() > 0
    assert all(depots.overdue)  # a cycle of seven days, years ago


def test_a_depot_nobody_knows_is_refused(sample: OneMap):
    goods = read_goods(ALL, StandardsReader())
    rows = [StockRow(depot="nowhere", commodity="water", amount=30, unit="l")]
    with pytest.raises(ScenarioError) as refused:
        read_depots(sample, goods, rows, date(2026, 1, 1))
    assert refused.value.code == "relief_depot"


def test_depots_without_any_stock_are_refused(sample: OneMap):
    goods = read_goods(["medicine", "toilet"], StandardsReader())
    with pytest.raises(ScenarioError) as refused:
        read_depots(sample, goods, [], date(2026, 1, 1))
    assert refused.value.code == "relief_stock_none"


def test_a_map_without_depots_is_refused(town: OneMap):
    with pytest.raises(MapError):
        read_depots(town, read_goods(ALL, StandardsReader()), [], date(2026, 1, 1))


def districts() -> Districts:
    """Three in a row: 0 and 1 touch, 1 and 2 touch."""
    areas = gpd.GeoDataFrame(geometry=[box(k, 0, k + 1, 1) for k in range(3)], crs="EPSG:4547")
    near = np.abs(np.subtract.outer(np.arange(3), np.arange(3))) <= 1
    return Districts(("a", "b", "c"), areas, near)


@pytest.mark.parametrize(
    ("aid", "served"),
    [("none", [1, 0, 0, 1]), ("neighbours", [1, 1, 0, 1]), ("all", [1, 1, 1, 1])],
)
def test_who_may_help_whom(aid: str, served: list[int]):
    # a depot in the first district; stops in the first, second and third, and one outside all
    allowed = may_serve(spec(aid=aid).aid, districts(), np.array([0]), np.array([0, 1, 2, -1]))
    assert allowed[0].astype(int).tolist() == served


def road(x: float, *, until: float) -> LineString:
    return LineString([(x, 0), (until, 0)])


def street() -> Streets:
    """Two roads in a row, 0 from (0, 0) to (100, 0), 1 on to (200, 0); edges 0, 1 and 2, 3."""
    none = np.zeros(0, dtype=np.int64)
    return Streets(
        "EPSG:4547", np.zeros(0), np.zeros(0), none, none.astype(object), np.zeros(1, np.int64), none,
        tail=np.array([0, 1, 1, 2]), head=np.array([1, 0, 2, 1]), road=np.array([0, 0, 1, 1]),
        along=np.array([True, False, True, False]), turned=np.zeros(4, np.bool_),
        closed_step=np.full(4, np.inf), road_name=np.array(["甲", "乙"], object),
        road_class=np.array(["primary"] * 2, object),
        line=np.array([road(0, until=100), road(100, until=200)], object),
    )  # fmt: skip


def course() -> Course:
    """10 s for each edge; the second road is closed from 100 s on."""
    edge_s = np.full((1, 2, 4), 10.0)
    edge_s[0, 1, 2:] = np.inf
    return Course(np.array([0.0, 100.0]), edge_s)


def test_a_drive_takes_the_time_of_the_roads_at_that_time():
    edges, share = np.array([0, 2]), np.array([0.5, 1.0])
    assert drive(course(), 0, edges, share, 20.0) == (35.0, None)  # 20 + 0.5 x 10 + 10


def test_a_drive_stops_at_a_road_that_closes_before_it_is_left():
    edges, share = np.array([0, 2]), np.array([1.0, 1.0])
    assert drive(course(), 0, edges, share, 79.0) == (99.0, None)
    assert drive(course(), 0, edges, share, 85.0) == (np.inf, 2)  # on road 1 from 95 to 105
    assert drive(course(), 0, edges, share, 200.0) == (np.inf, 2)


def drives(depart_s: float, arrive_s: float, edge: list[int]) -> Drives:
    legs = Legs(np.array([0, len(edge)]), np.array(edge, dtype=np.int64), np.ones(len(edge)))
    one = np.zeros(1, dtype=np.int64)
    return Drives(one, one, one + 1, np.array([depart_s]), np.array([arrive_s]), one, legs)


@pytest.mark.parametrize(
    ("depart_s", "arrive_s", "edge", "broken"),
    [
        (0.0, 20.0, [0, 2], []),
        (0.0, 15.0, [0, 2], ["late"]),
        (95.0, 200.0, [0, 2], ["closed"]),
        (0.0, 20.0, [0, 3], ["way"]),  # edge 3 runs towards the first road
        (0.0, 20.0, [0, 0], ["way"]),
    ],
)
def test_the_replay_finds_what_is_wrong(depart_s: float, arrive_s: float, edge: list[int], broken: list[str]):
    # place 0 joins road 0, place 1 joins road 1
    found = replay(drives(depart_s, arrive_s, edge), course(), street(), np.array([[0, 1]]))
    assert [violation.constraint for violation in found] == broken


def test_a_place_that_no_road_reaches_breaks_the_replay():
    found = replay(drives(0.0, 20.0, [0, 2]), course(), street(), np.array([[0, -1]]))
    assert [violation.constraint for violation in found] == ["way"]


def test_a_road_closed_midway_stays_closed_from_then_on():
    closed = course().closing(np.array([0]), 50.0)
    assert closed.start_s.tolist() == [0, 50, 100]
    assert closed.edge_s[0, :, 0].tolist() == [10, np.inf, np.inf]
    assert closed.edge_s[0, :, 2].tolist() == [10, 10, np.inf]
    assert closed.after(60.0).worst_s[0].tolist() == [np.inf, 10, np.inf, np.inf]


def test_legs_follow_the_visits_of_their_trips():
    zero = np.zeros(0, dtype=np.int64)
    # two trips from depot 0 of one: to stops 2 and 1, then to stop 0
    decision = DeliveryDecision(
        np.array([0, 0]), np.array([0, 0]), np.array([10.0, 100.0]), np.array([70.0, 150.0]),
        np.array([0, 0, 1]), np.array([2, 1, 0]), np.array([20.0, 40.0, 120.0]),
        np.array([30.0, 50.0, 130.0]),
        zero, zero, zero, zero, 0.0, 0.0, None, None,
    )  # fmt: skip
    rows = leg_rows(decision, 1)
    assert rows["begin"].tolist() == [0, 3, 2, 0, 1]
    assert rows["end"].tolist() == [3, 2, 0, 1, 0]
    assert rows["depart_s"].tolist() == [10, 30, 50, 100, 130]
    assert rows["arrive_s"].tolist() == [20, 40, 70, 120, 150]
