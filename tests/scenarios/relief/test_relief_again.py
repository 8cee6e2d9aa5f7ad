"""A relief planned again after news: what is under way stays, the rest holds, and the changes are told."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dss.errors import InputError
from models import Limits
from scenarios.injects import read_inject
from scenarios.relief.again import Again, check_again, plan_again
from scenarios.relief.again_tables import again_figures, again_tables
from scenarios.relief.changes import changes_of
from scenarios.relief.inject import Inject, news_of
from scenarios.relief.orders import sheets_of
from scenarios.relief.record import Told, read_record, write_record

LIMITS = Limits(1.0)


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
    changed = changes_of(again)
    changes = changed.vehicles
    labels = [one.vehicle for one in changes]
    assert len(labels) == len(set(labels))
    lost = {again.told.record.garage.label[v] for v in np.flatnonzero(again.news.lost)}
    assert {one.vehicle for one in changes if not one.after} >= lost
    plain = again_tables(changed)
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
    assert "stopped" in {one.what for one in changes_of(again).vehicles}


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
        read_inject(path, Inject)
    assert refused.value.code == "inject_wrong"
