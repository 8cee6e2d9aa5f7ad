"""Prices that prove a bound, from coarse to fine intervals of time."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from dss.arrays import FloatArray
from models.clock import Clock
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


def rising_prices(
    problem: Clearing, limits: Limits, horizon_s: float, clock: Clock
) -> Iterator[tuple[Prices, float]]:
    """Yield prices, each with a greater bound than the ones before, until time is up.

    ``horizon_s``: until when losses are counted.
    """
    if clock.over or problem.crews == 0 or horizon_s <= 0:
        return
    bound, pairs = 0.0, pairs_of(problem, limits)
    if pairs.road.size == 0:
        return
    waits, trips = behind(problem, limits), Trips.first(pairs)
    for intervals in INTERVALS:
        edges_s = horizon_s * np.linspace(0.0, 1.0, intervals + 1) ** EARLY
        for _ in range(ROUNDS):
            found = prices_of(pairs, waits, trips.families(), edges_s, clock)
            if found is None:
                return
            value, more = _tried(pairs, found, trips)
            stale = not more or 0 < value < bound * BETTER
            if value > bound:
                bound = value
                yield found, bound
            if stale:
                break


def _tried(pairs: Pairs, prices: Prices, trips: Trips) -> tuple[float, bool]:
    """Return the bound by some prices, and whether they led to ways that were not known."""
    toll: FloatArray = tolls_of(pairs, prices)
    before = trips.count
    least_s, _ = trips.learn(toll)
    return bound_of(pairs, prices, toll, least_s), trips.count > before
