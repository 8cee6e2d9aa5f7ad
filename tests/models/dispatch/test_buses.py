"""Buses against cases solved by hand, all plans of small ones, and published instances."""

import csv
import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dss.errors import ProblemError
from models import Limits, Termination, dispatch
from models.dispatch import BusEvacuation

INF = np.inf
ROOT = Path(__file__).parents[3]


def problem(**changes: object) -> BusEvacuation:
    """One depot with two buses of 10; two points with 10 and 20 persons; one shelter for all."""
    fields: dict[str, object] = {
        "buses_at_depot": np.array([2]),
        "bus_capacity": 10,
        "demand": np.array([10, 20]),
        "shelter_capacity": np.array([INF]),
        "depot_to_pickup_s": np.array([[100.0, 50.0]]),
        "pickup_to_shelter_s": np.array([[300.0], [200.0]]),
    }
    return BusEvacuation(**{**fields, **changes})


def solved(given: BusEvacuation, time_s: float = 10.0) -> dispatch.BusDecision:
    plan = dispatch.solve(given, Limits(time_s))
    assert dispatch.check(given, plan) == []
    assert plan.decision is not None
    return plan.decision


def test_the_far_point_takes_a_bus_of_its_own() -> None:
    # one bus: 100 + 300 = 400; the other: 50 + 200 + 200 + 200 = 650. Sharing the near point's second trip
    # out would end at 400 + 200 + 200 = 800
    plan = dispatch.solve(problem())
    assert plan.report.termination is Termination.OPTIMAL
    assert plan.report.objective == plan.report.bound == 650


def test_a_third_bus_ends_with_the_longest_single_trip() -> None:
    assert solved(problem(buses_at_depot=np.array([3]))).last_arrival_s == 400


def test_buses_go_on_to_the_shelter_that_has_room() -> None:
    # 10 places near the second point, the rest far: the near shelter is used once, whatever is nearest
    decision = solved(
        problem(
            shelter_capacity=np.array([10.0, 20.0]),
            pickup_to_shelter_s=np.array([[300.0, 310.0], [200.0, 900.0]]),
        )
    )
    inside = np.bincount(decision.shelter, weights=decision.persons, minlength=2)
    assert (inside <= [10, 20]).all()


def test_an_empty_bus_gains_nothing_by_driving_past_a_point() -> None:
    # by way of point 0 the bus would be at point 1 after 1 + 1 + 1 = 3 instead of 9, but nobody is left there
    given = problem(
        buses_at_depot=np.array([2]),
        demand=np.array([10, 10]),
        depot_to_pickup_s=np.array([[1.0, 9.0]]),
        pickup_to_shelter_s=np.array([[1.0], [1.0]]),
    )
    # one bus does both: 1 + 1 + 1 + 1 = 4
    assert solved(given).last_arrival_s == 4
    alone = replace(given, demand=np.array([0, 10]))
    assert solved(alone).last_arrival_s == 10


def test_nobody_to_bring_is_a_plan_of_no_trips() -> None:
    decision = solved(problem(demand=np.array([0, 0])))
    assert decision.bus.size == 0
    assert decision.last_arrival_s == 0


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"buses_at_depot": np.array([0])}, "there is no bus"),
        ({"shelter_capacity": np.array([29.0])}, "all shelters together"),
        ({"pickup_to_shelter_s": np.array([[300.0], [INF]])}, "pick-up point 1 has no way"),
    ],
)
def test_what_cannot_be_done_has_its_cause(changes: dict[str, object], where: str) -> None:
    given = problem(**changes)
    assert dispatch.solve(given).report.termination is Termination.INFEASIBLE
    assert where in [cause.where for cause in dispatch.causes(given)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"bus_capacity": 0}, "dispatch_whole"),
        ({"demand": np.array([10, -1])}, "dispatch_whole"),
        ({"demand": np.array([10, 1.5])}, "dispatch_whole"),
        ({"shelter_capacity": np.array([np.nan])}, "dispatch_whole"),
        ({"depot_to_pickup_s": np.array([[100.0, -50.0]])}, "dispatch_time"),
        ({"pickup_to_shelter_s": np.array([[300.0]])}, "dispatch_shape"),
    ],
)
def test_bad_input_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(ProblemError) as refused:
        problem(**changes)
    assert refused.value.code == code


