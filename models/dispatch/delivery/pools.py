"""Pools: depots whose vehicles are planned together, and the units that they bring."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.delivery.groups import ROUNDING, Groups
from models.dispatch.delivery.problem import Delivery
from models.dispatch.delivery.supply import Supply

TOGETHER: Final = 400
"""Stops up to which all depots are planned together, where stock leaves the choice."""

MANY_LOADS, BEYOND = 1_000, 1.1
"""From so many loads on, no more than this share of what the supply brings is planned, and a load of each."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Groups that are planned together and what they bring: ``groups`` (h,) and whole ``units`` (q,)."""

    groups: IntArray
    units: IntArray


def pools_of(problem: Delivery, groups: Groups, supply: Supply, can: BoolArray) -> list[Pool]:
    """Return all depots together where any of them has stock for everything, else each depot alone."""
    depot = problem.fleet.depot[groups.first]
    asked = _worth_trying(problem, groups, supply)
    total = np.zeros(problem.stock.shape[1], dtype=np.int64)
    np.add.at(total, problem.demand.commodity, problem.demand.amount)
    used = np.unique(depot)
    if (problem.stock[used] >= total).all() and problem.stops <= TOGETHER:
        reached = np.where(can.any(axis=0), asked, 0)
        return [Pool(np.arange(groups.size), reached)] if reached.any() else []
    shares = np.stack([supply.units[depot == d].sum(axis=0) for d in used]) if used.size else None
    if shares is None:
        return []
    reach = np.stack([can[depot == d].any(axis=0) for d in used])
    if problem.split:
        units = _whole(problem, asked, shares, reach, problem.stock[used])
    else:
        units = _undivided(problem, shares, reach, problem.stock[used])
    return [Pool(np.flatnonzero(depot == d), units[x]) for x, d in enumerate(used) if units[x].any()]


def _worth_trying(problem: Delivery, groups: Groups, supply: Supply) -> IntArray:
    """Return the units of each line that are planned, (q,): of very many, little beyond the supply.

    No search takes in thousands of loads that no vehicle has time for.
    """
    amount = problem.demand.amount
    measure = groups.measure[problem.demand.commodity]
    largest = float(groups.room.max(initial=0.0))
    if not problem.split or measure @ amount <= MANY_LOADS * largest:
        return amount
    load = np.where(measure > 0, largest / np.maximum(measure, 1e-300), amount)
    return np.minimum(amount, np.ceil(BEYOND * supply.units.sum(axis=0) + load - ROUNDING)).astype(np.int64)


def _whole(
    problem: Delivery, asked: IntArray, shares: FloatArray, reach: BoolArray, stock: IntArray
) -> IntArray:
    """Round shares of lines to whole units, shape (depots, q); the rest comes from where stock is left."""
    units = np.floor(shares + 1e-6).astype(np.int64)
    commodity = problem.demand.commodity
    left = stock.copy()
    for d in range(left.shape[0]):
        np.subtract.at(left[d], commodity, units[d])
    over = np.maximum(asked - units.sum(axis=0), 0)
    for q in sorted(np.flatnonzero(over).tolist(), key=lambda q: -problem.demand.priority[q]):
        for d in np.argsort(units[:, q] - shares[:, q], kind="stable"):
            more = min(int(over[q]), int(left[d, commodity[q]])) if reach[d, q] else 0
            units[d, q] += more
            left[d, commodity[q]] -= more
            over[q] -= more
    return units


def _undivided(problem: Delivery, shares: FloatArray, reach: BoolArray, stock: IntArray) -> IntArray:
    """Give each line to the one depot that has most of it and stock for all of it, large lines first."""
    units, left = np.zeros(shares.shape, dtype=np.int64), stock.copy()
    commodity, amount = problem.demand.commodity, problem.demand.amount
    for q in np.lexsort((-amount, -problem.demand.priority)):
        for d in np.argsort(-shares[:, q], kind="stable"):
            if reach[d, q] and left[d, commodity[q]] >= amount[q] > 0:
                units[d, q] = amount[q]
                left[d, commodity[q]] -= amount[q]
                break
    return units
