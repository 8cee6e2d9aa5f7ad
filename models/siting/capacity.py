"""The bound for sites with a capacity: a knapsack at each site, at prices that anyone can evaluate.

For any prices lambda_i of being served, at most ``limit`` where a demand may be left out at that price,

    win_j = max sum_i (lambda_i - c_ij) x_ij  subject to (6) and 0 <= x_ij <= 1, whole or not
    bound = sum_i lambda_i + sum over the sites that have to or had better be open of (f_j - win_j)     (C)

With p, these are the fixed sites and the p - |F| cheapest others; without, the fixed ones and all whose
value f_j - win_j is negative. Source: Klincewicz and Luss (1986), Sridharan (1993) for single source.
Rules between sites are left out, which keeps the bound valid.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.siting.kernels.knapsack import split_knapsacks, whole_knapsacks
from models.siting.problem import (
    FacilityLocation,
    MaxCoverage,
    PMedian,
    Problem,
    SetCover,
    allowed_pairs,
    number_asked,
    sizes,
    splits,
)
from models.siting.proof import CapacityProof
from models.siting.rules import NO_RULES, SiteRules

# Capacities up to here get exact whole knapsacks.
GREATEST_WHOLE: Final = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """Serving with capacities: cost (n, m), inf where not allowed; who is left out pays ``limit``.

    Where there is no capacity it is infinite.
    """

    cost: FloatArray
    demand: FloatArray
    capacity: FloatArray
    fixed_cost: FloatArray
    p: int | None
    fixed_open: IntArray
    limit: FloatArray
    single_source: bool
    rules: SiteRules = NO_RULES

    @property
    def totals_are_whole(self) -> bool:
        """Whether every plan costs a whole number."""
        cost = self.cost[np.isfinite(self.cost)]
        whole = bool((self.fixed_cost == np.floor(self.fixed_cost)).all())
        if (cost == 0).all() and not np.isfinite(self.limit).any():
            return whole
        return whole and self.single_source and bool((cost == np.floor(cost)).all())

    @property
    def in_units(self) -> bool:
        """Whether whole demands fill whole capacities, small enough for exact knapsacks."""
        sizes = np.concatenate([self.demand, self.capacity])
        return self.single_source and bool(
            (sizes == np.floor(sizes)).all() and self.capacity.max(initial=0.0) <= GREATEST_WHOLE
        )


def service_of(problem: Problem) -> Service:
    """Return a problem as a service; of a coverage, the cost is what is left out; of a center, nothing."""
    n, m = problem.cost.shape
    cost, fixed_cost, limit = problem.cost, np.zeros(m), np.full(n, np.inf)
    if isinstance(problem, FacilityLocation):
        fixed_cost = problem.fixed_cost
    elif isinstance(problem, PMedian):
        cost = np.where(np.isfinite(cost), cost, 0.0) * problem.weight[:, None]
        cost = np.where(np.isfinite(problem.cost), cost, np.inf)
    else:
        cost = np.where(allowed_pairs(problem), 0.0, np.inf)
    if isinstance(problem, SetCover):
        fixed_cost = np.ones(m)
    if isinstance(problem, MaxCoverage):
        limit = problem.weight
    return Service(
        cost,
        sizes(problem),
        np.full(m, np.inf) if problem.capacity is None else problem.capacity,
        fixed_cost,
        number_asked(problem),
        problem.fixed_open,
        limit,
        not splits(problem) and problem.capacity is not None,
        problem.rules,
    )


def wins(service: Service, prices: FloatArray, take: FloatArray) -> FloatArray:
    """Fill ``take``, shape (n, m), and return what each site wins, shape (m,)."""
    if service.in_units:
        demand, capacity = service.demand.astype(np.int64), service.capacity.astype(np.int64)
        return whole_knapsacks(service.cost, demand, capacity, prices, take)
    return split_knapsacks(service.cost, service.demand, service.capacity, prices, take)


def chosen_sites(service: Service, value: FloatArray) -> BoolArray:
    """Return the sites that (C) sums over, ties by index."""
    chosen = np.zeros(value.size, dtype=np.bool_)
    chosen[service.fixed_open] = True
    if service.p is None:
        return chosen | (value < 0)
    others = np.flatnonzero(~chosen)
    order = others[np.argsort(value[others], kind="stable")]
    chosen[order[: service.p - service.fixed_open.size]] = True
    return chosen


def capacity_bound(service: Service, proof: CapacityProof) -> float:
    """Return the bound (C) by plain NumPy: exact where capacities are small whole numbers, else split."""
    if proof.prices.shape != service.limit.shape or not np.isfinite(proof.prices).all():
        return 0.0
    prices = np.clip(proof.prices, 0.0, service.limit)
    knapsack = _whole_win if service.in_units else _split_win
    win = np.array(
        [
            knapsack(prices - service.cost[:, j], service.demand, service.capacity[j])
            for j in range(service.capacity.size)
        ]
    )
    value = service.fixed_cost - win
    return max(0.0, float(prices.sum() + value[chosen_sites(service, value)].sum()))


def _whole_win(win: FloatArray, demand: FloatArray, capacity: float) -> float:
    """Return the best sum of wins of whole demands that fit: Bellman's recursion."""
    useful = (win > 0) & (demand <= capacity)
    best = np.zeros(int(capacity) + 1)
    for gain, size in zip(win[useful], demand[useful].astype(np.int64), strict=True):
        best[size:] = np.maximum(best[size:], best[: best.size - size] + gain)
    return float(best[-1])


def _split_win(win: FloatArray, demand: FloatArray, capacity: float) -> float:
    """Return the best sum of wins when demands may be split: Dantzig's order."""
    useful = win > 0
    gain, size = win[useful], demand[useful]
    ratio = np.divide(gain, size, out=np.full(gain.size, np.inf), where=size > 0)
    order = np.argsort(-ratio, kind="stable")
    before = np.cumsum(size[order]) - size[order]
    room = np.clip(capacity - before, 0.0, None)
    fits = size[order] <= room
    share = np.divide(room, size[order], out=np.ones(order.size), where=~fits)
    return float(gain[order] @ np.minimum(share, 1.0))
