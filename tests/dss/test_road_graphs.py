"""Networks go to NetworkX and come back; connectivity says from where one gets everywhere."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.errors import NetworkError
from dss.network import RoadNetwork
from dss.onemap import OneMap
from dss.onemap.osm import graph_roads
from dss.roads import build_roads, connectivity, from_networkx, to_networkx, to_osmnx
from dss.standards import StandardsReader

FIELDS = (
    "tail",
    "head",
    "travel_time_s",
    "x_m",
    "y_m",
    "length_m",
    "feature",
    "lanes",
    "capacity_pcu_h",
    "width_m",
)


def test_a_network_comes_back_from_networkx_as_it_went(town: OneMap):
    network = build_roads(town, StandardsReader()).network
    again = from_networkx(to_networkx(network, crs="EPSG:4547"))
    for name in FIELDS:
        assert np.array_equal(getattr(again, name), getattr(network, name)), name


@given(st.data(), st.integers(2, 6))
def test_parallel_edges_loops_and_closed_edges_come_back_too(data: st.DataObject, n: int):
    node = st.integers(0, n - 1)
    edges = data.draw(
        st.lists(st.tuples(node, node, st.floats(0, 99) | st.just(np.inf)), min_size=1, max_size=12)
    )
    tail, head, time_s = zip(*edges, strict=True)
    network = RoadNetwork(np.array(tail), np.array(head), np.array(time_s), np.arange(n) * 1.0, np.zeros(n))
    again = from_networkx(to_networkx(network))
    assert again.tail.tolist() == list(tail)
    assert again.head.tolist() == list(head)
    assert again.travel_time_s.tolist() == list(time_s)
    assert again.n_nodes == n


def test_a_graph_of_osmnx_becomes_a_network_by_its_travel_times():
    graph = nx.MultiDiGraph()
    graph.add_node(77, x=0.0, y=0.0)
    graph.add_node(5, x=100.0, y=0.0)
    graph.add_edge(77, 5, length=100.0, travel_time=7.2, lanes="2")
    network = from_networkx(graph)
    assert (network.tail.tolist(), network.head.tolist()) == ([0], [1])  # in the graph's order
    assert network.travel_time_s.tolist() == [7.2]
    assert network.length_m is not None
    assert network.lanes is None  # text is no number


def test_an_edge_without_a_time_is_refused():
    graph = nx.MultiDiGraph([(0, 1)])
    with pytest.raises(NetworkError) as caught:
        from_networkx(graph)
    assert caught.value.code == "graph_time"


def test_the_town_as_osmnx_keeps_it_becomes_the_same_roads_again(town: OneMap):
    roads = build_roads(town, StandardsReader())
    graph = to_osmnx(roads)
    assert (len(graph), graph.number_of_edges()) == (5, 8)
    again = graph_roads(graph).sort_values("osm_way", ignore_index=True)
    assert again["one_way"].tolist() == [0] * 4
    assert again["road_class"].tolist() == roads.features["road_class"].tolist()
    assert again.geometry.geom_equals(roads.features.geometry).all()


def test_connectivity_counts_what_is_reached_both_ways():
    # 0 <-> 1 <-> 2 hang together; 3 can be reached but not left; 4 <-> 5 is an island; 6 has no open road
    pairs = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (4, 5), (5, 4), (0, 6)]
    tail, head = np.array(pairs).T
    time_s = np.array([1.0] * 7 + [np.inf])
    network = RoadNetwork(tail, head, time_s, np.zeros(7), np.zeros(7), length_m=np.full(8, 50.0))
    found = connectivity(network, time_s)
    assert [(part.nodes, part.edges, part.length_m) for part in found.parts] == [
        (3, 4, 200.0),
        (2, 2, 100.0),
        (1, 0, 0.0),
    ]
    assert (found.nodes, found.edges) == (6, 7)
    assert (found.node_share, found.edge_share) == (3 / 6, 4 / 7)
    assert found.in_largest.tolist() == [True] * 3 + [False] * 4


def test_with_every_road_closed_nothing_hangs_together():
    network = RoadNetwork(np.array([0]), np.array([1]), np.array([np.inf]))
    found = connectivity(network, network.travel_time_s)
    assert (found.parts, found.node_share, found.edge_share) == ((), 0.0, 0.0)
