"""Roads that no crew gets to before another is open."""

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.clearing.bound import Limits
from models.dispatch.clearing.problem import Clearing
from models.dispatch.clearing.ways import open_road


def behind(problem: Clearing, limits: Limits) -> list[tuple[int, int]]:
    """Return pairs (b, b'): no crew gets to b' before b is open; those that follow from others are left out.

    Halves of the roads are opened for the other half, again and again: O(b log b) openings.
    """
    roads = np.flatnonzero(np.isfinite(limits.soon_s)).tolist()
    cut: dict[int, set[int]] = {}

    def leave_out(inside: list[int], between_s: FloatArray) -> None:
        if len(inside) == 1:
            cut[inside[0]] = _unreached(problem, roads, between_s) - set(inside)
            return
        middle = len(inside) // 2
        for stay, opened in ((inside[:middle], inside[middle:]), (inside[middle:], inside[:middle])):
            opened_s = between_s
            for b in opened:
                opened_s = open_road(problem, opened_s, b)
            leave_out(stay, opened_s)

    if roads and problem.crews:
        leave_out(roads, problem.between_s)
    return [
        (b, later)
        for b, found in cut.items()
        for later in sorted(found)
        if not any(later in cut[other] for other in found)
    ]


def _unreached(problem: Clearing, roads: list[int], between_s: FloatArray) -> set[int]:
    start_s = problem.crew_to_end_s.min(axis=0)
    reached = np.isfinite((start_s[:, None] + between_s).min(axis=0)).reshape(-1, 2).any(axis=1)
    return {b for b in roads if not reached[b]}
