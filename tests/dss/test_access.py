"""Points join the nearest open road between its ends, and leave it by either.

The road of most tests is 100 m long from node 0 at x = 0 to node 1 at x = 100, 10 s each way.
"""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from dss.access import Access, arrivals, departures, join_roads
from dss.network import RoadNetwork

INF = float("inf")


def road(*ends: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString(ends)


def lines_of(*roads: shapely.LineString) -> np.ndarray:
    return np.array(roads, dtype=object)


def street(there_s: float = 10.0, back_s: float = 10.0) -> RoadNetwork:
    return RoadNetwork(
        np.array([0, 1]), np.array([1, 0]), np.array([there_s, back_s]), np.array([0.0, 100]), np.zeros(2)
    )


def join(lines: np.ndarray, time_s: list[float], x: float, y: float, limit_m: float = 1e6) -> Access:
    return join_roads(lines, np.array(time_s), np.array([x]), np.array([y]), limit_m=limit_m)


def test_a_point_joins_the_road_beside_it_and_not_its_far_node():
    access = join(lines_of(road((0, 0), (100, 0))), [10, 10], 30, 7)
    assert (access.edge[0], access.share[0], access.distance_m[0]) == (
        0,
        pytest.approx(0.3),
        pytest.approx(7),
    )


def test_a_point_leaves_over_the_part_of_the_edge_that_lies_ahead():
    network = street(10, 20)
    access = join(lines_of(road((0, 0), (100, 0))), [10, 20], 30, 7)
    out = departures(network, network.travel_time_s, access)
    assert out.node[:, 0].tolist() == [1, 0]
    assert out.part_s[:, 0].tolist() == [7, 6]  # 70 m at 10 m/s on, 30 m at 5 m/s back
    into = arrivals(network, network.travel_time_s, access)
    assert into.node[:, 0].tolist() == [0, 1]
    assert into.part_s[:, 0].tolist() == [3, 14]


def test_a_one_way_road_is_left_ahead_and_reached_from_behind():
    network = street(10, INF)
    access = join(lines_of(road((0, 0), (100, 0))), [10, INF], 30, 7)
    assert departures(network, network.travel_time_s, access).part_s[:, 0].tolist() == [7, INF]
    assert arrivals(network, network.travel_time_s, access).part_s[:, 0].tolist() == [3, INF]


def test_at_a_node_no_part_is_needed_even_of_a_one_way_road():
    network = street(10, INF)
    access = join(lines_of(road((0, 0), (100, 0))), [10, INF], -5, 0)
    out = departures(network, network.travel_time_s, access)
    assert out.part_s[:, 0].tolist() == [10, 0]  # on to node 1, or away from node 0 at once
    assert out.partly[:, 0].tolist() == [True, False]


def test_a_closed_road_is_passed_over_for_the_next_open_one():
    lines = lines_of(road((0, 0), (100, 0)), road((0, 50), (100, 50)))
    assert join(lines, [10, 10, 10, 10], 30, 7).edge[0] == 0
    assert join(lines, [INF, INF, INF, 10], 30, 7).edge[0] == 2


def test_of_two_roads_at_the_same_distance_the_first_is_taken():
    lines = lines_of(road((0, 0), (100, 0)), road((0, 0), (0, 100)))
    assert join(lines, [10, 10, 10, 10], -3, -4).edge[0] == 0


def test_a_point_beyond_the_limit_is_outside_the_network_and_goes_nowhere():
    network = street()
    access = join(lines_of(road((0, 0), (100, 0))), [10, 10], 30, 70, limit_m=60)
    assert (access.distance_m[0], access.reached[0]) == (70, False)
    assert departures(network, network.travel_time_s, access).part_s[:, 0].tolist() == [INF, INF]


def test_with_every_road_closed_nobody_joins():
    access = join(lines_of(road((0, 0), (100, 0))), [INF, INF], 30, 7)
    assert (access.distance_m[0], access.reached[0]) == (INF, False)


metres = st.integers(-50_000, 50_000).map(lambda centimetres: centimetres / 100)
point = st.tuples(metres, metres)
segments = st.lists(st.tuples(point, point).filter(lambda ends: ends[0] != ends[1]), min_size=1, max_size=6)


@given(segments, point)
def test_the_way_to_a_road_is_never_longer_than_to_its_nodes(ends: list[Any], at: tuple[float, float]):
    access = join(lines_of(*[road(*pair) for pair in ends]), [1.0] * (2 * len(ends)), *at)
    nodes_m = np.hypot(*(np.array(ends).reshape(-1, 2) - at).T)
    assert access.distance_m[0] <= nodes_m.min() + 1e-6
    assert 0 <= access.share[0] <= 1


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_both_parts_of_a_road_make_the_whole(share: float):
    network = street(10, 10)
    access = Access(np.array([0]), np.array([share]), np.zeros(1), np.ones(1, dtype=np.bool_))
    assert departures(network, network.travel_time_s, access).part_s.sum() == 10
