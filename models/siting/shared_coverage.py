"""Max coverage with capacities, demands split: flows and swaps, prices, then branch and cut.

With W_g the weight of merged demand g, x_gj the weight of g that site j serves:

    greatest sum x_gj  subject to  sum_j x_gj <= W_g,  sum_g x_gj <= Q_j y_j,  x_gj <= min(W_g, Q_j) y_j

Prices of the first rows (:mod:`.sharing`) prove a bound, by (C) of :mod:`.capacity`, which comes to the value
of the linear relaxation. Swaps evaluated by greatest flows give a plan. A program over the sites that the
prices choose now and then, and the one over all sites, improve plan and bound.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import BoolArray, FloatArray, IntArray
from models.clock import Clock
from models.plan import Plan, Termination
from models.siting.capacity import capacity_bound, service_of
from models.siting.formulation import Formulation
from models.siting.problem import MaxCoverage, SitingDecision
from models.siting.proof import BoundBy, CapacityProof
from models.siting.reduction import Merged, merge
from models.siting.report import Asked, Run
from models.siting.ruled import first_sites
from models.siting.sharing import Sharers
from models.solver import Look, Program, ProgramResult, least_cost_program

# Part of the time that is left for the program over the sites that the prices choose.
FIRST_SHARE: Final = 0.5
# Least part of the last steps in which a site of that program was chosen.
LEAST_USE: Final = 0.02
# Shares below this are the solver's rounding.
LEAST_SHARE: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """Open sites, and the weight of each merged demand that each serves, shape (k, m)."""

    sites: IntArray
    amount: csr_array

    @property
    def total(self) -> float:
        """The weight that is served."""
        return float(self.amount.sum())


def solve_shared_coverage(problem: MaxCoverage, asked: Asked) -> Plan[SitingDecision]:
    """Cover the most weight within radius and capacities; needs a problem without causes."""
    run = Run(asked, "flows and swaps + Lagrangian knapsacks + branch and cut (HiGHS)", greatest=True)
    merged = merge(problem.cost <= problem.radius, problem.weight)
    covering = Covering(problem, merged, run)
    sites = covering.sharers.greedy()
    if sites is None or problem.p is None:
        sites = first_sites(problem, run)
    if sites is None:
        return run.without(Termination.INFEASIBLE if run.left_s > 0 else Termination.NO_SOLUTION)
    covering.offer(covering.serve(sites, run.clock))
    proof = covering.price()
    if covering.open_gap and problem.p is not None:
        covering.offer(covering.serve(covering.sharers.swapped(covering.best.sites, run), run.clock))
    by = covering.branch() if covering.open_gap else BoundBy.PROOF
    decision = SitingDecision(covering.best.sites, covering.share(), proof, by)
    value = float(problem.weight @ decision.assignment.sum(axis=1))
    return run.finished(decision, value, max(covering.most, value))


class Covering:
    """A search on its way: the best service so far and the weight that no plan can exceed."""

    def __init__(self, problem: MaxCoverage, merged: Merged, run: Run) -> None:
        self.problem, self.merged, self.run = problem, merged, run
        self.sharers = Sharers(problem, merged)
        nobody = csr_array((merged.weight.size, problem.cost.shape[1]))
        self.best = Serving(np.zeros(0, dtype=np.int64), nobody)
        self.most = float(merged.weight.sum())
        self.used = np.ones(problem.cost.shape[1], dtype=np.bool_)

    @property
    def open_gap(self) -> bool:
        """Whether there is something to gain, and time left."""
        close = self.most - self.best.total <= self.run.limits.relative_gap * self.best.total
        return self.run.left_s > 0 and not close

    def offer(self, serving: Serving | None) -> None:
        """Take a service if it serves more."""
        first = self.best.sites.size == 0
        if serving is not None and (first or serving.total > self.best.total):
            self.best = serving
            self.run.tell(serving.total, max(self.most, serving.total))

    def price(self) -> CapacityProof:
        """Lower the bound by prices, and offer the sites that they choose most."""
        descent = self.sharers.prices(self.best.total, self.run)
        prices = np.append(descent.prices, 1.0)[self.merged.group] * self.problem.weight
        proof = CapacityProof(prices)
        everyone = float(self.problem.weight.sum())
        self.most = min(self.most, everyone - capacity_bound(service_of(self.problem), proof))
        self.used = descent.share > LEAST_USE
        sites = self.sharers.most_chosen(descent)
        if sites is not None:
            self.offer(self.serve(sites, self.run.clock))
        return proof

    def serve(self, sites: IntArray, clock: Clock) -> Serving | None:
        """Return the most that these sites serve, by a linear program; at least what is quick to see."""
        opened = np.isin(np.arange(self.problem.cost.shape[1]), sites)
        made = _program(self.problem, self.merged, opened)
        made.program.least[: opened.size] = opened
        result = least_cost_program(made.program, max(clock.left_s, 1.0), 0.0)
        return None if result.values is None else made.read(result.values)

    def branch(self) -> BoundBy:
        """Improve plan and bound by branch and cut; return who proves the bound."""
        self.used[self.best.sites] = True
        self._ask(self.used, self.run.clock.share(FIRST_SHARE))
        if not self.open_gap:
            return BoundBy.PROOF
        result = self._ask(np.ones_like(self.used), self.run.clock)
        if result.bound is None or -result.bound >= self.most * (1 - 1e-9):
            return BoundBy.PROOF
        self.most = -result.bound
        return BoundBy.SOLVER

    def _ask(self, usable: BoolArray, clock: Clock) -> ProgramResult:
        """Solve the program over some sites, and offer what it finds."""
        made = _program(self.problem, self.merged, usable)
        everywhere = bool(usable.all())
        result = least_cost_program(
            made.program,
            clock.left_s,
            self.run.limits.relative_gap,
            start=made.values(self.best),
            look=self._look(clock, everywhere=everywhere),
        )
        if result.values is not None:
            self.offer(made.read(result.values))
        return result

    def _look(self, clock: Clock, *, everywhere: bool) -> Look:
        """Return what to tell meanwhile: bounds are those of the whole program only."""
        return clock.look(
            lambda value, bound: self.run.tell(
                max(-value, self.best.total), min(self.most, -bound) if everywhere else self.most
            )
        )

    def share(self) -> csr_array:
        """Return the share of each demand at each site, freed of the solver's rounding."""
        weight = self.merged.weight
        entry = self.best.amount.tocoo()
        i, j = entry.coords
        part = entry.data / np.where(weight > 0, weight, 1.0)[i]
        part[(part < LEAST_SHARE) | ~np.isin(j, self.best.sites)] = 0.0
        part /= np.maximum(np.bincount(i, part, weight.size), 1.0)[i]
        shape = (weight.size + 1, self.problem.cost.shape[1])
        share = csr_array(csr_array((part, (i, j)), shape=shape)[self.merged.group])
        share.eliminate_zeros()
        return share


