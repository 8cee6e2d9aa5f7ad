"""Trips lead from place to place on the roads, and the map keeps the order of its network."""

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.access import Access
from dss.arrays import FloatArray
from dss.network import RoadNetwork
from dss.routing import Router
from dss.trips import find_trips, open_router

INF = float("inf")
Times = list[tuple[float, float]]
Place = tuple[int, float]


def roads(ends: list[tuple[int, int]], times: Times) -> RoadNetwork:
    """Build roads between nodes, row f giving edges 2f and 2f + 1."""
    tail = np.array(ends, dtype=np.int32).ravel()
    head = np.array([pair[::-1] for pair in ends], dtype=np.int32).ravel()
    n = int(tail.max()) + 1
    return RoadNetwork(tail, head, np.array(times).ravel(), np.arange(n) * 1.0, np.zeros(n))


def places(*chosen: Place) -> Access:
    road, share = zip(*chosen, strict=True)
    here = np.zeros(len(chosen))
    return Access(2 * np.array(road, dtype=np.int64), np.array(share, dtype=np.float64), here, here == 0)


def times(network: RoadNetwork, time_s: FloatArray, origins: list[Place], goals: list[Place]) -> FloatArray:
    return find_trips(
        network, time_s, Router(network).customise(time_s), places(*origins), places(*goals)
    ).seconds


def test_a_trip_begins_and_ends_within_its_roads():
    # 0 -10s- 1 -20s- 2: from 40 % of the first to 50 % of the second: 6 + 10 s
    network = roads([(0, 1), (1, 2)], [(10, 10), (20, 20)])
    table = find_trips(network, network.travel_time_s, Router(network), places((0, 0.4)), places((1, 0.5)))
    assert table.seconds.tolist() == [[16]]
    offsets, edges = table.paths(np.array([0]), np.array([0]))
    assert (offsets.tolist(), edges.tolist()) == ([0, 2], [0, 2])


def test_two_places_on_one_road_need_no_node():
    network = roads([(0, 1)], [(10, 40)])
    table = find_trips(
        network, network.travel_time_s, Router(network), places((0, 0.2), (0, 0.9)), places((0, 0.5))
    )
    assert table.seconds[:, 0] == pytest.approx([3, 16])  # 30 % on at 10 s, 40 % back at 40 s
    assert table.paths(np.array([0, 1]), np.array([0, 0]))[1].tolist() == [0, 1]


def test_a_place_behind_on_a_one_way_road_is_reached_by_going_round():
    # one-way 0 -> 1 of 10 s, round trip back by node 2: 1 -> 2 -> 0 of 5 s each
    network = roads([(0, 1), (1, 2), (2, 0)], [(10, INF), (5, INF), (5, INF)])
    table = find_trips(network, network.travel_time_s, Router(network), places((0, 0.9)), places((0, 0.1)))
    assert table.seconds[0, 0] == pytest.approx(1 + 5 + 5 + 1)
    assert table.paths(np.array([0]), np.array([0]))[1].tolist() == [0, 2, 4, 0]


def test_trips_come_out_in_the_order_they_were_asked_for():
    network = roads([(0, 1), (1, 2)], [(10, 10), (20, 20)])
    table = find_trips(
        network,
        network.travel_time_s,
        Router(network),
        places((0, 0.5), (1, 0.5)),
        places((0, 0.0), (0, 0.4)),
    )
    offsets, edges = table.paths(np.array([1, 0, 0]), np.array([0, 1, 0]))
    parts = np.split(edges, offsets[1:-1])
    assert [part.tolist() for part in parts] == [[3, 1], [1], [1]]


def test_who_is_outside_the_network_gets_nowhere():
    network = roads([(0, 1)], [(10, 10)])
    outside = Access(np.zeros(1, np.int64), np.array([0.5]), np.array([900.0]), np.zeros(1, np.bool_))
    table = find_trips(network, network.travel_time_s, Router(network), outside, places((0, 0.5)))
    assert table.seconds.tolist() == [[INF]]


seconds = st.integers(1, 50).map(float) | st.just(INF)
both_ways = st.tuples(seconds, seconds).filter(lambda pair: min(pair) < INF)
share = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])


