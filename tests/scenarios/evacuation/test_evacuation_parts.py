"""The small parts of an evacuation, worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.standards import StandardsReader
from models.evacuation import Groups
from scenarios.evacuation.calls import _spread
from scenarios.evacuation.laid import _own_shares, _share_out
from scenarios.evacuation.movement import Arrivals, persons_of, spread_persons
from scenarios.evacuation.pickups import gather_pickups
from scenarios.evacuation.readiness import ready_shares
from scenarios.evacuation.spec import Curve
from scenarios.evacuation.walking import planned_crowd

NONE = np.zeros(0, dtype=np.int64)


def groups_from(origin: list[int], units: list[int]) -> Groups:
    offsets = np.zeros(len(origin) + 1, dtype=np.int64)
    return Groups(np.array(origin), np.array(units), offsets, NONE, NONE)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(0, 5)), min_size=1, max_size=8))
def test_persons_in_groups_and_those_who_stay_are_all_there_are(homes: list[tuple[int, int, int]]):
    first, second, left = (np.array(column) for column in zip(*homes, strict=True))
    units = first + second + left
    persons = 2 * units + 1
    n = len(homes)
    groups = groups_from([*range(n), *range(n)], [*first, *second])
    gone = np.bincount(groups.origin, weights=spread_persons(groups, units, persons))
    assert (gone + persons_of(left, units, persons) == persons).all()


def test_shares_are_safe_when_the_last_of_them_arrives():
    # 10 by minute 1, 80 more by minute 3, 10 more by minute 9
    arrivals = Arrivals.of([np.array([180.0, 60.0]), np.array([540.0])], [np.array([80, 10]), np.array([10])])
    assert [arrivals.share_s(share) for share in (0.1, 0.5, 0.9, 0.91)] == [60, 180, 180, 540]
    assert [arrivals.by(at_s) for at_s in (59, 60, 180, 600)] == [0, 10, 90, 100]
    assert Arrivals.of([], []).share_s(0.5) is None


def test_calls_go_to_those_first_whom_the_hazard_reaches_first():
    # areas of two cells each; the last is reached first; two calls of four and of two cells
    area = np.array([0, 0, 1, 1, 2, 2])
    reached_s = np.array([60.0, 90, 30, 30, 90, 10])
    call, first_s, members = _spread(area, reached_s, 2)
    assert call.tolist() == [1, 1, 0, 0, 0, 0]
    assert first_s.tolist() == [10, 60]
    assert [one.tolist() for one in members] == [[1, 2], [0]]


def test_people_are_picked_up_where_most_of_a_square_live():
    place = np.array([10.0, 90.0, 150.0, 10.0]), np.array([10.0, 20.0, 10.0, 10.0])
    pickups = gather_pickups(place, np.array([30, 60, 5, 0]), spacing_m=100)
    assert pickups.persons.tolist() == [90, 5]
    assert pickups.x_m.tolist() == [90, 150]
    assert pickups.row.tolist() == [1, 2]
    assert pickups.point.tolist() == [0, 0, 1, -1]


def test_homes_of_one_car_follow_a_curve_together():
    units = np.ones(1000, dtype=np.int64)
    share = np.array([0.1, 0.4, 0.9])
    ready = _own_shares(units, share, seed=1).sum(axis=0)
    assert ready.tolist() == [100, 400, 900]


def test_persons_of_a_home_are_shared_out_over_when_its_cars_are_ready():
    # home 0 has nodes 0 and 2 with one and two cars, seven persons: two and five; node 1 nobody
    assert _share_out(np.array([1, 0, 2]), np.array([0, 1, 0]), np.array([7, 0])).tolist() == [2, 0, 5]


@pytest.mark.parametrize("name", ["logistic", "rayleigh", "lognormal"])
def test_a_departure_curve_rises_to_the_share_who_obey(name: str):
    share = ready_shares(Curve(kind="curve", curve=name, compliance=0.8), StandardsReader(), 30)
    assert (np.diff(share) >= 0).all()
    assert share[-1] == pytest.approx(0.8)


def test_a_denser_crowd_walks_slower_and_stands_still_when_it_is_jammed():
    speeds = [planned_crowd(StandardsReader(), density).speed_share for density in (0.5, 1.0, 2.0, 5.39)]
    assert speeds == sorted(speeds, reverse=True)
    # 1 - exp(-1.913 (1/2 - 1/5.4)) = 1 - exp(-0.602) = 0.452
    assert speeds[2] == pytest.approx(0.452, abs=1e-3)
    assert speeds[3] < 0.001
