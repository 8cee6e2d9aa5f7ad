"""Points join the network at open roads, and the map keeps the order of its network."""

import numpy as np

from dss.network import RoadNetwork
from dss.trips import join_network, open_router


def test_points_join_the_nearest_open_road_within_reach():
    network = RoadNetwork(
        np.array([0, 1]), np.array([1, 2]), np.array([np.inf, 1.0]), np.array([0.0, 100, 200]), np.zeros(3)
    )
    access = join_network(network, network.travel_time_s, np.array([0.0, -500]), np.zeros(2), limit_m=150)
    assert access.node[0] == 1  # node 0 has only a closed road
    assert access.distance_m[0] == 100
    assert access.reached.tolist() == [True, False]


def test_with_every_road_closed_nobody_joins():
    network = RoadNetwork(np.array([0]), np.array([1]), np.array([np.inf]), np.zeros(2), np.zeros(2))
    access = join_network(network, network.travel_time_s, np.zeros(3), np.zeros(3), limit_m=1e9)
    assert not access.reached.any()


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
