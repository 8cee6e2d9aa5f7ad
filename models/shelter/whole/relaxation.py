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


def raise_bound(zones: Zones, prices: FloatArray, target: float, rounds: int, until_s: float) -> Relaxed:
    """Return the best bound found from the shelter prices on.

    Parameters
    ----------
    prices
        Of the splittable optimum, shape (m,).
    target
        Value of a plan, or a guess: it sets the length of the steps only.
    rounds, until_s
        Rounds at most, and the clock time (``perf_counter``) at which to stop.
    """
    offers, worth = lay_offers(zones), first_worth(zones, prices)
    size = zones.problem.persons.astype(np.float64)
    best = Relaxed(-np.inf, worth)
    direction, step_share, waited = np.zeros_like(worth), 1.0, 0
    for _ in range(rounds):
        bound, count = relax(offers, worth, TOLERANCE, MOST_NODES)
        if bound > best.bound:
            waited = 0 if bound > best.bound + 1e-6 * abs(best.bound) else waited + 1
            best = Relaxed(float(bound), worth.copy())
        else:
            waited += 1
        lacking = 1.0 - count
        lacking[(worth >= zones.unmet) & (lacking > 0)] = 0.0
        steepness = float((lacking * lacking * size).sum())
        if steepness == 0 or step_share < LEAST_STEP or time.perf_counter() > until_s:
            break
        if waited > PATIENCE or bound < best.bound - OVERSHOT * abs(best.bound):
            step_share, waited, worth = step_share * SHRINK, 0, best.worth.copy()
        direction = lacking + DEFLECTION * direction
        step = step_share * max(target - bound, 1e-9 * abs(target)) / steepness
        worth = np.minimum(worth + step * size * direction, zones.unmet)
    return best


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
