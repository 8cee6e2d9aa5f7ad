"""Closing roads one at a time: by hand, against searching everything again, and against bridges of graphs."""

from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.criticality import (
    Closures,
    Demand,
    Losses,
    SiteAccess,
    close_each,
    estimate_losses,
    single_roads,
)
from dss.errors import NetworkError
from dss.network import RoadNetwork

INF = float("inf")
Ends = list[tuple[int, int]]


def roads(ends: Ends, times: list[tuple[float, float]], n: int) -> RoadNetwork:
    tail = np.array(ends, dtype=np.int32).ravel()
    head = np.array([pair[::-1] for pair in ends], dtype=np.int32).ravel()
    return RoadNetwork(tail, head, np.array(times).ravel(), np.arange(n) * 1.0, np.zeros(n))


def at_nodes(nodes: list[int], persons: list[float]) -> Demand:
    here = np.array([nodes, nodes])
    return Demand(here, np.zeros(here.shape), np.full(len(nodes), INF), np.array(persons, dtype=float))


def sites(n: int, *nodes: int) -> np.ndarray:
    site_s = np.full(n, INF)
    site_s[list(nodes)] = 0.0
    return site_s


def ring_and_spur() -> SiteAccess:
    # a ring 0-1-2-3-0 of 10 s each with the site at 0, and a spur 2-4 of 5 s; 10 persons live at 1, 20 at 4
    ends = [(0, 1), (1, 2), (2, 3), (3, 0), (2, 4)]
    network = roads(ends, [(10, 10), (10, 10), (10, 10), (10, 10), (5, 5)], 5)
    return SiteAccess(network, network.travel_time_s, at_nodes([1, 4], [10, 20]), sites(5, 0))


def test_before_any_closure_everyone_takes_the_shortest_way():
    assert ring_and_spur().now_s.tolist() == [10, 25]


def test_each_closure_costs_what_the_detour_costs():
    losses = close_each(ring_and_spur(), single_roads(np.arange(5)))
    # 0-1 shut: node 1 goes round, 30 in place of 10 s; node 4's way by 3 is as short as the one by 1
    # 1-2, 2-3 and 3-0: at most the tie is broken; 2-4: its 20 persons have no other way
    assert losses.extra_person_s.tolist() == [10 * 20, 0, 0, 0, 0]
    assert losses.persons_cut_off.tolist() == [0, 0, 0, 0, 20]
    assert losses.persons_delayed.tolist() == [10, 0, 0, 0, 0]


def test_who_has_one_way_out_knows_the_road():
    losses = close_each(ring_and_spur(), single_roads(np.arange(5)))
    assert losses.cuts.tolist() == [0, 1]
    assert losses.worst.tolist() == [5, 4]  # 5: no closure


def test_the_ranking_weighs_people_cut_off():
    losses = close_each(ring_and_spur(), single_roads(np.arange(5)))
    assert losses.ranking(cut_off_s=7200)[:2].tolist() == [4, 0]
    assert losses.ranking(cut_off_s=1)[:2].tolist() == [0, 4]
    assert losses.lost_person_s(7200)[4] == 20 * 7200


def test_several_edges_may_be_closed_together():
    both = Closures(np.array([0, 4]), np.array([0, 1, 6, 7], dtype=np.int32))  # both roads at the site
    assert close_each(ring_and_spur(), both).persons_cut_off.tolist() == [30]


def test_people_on_a_closed_road_still_leave_it_by_its_ends():
    # they live in the middle of the only road to the site at node 1, beside a detour by node 2
    network = roads([(0, 1), (0, 2), (2, 1)], [(10, 10), (10, 10), (10, 10)], 3)
    demand = Demand(np.array([[1], [0]]), np.array([[5.0], [5.0]]), np.array([INF]), np.ones(1))
    access = SiteAccess(network, network.travel_time_s, demand, sites(3, 1))
    assert close_each(access, single_roads(np.array([0]))).extra_person_s.tolist() == [0]


def test_who_reaches_no_site_anyway_loses_nothing():
    network = roads([(0, 1), (2, 3)], [(10, 10), (10, 10)], 4)
    access = SiteAccess(network, network.travel_time_s, at_nodes([3], [9]), sites(4, 0))
    losses = close_each(access, single_roads(np.arange(2)))
    assert losses.persons_cut_off.tolist() == [0, 0]


seconds = st.integers(0, 20).map(float) | st.just(INF)


@st.composite
def towns(draw: st.DrawFn, *, one_way: bool = True) -> SiteAccess:
    n = draw(st.integers(2, 8))
    node = st.integers(0, n - 1)
    ends = draw(st.lists(st.tuples(node, node), min_size=1, max_size=12))
    there = draw(
        st.lists(
            seconds if one_way else st.integers(1, 20).map(float), min_size=len(ends), max_size=len(ends)
        )
    )
    back = draw(st.lists(seconds, min_size=len(ends), max_size=len(ends))) if one_way else there
    network = roads(ends, list(zip(there, back, strict=True)), n)
    m = draw(st.integers(1, 4))
    column: Any = lambda values: draw(st.lists(values, min_size=m, max_size=m))  # noqa: E731
    demand = Demand(
        np.array([column(node), column(node)]),
        np.array([column(seconds), column(seconds)]),
        np.array(column(seconds)) if one_way else np.full(m, INF),
        np.array(column(st.integers(0, 9)), dtype=float),
    )
    return SiteAccess(
        network, network.travel_time_s, demand, np.array(draw(st.lists(seconds, min_size=n, max_size=n)))
    )


