"""Who brings how much of each line: a linear program in which every load pays its part of a trip.

A trip of a vehicle with room R that hands over loads l_i (in the measure) drives at least the longest of the
round trips r_i by its stops, so at least the sum of l_i / R r_i; its time and its vehicle's cost are shared
in the same way. What the program says is no plan yet, but no plan costs less; its prices start the bound.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import coo_array, csc_array

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.problem import Delivery
from models.solver import GrowingProgram

NEAREST: Final = 4
"""Depots that may serve each line in the first program; others join where they pay."""
ROUNDS: Final = 6
CHEAPER: Final = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """What a unit of each line takes when a group brings it, shape (g, q); inf where it cannot.

    Parameters
    ----------
    cost
        Its part of the cost of a trip.
    time
        Its part of a vehicle's seconds; without ``reload`` of its room.
    budget
        What each group has of the latter, shape (g,); may be inf.
    """

    cost: FloatArray
    time: FloatArray
    budget: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """Units of each line by group, shape (g, q), those that are short, and the prices of the program.

    ``line`` (q,), ``stock`` (d, k) and ``time`` (g,), all at least 0.
    """

    units: FloatArray
    short: FloatArray
    line: FloatArray
    stock: FloatArray
    time: FloatArray


def unit_rates(problem: Delivery, groups: Groups, can: BoolArray) -> Rates:
    """Return what units cost and take at least."""
    demand = problem.demand
    with np.errstate(divide="ignore", invalid="ignore"):
        share = groups.measure[demand.commodity][None, :] / groups.room[:, None]
    load_s = problem.load_s[problem.fleet.depot[groups.first]][:, None]
    driving_s = np.where(can, groups.round_s[:, demand.stop], 0.0)
    cost = groups.cost_per_s[:, None] * driving_s
    if problem.reload:
        trip_s = load_s + driving_s + problem.unload_s[demand.stop][None, :]
        part = np.where(groups.shift_s > 0, 1.0 / np.maximum(groups.shift_s, 1e-300), 0.0)
        cost = cost + groups.fixed_cost[:, None] * trip_s * part[:, None]
        with np.errstate(invalid="ignore"):
            time = share * trip_s
        budget = groups.count * groups.shift_s
    else:
        cost = cost + groups.fixed_cost[:, None]
        time, budget = share, groups.count.astype(np.float64)
    with np.errstate(invalid="ignore"):  # a vehicle without room brings nothing
        shared = share * cost
    return Rates(np.where(can, shared, np.inf), np.where(can, time, np.inf), budget)


def least_cost_supply(
    problem: Delivery,
    groups: Groups,
    rates: Rates,
    short_cost: FloatArray,
    part: float = 1.0,
) -> Supply:
    """Return the supply of least cost, a unit short costing ``short_cost`` (q,).

    ``part`` of the vehicles' time may be taken. The cheapest depots of each line are looked at first, others
    join where they pay.
    """
    demand, lines = problem.demand, problem.demand.size
    depots, commodities = problem.stock.shape
    if not lines:
        none = np.zeros(0)
        return Supply(
            np.zeros((groups.size, 0)), none, none, np.zeros((depots, commodities)), np.zeros(groups.size)
        )
    size = lines + depots * commodities + groups.size
    lower, upper = np.full(size, -np.inf), np.full(size, np.inf)
    lower[:lines] = demand.amount
    upper[lines : lines + depots * commodities] = problem.stock.ravel()
    upper[lines + depots * commodities :] = rates.budget * part
    program = GrowingProgram(lower, upper)
    program.add(
        short_cost, csc_array((np.ones(lines), np.arange(lines), np.arange(lines + 1)), (size, lines))
    )
    depot = problem.fleet.depot[groups.first]
    taken = np.zeros(rates.cost.shape, dtype=np.bool_)
    chosen = _nearest(rates.cost, depot)
    order: list[tuple[IntArray, IntArray]] = []
    for _ in range(ROUNDS):
        g, q = np.nonzero(chosen & ~taken)
        if g.size:
            program.add(rates.cost[g, q], _columns(problem, groups, rates, (g, q), size))
            order.append((g, q))
            taken |= chosen
        _, prices = program.solve()
        line = np.maximum(prices[:lines], 0.0)
        stock = np.maximum(-prices[lines : lines + depots * commodities], 0.0).reshape(depots, commodities)
        time = np.maximum(-prices[lines + depots * commodities :], 0.0)
        with np.errstate(invalid="ignore"):
            asked = rates.cost + stock[depot][:, demand.commodity] + time[:, None] * rates.time
        chosen = np.isfinite(rates.cost) & (asked < line[None, :] - CHEAPER) & ~taken
        if not chosen.any():
            break
    units = np.zeros(rates.cost.shape)
    values = program.values()
    for g, q in order:
        units[g, q], values_left = values[lines : lines + g.size], values[lines + g.size :]
        values = np.concatenate([values[:lines], values_left])
    return Supply(units, values[:lines], line, stock, time)


def _nearest(cost: FloatArray, depot: IntArray) -> BoolArray:
    """Return the pairs of groups and lines in the first program: those of the cheapest depots."""
    names = np.unique(depot)
    if not names.size:
        return np.isfinite(cost)
    least = np.stack([cost[depot == d].min(axis=0) for d in names])
    kth = np.sort(least, axis=0)[min(NEAREST, names.size) - 1]
    near = least <= kth[None, :]
    return np.isfinite(cost) & near[np.searchsorted(names, depot)]


def _columns(
    problem: Delivery, groups: Groups, rates: Rates, pairs: tuple[IntArray, IntArray], size: int
) -> csc_array:
    g, q = pairs
    lines, (depots, commodities) = problem.demand.size, problem.stock.shape
    depot = problem.fleet.depot[groups.first][g]
    stock_row = lines + depot * commodities + problem.demand.commodity[q]
    time_row = lines + depots * commodities + g
    rows = np.concatenate([q, stock_row, time_row])
    values = np.concatenate([np.ones(2 * g.size), rates.time[g, q]])
    columns = np.tile(np.arange(g.size), 3)
    return csc_array(coo_array((values, (rows, columns)), shape=(size, g.size)))
