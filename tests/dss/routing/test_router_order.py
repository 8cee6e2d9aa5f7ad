"""The elimination order keeps the hierarchy small and shallow, with coordinates and without."""

import pickle

import numpy as np
import pytest

from dss.network import RoadNetwork
from dss.routing import Router

SIDE = 48


def square_grid(*, located: bool) -> RoadNetwork:
    node = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    x, y = np.indices((SIDE, SIDE)).reshape(2, -1).astype(float) if located else (None, None)
    return RoadNetwork(tail, head, np.ones(tail.size), x_m=x, y_m=y)


def complete_network(n: int) -> RoadNetwork:
    tail, head = np.nonzero(~np.eye(n, dtype=bool))
    return RoadNetwork(tail, head, np.ones(tail.size))


@pytest.mark.parametrize("located", [True, False])
def test_a_grid_has_few_shortcuts(located: bool) -> None:
    # Nested dissection of a square grid: at most 31/4 n log2 n entries (George 1973); in practice near 2.
    n = SIDE * SIDE
    assert Router(square_grid(located=located)).n_arcs < 2.2 * n * np.log2(n)


def test_a_long_road_is_cut_in_halves() -> None:
    n = 5000
    router = Router(RoadNetwork(np.arange(n - 1), np.arange(1, n), np.ones(n - 1)))
    assert router.n_arcs < 2 * n
    assert router.travel_times(np.array([0, n - 1]), np.array([n - 1])).tolist() == [[n - 1], [0]]


def test_a_network_that_cannot_be_cut_is_ordered_all_the_same() -> None:
    router = Router(complete_network(90))
    assert router.n_arcs == 90 * 89 // 2
    assert router.travel_times(np.array([3])).sum() == 89


def test_nodes_without_roads_are_only_near_themselves() -> None:
    network = RoadNetwork(np.array([40]), np.array([41]), np.array([2.0]), x_m=np.zeros(50), y_m=np.zeros(50))
    times = Router(network).travel_times(np.array([40, 7]))
    assert np.isfinite(times).sum(axis=1).tolist() == [2, 1]


def test_a_router_travels_to_another_process() -> None:
    router = Router(square_grid(located=True))
    copy = pickle.loads(pickle.dumps(router))
    sources = np.array([0, 99])
    np.testing.assert_array_equal(copy.travel_times(sources), router.travel_times(sources))
