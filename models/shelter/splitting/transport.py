"""The least weighted person-time by minimum-cost flow, with the prices that prove it.

Only the near lanes enter at first. Prices then tell which of the others could still help (reduced cost below
0); they enter too, until none is left. So the plan is optimal over all lanes, while the flow sees few.
"""

import time
from typing import Final

import numpy as np

from dss.arrays import IntArray
from models.plan import Termination
from models.shelter.kernels.prices import least_prices, move_costs
from models.shelter.problem import Allocation, AllocationDecision
from models.shelter.splitting.lanes import Lanes, lay_lanes
from models.solver import least_cost_flow

FIRST_LANES_PER_CELL: Final = 20


def least_total(problem: Allocation, time_s: float) -> AllocationDecision:
    """Return the allocation of least weighted person-time, cells split as need be.

    The time limit stops the pricing rounds; the prices then still prove a bound, with a gap.
    """
    started = time.perf_counter()
    lanes = lay_lanes(problem)
    rank = np.arange(lanes.cell.size) - lanes.start[lanes.cell]
    active = rank < FIRST_LANES_PER_CELL
    while True:
        part = lanes.only(active)
        flow, unmet = _flow(problem, part)
        prices = _prices(problem, part, flow, unmet)
        saving = _saving(lanes, part, flow, prices)
        saving[active] = np.minimum(saving[active], 0)
        if not (saving > 0).any() or time.perf_counter() - started > time_s:
            break
        # what falls short by no more than the most that others save may help in the next round
        active |= saving > -saving.max()
    persons = np.bincount(part.arc, weights=flow, minlength=problem.cell.size).astype(np.int64)
    return AllocationDecision(persons, unmet, prices / lanes.units_per_s)


def _flow(problem: Allocation, lanes: Lanes) -> tuple[IntArray, IntArray]:
    """Constraints (1)-(3) as a flow: source side cells, sink side shelters and the overflow.

    Nodes: cells 0..n-1, shelters n..n+m-1, then the sink. Arcs: lanes from cell to shelter, cell to sink
    (unmet), shelter to sink (capacity).
    """
    n, m, k = problem.persons.size, problem.capacity.size, lanes.cell.size
    sink = n + m
    cells, sites = np.arange(n), np.arange(m)
    tail = np.concatenate([lanes.cell, cells, n + sites])
    head = np.concatenate([n + lanes.site, np.full(n, sink), np.full(m, sink)])
    room = np.concatenate([lanes.room, problem.persons, problem.capacity])
    unit_cost = np.concatenate([lanes.cost, lanes.unmet_cost, np.zeros(m, dtype=np.int64)])
    supply = np.append(np.concatenate([problem.persons, np.zeros(m, np.int64)]), -problem.persons.sum())
    termination, flow = least_cost_flow(tail, head, room, unit_cost, supply)
    assert termination is Termination.OPTIMAL, termination  # unmet lanes make it feasible, costs are >= 0
    return flow[:k], flow[k : k + n]


def _prices(problem: Allocation, lanes: Lanes, flow: IntArray, unmet: IntArray) -> IntArray:
    """Return the least prices that make the flow optimal, being unmet standing for one more site, shape (m,).

    Where a shelter has room its price is 0, because a chain of moves to it would otherwise save.
    """
    n, m = problem.persons.size, problem.capacity.size
    at = lanes.start[1:]
    shift = move_costs(
        lanes.start + np.arange(n + 1),
        np.insert(lanes.site, at, m),
        np.insert(lanes.cost, at, lanes.unmet_cost),
        np.insert(flow, at, unmet),
        np.insert(lanes.room, at, problem.persons),
        m + 1,
    )
    return least_prices(shift)[:m]


def _saving(lanes: Lanes, part: Lanes, flow: IntArray, prices: IntArray) -> IntArray:
    """Return by how much each lane is cheaper at these prices than its cell's cheapest active one."""
    free = flow < part.room
    cheapest = lanes.unmet_cost.copy()
    np.minimum.at(cheapest, part.cell[free], part.cost[free] + prices[part.site[free]])
    return cheapest[lanes.cell] - lanes.cost - prices[lanes.site]
