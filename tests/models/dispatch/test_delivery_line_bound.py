"""The bound by trips with prices of single lines: hand-solved, and never above the best plan of all."""

import functools
import itertools
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Limits, dispatch
from models.dispatch import Delivery, Demand, Fleet
from models.dispatch.delivery.line_bound import line_guide
from models.dispatch.delivery.line_trips import has_short_trips, proven_by_line_trips
from models.dispatch.delivery.problem import DeliveryPrices
from models.dispatch.delivery.solve import know


def proven(given: Delivery) -> float:
    known = know(given)
    until_s = time.perf_counter() + 120.0
    guide = line_guide(given, known.groups, known.rates, known.supply, until_s)
    assert guide is not None
    return proven_by_line_trips(given, known.groups, known.rates, guide.prices, 0.0)


def city(
    ways: np.ndarray, amount: np.ndarray, stock: np.ndarray, fleet: tuple[list[int], list[float], list[float]]
) -> Delivery:
    """Amounts by stop and commodity, stock by depot and commodity; depots, kg and m3 of vehicles."""
    stop, commodity = (x.ravel() for x in np.indices(amount.shape))
    lines = np.zeros(stop.size)
    depot, weight, volume = (np.array(x, dtype=float) for x in fleet)
    none = np.zeros(depot.size)
    demand = Demand(stop, commodity, amount.ravel(), lines, lines + np.inf, lines + 1)
    trucks = Fleet(depot, weight, volume, none, none, none + np.inf)
    depots, stops = stock.shape[0], amount.shape[0]
    kg, m3 = np.array([2.0, 1.0])[: amount.shape[1]], np.array([1.0, 3.0])[: amount.shape[1]]
    return Delivery(stock, demand, trucks, ways[None], kg, m3, np.zeros(depots), np.zeros(stops))


def test_what_one_depot_lacks_costs_a_visit_from_the_other() -> None:
    # depot 0 beside the stop has commodity 0 alone, depot 1 at 100 s has the other one: 2 * 10 + 2 * 100.
    # Shared trips ask for the part of each that the load is of a truck: far less
    ways = np.array([[0.0, 110.0, 10.0], [110.0, 0.0, 100.0], [10.0, 100.0, 0.0]])
    given = city(ways, np.array([[3, 2]]), np.array([[9, 0], [0, 9]]), ([0, 1], [20.0, 20.0], [20.0, 20.0]))
    assert 219.9 < proven(given) <= 220 + 1e-6


def test_a_half_load_needs_a_whole_visit() -> None:
    # two stops on opposite sides, half a truck each: one round of both, 100 + 200 + 100, or two trips of 200
    ways = np.array([[0.0, 100.0, 100.0], [100.0, 0.0, 200.0], [100.0, 200.0, 0.0]])
    given = city(ways, np.array([[5], [5]]), np.array([[10]]), ([0], [20.0], [99.0]))
    assert 399.9 < proven(given) <= 400 + 1e-6


def test_one_trip_that_earns_too_much_proves_nothing() -> None:
    ways = np.array([[0.0, 100.0], [100.0, 0.0]])
    given = city(ways, np.array([[10]]), np.array([[10]]), ([0], [20.0], [99.0]))
    known = know(given)
    for price, worth in ((20.0, 200.0), (20.001, -np.inf)):
        prices = DeliveryPrices(np.array([price]), np.zeros(1), np.zeros((1, 1)), np.zeros(1), np.inf)
        assert proven_by_line_trips(given, known.groups, known.rates, prices, 0.0) == pytest.approx(worth)


def test_goods_that_take_no_room_are_left_to_other_bounds() -> None:
    ways = np.array([[0.0, 100.0], [100.0, 0.0]])
    given = city(ways, np.array([[10]]), np.array([[10]]), ([0], [np.inf], [np.inf]))
    assert not has_short_trips(given, know(given).groups)


def drawn(seed: int) -> Delivery:
    """At most 2 depots, 3 stops, 2 commodities, stock that just suffices, trucks of two sizes."""
    rng = np.random.default_rng(seed)
    depots, stops = int(rng.integers(1, 3)), int(rng.integers(1, 4))
    commodities = 2 if stops < 3 else 1
    where = rng.integers(0, 100, (depots + stops, 2)).astype(float)
    ways = np.abs(where[:, None] - where[None]).sum(axis=2)
    amount = rng.integers(1, 4, (stops, commodities))
    share = rng.integers(0, 5, (depots, commodities)) / 4 if depots == 2 else np.ones((1, commodities))
    stock = np.ceil(amount.sum(axis=0) * share).astype(int)
    stock[-1] = np.maximum(stock[-1], amount.sum(axis=0) - stock[:-1].sum(axis=0))
    depot = [d for d in range(depots) for _ in range(2)]
    kg, m3 = rng.integers(4, 9, len(depot)).astype(float), rng.integers(4, 12, len(depot)).astype(float)
    return city(ways, amount, stock, (depot, kg.tolist(), m3.tolist()))


def least_of_all(given: Delivery) -> float:
    """Return the least driving that brings everything, over all trips after one another."""
    amount, depots = given.demand.amount.tolist(), given.depots
    stop, commodity = given.demand.stop, given.demand.commodity
    kg, m3 = given.unit_weight_kg[commodity], given.unit_volume_m3[commodity]
    ways = given.travel_s[0]

    def tour(depot: int, load: np.ndarray) -> float:
        visited = depots + np.unique(stop[load > 0])
        paths = ([depot, *order, depot] for order in itertools.permutations(visited))
        return min(float(sum(ways[a, b] for a, b in itertools.pairwise(path))) for path in paths)

    trips: dict[tuple[int, tuple[int, ...]], float] = {}
    for load in itertools.product(*(range(count + 1) for count in amount)):
        held = np.array(load)
        for v, d in enumerate(given.fleet.depot.tolist()):
            fits = kg @ held <= given.fleet.weight_kg[v] and m3 @ held <= given.fleet.volume_m3[v]
            if any(load) and fits and (d, load) not in trips:
                trips[d, load] = tour(d, held)

    @functools.cache
    def least(left: tuple[int, ...], stock: tuple[int, ...]) -> float:
        if not any(left):
            return 0.0
        best = np.inf
        for (d, load), cost in trips.items():
            rest = tuple(a - b for a, b in zip(left, load, strict=True))
            taken = np.array(stock).reshape(given.stock.shape)
            np.subtract.at(taken[d], commodity, np.array(load))
            if min(rest) >= 0 and taken.min() >= 0:
                best = min(best, cost + least(rest, tuple(taken.ravel().tolist())))
        return best

    return least(tuple(amount), tuple(given.stock.ravel().tolist()))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_no_plan_costs_less_than_prices_of_lines_prove(seed: int) -> None:
    given = drawn(seed)
    if has_short_trips(given, know(given).groups) and know(given).supply.short.sum() < 1e-6:
        assert proven(given) <= least_of_all(given) * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_check_bears_out_a_bound_by_lines(seed: int) -> None:
    given = drawn(seed)
    plan = dispatch.solve(given, Limits(1.0))
    assert dispatch.check(given, plan) == []
    assert plan.report.bound is not None
    assert 0 < plan.report.bound <= least_of_all(given) * (1 + 1e-9)
