"""A plan again from the plan before: what still fits at its prices stays, the rest is placed anew.

Whoever would not move at the prices before is left where they are. The others, those of a lost shelter or a
closed road among them, go where the cheapest chain of moves leads, one chain at a time; prices follow. The
result is optimal, as though it had been planned from the start.
"""

from typing import Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.shelter.kernels.mend import FAR, Net, Stand, keep_what_fits, mend
from models.shelter.kernels.prices import least_prices
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.splitting.lanes import WholeCosts, whole_costs

# Above this share of persons who must be placed anew, planning from the start is faster.
MOST_ANEW: Final = 0.2
MOST_CHAINS: Final = 20_000


def mend_plan(problem: Allocation, prices: FloatArray, unmet: IntArray) -> AllocationDecision | None:
    """Return the allocation of least weighted person-time, from what people were told and its prices.

    None where too much has changed for that.

    Parameters
    ----------
    problem
        With ``previous``, what people were told.
    prices
        Of the plan before, seconds, shape (m,); whatever they are, the result is the same.
    unmet
        Persons of each cell without a place before, shape (n,).
    """
    n, m = problem.persons.size, problem.capacity.size
    costs = whole_costs(problem)
    net, place = _net(problem, costs)
    price = np.append(np.rint(np.maximum(prices, 0.0) * costs.units_per_s), [0.0, 0.0]).astype(np.int64)
    flow = np.zeros(net.cell.size, dtype=np.int64)
    flow[place] = problem.told_before
    flow[net.start[1:] - 1] = np.minimum(unmet, problem.persons)
    waiting = keep_what_fits(net, problem.persons, flow, price)
    everyone = int(problem.persons.sum())
    if int(waiting.sum()) > MOST_ANEW * everyone:
        return None
    load = np.bincount(net.site, flow, m + 2).astype(np.int64)[:m]
    empty, over = np.zeros(m + 2, dtype=np.int64), np.zeros(m + 2, dtype=np.int64)
    empty[:m] = np.where(price[:m] == 0, np.maximum(problem.capacity - load, 0), 0)
    over[:m] = load + empty[:m] - problem.capacity
    over[m + 1] = waiting.sum()
    mended, shift = mend(net, Stand(flow, waiting, empty, over, price), MOST_CHAINS)
    if not mended:
        return None
    seconds = least_prices(shift)[:m] / costs.units_per_s
    assert n == net.start.size - 1
    return AllocationDecision(flow[place], flow[net.start[1:] - 1], seconds)


def _net(problem: Allocation, costs: WholeCosts) -> tuple[Net, IntArray]:
    """Return the arcs as the kernel takes them, and the place there of each arc of the problem. O(k)."""
    n, m, k = problem.persons.size, problem.capacity.size, problem.cell.size
    arcs = np.arange(k)
    grouped = bool((np.diff(problem.cell) >= 0).all())
    order = arcs if grouped else np.argsort(problem.cell, kind="stable")
    cell = problem.cell[order]
    start = np.searchsorted(cell, np.arange(n + 1)) + np.arange(n + 1)
    place = np.empty(k, dtype=np.int64)
    place[order] = arcs + cell
    columns = (problem.cell, problem.site, costs.arc, problem.told_before)
    last = (np.arange(n), np.full(n, m), costs.unmet, np.full(n, FAR))
    filled = []
    for values, at_end in zip(columns, last, strict=True):
        column = np.empty(k + n, dtype=np.int64)
        column[place], column[start[1:] - 1] = values, at_end
        filled.append(column)
    site = filled[1]
    # small numbers are sorted by radix
    arc_at = np.argsort(site.astype(np.uint16) if m < 2**16 else site, kind="stable")
    first_at = np.append(0, np.cumsum(np.bincount(site, minlength=m + 1)))
    return Net(start, filled[0], site, filled[2], filled[3], costs.anew, first_at, arc_at), place
