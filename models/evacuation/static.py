"""How many can be safe by a step, for some of the people and some of the shelters: one static flow.

For sources X and shelters outside Y the most that arrives by step T is
o_T = max over static flows f from X of (T + 1)|f| - sum tau f (temporally repeated flows, Ford and Fulkerson
1958). All of X are safe by T only if o_T + c(Y) >= b(X). The least such T is found by Newton's method: o_T is
convex in T, and every flow is a straight line below it.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.evacuation.kernels.distances import residual_distances
from models.evacuation.trimming import Roads
from models.plan import Termination
from models.solver import least_cost_flow


@dataclass(frozen=True, slots=True, eq=False)
class StaticBound:
    """No plan is clear before ``step``.

    Parameters
    ----------
    threshold
        What proves it: the cut that too few cross by the step before, shape (n,).
    tight
        The cut that all who must can just cross by the step itself, shape (n,): where time is short.
    """

    step: int
    threshold: IntArray
    tight: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Repeated:
    """The static flow whose repetition brings most to safety by a step."""

    step: int
    flow: IntArray
    sent: int
    travel: int

    @property
    def arrived(self) -> int:
        return (self.step + 1) * self.sent - self.travel

    def step_for(self, persons: int) -> int:
        """Return the first step by which this flow, repeated for longer, brings so many to safety."""
        return -(-(persons + self.travel) // self.sent) - 1


def static_bound(roads: Roads, sources: BoolArray, filled: BoolArray, at_least: int) -> StaticBound:
    """Return the least step at which some sources and shelters do not rule a clearance out.

    Parameters
    ----------
    sources
        X, shape (n,).
    filled
        Y, shape (n,): shelters that are taken to be full.
    at_least
        A step that is known not to be too late; returned, without a proof, where the sources prove no more.
    """
    cut = (sources, filled)
    wanted = int(roads.supply[sources].sum() - roads.places[filled].sum())
    below = _repeated(roads, sources, filled, at_least)
    if below.arrived >= wanted:
        nothing = np.zeros(roads.n, dtype=np.int64)
        return StaticBound(at_least, nothing, nothing)
    step = _enough(roads, sources, filled, below, wanted)
    while True:
        earlier = _repeated(roads, sources, filled, step - 1)
        if earlier.arrived < wanted:
            now = _repeated(roads, sources, filled, step)
            return StaticBound(step, _thresholds(roads, cut, earlier), _thresholds(roads, cut, now))
        step = min(step - 1, earlier.step_for(wanted))


def most_by(roads: Roads, sources: BoolArray, filled: BoolArray, step: int) -> int:
    """Return a number of persons that no plan brings to safety by a step."""
    others = int(roads.supply[~sources].sum() + roads.places[filled].sum())
    return min(roads.persons, others + _repeated(roads, sources, filled, step).arrived)


def _enough(roads: Roads, sources: BoolArray, filled: BoolArray, found: _Repeated, wanted: int) -> int:
    """Return a step by which enough are safe."""
    while found.sent == 0:
        found = _repeated(roads, sources, filled, 2 * found.step + 1)
    return found.step_for(wanted)


def _repeated(roads: Roads, sources: BoolArray, filled: BoolArray, step: int) -> _Repeated:
    start = np.flatnonzero(sources)
    end = np.flatnonzero((roads.places > 0) & ~filled)
    pool = roads.n
    most = int(roads.capacity.sum()) + 1
    termination, flow = least_cost_flow(
        np.concatenate([roads.tail, np.full(start.size, pool), end]),
        np.concatenate([roads.head, start, np.full(end.size, pool)]),
        np.concatenate([roads.capacity, np.full(start.size + end.size, most)]),
        np.concatenate([roads.travel_steps, np.zeros(start.size, np.int64), np.full(end.size, -(step + 1))]),
        np.zeros(roads.n + 1, dtype=np.int64),
    )
    assert termination is Termination.OPTIMAL  # standing still is always possible
    on_road = flow[: roads.k]
    sent = int(flow[roads.k : roads.k + start.size].sum())
    return _Repeated(step, on_road, sent, int(roads.travel_steps @ on_road))


def _thresholds(roads: Roads, cut: tuple[BoolArray, BoolArray], found: _Repeated) -> IntArray:
    """Return the cut that belongs to a repeated flow: shortest distances over what it leaves free."""
    sources, filled = cut
    free, used = found.flow < roads.capacity, found.flow > 0
    tail = np.concatenate([roads.tail[free], roads.head[used]])
    head = np.concatenate([roads.head[free], roads.tail[used]])
    cost = np.concatenate([roads.travel_steps[free], -roads.travel_steps[used]])
    order = np.argsort(tail, kind="stable")
    first = np.searchsorted(tail[order], np.arange(roads.n + 1))
    most = found.step + 1
    start = np.full(roads.n, most + 1, dtype=np.int64)
    start[(roads.places > 0) & ~filled] = most
    start[sources] = 0
    return residual_distances(first, head[order], cost[order], start, most)
