"""The router against SciPy's Dijkstra, on random networks of every unpleasant kind.

Tolerance: the router adds float32 seconds. On the networks here, paths have at most a few hundred edges, and
the relative difference to float64 stays below 1e-5.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from dss.network import RoadNetwork
from dss.routing import NodeOrder, Router
from dss.routing.order import fingerprint

RELATIVE = 1e-5

seconds = st.one_of(st.just(0.0), st.just(np.inf), st.floats(1e-3, 1e5), st.integers(1, 4).map(float))


@st.composite
def networks(draw: st.DrawFn) -> RoadNetwork:
    """Up to 14 nodes, up to 50 edges: loops, parallel edges, parts apart, with or without coordinates."""
    n = draw(st.integers(1, 14))
    node = st.integers(0, n - 1)
    edges = draw(st.lists(st.tuples(node, node, seconds), min_size=1, max_size=50))
    edges.append((n - 1, n - 1, 1.0))
    tail, head, time_s = (np.array(column) for column in zip(*edges, strict=True))
    if draw(st.booleans()):
        return RoadNetwork(tail, head, time_s)
    place = st.lists(st.integers(0, 5).map(float), min_size=n, max_size=n).map(np.array)
    return RoadNetwork(tail, head, time_s, x_m=draw(place), y_m=draw(place))


@st.composite
def routers(draw: st.DrawFn) -> tuple[RoadNetwork, Router]:
    """A router under its own order or any other, in one block or many."""
    network = draw(networks())
    order = None
    if draw(st.booleans()):
        order = NodeOrder(
            np.array(draw(st.permutations(range(network.n_nodes))), dtype=np.int32), fingerprint(network)
        )
    return network, Router(network, order, block_nodes=draw(st.sampled_from([1, 3, 1024])))


def grid_network(seed: int, side: int = 32) -> RoadNetwork:
    """A town: a grid with missing streets, one-way streets, closed streets, loops and parallel edges."""
    rng = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    both = np.concatenate([tail, head]), np.concatenate([head, tail])
    kept = rng.random(both[0].size) < 0.75
    extra = rng.integers(0, side * side, (2, 20))
    tail, head = (np.concatenate([both[i][kept], extra[i], extra[i], extra[0]]) for i in (0, 1))
    time_s = rng.choice([0.0, 1.0, np.inf], tail.size, p=[0.05, 0.9, 0.05]) * rng.uniform(
        1, 60, tail.size
    ).round(3)
    time_s[np.isnan(time_s)] = np.inf
    x, y = np.divmod(np.arange(side * side), side) + rng.uniform(-0.3, 0.3, (2, side * side))
    return RoadNetwork(tail, head, time_s, x_m=x * 100, y_m=y * 100)


def true_times(network: RoadNetwork, time_s: np.ndarray | None = None) -> np.ndarray:
    """All travel times by SciPy, which would add parallel edges: the fastest of them is taken first."""
    time_s = network.travel_time_s if time_s is None else time_s
    fastest: dict[tuple[int, int], float] = {}
    for u, v, t in zip(network.tail.tolist(), network.head.tolist(), time_s.tolist(), strict=True):
        if t < fastest.get((u, v), np.inf):
            fastest[u, v] = t
    n = network.n_nodes
    ends = np.array(list(fastest), dtype=np.int32).reshape(-1, 2).T
    return dijkstra(coo_array((np.array(list(fastest.values())), tuple(ends)), shape=(n, n)).tocsr())


def assert_close(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, rtol=RELATIVE, atol=0)


def everyone(network: RoadNetwork) -> np.ndarray:
    return np.arange(network.n_nodes)


@pytest.fixture(scope="module", params=[1, 2])
def town(request: pytest.FixtureRequest) -> tuple[RoadNetwork, Router]:
    network = grid_network(request.param)
    return network, Router(network, block_nodes=16)


@settings(deadline=None, max_examples=200)
@given(routers())
def test_times_are_those_of_dijkstra(case: tuple[RoadNetwork, Router]) -> None:
    network, router = case
    expected = true_times(network)
    assert_close(router.travel_times(everyone(network)), expected)
    assert_close(router.travel_times_to(everyone(network)), expected)


@settings(deadline=None)
@given(routers(), st.data())
def test_chosen_targets_get_the_same_times(case: tuple[RoadNetwork, Router], data: st.DataObject) -> None:
    network, router = case
    node = st.integers(0, network.n_nodes - 1)
    sources, targets = (np.array(data.draw(st.lists(node, min_size=1, max_size=20))) for _ in range(2))
    assert_close(router.travel_times(sources, targets), true_times(network)[np.ix_(sources, targets)])


@settings(deadline=None)
@given(routers())
def test_paths_are_roads_that_take_the_shortest_time(case: tuple[RoadNetwork, Router]) -> None:
    network, router = case
    expected = true_times(network)
    origin, target = (pair.ravel() for pair in np.indices(expected.shape))
    found = router.paths(origin, target)
    assert_close(found.seconds, expected.ravel())
    for p in range(origin.size):
        edges = found.edges[found.first[p] : found.first[p + 1]]
        visited = [int(origin[p]), *network.head[edges].tolist()]
        assert network.tail[edges].tolist() == visited[:-1]
        assert visited[-1] == target[p] or np.isinf(found.seconds[p])


@settings(deadline=None)
@given(routers(), st.data())
def test_nearest_are_the_first_of_all_sorted(case: tuple[RoadNetwork, Router], data: st.DataObject) -> None:
    network, router = case
    targets = np.array(data.draw(st.lists(st.integers(0, network.n_nodes - 1), min_size=1, max_size=12)))
    k = data.draw(st.integers(1, 5))
    found = router.nearest(None, k, targets)
    times = np.column_stack([true_times(network)[:, targets], np.full((network.n_nodes, k), np.inf)])
    assert_close(found.seconds, np.sort(times, axis=1)[:, :k])
    padded = np.minimum(found.position, targets.size)
    assert_close(np.take_along_axis(times, padded, axis=1), found.seconds)
    assert all(len({*row} - {targets.size}) == (row < targets.size).sum() for row in found.position)
    assert ((found.position == targets.size) == np.isinf(found.seconds)).all()


@settings(deadline=None)
@given(routers(), st.data())
def test_isochrones_are_what_some_source_reaches(
    case: tuple[RoadNetwork, Router], data: st.DataObject
) -> None:
    network, router = case
    sources = np.array(data.draw(st.lists(st.integers(0, network.n_nodes - 1), min_size=1, max_size=3)))
    nearest = true_times(network)[sources].min(axis=0)
    found = router.isochrone(sources, np.inf)
    assert found.nodes.tolist() == np.flatnonzero(np.isfinite(nearest)).tolist()
    assert_close(found.seconds, nearest[found.nodes])
    limit = float(np.median(found.seconds))
    assert router.isochrone(sources, limit).nodes.tolist() == found.nodes[found.seconds <= limit].tolist()


@settings(deadline=None)
@given(routers(), st.data())
def test_changing_few_edges_is_customising_anew(
    case: tuple[RoadNetwork, Router], data: st.DataObject
) -> None:
    network, router = case
    edge = st.integers(0, network.n_edges - 1)
    chosen = data.draw(st.lists(st.tuples(edge, seconds), max_size=6))
    time_s = network.travel_time_s.copy()
    for e, t in chosen:
        time_s[e] = t
        router = router.recustomise(np.array([e]), np.array([t]))
    expected = Router(network, router.order).customise(time_s).travel_times(everyone(network))
    np.testing.assert_array_equal(router.travel_times(everyone(network)), expected)
    assert_close(expected, true_times(network, time_s))


@settings(deadline=None)
@given(routers(), st.data())
def test_closing_a_road_never_shortens_a_trip(case: tuple[RoadNetwork, Router], data: st.DataObject) -> None:
    network, router = case
    closed = np.array([data.draw(st.integers(0, network.n_edges - 1))])
    before = router.travel_times(everyone(network))
    after = router.recustomise(closed, np.array([np.inf])).travel_times(everyone(network))
    assert (after >= before * (1 - RELATIVE)).all()


def test_a_town_in_many_blocks_is_exact(town: tuple[RoadNetwork, Router]) -> None:
    network, router = town
    expected = true_times(network)
    assert_close(router.travel_times(everyone(network)), expected)
    assert_close(router.travel_times_to(everyone(network)), expected)


def test_a_town_changes_many_edges_or_few_alike(town: tuple[RoadNetwork, Router]) -> None:
    network, router = town
    rng = np.random.default_rng(3)
    for count in (1, 5, 400):
        chosen = rng.choice(network.n_edges, count, replace=False)
        time_s = network.travel_time_s.copy()
        time_s[chosen] = rng.choice([0.0, 7.0, 1000.0, np.inf], count)
        changed = router.recustomise(chosen, time_s[chosen]).travel_times(everyone(network))
        np.testing.assert_array_equal(changed, router.customise(time_s).travel_times(everyone(network)))
        assert_close(changed, true_times(network, time_s))


def test_a_town_without_coordinates_is_exact() -> None:
    located = grid_network(4)
    network = RoadNetwork(located.tail, located.head, located.travel_time_s)
    assert_close(Router(network).travel_times(everyone(network)), true_times(network))


def test_more_sources_than_one_pass_holds(town: tuple[RoadNetwork, Router]) -> None:
    network, router = town
    sources = np.random.default_rng(5).integers(0, network.n_nodes, 1500)
    assert_close(router.travel_times(sources), true_times(network)[sources])
