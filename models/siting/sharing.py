"""Sites with capacities and demands that may be split: which sites serve most, by prices, flows and swaps.

What given sites serve at most is a greatest flow from the demands to the sites. Its least cut tells where one
more site helps: at the demands on the source's side, which no open site can take in, nor make room for.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from models.clock import Clock
from models.siting.kernels.lagrangian import FREE, OPEN
from models.siting.kernels.sharing import Descent, Sharing, lower
from models.siting.problem import MaxCoverage
from models.siting.reduction import Merged
from models.siting.report import Run
from models.siting.rules import kept
from models.solver import greatest_flow

STEPS: Final = 400
STRIDE: Final = 1.0
# Weights are counted in as many units as keep their sum below this.
GREATEST_COUNT: Final = 1e12
UNITS: Final = 1e3
# Sites that a swap tries to close, and to open in their place.
TRIED: Final = 8
# What a swap has to add to count, beyond the rounding of units.
LEAST_GAIN: Final = 1e-2
# Part of the time that is left for swaps.
SWAP_SHARE: Final = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """What some sites serve, how much each of them, and what one more site would add at most, shape (m,)."""

    served: float
    load: FloatArray
    gain: FloatArray


class Sharers:
    """The sites of a capacitated coverage, ready to be asked what some of them serve."""

    def __init__(self, problem: MaxCoverage, merged: Merged) -> None:
        assert problem.capacity is not None
        self.problem, self.weight, self.capacity = problem, merged.weight, problem.capacity
        self.p = problem.cost.shape[1] if problem.p is None else problem.p
        reached = csc_array(merged.covered)
        first, demand = reached.indptr.astype(np.int64), reached.indices.astype(np.int64)
        self.sharing = Sharing(first, demand, merged.weight, self.capacity)
        self.reached: BoolArray = merged.covered
        self.by_site = reached.T.astype(np.float64).tocsr()
        self.units = min(UNITS, GREATEST_COUNT / max(float(merged.weight.sum()), 1.0))

    def prices(self, known: float, run: Run) -> Descent:
        """Return prices whose bound is low, given that ``known`` can be served."""
        m = self.capacity.size
        state: Int32Array = np.full(m, FREE, dtype=np.int32)
        state[self.problem.fixed_open] = OPEN
        start = np.full(self.weight.size, 0.5)
        return Descent(*run.clock.attend(lower, self.sharing, self.p, state, start, known, STEPS, STRIDE))

    def flow(self, sites: IntArray) -> Flow:
        """Return what some sites serve; O(a greatest flow)."""
        k = self.weight.size
        if sites.size == 0:
            return Flow(0.0, np.zeros(0), np.minimum(self.by_site @ self.weight, self.capacity))
        i, at = np.nonzero(self.reached[:, sites])
        source, sink = k + sites.size, k + sites.size + 1
        weight = np.floor(self.weight * self.units).astype(np.int64)
        room = np.floor(np.minimum(self.capacity[sites], self.weight.sum()) * self.units).astype(np.int64)
        each, of_site = np.arange(k), np.arange(sites.size)
        sent, cut = greatest_flow(
            np.concatenate([np.full(k, source), i, k + of_site]),
            np.concatenate([each, k + at, np.full(sites.size, sink)]),
            np.concatenate([weight, weight[i], room]),
            source,
            sink,
        )
        load = sent[-sites.size :] / self.units
        wanting = self.weight * np.isin(each, cut)
        gain = np.minimum(self.by_site @ wanting, self.capacity)
        gain[sites] = 0.0
        return Flow(float(load.sum()), load, np.asarray(gain))

    def greedy(self) -> IntArray | None:
        """Return the fixed sites and again and again the one that may add most; None if rules stop that."""
        sites = self.problem.fixed_open
        while sites.size < self.p:
            gain = (
                self.flow(sites).gain if sites.size else np.minimum(self.by_site @ self.weight, self.capacity)
            )
            gain[sites] = -1.0
            for j in np.argsort(-gain, kind="stable"):
                if gain[j] < 0:
                    return None
                if kept(self.problem.rules, np.append(sites, j)):
                    sites = np.append(sites, j)
                    break
        return np.sort(sites)

    def most_chosen(self, descent: Descent) -> IntArray | None:
        """Return the sites that prices chose most often; None where that breaks a rule or a number."""
        often = descent.share.copy()
        often[self.problem.fixed_open] = np.inf
        sites = np.sort(np.argsort(-often, kind="stable")[: self.p])
        return sites if self.problem.p is not None and kept(self.problem.rules, sites) else None

    def swapped(self, sites: IntArray, run: Run) -> IntArray:
        """Return sites that serve more: one that adds much for one that serves little, while that helps."""
        clock = run.clock.share(SWAP_SHARE)
        served, load = self.flow(sites).served, self.flow(sites).load
        while not clock.over:
            better = self._swap(sites, served, load, clock)
            if better is None:
                return sites
            sites = better
            flow = self.flow(sites)
            served, load = flow.served, flow.load
        return sites

    def _swap(self, sites: IntArray, served: float, load: FloatArray, clock: Clock) -> IntArray | None:
        """Return the first swap found that serves more."""
        may_close = ~np.isin(sites, self.problem.fixed_open)
        for slot in np.argsort(np.where(may_close, load, np.inf), kind="stable")[:TRIED]:
            rest = np.delete(sites, slot)
            without = self.flow(rest)
            missing = served - without.served
            for j in np.argsort(-without.gain, kind="stable")[:TRIED]:
                if clock.over or not may_close[slot] or without.gain[j] <= missing:
                    break
                changed = np.sort(np.append(rest, j))
                if kept(self.problem.rules, changed) and self.flow(changed).served > served + LEAST_GAIN:
                    return changed
        return None