@st.composite
def towns(draw: st.DrawFn) -> tuple[RoadNetwork, list[Place], list[Place]]:
    n = draw(st.integers(2, 6))
    node = st.integers(0, n - 1)
    ends = draw(st.lists(st.tuples(node, node).filter(lambda p: p[0] != p[1]), min_size=1, max_size=8))
    network = roads(ends, draw(st.lists(both_ways, min_size=len(ends), max_size=len(ends))))
    place = st.tuples(st.integers(0, len(ends) - 1), share)
    return (
        network,
        draw(st.lists(place, min_size=1, max_size=3)),
        draw(st.lists(place, min_size=1, max_size=3)),
    )


def split_graph(network: RoadNetwork, chosen: set[Place]) -> nx.DiGraph:
    """Cut every road at the chosen places: an oracle that knows no ends and no parts."""
    graph = nx.DiGraph()
    for f in range(network.n_edges // 2):
        u, v = int(network.tail[2 * f]), int(network.head[2 * f])
        stops = sorted({0.0, 1.0} | {s for road, s in chosen if road == f})
        names = [u if s == 0 else v if s == 1 else (f, s) for s in stops]
        for (a, s), (b, t) in zip(
            zip(names, stops, strict=True), list(zip(names, stops, strict=True))[1:], strict=False
        ):
            for one, other, edge in ((a, b, 2 * f), (b, a, 2 * f + 1)):
                time_s = (t - s) * network.travel_time_s[edge]
                if time_s < graph.get_edge_data(one, other, {"weight": INF})["weight"]:
                    graph.add_edge(one, other, weight=time_s)
        graph.add_nodes_from(names)
    return graph


@given(towns())
def test_trips_take_as_long_as_on_a_network_cut_at_every_place(
    town: tuple[RoadNetwork, list[Place], list[Place]],
):
    network, origins, goals = town
    found = times(network, network.travel_time_s, origins, goals)
    graph = split_graph(network, {*origins, *goals})

    def name(place: Place) -> object:
        road, s = place
        return int(network.tail[2 * road]) if s == 0 else int(network.head[2 * road]) if s == 1 else place

    for (i, origin), (j, goal) in product(enumerate(origins), enumerate(goals)):
        try:
            expected = nx.dijkstra_path_length(graph, name(origin), name(goal))
        except nx.NetworkXNoPath:
            expected = INF
        assert found[i, j] == pytest.approx(expected, rel=1e-5)


@given(towns(), st.data())
def test_closing_a_road_never_shortens_a_trip(
    town: tuple[RoadNetwork, list[Place], list[Place]], data: st.DataObject
):
    network, origins, goals = town
    closed = data.draw(st.integers(0, network.n_edges // 2 - 1))
    time_s = network.travel_time_s.copy()
    time_s[[2 * closed, 2 * closed + 1]] = INF
    assert (
        times(network, time_s, origins, goals) >= times(network, network.travel_time_s, origins, goals) - 1e-3
    ).all()


def test_the_order_is_stored_with_the_map_and_used_again(tmp_path):
    network = RoadNetwork(
        np.array([0, 1]), np.array([1, 2]), np.array([5.0, 7.0]), np.arange(3.0), np.zeros(3)
    )
    first = open_router(network, tmp_path)
    assert [path.suffix for path in (tmp_path / "derived").iterdir()] == [".npz"]
    again = open_router(network, tmp_path)
    assert np.array_equal(first.order.nodes, again.order.nodes)
    assert again.travel_times(np.array([0]), np.array([2])).tolist() == [[12.0]]


def test_another_network_gets_an_order_of_its_own(tmp_path):
    for heads in ([1, 2], [2, 2]):
        open_router(
            RoadNetwork(np.array([0, 1]), np.array(heads), np.ones(2), np.arange(3.0), np.zeros(3)), tmp_path
        )
    assert len(list((tmp_path / "derived").iterdir())) == 2


def test_a_map_that_cannot_be_written_still_gets_its_router(tmp_path):
    network = RoadNetwork(np.array([0]), np.array([1]), np.array([5.0]), np.arange(2.0), np.zeros(2))
    (tmp_path / "derived").write_text("a file where the folder should be")
    assert open_router(network, tmp_path).path(0, 1).tolist() == [0]