def everything_again(access: SiteAccess, shut: list[int]) -> np.ndarray:
    """Seconds of each demand by NetworkX, sites joined to one more node."""
    network, demand = access.network, access.demand
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(network.n_nodes + 1))
    goal = network.n_nodes
    for e in range(network.n_edges):
        if e not in shut and np.isfinite(network.travel_time_s[e]):
            graph.add_edge(int(network.head[e]), int(network.tail[e]), weight=network.travel_time_s[e])
    for v, site_s in enumerate(access.ground.site_s):
        if np.isfinite(site_s):
            graph.add_edge(goal, v, weight=site_s)
    to_site = nx.single_source_dijkstra_path_length(graph, goal)
    node_s = np.array([to_site.get(v, INF) for v in range(network.n_nodes)])
    return np.minimum((demand.access_s + node_s[demand.node]).min(axis=0), demand.stay_s)


@given(towns())
def test_every_closure_costs_what_searching_again_says(access: SiteAccess):
    count = access.network.n_edges // 2
    losses = close_each(access, single_roads(np.arange(count)))
    before, persons = everything_again(access, []), access.demand.persons
    assert access.now_s.tolist() == before.tolist()
    someone = np.isfinite(before)
    cuts = np.zeros(persons.size, dtype=int)
    for c in range(count):
        after = everything_again(access, [2 * c, 2 * c + 1])
        cut = someone & np.isinf(after)
        slower = someone & ~cut & (after > before)
        cuts += cut
        assert losses.persons_cut_off[c] == persons[cut].sum()
        assert losses.persons_delayed[c] == persons[slower].sum()
        assert losses.extra_person_s[c] == pytest.approx(
            (persons[slower] * (after[slower] - before[slower])).sum()
        )
    assert losses.cuts.tolist() == cuts.tolist()


def behind_a_bridge(access: SiteAccess, i: int) -> bool:
    """Tell by the bridges of the graph whether one road is all that joins demand i to the sites."""
    network, demand, goal = access.network, access.demand, access.network.n_nodes
    graph = nx.MultiGraph()
    graph.add_nodes_from([*range(goal + 1), "home"])
    graph.add_edges_from(zip(network.tail[::2].tolist(), network.head[::2].tolist(), strict=True))
    sites = np.flatnonzero(np.isfinite(access.ground.site_s)).tolist()
    homes = demand.node[np.isfinite(demand.access_s[:, i]), i].tolist()
    graph.add_edges_from(
        [(goal, v) for v in sites] * 2 + [("home", v) for v in homes] * 2
    )  # twice: no bridges
    apart = graph.copy()
    apart.remove_edges_from(list(nx.bridges(graph)))
    return nx.has_path(graph, "home", goal) and not nx.has_path(apart, "home", goal)


@given(towns(one_way=False))
def test_who_has_one_way_out_lives_behind_a_bridge_of_the_graph(access: SiteAccess):
    losses = close_each(access, single_roads(np.arange(access.network.n_edges // 2)))
    expected = [behind_a_bridge(access, i) for i in range(access.demand.persons.size)]
    assert (losses.cuts > 0).tolist() == expected


@given(towns(), st.integers(2, 30))
def test_a_sample_of_everything_is_exact_and_a_small_one_says_its_error(access: SiteAccess, draws: int):
    closures = single_roads(np.arange(access.network.n_edges // 2))
    exact = close_each(access, closures).lost_person_s(7200)
    found = estimate_losses(access, closures, draws=draws, seed=1, cut_off_s=7200)
    interval = found.lost_person_s
    assert interval.low <= interval.estimate <= interval.high
    if found.draws == found.on_a_way:
        assert interval.estimate == pytest.approx(exact.mean())
        assert interval.high == pytest.approx(interval.low)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    # a street of 60 houses, one person each, the site at its end, a detour for every second road
    n = 61
    ends = [(v, v + 1) for v in range(60)] + [(v, v + 1) for v in range(0, 60, 2)]
    network = roads(ends, [(10, 10)] * 60 + [(35, 35)] * 30, n)
    access = SiteAccess(network, network.travel_time_s, at_nodes(list(range(1, n)), [1.0] * 60), sites(n, 0))
    closures = single_roads(np.arange(60))
    truth = close_each(access, closures).lost_person_s(600).mean()
    found = [estimate_losses(access, closures, draws=30, seed=seed, cut_off_s=600) for seed in range(200)]
    covered = np.mean([f.lost_person_s.low <= truth <= f.lost_person_s.high for f in found])
    assert 0.9 <= covered <= 1.0
    assert any(f.lost_person_s.estimate != truth for f in found)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Demand(np.zeros((2, 1), int), np.zeros((2, 2)), np.zeros(1), np.ones(1)),
        lambda: at_nodes([0], [float("nan")]),
        lambda: at_nodes([0], [-1.0]),
        lambda: SiteAccess(street(), street().travel_time_s, at_nodes([7], [1.0]), sites(2, 0)),
        lambda: SiteAccess(street(), street().travel_time_s, at_nodes([0], [1.0]), np.array([0.0, np.nan])),
        lambda: SiteAccess(street(), np.ones(3), at_nodes([0], [1.0]), sites(2, 0)),
        lambda: close_one(Closures(np.array([0, 1]), np.array([10], dtype=np.int32))),
        lambda: close_one(Closures(np.array([0, 2]), np.array([1], dtype=np.int32))),
        lambda: estimate_losses(ring_and_spur(), single_roads(np.arange(2)), draws=1, seed=1, cut_off_s=1),
    ],
)
def test_what_does_not_fit_the_network_is_refused(make: Any):
    with pytest.raises(NetworkError):
        make()


def street() -> RoadNetwork:
    return roads([(0, 1)], [(10, 10)], 2)


def close_one(closures: Closures) -> Losses:
    return close_each(ring_and_spur(), closures)
