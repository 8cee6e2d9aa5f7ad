"""Prices that prove a bound, from coarse to fine intervals of time."""

import time
from typing import Final

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.clearing.bound import Limits
from models.dispatch.clearing.prices import Pairs, bound_of, pairs_of, tolls_of
from models.dispatch.clearing.problem import Clearing, Prices
from models.dispatch.clearing.reach import behind
from models.dispatch.clearing.relaxation import prices_of
from models.dispatch.clearing.trips import Trips

INTERVALS: Final = (3, 6, 12, 24, 48)
"""Ways are looked for while intervals are few and the program small."""
ROUNDS: Final = 5
"""Programs with the same intervals, at most."""
BETTER: Final = 1.002
"""The next intervals follow when new ways bring the bound less than this much further."""
EARLY: Final = 1.5
"""Intervals end at this power of equal parts of the time: shorter ones early, where losses are greatest."""


def no_prices() -> Prices:
    """Return prices that prove nothing."""
    none, row = np.zeros(0, dtype=np.int64), np.zeros((0, 0))
    return Prices(np.zeros(1), np.zeros(0), none, none, row, none, none, row)


def find_prices(problem: Clearing, limits: Limits, horizon_s: float, enough: float, until_s: float) -> Prices:
    """Return the prices of the greatest bound found until it is ``enough`` or time is up.

    ``horizon_s``: until when losses are counted; ``until_s`` on the clock of ``time.perf_counter``.
    """
    best, bound, pairs = no_prices(), 0.0, pairs_of(problem, limits)
    if pairs.road.size == 0 or problem.crews == 0 or horizon_s <= 0:
        return best
    waits, trips = behind(problem, limits), Trips.first(pairs)
    for intervals in INTERVALS:
        edges_s = horizon_s * np.linspace(0.0, 1.0, intervals + 1) ** EARLY
        for _ in range(ROUNDS):
            left_s = until_s - time.perf_counter()
            found = prices_of(pairs, waits, trips.families(), edges_s, left_s) if left_s > 0 else None
            if found is None:
                return best
            value, more = _tried(pairs, found, trips)
            stale = not more or 0 < value < bound * BETTER
            if value > bound:
                best, bound = found, value
            if bound >= enough:
                return best
            if stale:
                break
    return best


def _tried(pairs: Pairs, prices: Prices, trips: Trips) -> tuple[float, bool]:
    """Return the bound by some prices, and whether they led to ways that were not known."""
    toll: FloatArray = tolls_of(pairs, prices)
    before = trips.count
    least_s, _ = trips.learn(toll)
    return bound_of(pairs, prices, toll, least_s), trips.count > before
