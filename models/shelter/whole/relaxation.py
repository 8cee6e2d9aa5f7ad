"""The Lagrangian bound of whole zones, raised by a deflected subgradient with Polyak's step."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray
from models.shelter.kernels.relax import Offers, relax
from models.shelter.whole.zones import Zones

# Knapsacks are searched until what is left could gain less than this share of their profit.
TOLERANCE: Final = 1e-6
MOST_NODES: Final = 3000
DEFLECTION: Final = 0.7
PATIENCE: Final = 15
SHRINK: Final = 0.8
LEAST_STEP: Final = 1e-4
# A bound that falls by more than this share shows that the step was too long.
OVERSHOT: Final = 3e-4


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """A bound in person-seconds, and the multipliers of the zones that prove it, shape (zones,)."""

    bound: float
    worth: FloatArray


class Raising:
    """A bound on its way up: each call of ``advance`` goes on where the one before stopped."""

    def __init__(self, zones: Zones, prices: FloatArray) -> None:
        """Start at the prices of the splittable optimum, shape (m,)."""
        self._zones, self._offers = zones, lay_offers(zones)
        self._worth = first_worth(zones, prices)
        self._size = zones.problem.persons.astype(np.float64)
        self._direction, self._step_share, self._waited = np.zeros_like(self._worth), 1.0, 0
        self.best = Relaxed(-np.inf, self._worth)
        self.finished = False

    def advance(self, target: float, rounds: int, until_s: float) -> Relaxed:
        """Return the best bound after some more rounds.

        Parameters
        ----------
        target
            Value of a plan, or a guess: it sets the length of the steps only.
        rounds, until_s
            Rounds at most, and the clock time (``perf_counter``) at which to stop.
        """
        for _ in range(rounds):
            if self.finished or (time.perf_counter() > until_s and np.isfinite(self.best.bound)):
                break
            self._step(target)
        return self.best

    def _step(self, target: float) -> None:
        bound, count = relax(self._offers, self._worth, TOLERANCE, MOST_NODES)
        if bound > self.best.bound:
            self._waited = 0 if bound > self.best.bound + 1e-6 * abs(self.best.bound) else self._waited + 1
            self.best = Relaxed(float(bound), self._worth.copy())
        else:
            self._waited += 1
        lacking = 1.0 - count
        lacking[(self._worth >= self._zones.unmet) & (lacking > 0)] = 0.0
        steepness = float((lacking * lacking * self._size).sum())
        self.finished = steepness == 0 or self._step_share < LEAST_STEP
        if self.finished:
            return
        if self._waited > PATIENCE or bound < self.best.bound - OVERSHOT * abs(self.best.bound):
            self._step_share, self._waited, self._worth = self._step_share * SHRINK, 0, self.best.worth.copy()
        self._direction = lacking + DEFLECTION * self._direction
        step = self._step_share * max(target - bound, 1e-9 * abs(target)) / steepness
        self._worth = np.minimum(self._worth + step * self._size * self._direction, self._zones.unmet)


def first_worth(zones: Zones, prices: FloatArray) -> FloatArray:
    """Return the multipliers at which the bound is at least that of the prices, shape (zones,)."""
    problem, worth = zones.problem, zones.unmet.copy()
    at_price = zones.value + problem.persons[problem.cell] * np.maximum(prices, 0.0)[problem.site]
    np.minimum.at(worth, problem.cell, at_price)
    return worth


def lay_offers(zones: Zones) -> Offers:
    """Return the arcs of the zones grouped by shelter. O(k log k)."""
    problem = zones.problem
    order = np.argsort(problem.site, kind="stable")
    start = np.searchsorted(problem.site[order], np.arange(problem.capacity.size + 1))
    return Offers(
        start, problem.cell[order], zones.value[order], problem.persons, zones.unmet, problem.capacity
    )
