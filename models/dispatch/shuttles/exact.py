"""Few trips: every way to share them out among ambulances, each in its best order."""

from typing import Final

import numpy as np

from models.dispatch.shuttles.problem import Shuttles
from models.dispatch.shuttles.timetable import next_row

MOST_TRIPS: Final = 6
MOST_AMBULANCES: Final = 12

Best = dict[int, tuple[float, list[int]]]
"""Least cost, and the order that has it, by the set of trips as bits."""


def best_lists(problem: Shuttles) -> list[list[int]]:
    """Return the best trips of each ambulance, O(trips! + ambulances * 3 ** trips)."""
    every = (1 << problem.size) - 1
    left = problem.cost_left()
    done: dict[int, tuple[float, list[list[int]]]] = {0: (0.0, [])}
    for a in range(problem.ambulances):
        own = _orders(problem, a)
        after: dict[int, tuple[float, list[list[int]]]] = {}
        for sets, (cost, lists) in done.items():
            for more, (further, order) in own.items():
                union = sets | more
                if sets & more == 0 and cost + further < after.get(union, (np.inf, []))[0]:
                    after[union] = (cost + further, [*lists, order])
        done = after

    def total(item: tuple[int, tuple[float, list[list[int]]]]) -> float:
        missing = every & ~item[0]
        return item[1][0] + sum(float(left[t]) for t in range(problem.size) if missing >> t & 1)

    return min(done.items(), key=total)[1][1]


def _orders(problem: Shuttles, a: int) -> Best:
    """Return the best order of each set of trips that an ambulance can make, branch by branch."""
    best: Best = {0: (0.0, [])}

    def grow(sets: int, order: list[int], cost: float, free_s: float) -> None:
        for trip in range(problem.size):
            if sets >> trip & 1:
                continue
            row = next_row(problem, (a, order[-1] if order else None, free_s), trip)
            if not row.arrive_s <= problem.arrive_by_s[a]:
                continue
            now = cost + float(problem.cost(np.array([trip]), np.array([row.arrive_s]))[0])
            union, further = sets | 1 << trip, [*order, trip]
            if now < best.get(union, (np.inf, []))[0]:
                best[union] = (now, further)
            grow(union, further, now, row.free_s)

    grow(0, [], 0.0, float(problem.ready_s[a]))
    return best