@dataclass(frozen=True, slots=True, eq=False)
class _Made:
    """The program over some sites, with the pairs that its variables stand for."""

    program: Program
    pairs: tuple[IntArray, IntArray]
    shape: tuple[int, int]

    def values(self, serving: Serving) -> FloatArray:
        """Return the variables of a service."""
        y = np.isin(np.arange(self.shape[1]), serving.sites).astype(np.float64)
        return np.concatenate([y, np.asarray(serving.amount[self.pairs]).ravel()])

    def read(self, values: FloatArray) -> Serving:
        """Return the service that values of the variables stand for."""
        y, x = values[: self.shape[1]], values[self.shape[1] :]
        sites = np.flatnonzero(y > 0.5)
        x = np.where(np.isin(self.pairs[1], sites), np.maximum(x, 0.0), 0.0)
        return Serving(sites, csr_array((x, self.pairs), shape=self.shape))


def _program(problem: MaxCoverage, merged: Merged, usable: BoolArray) -> _Made:
    """Return the program over usable sites, minimising minus what is served."""
    capacity = problem.capacity
    assert capacity is not None
    i, j = np.nonzero(merged.covered & usable)
    made = Formulation()
    m, k = problem.cost.shape[1], np.arange(i.size)
    y = made.sites(m, p=problem.p, fixed_open=problem.fixed_open, rules=problem.rules)
    made.greatest[0] = usable.astype(np.float64)
    x = made.add(i.size, cost=-1.0, greatest=merged.weight[i])
    made.require(m, (j, x, 1.0), (np.arange(m), y, -capacity), upper=0.0)
    made.require(i.size, (k, x, 1.0), (k, y[j], -np.minimum(merged.weight[i], capacity[j])), upper=0.0)
    made.require(merged.weight.size, (i, x, 1.0), upper=merged.weight)
    return _Made(made.program(), (i, j), (merged.weight.size, m))
