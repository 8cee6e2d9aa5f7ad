"""The least clearance: a bound that rises by cuts, and a plan that meets it.

1. Cuts: on a relaxed grid of coarse steps a greatest flow that leaves people behind names sources and
shelters
   whose static bound (``static``) is later; repeat. The relaxed grid forbids no plan, so every step forward
   is proven.
2. Plan: a greatest flow on a planning grid brings nearly all to safety by then. It is laid out in whole
persons
   and single steps (``schedule``), and those left are sent along augmenting paths on the exact network. Where
   there is none, the steps at which its nodes can be reached are a cut: the bound rises, and so on.
"""

import time
from dataclasses import dataclass

import numpy as np

from dss.arrays import IntArray
from models.evacuation.flows import most_safe
from models.evacuation.grids import relaxed_grid, tight_grid
from models.evacuation.schedule import Schedule
from models.evacuation.static import StaticBound, static_bound
from models.evacuation.trimming import Roads, steps_to_safety

MOVES_EXACT = 300_000
"""Grids of single steps with at most so many moves are used as they are."""
MOVES_COARSE = 700_000
"""About so many moves has a coarse grid."""
MOVES_FINE = 3_000_000
"""Grids with more moves are not refined."""
NEARLY = 0.003
"""Share of the people whom a coarse plan may leave to the exact search."""


@dataclass(frozen=True, slots=True, eq=False)
class Clearance:
    """A plan, and the bound on every plan; they meet where the plan is the best one."""

    bound: StaticBound
    schedule: Schedule


def least_clearance(roads: Roads, deadline: float) -> Clearance:
    """Search for the least clearance until it is proven or a moment of ``time.perf_counter`` has come.

    A plan is returned in any case: past the moment, one that is allowed more steps than the bound.
    """
    bound = _first_bound(roads)
    bound = _raised(roads, bound, width_for(roads, bound.step), deadline)
    schedule = drawn_up(roads, bound, roads.persons, MOVES_FINE)
    while True:
        cut = schedule.complete(deadline)
        if schedule.left == 0:
            return Clearance(bound, schedule)
        if cut is None:
            schedule = schedule.longer(schedule.step + 1 + schedule.step // 50)
            deadline = np.inf  # one plan there must be, and with more and more steps it is soon found
            continue
        later = later_than(roads, cut, schedule.step)
        if schedule.step == bound.step:
            bound = later
        schedule = schedule.longer(later.step)


def later_than(roads: Roads, cut: IntArray, step: int) -> StaticBound:
    """Return a later bound than a step by which a cut does not let everybody be safe.

    Parameters
    ----------
    cut
        Thresholds of a least cut of the network in time up to the step, shape (n,).
    """
    # a source that is reached only after step 0 is not on the people's side: its people have set out
    sources, filled = (cut == 0) & (roads.supply > 0), (cut <= step) & (roads.places > 0)
    later = static_bound(roads, sources, filled, step)
    assert later.step > step, "a least cut that is too small rules its step out"
    return later


def drawn_up(roads: Roads, bound: StaticBound, wanted: int, finest: int) -> Schedule:
    """Return a schedule of nearly all who are wanted to be safe by a bound's step.

    The grid is as coarse as will do; one with more than ``finest`` moves is not refined.
    """
    width = width_for(roads, bound.step)
    while True:
        grid = tight_grid(roads, bound.step, width, bound.tight)
        flow = most_safe(roads, grid)
        enough = wanted - flow.persons <= NEARLY * wanted
        if enough or width == 1 or grid.move_arc.size > finest:
            return Schedule.of_flow(roads, grid, flow.moves)
        width = max(1, width // 3)


def width_for(roads: Roads, step: int) -> int:
    """Return how many steps a copy stands for: one where that grid is small."""
    moves = roads.k * (step + 1)
    return 1 if moves <= MOVES_EXACT else 1 + moves // MOVES_COARSE


def _first_bound(roads: Roads) -> StaticBound:
    """Return the better of two bounds: of everybody together, and of those who live farthest."""
    nobody = np.zeros(roads.n, dtype=np.bool_)
    lived_in = roads.supply > 0
    farthest = nobody.copy()
    farthest[np.argmax(np.where(lived_in, steps_to_safety(roads), -1))] = True
    bounds = [static_bound(roads, sources, nobody, 0) for sources in (farthest, lived_in)]
    return max(bounds, key=lambda bound: bound.step)


def _raised(roads: Roads, bound: StaticBound, width: int, deadline: float) -> StaticBound:
    """Raise a bound until the relaxed grid brings everybody to safety by it."""
    while time.perf_counter() <= deadline:
        flow = most_safe(roads, relaxed_grid(roads, bound.step, width, bound.tight))
        if flow.persons == roads.persons:
            return bound
        later = static_bound(roads, flow.sources, flow.filled, bound.step)
        assert later.step > bound.step, "a cut of the relaxed grid is one of the network"
        bound = later
        width = max(width, width_for(roads, bound.step))
    return bound
