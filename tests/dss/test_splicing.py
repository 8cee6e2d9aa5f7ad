"""Cutting roads where points join them changes no trip."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.access import Access
from dss.network import RoadNetwork
from dss.routing import Router
from dss.splicing import splice
from dss.trips import find_trips


def places(edges: list[int], shares: list[float], reached: list[bool] | None = None) -> Access:
    n = len(edges)
    joined = np.ones(n, dtype=np.bool_) if reached is None else np.array(reached)
    return Access(np.array(edges, dtype=np.int64), np.array(shares), np.zeros(n), joined)


def road(*times_s: float) -> RoadNetwork:
    """Return a line of roads with the same time both ways."""
    n = len(times_s)
    tail, head = np.arange(n), np.arange(1, n + 1)
    return RoadNetwork(
        np.column_stack([tail, head]).ravel(), np.column_stack([head, tail]).ravel(), np.repeat(times_s, 2)
    )


def test_a_road_is_cut_in_the_order_of_its_points():
    # one road of 100 s from node 0 to node 1, with points at 0.75 and 0.25: parts of 25, 50 and 25 s
    cut = splice(road(100.0), [places([0], [0.75]), places([0], [0.25])])
    assert cut.network.tail[::2].tolist() == [0, 2, 3]
    assert cut.network.head[::2].tolist() == [2, 3, 1]
    assert cut.network.travel_time_s.tolist() == [25, 25, 50, 50, 25, 25]
    assert cut.nodes(cut.access[0]).tolist() == [3]
    assert cut.nodes(cut.access[1]).tolist() == [2]


def test_points_at_ends_and_points_out_of_reach_cut_nothing():
    points = places([0, 2, 0, 2], [0.0, 1.0, 0.5, 0.0], [True, True, False, True])
    cut = splice(road(10.0, 20.0), [points])
    assert cut.network.n_edges == 4
    assert cut.nodes(cut.access[0])[[0, 1, 3]].tolist() == [0, 2, 1]


def test_closed_edges_stay_closed_in_their_parts():
    network = RoadNetwork(np.array([0, 1]), np.array([1, 0]), np.array([np.inf, 40.0]))
    cut = splice(network, [places([0], [0.25])])
    assert cut.network.travel_time_s.tolist() == [np.inf, 10.0, np.inf, 30.0]
    assert cut.times(np.array([[8.0, np.inf]])).tolist() == [[2.0, np.inf, 6.0, np.inf]]


@given(st.data())
def test_trips_take_the_same_time_on_the_cut_network(data: st.DataObject):
    times_s = data.draw(st.lists(st.integers(1, 60).map(float), min_size=1, max_size=6))
    network = road(*times_s)
    point = st.tuples(st.integers(0, len(times_s) - 1), st.sampled_from([0.0, 0.25, 0.5, 0.8, 1.0]))
    origins, targets = (data.draw(st.lists(point, min_size=1, max_size=5)) for _ in range(2))
    origin, target = (
        places([2 * f for f, _ in points], [share for _, share in points]) for points in (origins, targets)
    )
    before = find_trips(network, network.travel_time_s, Router(network), origin, target).seconds
    cut = splice(network, [origin, target])
    router = Router(cut.network)
    after = router.travel_times(cut.nodes(cut.access[0]), cut.nodes(cut.access[1]))
    assert after == pytest.approx(before, rel=1e-5, abs=1e-4)
