"""Good orders of many roads: by what a road is worth for its work, then changed by simulated annealing."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.clock import Clock
from models.dispatch.clearing.bound import Limits
from models.dispatch.clearing.kernel import Ground, anneal, lost_by

HEAT: Final = 0.003
"""How much worse a list may be at first, as a part of what the best loses."""
CHANGES: Final = 50
"""Changes for each road in the first round; every round has twice as many as the one before."""
ROUNDS: Final = 6
AT_ONCE: Final = 500
"""Changes between two looks at the clock."""


@dataclass(frozen=True, slots=True)
class Watch:
    """The time of a search, whose audience hears of better lists, and what no list is below so far."""

    clock: Clock
    bound: float = 0.0

    def tell(self, lost: float) -> None:
        """Tell what a list loses."""
        self.clock.audience.tell(lost, self.bound)


def first_orders(limits: Limits) -> list[IntArray]:
    """Return orders to begin with: by worth for work, and by how soon a road could open."""
    roads = np.flatnonzero(np.isfinite(limits.soon_s))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nan_to_num(limits.worth / limits.work_s, nan=0.0, posinf=np.inf)
    return [roads[np.argsort(key[roads], kind="stable")] for key in (-ratio, limits.soon_s)]


def best_of(ground: Ground, orders: list[IntArray]) -> IntArray:
    """Return the list that loses the least."""
    return min(orders, key=lambda order: lost_by(ground, order, np.inf))


def better_order(
    ground: Ground, order: IntArray, rounds: range, watch: Watch, rng: np.random.Generator
) -> IntArray:
    """Return the best list found; the same generator gives the same list where time does not end it."""
    if order.size < 2:
        return order
    for one in rounds:
        warm = _cooling(lost_by(ground, order, np.inf), CHANGES * order.size * 2**one)
        now = order
        for begin in range(0, warm.size, AT_ONCE):
            if watch.clock.over:
                return order
            part = warm[begin : begin + AT_ONCE]
            now, order = anneal(ground, now, order, rng.random((part.size, 4)), part)
            watch.tell(lost_by(ground, order, np.inf))
    return order


def _cooling(lost: float, changes: int) -> FloatArray:
    return np.asarray(HEAT * lost * (1 - np.arange(changes) / changes) ** 2)
