"""Every way of planning tells what it knows, ends when there is enough, and lets other exceptions through."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models import Limits, dispatch
from models.dispatch import BusEvacuation, Clearing, Delivery, Demand, Fleet, Stock
from models.progress import Enough, Progress

INF = np.inf
LONG = Limits(20.0)


def delivery(stops: int = 12, convoy: np.ndarray | None = None) -> Delivery:
    """Stops round a depot, three trucks; far too many orders to prove any in a few seconds."""
    rng = np.random.default_rng(1)
    place = rng.integers(0, 1000, (stops + 1, 2))
    ways = np.abs(place[:, None] - place[None]).sum(axis=2).astype(float)
    amount, zeros = rng.integers(3, 9, stops), np.zeros(stops)
    demand = Demand(np.arange(stops), zeros.astype(int), amount, zeros, zeros + INF, zeros + 1)
    idle = np.zeros(4)
    vehicles = Fleet(
        idle.astype(int), idle + 10, idle + INF, idle.astype(int), idle, idle + INF, convoy=convoy
    )
    stay = np.array([60.0]), np.full(stops, 30.0)
    return Delivery(np.array([[999]]), demand, vehicles, ways[None], np.ones(1), np.zeros(1), *stay)


def buses() -> BusEvacuation:
    """Forty points, six shelters, seven buses, times of no whole seconds: no bound meets a plan soon."""
    rng = np.random.default_rng(2)
    return BusEvacuation(
        buses_at_depot=np.array([4, 3]),
        bus_capacity=20,
        demand=rng.integers(10, 90, 40),
        shelter_capacity=np.full(6, 900.0),
        depot_to_pickup_s=rng.uniform(60, 900, (2, 40)),
        pickup_to_shelter_s=rng.uniform(60, 900, (40, 6)),
    )


def convoys() -> Delivery:
    return delivery(convoy=np.array([0, 0, 1, 1]))


def clearing() -> Clearing:
    """Thirty streets out of a centre, each the only way to some homes, two crews: nothing is proven soon."""
    rng, n = np.random.default_rng(3), 30
    middle = np.arange(2 * n) % 2 == 0
    between = np.where(middle[:, None] & middle[None, :], rng.uniform(50, 90), INF)
    np.fill_diagonal(between, 0.0)
    to_end = np.full((n, 2 * n), INF)
    to_end[np.arange(n), 2 * np.arange(n) + 1] = 0.0
    return Clearing(
        persons=rng.integers(1, 99, n),
        place_to_service_s=np.full(n, INF),
        place_to_end_s=to_end,
        end_to_service_s=np.where(middle, 0.0, INF),
        between_s=between,
        crew_to_end_s=np.where(middle, rng.uniform(100, 900, (2, 2 * n)), INF),
        pass_s=np.full((n, 2), 10.0),
        clear_s=rng.uniform(60, 3600, n),
        most_s=3600.0,
    )


SEARCHED = [delivery, convoys, buses, clearing]


def timed(given: Any, listener: Callable[[Progress], None]) -> tuple[Any, float]:
    began_s = time.perf_counter()
    plan = dispatch.solve(given, LONG, listener=listener)
    return plan, time.perf_counter() - began_s


@pytest.mark.parametrize("made", SEARCHED)
def test_enough_ends_the_search_with_the_best_plan_so_far(made: Callable[[], Any]) -> None:
    given = made()
    heard: list[Progress] = []

    def enough_of_plans(progress: Progress) -> None:
        heard.append(progress)
        if np.isfinite(progress.value):
            raise Enough

    plan, took_s = timed(given, enough_of_plans)
    assert took_s < LONG.time_s / 2
    assert dispatch.check(given, plan) == []
    known = [progress for progress in heard if np.isfinite(progress.value)]
    assert known[0].bound <= (plan.report.objective or 0.0) <= known[0].value * (1 + 1e-9)
    if isinstance(given, Delivery):
        assert plan.decision.short_units.sum() == 0


@pytest.mark.parametrize("made", SEARCHED)
def test_what_else_a_listener_raises_reaches_the_caller_at_once(made: Callable[[], Any]) -> None:
    began_s = time.perf_counter()

    def stop_after_a_second(progress: Progress) -> None:
        if time.perf_counter() - began_s > 1.0:
            raise KeyError("cancelled")

    with pytest.raises(KeyError, match="cancelled"):
        timed(made(), stop_after_a_second)
    assert time.perf_counter() - began_s < LONG.time_s / 2


def stock() -> Stock:
    return Stock(np.array([[10]]), np.array([[12]]), np.array([[100.0]]), np.ones(1))


def test_plans_made_in_one_go_are_told_once() -> None:
    heard: list[Progress] = []

    def enough(progress: Progress) -> None:
        heard.append(progress)
        raise Enough

    plan = dispatch.solve(stock(), LONG, listener=enough)
    assert [(one.value, one.bound) for one in heard] == [(plan.report.objective, plan.report.bound)]
    assert dispatch.check(stock(), plan) == []


def test_less_shortage_goes_before_less_driving() -> None:
    # what is told last is the plan's own cost, though a plan that brings less may cost less
    given = replace(delivery(), stock=np.array([[40]]))
    heard: list[Progress] = []
    plan = dispatch.solve(given, Limits(1.5), listener=heard.append)
    assert heard[0].value == INF
    assert heard[-1].value == pytest.approx(plan.report.objective)
    assert all(one.bound <= one.value for one in heard)
