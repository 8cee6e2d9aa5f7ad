"""The router on networks small enough to solve by hand."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from dss.errors import NetworkError
from dss.network import RoadNetwork
from dss.routing import NodeOrder, Router, dissect

# Two triangles that share node 2, and node 5 alone:
#
#     0 --10-- 1          3
#      \      /         /   \
#      30   10        5      5
#        \  /       /          \
#          2 ------+-----20----- 4        5
#
# Edges go both ways except 3 -> 4, which is one-way. Edge numbers in the order of PAIRS, then their reverses.
PAIRS = [(0, 1, 10.0), (1, 2, 10.0), (0, 2, 30.0), (2, 3, 5.0), (2, 4, 20.0)]
ONE_WAY = (3, 4, 5.0)


def network() -> RoadNetwork:
    rows = [*PAIRS, *[(v, u, t) for u, v, t in PAIRS], ONE_WAY]
    tail, head, time_s = (np.array(column) for column in zip(*rows, strict=True))
    return RoadNetwork(tail, head, time_s, x_m=np.arange(6.0), y_m=np.array([1.0, 1, 0, 1, 0, 9]))


@pytest.fixture(scope="module")
def router() -> Router:
    return Router(network())


def nodes(*indices: int) -> np.ndarray:
    return np.array(indices, dtype=np.int64)


def test_travel_times_are_the_shortest(router: Router) -> None:
    # 0-1-2 = 20 beats 30; 2-3-4 = 10 beats 20; back from 4 only over 4-2 = 20.
    times = router.travel_times(nodes(0, 4))
    assert times.dtype == np.float32
    assert times.tolist() == [[0, 10, 20, 25, 30, np.inf], [40, 30, 20, 25, 0, np.inf]]


def test_targets_may_repeat_and_come_in_any_order(router: Router) -> None:
    times = router.travel_times(nodes(0), nodes(4, 1, 4))
    assert times.tolist() == [[30, 10, 30]]
    assert times.flags.c_contiguous


def test_times_to_targets_are_those_from_all_nodes(router: Router) -> None:
    assert router.travel_times_to(nodes(4))[:, 0].tolist() == [30, 20, 10, 5, 0, np.inf]
    assert router.travel_times_to(nodes(4, 0), nodes(3)).tolist() == [[5, 25]]


def test_nobody_asked_nothing_answered(router: Router) -> None:
    assert router.travel_times(nodes()).shape == (0, 6)
    assert router.travel_times(nodes(1), nodes()).shape == (1, 0)
    assert router.travel_times_to(nodes()).shape == (6, 0)
    assert router.nearest(nodes(), 2, nodes(1)).seconds.shape == (0, 2)
    assert router.isochrone(nodes(), 60).nodes.size == 0
    assert router.paths(nodes(), nodes()).first.tolist() == [0]


def test_closing_an_edge_leaves_the_old_router_alone(router: Router) -> None:
    times = network().travel_time_s.copy()
    times[0] = np.inf
    closed = router.customise(times)
    assert closed.travel_times(nodes(0), nodes(1, 2)).tolist() == [[40, 30]]
    assert router.travel_times(nodes(0), nodes(1, 2)).tolist() == [[10, 20]]


def test_recustomising_one_edge_is_customising_all(router: Router) -> None:
    one = router.recustomise(nodes(1, 6), np.array([100.0, 50.0]))
    assert one.travel_times(nodes(0, 2), nodes(2, 0)).tolist() == [[30, 0], [0, 30]]
    assert one.recustomise(nodes(1), np.array([10.0])).travel_times(nodes(0), nodes(2)).tolist() == [[20]]


def test_an_edge_named_twice_takes_its_last_time(router: Router) -> None:
    twice = router.recustomise(nodes(1, 1), np.array([1.0, 12.0]))
    assert twice.travel_times(nodes(0), nodes(2)).tolist() == [[22]]


def test_path_names_road_edges_in_order_of_travel(router: Router) -> None:
    assert router.path(0, 4).tolist() == [0, 1, 3, 10]
    assert router.path(4, 0).tolist() == [9, 6, 5]


def test_path_to_oneself_is_empty_and_to_nowhere_is_none(router: Router) -> None:
    assert router.path(3, 3).tolist() == []
    assert router.path(0, 5) is None


def test_paths_lie_one_after_the_other(router: Router) -> None:
    found = router.paths(nodes(0, 0, 2, 3), nodes(2, 5, 2, 4))
    assert found.first.tolist() == [0, 2, 2, 2, 3]
    assert found.edges.tolist() == [0, 1, 10]
    assert found.seconds.tolist() == [20, np.inf, 0, 5]


def test_nearest_targets_come_in_order_ties_by_position(router: Router) -> None:
    found = router.nearest(nodes(3, 5), 3, nodes(0, 4, 2, 2))
    assert found.position.tolist() == [[1, 2, 3], [4, 4, 4]]
    assert found.seconds.tolist() == [[5, 5, 5], [np.inf] * 3]


def test_nearest_fills_up_where_targets_are_few(router: Router) -> None:
    found = router.nearest(None, 2, nodes(1))
    assert found.position.tolist() == [[0, 1]] * 5 + [[1, 1]]
    assert found.seconds[:, 0].tolist() == [10, 0, 10, 15, 30, np.inf]


def test_isochrone_is_around_the_nearest_source(router: Router) -> None:
    found = router.isochrone(nodes(0, 4), 20)
    assert found.nodes.tolist() == [0, 1, 2, 4]
    assert found.seconds.tolist() == [0, 10, 20, 0]


def test_isochrone_without_limit_leaves_out_what_no_road_reaches(router: Router) -> None:
    assert router.isochrone(nodes(3), np.inf).nodes.tolist() == [0, 1, 2, 3, 4]


def test_a_single_node_is_a_network() -> None:
    lonely = Router(RoadNetwork(nodes(0), nodes(0), np.array([7.0])))
    assert lonely.travel_times(nodes(0)).tolist() == [[0]]
    assert lonely.path(0, 0).tolist() == []


def test_of_parallel_edges_the_fastest_counts() -> None:
    router = Router(RoadNetwork(nodes(0, 0, 0), nodes(1, 1, 1), np.array([9.0, 4.0, 6.0])))
    assert router.travel_times(nodes(0)).tolist() == [[0, 4]]
    assert router.path(0, 1).tolist() == [1]
    assert router.recustomise(nodes(1), np.array([np.inf])).path(0, 1).tolist() == [2]


def test_read_only_arrays_will_do() -> None:
    arrays = [np.array([0, 1], dtype=np.int32), np.array([1, 0], dtype=np.int32), np.array([3.0, 4.0])]
    for array in arrays:
        array.setflags(write=False)
    assert Router(RoadNetwork(*arrays)).travel_times(nodes(0, 1)).tolist() == [[0, 3], [4, 0]]


def test_threads_share_a_router(router: Router) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: router.travel_times(nodes(0)).tolist(), range(64)))
    assert answers == [answers[0]] * 64


def test_a_stored_order_is_used_again(router: Router, tmp_path: Path) -> None:
    router.order.save(tmp_path / "order.npz")
    stored = NodeOrder.load(tmp_path / "order.npz")
    assert stored.nodes.tolist() == router.order.nodes.tolist()
    assert Router(network(), stored).travel_times(nodes(0), nodes(4)).tolist() == [[30]]


def test_an_order_of_another_network_is_refused(router: Router) -> None:
    other = RoadNetwork(nodes(0, 1), nodes(1, 5), np.array([1.0, 1.0]))
    with pytest.raises(NetworkError) as refused:
        Router(other, router.order)
    assert refused.value.code == "routing_order_mismatch"


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
def test_a_broken_order_file_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "order.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(NetworkError) as refused:
        NodeOrder.load(path)
    assert refused.value.code == "routing_order_file"
    assert refused.value.values["path"] == str(path)


def test_an_order_that_misses_a_node_is_refused() -> None:
    with pytest.raises(NetworkError) as refused:
        NodeOrder(np.array([0, 0, 2], dtype=np.int32), "")
    assert refused.value.code == "routing_order_nodes"


def test_an_order_is_the_same_each_time() -> None:
    assert dissect(network()).nodes.tolist() == dissect(network()).nodes.tolist()


BAD_CALLS = {
    "node above": (
        lambda r: r.travel_times(nodes(0, 6)),
        "routing_index_outside",
        {"position": 1, "value": 6},
    ),
    "node below": (lambda r: r.travel_times(nodes(0), nodes(-1)), "routing_index_outside", {"value": -1}),
    "node huge": (lambda r: r.path(0, 2**40), "routing_index_outside", {"value": 2**40}),
    "node float": (lambda r: r.isochrone(np.array([0.0]), 1), "routing_index_type", {"name": "sources"}),
    "node table": (lambda r: r.travel_times(np.zeros((1, 1), int)), "routing_index_type", {"shape": (1, 1)}),
    "edge outside": (lambda r: r.recustomise(nodes(11), np.ones(1)), "routing_index_outside", {"value": 11}),
    "NaN": (lambda r: r.customise(np.full(11, np.nan)), "edge_time", {"edge": 0, "count": 11}),
    "negative edge": (lambda r: r.recustomise(nodes(3, 4), np.array([0, -1.0])), "edge_time", {"edge": 4}),
    "negative": (lambda r: r.customise(np.arange(11.0) - 1), "edge_time", {"edge": 0, "value": -1.0}),
    "too long": (lambda r: r.customise(np.full(11, 1e31)), "routing_time_long", {"value": 1e31}),
    "one time": (lambda r: r.customise(np.ones(1)), "routing_time_shape", {"edges": 11}),
    "pairs": (lambda r: r.paths(nodes(0, 1), nodes(2)), "routing_pairs", {"origins": 2}),
    "limit NaN": (lambda r: r.isochrone(nodes(0), np.nan), "routing_limit", {}),
    "limit negative": (lambda r: r.isochrone(nodes(0), -1.0), "routing_limit", {"value": -1.0}),
    "no nearest": (lambda r: r.nearest(nodes(0), 0, nodes(1)), "routing_count", {"value": 0}),
}


@pytest.mark.parametrize("name", BAD_CALLS)
def test_bad_input_is_refused_with_place_and_value(router: Router, name: str) -> None:
    call, code, values = BAD_CALLS[name]
    with pytest.raises(NetworkError) as refused:
        call(router)
    assert refused.value.code == code
    assert values.items() <= refused.value.values.items()
    assert "{" not in refused.value.message("zh") + refused.value.message("en")
