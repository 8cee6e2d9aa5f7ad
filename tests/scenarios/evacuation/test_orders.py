"""What the village's people are told, worked out from its plan by hand."""

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pytest
from evacuation_plans import CELLS, PLACES, groups_of, village, with_streets
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from dss.errors import InputError
from dss.language import LANGUAGES
from scenarios.evacuation.orders import orders_of, write_orders
from scenarios.evacuation.orders.finding import orders_at, orders_for
from scenarios.evacuation.orders.posts import posts_of
from scenarios.evacuation.orders.route import headings_deg, turn_of
from scenarios.evacuation.orders.wording import write_departure, write_distance, write_turns
from scenarios.evacuation.orders.writing import post_layer
from scenarios.evacuation.plan_files import FiledPlan, Homes

A_TURNS = {
    "zh": ["沿人民路向东行驶 500 米", "左转进入解放路，前行 500 米", "右转进入公园路，前行 500 米",
           "到达避难场所：中心公园"],
    "en": ["Drive east along 人民路 for 500 m", "Turn left into 解放路, 500 m",
           "Turn right into 公园路, 500 m", "Arrive at the shelter: 中心公园"],
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_route_is_told_turn_by_turn(language):
    order = orders_for([orders_of(village())], "西村")[0]
    assert write_turns(order.slots[0].route, order.facts, language) == A_TURNS[language]


def test_a_street_that_goes_straight_on_over_a_junction_is_one_leg():
    # 解放路 from the south: 300 m to the crossing and 500 m beyond
    legs = orders_for([orders_of(village())], "南村")[0].slots[0].route.legs
    assert [(leg.turn, leg.street, leg.length_m) for leg in legs] == [
        ("start", "解放路", pytest.approx(800)), ("right", "公园路", pytest.approx(500))
    ]  # fmt: skip


def test_times_are_those_of_the_groups():
    # home 0: the first sets out at step 1, the last two at 3; these enter the last road at 5, are there at 6
    slot = orders_for([orders_of(village())], "西村")[0].slots[0]
    assert (slot.first_s, slot.last_s, slot.arrive_s, slot.amount) == (60, 180, 360, 5)


@pytest.mark.parametrize(
    ("start", "words"),
    [(True, "08:01 to 08:04 (minutes 1 to 4 after the order)"), (False, "minutes 1 to 4 after the order")],
)
def test_the_clock_is_told_where_it_is_known(start, words):
    plan = village()
    facts = plan.facts if start else replace(plan.facts, start=None)
    order = orders_for([orders_of(replace(plan, facts=facts))], "西村")[0]
    assert write_departure(order.slots[0], facts, "en") == words


def neighbours() -> FiledPlan:
    """Home 0 is shared: 5 vehicles for 东庄 (one cell, 6 people) and 西庄 (4 people in another cell)."""
    names = np.array(["西庄", "东庄", "南村"], dtype=object)
    cells = np.array([CELLS[0], CELLS[0] + np.uint64(2**18), CELLS[1]])
    return replace(village(), homes=Homes(cells, names, np.array([0, 0, 4]), np.array([4.0, 6, 9])))


def test_neighbours_at_one_junction_share_its_groups_by_their_people():
    # 5 vehicles, 6 to 4 people: 3 and 2; 东庄 is first by name and leaves first: 1 at step 1, 2 at step 2
    orders = orders_of(neighbours())
    told = {order.place: order for order in orders.by_community}
    assert {place: order.amount for place, order in told.items()} == {"东庄": 3, "西庄": 2, "南村": 3}
    assert [(slot.first_s, slot.last_s) for slot in told["东庄"].slots] == [(60, 120)]
    assert [(slot.first_s, slot.last_s) for slot in told["西庄"].slots] == [(180, 180)]


@given(st.lists(st.floats(0, 50), min_size=2, max_size=2), st.integers(1, 9))
def test_everybody_of_the_plan_is_told_once(persons, vehicles):
    plan = neighbours()
    groups = groups_of([(0, vehicles, [0, 2, 4], [0, 1, 2]), (0, 2, [0, 2, 4], [3, 4, 5])])
    homes = replace(plan.homes, persons=np.array([*persons, 9.0]))
    orders = orders_of(replace(plan, groups=groups, homes=homes))
    told = sum(order.amount for order in orders.by_community)
    assert told + orders.nobody == vehicles + 2
    assert (orders.nobody > 0) == (sum(persons) == 0)


def test_a_plan_in_which_nobody_leaves_has_empty_orders_and_no_sheets(tmp_path: Path):
    orders = orders_of(replace(village(), groups=groups_of([])))
    assert [order.slots for order in orders.by_community] == [(), ()]
    assert write_orders(tmp_path, [orders]) == []
    assert len(gpd.read_file(tmp_path / "orders.geojson")) == 0


def test_groups_without_known_homes_are_counted():
    plan = village()
    homes = Homes(CELLS[:1], plan.homes.community[:1], np.array([0]), np.array([1.0]))
    assert orders_of(replace(plan, homes=homes)).nobody == 3


def test_a_point_a_cell_a_name_and_a_part_of_it_find_the_same_order():
    plans = [orders_of(neighbours())]

    cell = h3.int_to_str(int(CELLS[0]))
    lat, lng = h3.cell_to_latlng(cell)
    by_point, by_cell = orders_at(plans, lng, lat), orders_for(plans, cell.upper())
    by_name, by_part = orders_for(plans, "西庄"), orders_for(plans, "西")
    found = [(told[0].place, told[0].slots[0].first_s) for told in (by_point, by_cell, by_name, by_part)]
    assert found == [("西庄", 180)] * 4


def test_a_place_outside_has_no_order_and_an_unknown_name_is_answered_with_names():
    plans = [orders_of(village())]
    assert orders_at(plans, 0.0, 0.0) == []
    assert orders_for(plans, "8931aa00003ffff") == []
    for wanted in ("北村", "村", ""):
        with pytest.raises(InputError, match="西村"):
            orders_for(plans, wanted)
    with pytest.raises(InputError):
        orders_at(plans, float("nan"), 0.0)


def test_where_people_leave_the_nearest_way_police_turn_them():
    # a second shelter at 5 is nearer for all at the crossing (node 1), straight on along 人民路
    plan = village()
    problem = replace(plan.problem, shelter_capacity=np.array([0.0, 0, 0, 10, 0, 3]))
    posts = posts_of(replace(plan, problem=problem))
    assert [(post.reason, post.street, post.other, post.amount) for post in posts] == [
        ("turn", "解放路", "人民路", 8)
    ]
    assert (posts[0].x_m - 500_000, posts[0].y_m - 3_400_000) == (500, 0)
    assert (posts[0].from_s, posts[0].until_s) == (60, 300)  # steps 1 to 4


def test_turned_lanes_have_a_post_at_each_end_and_closed_roads_a_barrier_where_open_roads_meet_them():
    plan = village()
    turned = np.zeros(10, dtype=np.bool_)
    turned[[2, 4]] = True  # 1 -> 2 -> 3
    closed = np.full(10, np.inf)
    closed[[8, 9]] = 7  # the dead end beyond 1: nobody is at 5, so one barrier, at 1
    posts = posts_of(with_streets(plan, turned=turned, closed_step=closed))
    places = [(post.reason, post.x_m - 500_000, post.y_m - 3_400_000) for post in posts]
    assert places == [
        ("contraflow_start", *PLACES[1]), ("contraflow_end", *PLACES[3]), ("closed", *PLACES[1])
    ]  # fmt: skip
    assert posts[2].from_s == 420


def test_the_village_needs_nobody():
    assert posts_of(village()) == []


@pytest.mark.parametrize(
    ("to_deg", "turn"),
    [(0, "straight"), (30, "straight"), (90, "right"), (270, "left"), (180, "back"), (330, "straight")],
)
def test_turns_are_told_by_their_angle(to_deg, turn):
    assert turn_of(0.0, to_deg) == turn
    assert turn_of(200.0, (to_deg + 200) % 360) == turn


@given(st.floats(0, 359), st.floats(0, 359))
def test_turning_the_map_changes_no_turn(from_deg, by_deg):
    assert turn_of(from_deg, (from_deg + 90) % 360) == "right"
    assert turn_of((from_deg + by_deg) % 360, (from_deg + by_deg + 270) % 360) == "left"


def test_the_direction_of_a_bend_is_that_of_its_ends():
    # north for 100 m, then east
    assert headings_deg(np.array([[0.0, 0], [0, 100], [100, 100]])) == (0, 90)


def test_distances_are_said_in_round_numbers():
    assert [write_distance(metres, "en") for metres in (3, 444, 996, 12_345)] == [
        "10 m", "440 m", "1.0 km", "12.3 km"
    ]  # fmt: skip


def test_a_bend_without_a_choice_and_a_nameless_street_are_no_turns():
    # the park road bends at a right angle half-way: a line of two pieces, joined where nobody else comes
    plan = village()
    lines = plan.streets.line.copy()
    lines[2] = LineString(
        [lines[2].coords[0], (500_700, 3_400_500), (500_700, 3_400_600), lines[2].coords[-1]]
    )
    names = plan.streets.road_name.copy()
    names[1] = ""
    told = orders_of(with_streets(plan, line=lines, road_name=names))
    turns = write_turns(told.by_community[1].slots[0].route, plan.facts, "en")
    assert turns[1] == "Turn left into an unnamed road, 500 m"
    assert len(turns) == 4


def test_sheets_tables_and_layers_are_written(tmp_path: Path):
    sheets = write_orders(tmp_path, [orders_of(village())])
    assert [sheet.name for sheet in sheets] == ["001-南村.html", "002-西村.html"]
    page = sheets[1].read_text(encoding="utf-8")
    for words in (*A_TURNS["zh"], *A_TURNS["en"], "08:01", "<svg", "break-before"):
        assert words in page
    table = pd.read_csv(tmp_path / "orders.csv")
    assert table[["community", "amount", "first_s", "length_m"]].to_numpy().tolist() == [
        ["南村", 3, 0, 1300], ["西村", 5, 60, 1500]
    ]  # fmt: skip
    lines = gpd.read_file(tmp_path / "orders.geojson").to_crs("EPSG:4547")
    assert lines.length.round().tolist() == [1300, 1500]
    assert json.loads((tmp_path / "posts.geojson").read_text(encoding="utf-8"))["features"] == []


def test_posts_are_told_in_words_with_directions():
    plan = village()
    problem = replace(plan.problem, shelter_capacity=np.array([0.0, 0, 0, 10, 0, 3]))
    post = post_layer([orders_of(replace(plan, problem=problem))]).iloc[0]
    words = "8 vehicles turn into 解放路 here (to the north), and not into the nearer 人民路 (to the east)"
    assert post["text_en"] == words
    assert post["text_zh"] == "8 辆车在此转入解放路（向北），而不走更近的人民路（向东）"


def test_a_name_that_is_html_stays_text(tmp_path: Path):
    plan = village()
    names = plan.streets.road_name.copy()
    names[0] = "<script>alert(1)</script>"
    community = np.array(["../<b>", "南村"], dtype=object)
    plan = replace(with_streets(plan, road_name=names), homes=replace(plan.homes, community=community))
    for sheet in write_orders(tmp_path, [orders_of(plan)]):
        assert sheet.parent == tmp_path
        page = sheet.read_text(encoding="utf-8")
        assert "<script" not in page
        assert "<b>" not in page