def test_a_tampered_plan_is_found_out() -> None:
    given = problem()
    plan = dispatch.solve(given)
    assert plan.decision is not None

    def tampered(**changes: object) -> list[str]:
        bad = replace(plan, decision=replace(plan.decision, **changes))
        return [violation.constraint for violation in dispatch.check(given, bad)]

    assert "(2)" in tampered(persons=plan.decision.persons - 1)
    assert "(4)" in tampered(persons=np.array([20, 0, 10]))
    assert "figures" in tampered(last_arrival_s=600.0)
    prices = plan.decision.prices
    assert prices is not None
    assert "bound" in tampered(prices=replace(prices, excluded_s=650.0))
    better = replace(plan, report=replace(plan.report, bound=900.0))
    assert [violation.where for violation in dispatch.check(given, better)] == ["bound"]


def test_prices_alone_prove_the_bound() -> None:
    given = problem()
    assert dispatch.proven_s(given, solved(given)) == 650


def least_by_trying(given: BusEvacuation) -> float:
    """Return the least last arrival over all orders and shelters of full trips of one person each."""
    trips = np.repeat(np.arange(given.demand.size), given.demand).tolist()
    buses, least = given.bus_depot.tolist(), INF
    for order in set(itertools.permutations(trips)):
        for ends in itertools.product(range(given.shelter_capacity.size), repeat=len(trips)):
            if (np.bincount(ends, minlength=given.shelter_capacity.size) > given.shelter_capacity).any():
                continue
            for cut in itertools.combinations_with_replacement(range(len(trips) + 1), len(buses) - 1):
                edges, last = [0, *cut, len(trips)], 0.0
                for b, (first, end) in enumerate(itertools.pairwise(edges)):
                    time, at = 0.0, -1
                    for p, s in zip(order[first:end], ends[first:end], strict=True):
                        ways = given.pickup_to_shelter_s
                        there = given.depot_to_pickup_s[buses[b], p] if at < 0 else ways[p, at]
                        time, at = time + there + ways[p, s], s
                    last = max(last, time)
                least = min(least, last)
    return least


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_small_plans_are_the_best_of_all(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, shelters = int(rng.integers(1, 3)), int(rng.integers(1, 3))
    demand = rng.integers(1, 3, points)
    capacity = rng.integers(1, 4, shelters).astype(float)
    capacity[0] += max(0.0, demand.sum() - capacity.sum())
    depots = 2
    given = BusEvacuation(
        np.ones(depots, dtype=np.int64),
        1,
        demand,
        capacity,
        rng.integers(0, 9, (depots, points)).astype(float),
        rng.integers(1, 9, (points, shelters)).astype(float),
    )
    plan = dispatch.solve(given, Limits(5.0))
    assert dispatch.check(given, plan) == []
    assert plan.report.objective == plan.report.bound == least_by_trying(given)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_prices_never_prove_too_much(seed: int) -> None:
    rng = np.random.default_rng(seed)
    demand = rng.integers(0, 60, 5)
    capacity = np.ceil(rng.uniform(0.3, 1, 3) * demand.sum())
    capacity[0] = np.inf
    ways = rng.uniform(0, 900, (5, 3))
    given = BusEvacuation(np.array([2, 1]), 12, demand, capacity, rng.uniform(0, 900, (2, 5)), ways)
    plan = dispatch.solve(given, Limits(1.0))
    assert dispatch.check(given, plan) == []
    assert plan.decision is not None
    assert dispatch.proven_s(given, plan.decision) <= plan.decision.last_arrival_s + 1e-6


def test_published_instances_are_proven_and_never_worse_than_the_reference(shared: Path) -> None:
    folder = shared / "oracles" / "bus_evacuation"
    best = {}
    for row in csv.DictReader((folder / "reference_table.csv").read_text().splitlines()):
        known = [row["grasp_best"], row["probe_cpsat20s_value"]]
        best[row["set"], row["i"]] = min(float(value) for value in known if value not in ("None", ""))
    files = sorted(folder.glob("BEP-1-[345]-*.txt"))[::3]
    command = [sys.executable, "benchmarks/dispatch.py", *map(str, files)]
    done = subprocess.run(
        command, cwd=ROOT, env={"PYTHONPATH": "."}, capture_output=True, check=True, text=True
    )
    lines = done.stdout.splitlines()
    for line in map(json.loads, lines):
        _, _, number, *_, i = line["instance"].removesuffix(".txt").split("-")
        assert line["termination"] == "optimal"
        assert line["checked"]
        assert line["proven_without_solver"] <= line["bound"]
        assert line["objective"] <= best[number, i.removeprefix("i")]
    assert len(lines) == 10  # of 30, every third
