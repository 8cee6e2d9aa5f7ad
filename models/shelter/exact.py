"""The optimal allocation by minimum-cost flow, with the prices that prove it.

Only the near arcs enter at first. Prices then tell which of the others could still help (reduced cost below
0); they enter too, until none is left. So the plan is optimal over all arcs, while the flow sees few.
"""

import time
from typing import Final

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.plan import Limits, Plan, SolveReport, Termination
from models.shelter.bound import dual_bound, shelter_prices
from models.shelter.problem import Allocation, AllocationDecision
from models.solver import least_cost_flow

# Travel times enter the flow as whole milliseconds.
UNITS_PER_S: Final = 1000
FIRST_ARCS_PER_CELL: Final = 12


def solve(problem: Allocation, limits: Limits = Limits(), seed: int = 1) -> Plan[AllocationDecision]:  # noqa: B008
    """Allocate everyone who can be, as near as possible.

    The plan is always there: who finds no place is unmet. ``report.objective`` and ``report.bound`` are
    person-seconds of those with a place; the number of unmet persons is the least possible.

    Parameters
    ----------
    limits
        The time limit stops the pricing rounds; the bound then still holds, with a gap.
    """
    started = time.perf_counter()
    cost = np.append(np.rint(problem.cost_s * UNITS_PER_S), np.ceil(problem.unmet_weight_s * UNITS_PER_S))
    cost = cost.astype(np.int64)
    active = _nearest_arcs(problem)
    while True:
        part = _restrict(problem, active)
        part_cost = np.append(cost[:-1][active], cost[-1])
        persons, unmet = _flow(part, part_cost)
        prices = shelter_prices(part, persons, part_cost)
        wanted = _could_help(problem, cost, prices) & ~active
        if not wanted.any() or time.perf_counter() - started > limits.time_s:
            break
        active |= wanted
    all_persons = np.zeros(problem.cell.size, dtype=np.int64)
    all_persons[active] = persons
    decision = AllocationDecision(all_persons, unmet, prices / UNITS_PER_S)
    return Plan(decision, report(problem, decision, limits, time.perf_counter() - started, seed))


def report(
    problem: Allocation, decision: AllocationDecision, limits: Limits, wall_s: float, seed: int
) -> SolveReport:
    """Say how good a decision is, by its own prices."""
    assert decision.prices is not None
    objective = float(decision.persons @ problem.cost_s)
    weighted_unmet = problem.unmet_weight_s * float(decision.unmet.sum())
    bound = min(dual_bound(problem, decision.prices) - weighted_unmet, objective)
    # a plan within half a unit of cost per person is optimal up to the rounding of the travel times
    rounding = float(problem.persons.sum()) / UNITS_PER_S
    close = objective - bound <= max(limits.relative_gap * abs(objective), rounding)
    termination = Termination.OPTIMAL if close else Termination.FEASIBLE
    return SolveReport(termination, objective, bound, wall_s, "OR-Tools SimpleMinCostFlow", seed)


def _nearest_arcs(problem: Allocation) -> BoolArray:
    order = np.lexsort((problem.cost_s, problem.cell))
    start = np.searchsorted(problem.cell[order], np.arange(problem.persons.size))
    rank = np.arange(order.size) - start[problem.cell[order]]
    active = np.zeros(order.size, dtype=np.bool_)
    active[order[rank < FIRST_ARCS_PER_CELL]] = True
    return active


def _restrict(problem: Allocation, active: BoolArray) -> Allocation:
    return Allocation(
        problem.persons,
        problem.capacity,
        problem.cell[active],
        problem.site[active],
        problem.cost_s[active],
    )


def _flow(problem: Allocation, cost: IntArray) -> tuple[IntArray, IntArray]:
    """Constraints (1)-(3) as a flow: source side cells, sink side shelters and the overflow.

    Nodes: cells 0..n-1, shelters n..n+m-1, then the sink. Arcs: cell to shelter, cell to sink (unmet),
    shelter to sink (capacity).
    """
    n, m, k = problem.persons.size, problem.capacity.size, problem.cell.size
    sink = n + m
    cells, sites = np.arange(n), np.arange(m)
    tail = np.concatenate([problem.cell, cells, n + sites])
    head = np.concatenate([n + problem.site, np.full(n, sink), np.full(m, sink)])
    room = np.concatenate([problem.persons[problem.cell], problem.persons, problem.capacity])
    unit_cost = np.concatenate([cost[:-1], np.full(n, cost[-1]), np.zeros(m, dtype=np.int64)])
    supply = np.append(np.concatenate([problem.persons, np.zeros(m, np.int64)]), -problem.persons.sum())
    termination, flow = least_cost_flow(tail, head, room, unit_cost, supply)
    assert termination is Termination.OPTIMAL, termination  # unmet arcs make it feasible, costs are >= 0
    return flow[:k], flow[k : k + n]


def _could_help(problem: Allocation, cost: IntArray, prices: IntArray) -> BoolArray:
    """Return the arcs whose reduced cost at these prices is below the cell's cheapest used way."""
    cheapest = np.full(problem.persons.size, cost[-1], dtype=np.int64)
    reduced = cost[:-1] + prices[problem.site]
    np.minimum.at(cheapest, problem.cell, reduced)
    return reduced <= cheapest[problem.cell]
