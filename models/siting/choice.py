"""The core that four of the models share: choose p sites, each demand pays its cheapest one.

    least sum_i min over chosen j of d_ij,  p sites chosen, the fixed ones among them

p-median: d_ij = w_i c_ij. Max coverage: d_ij = 0 within the radius, w_i outside; the sum is what is left out.
Set cover and p-center: d_ij = 0 within the radius, 1 outside; p sites cover everyone if and only if the least
sum is 0. Pairs that are not allowed cost more than any allowed assignment of all demands together.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from models.siting.kernels.lists import by_site
from models.siting.kernels.structure import Lists

# Longer lists than this many sites for each open one are never walked to their end.
LIST_FACTOR = 12
LIST_LEAST = 100


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What each demand pays at each site, and how many sites may be chosen.

    Parameters
    ----------
    cost
        d_ij, shape (n, m), finite.
    refused
        What a pair costs that is not allowed; a total below it uses allowed pairs only.
    p, fixed_open
        Number of sites, and those that are open in any case.
    """

    cost: FloatArray
    refused: float
    p: int
    fixed_open: IntArray

    @property
    def whole(self) -> bool:
        """Whether every total is a whole number."""
        return bool((self.cost == np.floor(self.cost)).all())

    def total(self, sites: IntArray) -> float:
        """Return what all demands pay when these sites are open."""
        return float(self.cost[:, sites].min(axis=1).sum())


def weighted(cost: FloatArray, weight: FloatArray, p: int, fixed_open: IntArray) -> Choice:
    """Return the p-median as a choice."""
    allowed = np.isfinite(cost)
    price = np.where(allowed, cost, 0.0) * weight[:, None]
    refused = float(np.floor(price.max(axis=1, initial=0.0).sum())) + 1.0
    price[~allowed] = refused
    return Choice(price, refused, p, fixed_open)


def uncovered(covered: BoolArray, weight: FloatArray, p: int, fixed_open: IntArray) -> Choice:
    """Return coverage as a choice: weight w_i is paid by who is not covered."""
    price = np.where(covered, 0.0, weight[:, None])
    return Choice(price, float(weight.sum()) + 1.0, p, fixed_open)


def short_lists(choice: Choice) -> Lists:
    """Return the cheapest sites of every demand, as many as a search can need."""
    n, m = choice.cost.shape
    length = min(m, max(LIST_LEAST, LIST_FACTOR * -(-m // choice.p)))
    far = choice.cost.max(axis=1, initial=0.0)
    parts = [_nearest(choice.cost[k : k + 1000], length, far[k : k + 1000]) for k in range(0, n, 1000)]
    count, site, cost, limit = (np.concatenate(part) for part in zip(*parts, strict=True)) if parts else EMPTY
    first = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    return Lists(first, site, cost, limit, far, *by_site(first, site, cost, m))


EMPTY = (np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0), np.zeros(0))


def _nearest(
    cost: FloatArray, length: int, far: FloatArray
) -> tuple[IntArray, IntArray, FloatArray, FloatArray]:
    """Return lengths, sites and costs of the lists of some rows, and what all other sites cost at least."""
    if length < cost.shape[1]:
        kept = np.sort(np.argpartition(cost, length, axis=1)[:, :length], axis=1)
    else:
        kept = np.broadcast_to(np.arange(cost.shape[1]), cost.shape)
    value = np.take_along_axis(cost, kept, axis=1)
    order = np.argsort(value, axis=1, kind="stable")
    site, value = np.take_along_axis(kept, order, axis=1), np.take_along_axis(value, order, axis=1)
    limit = value[:, -1] if length < cost.shape[1] else far
    # who pays the highest cost anyway needs no entry
    listed = value < far[:, None]
    return listed.sum(axis=1), site[listed].astype(np.int32), value[listed], limit


def cover_lists(covered: BoolArray, weight: FloatArray) -> Lists:
    """Return the lists of a coverage choice: all sites that cover a demand, at no cost."""
    demand, sites = np.nonzero(covered)
    first = np.searchsorted(demand, np.arange(covered.shape[0] + 1)).astype(np.int64)
    site: Int32Array = sites.astype(np.int32)
    free = np.zeros(site.size)
    by = by_site(first, site, free, covered.shape[1])
    return Lists(first, site, free, weight.astype(np.float64), weight.astype(np.float64), *by)
