"""The bound by trips, on its own: hand-solved, and never above what is driven."""

import time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Limits, dispatch
from models.dispatch import Delivery, Demand, Fleet
from models.dispatch.delivery.bound import trip_prices
from models.dispatch.delivery.solve import know
from models.dispatch.delivery.trip_prices import proven_by_trips


def problem(where: np.ndarray, amount: np.ndarray, *, split: bool, reload: bool) -> Delivery:
    """Trucks of 10 kg at the first place; straight ways; one commodity of 1 kg."""
    ways = np.linalg.norm(where[:, None] - where[None], axis=2)
    stops = amount.size
    zeros, endless = np.zeros(stops), np.full(stops, np.inf)
    vehicles = np.zeros(8)
    lines = Demand(np.arange(stops), zeros, amount, zeros, endless, zeros + 1)
    fleet = Fleet(vehicles, vehicles + 10, vehicles + np.inf, vehicles, vehicles, vehicles + np.inf)
    stock = np.array([[int(amount.sum())]])
    one = np.ones(1)
    return Delivery(stock, lines, fleet, ways[None], one, 0 * one, 0 * one, zeros, split=split, reload=reload)


def proven(given: Delivery) -> float:
    known = know(given)
    prices = trip_prices(given, known.groups, known.rates, known.supply, time.perf_counter() + 20.0)
    return 0.0 if prices is None else proven_by_trips(given, known.groups, known.rates, prices, 0.0)


def test_a_tour_of_far_neighbours_is_nearly_proven() -> None:
    # two stops 1000 away and 300 from each other, 5 kg each: one trip of 2000 + 300. Shared trips prove 2000
    # alone, since each load pays half a round trip
    where = np.array([[0.0, 0.0], [1000.0, 0.0], [955.0, 296.6]])
    given = problem(where, np.array([5, 5]), split=False, reload=False)
    assert 2250 < proven(given) <= 2300


def test_two_full_loads_are_proven_to_the_last_second() -> None:
    where = np.array([[0.0, 0.0], [100.0, 0.0], [0.0, 200.0]])
    given = problem(where, np.array([10, 10]), split=True, reload=True)
    # 2 * 100 + 2 * 200
    assert 599.9 < proven(given) <= 600 + 1e-6


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_prices_of_trips_never_prove_more_than_is_driven(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stops = int(rng.integers(1, 6))
    where = rng.uniform(0, 100, (1 + stops, 2))
    options = bool(rng.random() < 0.5), bool(rng.random() < 0.5)
    given = problem(where, rng.integers(1, 11, stops), split=options[0], reload=options[1])
    plan = dispatch.solve(given, Limits(0.4))
    assert plan.decision is not None
    assert plan.decision.short_units.sum() == 0
    assert proven(given) <= plan.report.objective + 1e-6
