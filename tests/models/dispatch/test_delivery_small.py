"""Small deliveries with splitting: as good as the best of all, found by a recursion over what is left."""

import itertools

import numpy as np
import pytest

from models import Limits, dispatch
from models.dispatch import Delivery, Demand, Fleet
from models.plan import SolveReport

LIMITS = Limits(1.2)


def problem(ways: np.ndarray, amount: np.ndarray, fleet: tuple[np.ndarray, ...]) -> Delivery:
    """One depot, units of 1 kg, no windows; ``fleet`` is what vehicles hold, cost, and cost a second."""
    room, fixed, per_s = fleet
    stops, vehicles = np.zeros(amount.size), np.zeros(room.size)
    lines = Demand(np.arange(amount.size), stops, amount, stops, stops + np.inf, stops + 1)
    trucks = Fleet(vehicles, room, vehicles + np.inf, vehicles, vehicles, vehicles + np.inf, fixed, per_s)
    stock = np.array([[int(amount.sum())]])
    return Delivery(stock, lines, trucks, ways[None], np.ones(1), np.zeros(1), np.zeros(1), stops)


def least_of_all(given: Delivery) -> float:
    """Return the least cost over all sets of vehicles and all ways to bring the units in trips."""
    fixed, _ = given.fleet.costs
    sets = [
        list(chosen)
        for count in range(1, given.fleet.size + 1)
        for chosen in itertools.combinations(range(given.fleet.size), count)
    ]
    return min(float(fixed[chosen].sum()) + least_driving(given, chosen) for chosen in sets)


def least_driving(given: Delivery, chosen: list[int]) -> float:
    amount = given.demand.amount.tolist()
    tours, (_, per_s) = shortest_tours(given.travel_s[0]), given.fleet.costs
    least = {(0,) * len(amount): 0.0}
    for left in itertools.product(*(range(count + 1) for count in amount)):
        if left in least:
            continue
        least[left] = np.inf
        for load in itertools.product(*(range(count + 1) for count in left)):
            fits = [per_s[v] for v in chosen if sum(load) <= given.fleet.weight_kg[v]]
            if fits and any(load):
                rest = tuple(a - b for a, b in zip(left, load, strict=True))
                tour = tours[tuple(bool(count) for count in load)]
                least[left] = min(least[left], min(fits) * tour + least[rest])
    return float(least[tuple(amount)])


def shortest_tours(ways: np.ndarray) -> dict[tuple[bool, ...], float]:
    tours = {}
    for visited in itertools.product((False, True), repeat=len(ways) - 1):
        orders = itertools.permutations(1 + np.flatnonzero(visited))
        paths = [[0, *order, 0] for order in orders]
        tours[visited] = min(float(sum(ways[a, b] for a, b in itertools.pairwise(path))) for path in paths)
    return tours


def solved(given: Delivery) -> SolveReport:
    plan = dispatch.solve(given, LIMITS)
    assert dispatch.check(given, plan) == []
    assert plan.decision is not None
    assert plan.decision.short_units.sum() == 0
    return plan.report


def test_a_vehicle_that_costs_to_use_stays_where_the_other_drives_twice() -> None:
    # 11 kg at 92 s: the free truck holds 7 and drives 184 s twice; the other one holds 9 and costs 200 to use
    ways = np.array([[0.0, 92.0], [92.0, 0.0]])
    fleet = np.array([7.0, 9.0]), np.array([0.0, 200.0]), np.ones(2)
    assert solved(problem(ways, np.array([11]), fleet)).objective == 368


def test_a_cheap_truck_makes_both_trips() -> None:
    # 7 and 5 kg, 100 s to the one side and 150 s to the other: the truck that costs 1 a second drives both
    # ways, 200 + 300; the other costs 3 a second
    ways = np.array([[0.0, 100.0, 150.0], [100.0, 0.0, 250.0], [150.0, 250.0, 0.0]])
    fleet = np.array([9.0, 9.0]), np.zeros(2), np.array([1.0, 3.0])
    assert solved(problem(ways, np.array([7, 5]), fleet)).objective == 500


@pytest.mark.parametrize("seed", range(5))
def test_small_plans_cost_the_least_of_all_and_bounds_no_more(seed: int) -> None:
    rng = np.random.default_rng(seed)
    stops = int(rng.integers(1, 4))
    where = rng.integers(0, 300, (1 + stops, 2)).astype(float)
    ways = np.abs(where[:, None] - where[None]).sum(axis=2)
    amount = rng.integers(1, 5 if stops == 3 else 13, stops)
    costs = rng.integers(0, 3, 2) * 100.0, rng.integers(1, 4, 2).astype(float)
    made = problem(ways, amount, (rng.integers(4, 12, 2).astype(float), *costs))
    least = least_of_all(made)
    report = solved(made)
    assert report.objective == pytest.approx(least)
    assert report.bound is not None
    assert report.bound <= least * (1 + 1e-9)
