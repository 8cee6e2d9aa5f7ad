"""Plans over stages: prices by a subgradient, then communities placed one by one and placed anew."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.plan import Limits, Plan, SolveReport, Termination
from models.shelter.stages.check import price_bound
from models.shelter.stages.paths import cheapest_paths
from models.shelter.stages.problem import Stages, StagesDecision, choice_value, stage_costs

PRICE_ROUNDS: Final = 300
PRICE_SHARE: Final = 0.5
PATIENCE: Final = 10
SHRINK: Final = 0.7
RESTARTS: Final = 40
SHAKEN: Final = 0.25


def solve(problem: Stages, limits: Limits = Limits(), seed: int = 1) -> Plan[StagesDecision]:  # noqa: B008
    """Place every community at every stage, or nowhere.

    ``report.objective`` and ``report.bound`` are person-seconds with unmet persons weighed by M. The plan is
    found by a search, so its gap may stay open; the bound is that of the prices.
    """
    started_s = time.perf_counter()
    prices = _raise_prices(problem, started_s + PRICE_SHARE * limits.time_s)
    bound = price_bound(problem, prices)
    rest = Limits(max(limits.time_s - (time.perf_counter() - started_s), 0.0), limits.relative_gap)
    choice = _search(problem, prices, bound, rest, seed)
    value = choice_value(problem, choice)
    m = problem.capacity.shape[1]
    placed = choice < m
    decision = StagesDecision(np.where(placed, choice, 0), placed, prices)
    bound = min(bound, value)
    optimal = value - bound <= limits.relative_gap * abs(value)
    termination = Termination.OPTIMAL if optimal else Termination.FEASIBLE
    wall_s = time.perf_counter() - started_s
    return Plan(decision, SolveReport(termination, value, bound, wall_s, "prices and reinsertion", seed))


def _raise_prices(problem: Stages, until_s: float) -> FloatArray:
    """Return prices of places with a high bound: more where the cheapest paths overfill, less where not."""
    stay, move = stage_costs(problem)
    stages, m = problem.capacity.shape
    prices = best_prices = np.zeros((stages, m))
    best, share, waited = -np.inf, 1.0, 0
    for _ in range(PRICE_ROUNDS):
        at_price = stay.copy()
        at_price[:, :, :-1] += problem.persons[:, :, None] * prices[:, None, :]
        cost, choice = cheapest_paths(at_price, move, problem.persons)
        bound = float(cost.sum() - (problem.capacity * prices).sum())
        waited = 0 if bound > best + 1e-7 * abs(best) else waited + 1
        if bound > best:
            best, best_prices = bound, prices
        if waited > PATIENCE:
            share, waited, prices = share * SHRINK, 0, best_prices
        loads = np.stack([np.bincount(choice[s], problem.persons[s], m + 1)[:m] for s in range(stages)])
        over = loads - problem.capacity
        over[(prices <= 0) & (over < 0)] = 0
        steepness = float((over * over).sum())
        if steepness == 0 or time.perf_counter() > until_s:
            break
        # a twentieth of the bound is a guess of what is missing; the share shrinks it
        step = share * 0.05 * max(abs(best), 1.0) / steepness
        prices = np.maximum(prices + step * over, 0.0)
    return best_prices


@dataclass(slots=True)
class _Rooms:
    """Places left while communities are placed one by one."""

    problem: Stages
    stay: FloatArray
    move: FloatArray
    room: IntArray

    def insert(self, i: int, prices: FloatArray) -> IntArray:
        """Return the cheapest path of a community into what is left, and take its places."""
        persons = self.problem.persons[:, i : i + 1]
        stay = self.stay[:, i : i + 1, :].copy()
        stay[:, 0, :-1] += persons * prices
        stay[:, 0, :-1][persons > self.room] = np.inf
        _, choice = cheapest_paths(stay, self.move, persons)
        self._take(i, choice[:, 0], 1)
        return choice[:, 0]

    def remove(self, i: int, choice: IntArray) -> None:
        """Give the places of a community back."""
        self._take(i, choice, -1)

    def _take(self, i: int, choice: IntArray, sign: int) -> None:
        for s in np.flatnonzero(choice < self.room.shape[1]):
            self.room[s, choice[s]] -= sign * self.problem.persons[s, i]


def _search(problem: Stages, prices: FloatArray, bound: float, limits: Limits, seed: int) -> IntArray:
    """Place the largest first, then take some out and place them anew, as long as that helps."""
    started_s = time.perf_counter()
    rng = np.random.default_rng(seed)
    stay, move = stage_costs(problem)
    rooms = _Rooms(problem, stay, move, problem.capacity.copy())
    n, size = problem.persons.shape[1], problem.persons.max(axis=0, initial=0)
    choice = np.zeros(problem.persons.shape, dtype=np.int64)
    for i in np.argsort(-size, kind="stable"):
        choice[:, i] = rooms.insert(int(i), prices)
    best, best_value, free = choice.copy(), choice_value(problem, choice), np.zeros_like(prices)
    for r in range(RESTARTS * max(n, 1)):
        late = time.perf_counter() - started_s > limits.time_s
        if late or best_value - bound <= limits.relative_gap * abs(best_value):
            break
        out = rng.permutation(n)[: max(2, int(SHAKEN * n * rng.random()))]
        for i in out:
            rooms.remove(int(i), choice[:, i])
        for i in out:
            choice[:, i] = rooms.insert(int(i), free if r % 2 else prices)
        value = choice_value(problem, choice)
        if value <= best_value:
            best, best_value = choice.copy(), value
        else:
            choice = best.copy()
            rooms.room = _rooms_left(problem, choice)
    return best


def _rooms_left(problem: Stages, choice: IntArray) -> IntArray:
    stages, m = problem.capacity.shape
    loads = [np.bincount(choice[s], problem.persons[s], m + 1)[:m] for s in range(stages)]
    return problem.capacity - np.stack(loads).astype(np.int64)
