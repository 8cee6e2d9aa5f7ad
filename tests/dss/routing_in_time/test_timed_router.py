"""Earliest arrivals: hand-solved, against every simple path, and on a time-expanded graph."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dss.errors import NetworkError
from dss.network import RoadNetwork
from dss.routing import Router
from dss.routing_in_time import TimedRouter, TimeSteps

INF = float("inf")


def network_of(pairs: list[tuple[int, int]], n: int | None = None) -> RoadNetwork:
    tail, head = np.array(pairs).T
    size = n or int(max(tail.max(), head.max())) + 1
    return RoadNetwork(tail, head, np.ones(len(pairs)), np.arange(size) * 1.0, np.zeros(size))


def arrival(
    pairs: list[tuple[int, int]], start_s: list[float], times: list[list[float]], *, depart_s: float = 0.0,
    close_s: list[float] | None = None, target: int | None = None,
) -> float:  # fmt: skip
    network = network_of(pairs)
    steps = TimeSteps(np.array(start_s), np.array(times), None if close_s is None else np.array(close_s))
    goal = network.n_nodes - 1 if target is None else target
    found = TimedRouter(network, steps).earliest_arrivals(
        np.array([0]), np.array([goal]), np.array([depart_s])
    )
    return float(found[0, 0])


def test_a_road_is_used_while_it_is_still_open():
    # the short way takes 30 s and closes at 100: left at 70 it is just made, at 71 it is 40 s by node 1
    case: dict[str, Any] = {"pairs": [(0, 2), (0, 1), (1, 2)], "start_s": [0, 100]}
    times = [[30, 20, 20], [INF, 20, 20]]
    assert arrival(**case, times=times, depart_s=70) == 100
    assert arrival(**case, times=times, depart_s=71) == 111


def test_a_closing_time_of_an_edge_does_the_same_as_a_step():
    pairs, times = [(0, 2), (0, 1), (1, 2)], [[30.0, 20, 20]]
    closes = [100, INF, INF]
    assert arrival(pairs, [0], times, depart_s=70, close_s=closes) == 100
    assert arrival(pairs, [0], times, depart_s=71, close_s=closes) == 111


def test_who_is_under_way_when_the_speed_changes_goes_on_at_the_new_one():
    # 100 s to go at 0; at 60 the edge slows to 200 s: the 40 % that are left take 80 s
    assert arrival([(0, 1)], [0, 60], [[100], [200]]) == 60 + 80
    # and quickens to 50 s: 40 % take 20 s
    assert arrival([(0, 1)], [0, 60], [[100], [50]]) == 80


def test_one_waits_at_the_node_for_a_road_that_opens_again():
    # closed from 10 to 50, 20 s long: entered at 0 it would close under way, so it is entered at 50
    assert arrival([(0, 1)], [0, 10, 50], [[20], [INF], [20]]) == 70
    network = network_of([(0, 1)])
    steps = TimeSteps(np.array([0.0, 10, 50]), np.array([[20.0], [INF], [20]]))
    path = TimedRouter(network, steps).paths(np.array([0]), np.array([1]), np.zeros(1))
    assert (path.enter_s.tolist(), path.leave_s.tolist()) == ([50], [70])


def test_a_road_that_closes_for_good_before_one_is_through_is_no_way():
    assert arrival([(0, 1)], [0, 10], [[20], [INF]]) == INF
    assert arrival([(0, 1)], [0], [[20]], close_s=[19]) == INF


def test_the_origin_is_reached_at_departure():
    assert arrival([(0, 1)], [0], [[20]], depart_s=7, target=0) == 7


def test_the_nearest_come_in_order_with_ties_by_position():
    network = network_of([(0, 1), (0, 2), (2, 3)])
    router = TimedRouter(network, TimeSteps(np.zeros(1), np.array([[5.0, 5, 5]])))
    found = router.nearest(np.array([0, 3]), np.array([3, 2, 1]), np.zeros(2), k=2)
    assert found.position.tolist() == [[1, 2], [0, 3]]  # nodes 2 and 1 after 5 s; node 3 is left by no road
    assert found.arrival_s.tolist() == [[5, 5], [0, INF]]


def test_paths_name_edges_and_clock_times():
    network = network_of([(0, 2), (0, 1), (1, 2)])
    steps = TimeSteps(np.array([0.0, 100]), np.array([[30.0, 20, 20], [INF, 20, 20]]))
    found = TimedRouter(network, steps).paths(
        np.array([0, 0, 2]), np.array([2, 2, 0]), np.array([0.0, 90, 0])
    )
    assert found.first.tolist() == [0, 1, 3, 3]
    assert found.edges.tolist() == [0, 1, 2]
    assert found.enter_s.tolist() == [0, 90, 110]
    assert found.arrival_s.tolist() == [30, 130, INF]


def test_no_origins_and_no_targets_give_empty_answers():
    router = TimedRouter(network_of([(0, 1)]), TimeSteps(np.zeros(1), np.ones((1, 1))))
    none = np.zeros(0, dtype=np.int64)
    assert router.earliest_arrivals(none, np.array([0]), np.zeros(0)).shape == (0, 1)
    assert router.earliest_arrivals(np.array([0]), none, np.zeros(1)).shape == (1, 0)
    assert router.paths(none, none, np.zeros(0)).first.tolist() == [0]


seconds = st.integers(0, 12).map(float) | st.just(INF)
Case = tuple[RoadNetwork, TimeSteps, float]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    n = draw(st.integers(2, 5))
    node = st.integers(0, n - 1)
    pairs = draw(st.lists(st.tuples(node, node), min_size=1, max_size=8))
    gaps = draw(st.lists(st.integers(1, 9), max_size=3))
    times = [draw(st.lists(seconds, min_size=len(pairs), max_size=len(pairs))) for _ in range(len(gaps) + 1)]
    close_s = draw(
        st.lists(st.integers(0, 30).map(float) | st.just(INF), min_size=len(pairs), max_size=len(pairs))
    )
    steps = TimeSteps(np.cumsum([0.0, *gaps]), np.array(times), np.array(close_s))
    return network_of(pairs, n), steps, float(draw(st.integers(0, 10)))


def leave_at(steps: TimeSteps, e: int, enter_s: Fraction) -> Fraction | None:
    """Follow one journey over one edge, second by second of its steps, in exact numbers."""
    starts = [Fraction(float(s)) for s in steps.start_s]
    left, done = Fraction(1), False
    now = enter_s
    for begin, end, time_s in zip(starts, [*starts[1:], None], steps.travel_time_s[:, e], strict=True):
        if end is not None and end <= now:
            continue
        assert begin <= now
        if np.isinf(time_s):
            return None
        need = left * Fraction(float(time_s))
        if end is None or now + need <= end:
            now, done = now + need, True
            break
        left -= (end - now) / Fraction(float(time_s))
        now = end
    assert done
    return now if steps.close_s is None or now <= steps.close_s[e] else None


def every_arrival(case: Case, at: int, now: Fraction, seen: frozenset[int]) -> Iterator[tuple[int, Fraction]]:
    """Yield every arrival of every simple path, entering each edge at once or as a later step begins."""
    network, steps, _ = case
    yield at, now
    for e in np.flatnonzero(network.tail == at):
        head = int(network.head[e])
        if head in seen:
            continue
        moments = [now, *(Fraction(float(s)) for s in steps.start_s if s > now)]
        for moment in moments:
            leave = leave_at(steps, int(e), moment)
            if leave is not None:
                yield from every_arrival(case, head, leave, seen | {head})


@given(cases())
def test_nobody_can_arrive_earlier_by_any_path_or_wait(case: Case):
    network, steps, depart_s = case
    best = np.full(network.n_nodes, INF)
    for node, when in every_arrival(case, 0, Fraction(depart_s), frozenset({0})):
        best[node] = min(best[node], float(when))
    everywhere = np.arange(network.n_nodes)
    found = TimedRouter(network, steps).earliest_arrivals(np.array([0]), everywhere, np.array([depart_s]))
    assert found[0] == pytest.approx(best, abs=1e-6)


@given(cases(), st.data())
def test_a_time_expanded_search_finds_the_same(case: Case, data: st.DataObject):
    """On whole seconds: an edge of fixed length may be taken if it is open in every second of the way."""
    network, steps, depart_s = case
    fixed = np.array(
        data.draw(st.lists(st.integers(1, 9), min_size=network.n_edges, max_size=network.n_edges))
    )
    times = np.where(np.isinf(steps.travel_time_s), INF, fixed)
    steps = TimeSteps(steps.start_s, times, steps.close_s)
    assert steps.close_s is not None
    horizon = 40 + 9 * network.n_nodes
    is_open = np.array(
        [np.isfinite(times[np.searchsorted(steps.start_s, t, "right") - 1]) for t in range(horizon)]
    )
    here = np.zeros((horizon + 10, network.n_nodes), dtype=bool)
    here[int(depart_s), 0] = True
    for t in range(horizon):
        here[t + 1] |= here[t]
        for e in range(network.n_edges):
            end = t + int(fixed[e])
            if (
                here[t, network.tail[e]]
                and is_open[t:end, e].all()
                and end <= steps.close_s[e]
                and end < horizon
            ):
                here[end, network.head[e]] = True
    expected = [float(np.argmax(here[:, v])) if here[:, v].any() else INF for v in range(network.n_nodes)]
    found = TimedRouter(network, steps).earliest_arrivals(
        np.array([0]), np.arange(network.n_nodes), np.array([depart_s])
    )
    assert found[0].tolist() == expected


@given(cases(), st.integers(0, 10))
def test_leaving_later_never_arrives_earlier(case: Case, delay_s: int):
    network, steps, depart_s = case
    everywhere = np.arange(network.n_nodes)
    router = TimedRouter(network, steps)
    both = router.earliest_arrivals(np.array([0, 0]), everywhere, np.array([depart_s, depart_s + delay_s]))
    assert (both[1] >= both[0] - 1e-6).all()


@given(cases())
def test_in_one_step_it_is_the_router_s_time(case: Case):
    network, steps, depart_s = case
    time_s = steps.travel_time_s[0]
    everywhere = np.arange(network.n_nodes)
    found = TimedRouter(network, TimeSteps(np.zeros(1), time_s[None])).earliest_arrivals(
        everywhere, everywhere, np.full(everywhere.size, depart_s)
    )
    expected = Router(network).customise(time_s).travel_times(everywhere, everywhere)
    assert found - depart_s == pytest.approx(expected.astype(np.float64), rel=1e-5)


@given(cases(), st.integers(1, 4))
def test_the_nearest_are_the_first_of_all(case: Case, k: int):
    network, steps, depart_s = case
    targets = np.arange(network.n_nodes)[::-1].repeat(2)
    router, origin, when = TimedRouter(network, steps), np.array([0]), np.array([depart_s])
    everything = router.earliest_arrivals(origin, targets, when)[0]
    order = np.argsort(everything, kind="stable")[:k]
    found = router.nearest(origin, targets, when, k)
    assert found.arrival_s[0].tolist() == everything[order].tolist()
    reached = np.isfinite(everything[order])
    assert found.position[0, reached].tolist() == order[reached].tolist()


@given(cases())
def test_paths_join_up_and_keep_to_what_is_open(case: Case):
    network, steps, depart_s = case
    n = network.n_nodes
    router = TimedRouter(network, steps)
    found = router.paths(np.zeros(n, np.int64), np.arange(n), np.full(n, depart_s))
    arrivals = router.earliest_arrivals(np.array([0]), np.arange(n), np.array([depart_s]))[0]
    assert found.arrival_s.tolist() == arrivals.tolist()
    for v, (lo, hi) in enumerate(pairwise(found.first)):
        now, at = depart_s, 0
        for p in range(lo, hi):
            e = found.edges[p]
            assert network.tail[e] == at
            assert found.enter_s[p] >= now
            exact = leave_at(steps, int(e), Fraction(float(found.enter_s[p])))
            assert exact is None or float(exact) == pytest.approx(found.leave_s[p])
            now, at = found.leave_s[p], int(network.head[e])
        if np.isfinite(arrivals[v]):
            assert (at, now) == (v, arrivals[v])


@pytest.mark.parametrize(
    ("start_s", "times", "close_s"),
    [
        ([], np.ones((0, 1)), None),
        ([0, 0], np.ones((2, 1)), None),
        ([0, float("nan")], np.ones((2, 1)), None),
        ([0], np.ones((2, 1)), None),
        ([0], np.array([[-1.0]]), None),
        ([0], np.array([[float("nan")]]), None),
        ([0], np.ones((1, 1)), [1, 2]),
        ([0], np.ones((1, 1)), [float("nan")]),
    ],
)
def test_steps_that_make_no_sense_are_refused(
    start_s: list[float], times: np.ndarray, close_s: list[float] | None
):
    with pytest.raises(NetworkError):
        TimeSteps(np.array(start_s, dtype=float), times, None if close_s is None else np.array(close_s))


def test_a_departure_before_the_first_step_and_foreign_steps_are_refused():
    network = network_of([(0, 1)])
    router = TimedRouter(network, TimeSteps(np.array([10.0]), np.ones((1, 1))))
    for depart_s in ([9.0], [float("nan")], [10.0, 11.0]):
        with pytest.raises(NetworkError):
            router.earliest_arrivals(np.array([0]), np.array([1]), np.array(depart_s))
    with pytest.raises(NetworkError):
        TimedRouter(network, TimeSteps(np.zeros(1), np.ones((1, 2))))
