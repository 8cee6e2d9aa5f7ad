"""The ways a person can go, in whole units of cost, as the flow solver takes them.

An arc is one lane; an arc that the plan before used is two: one for those already told, at its cost, and one
for anybody beyond them, dearer by the stability weight. Being unmet is a lane to a place of its own.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, IntArray
from models.shelter.problem import Allocation

# Seconds enter the flow as whole milliseconds, or coarser where a cost would not fit the solver's integers.
UNITS_PER_S: Final = 1000.0
MOST_UNITS: Final = 2.0**44


@dataclass(frozen=True, slots=True, eq=False)
class Lanes:
    """Lanes grouped by cell, the cheapest of each cell first.

    Parameters
    ----------
    start
        Lanes of cell i are start[i] .. start[i + 1] - 1, shape (n + 1,).
    cell, site, arc
        Ends and arc of each lane, shape (l,).
    cost
        Cost of a person in whole units, shape (l,).
    room
        Persons that the lane takes, shape (l,).
    unmet_cost
        Cost of an unmet person of each cell in whole units, shape (n,).
    units_per_s
        Whole units in a second.
    """

    start: IntArray
    cell: IntArray
    site: IntArray
    arc: IntArray
    cost: IntArray
    room: IntArray
    unmet_cost: IntArray
    units_per_s: float

    def only(self, active: BoolArray) -> "Lanes":
        """Return some of the lanes."""
        cell = self.cell[active]
        return Lanes(
            np.searchsorted(cell, np.arange(self.start.size)),
            cell,
            self.site[active],
            self.arc[active],
            self.cost[active],
            self.room[active],
            self.unmet_cost,
            self.units_per_s,
        )


@dataclass(frozen=True, slots=True, eq=False)
class WholeCosts:
    """Costs in whole units: of each arc, shape (k,), of an unmet person of each cell, shape (n,), and of
    telling a person anew.
    """  # noqa: D205

    arc: IntArray
    unmet: IntArray
    anew: int
    units_per_s: float


def whole_costs(problem: Allocation) -> WholeCosts:
    """Return the costs of a problem in whole units."""
    unmet_s, value_s = problem.unmet_weight_s * problem.weight, problem.value_s
    dearest_s = max(float(unmet_s.max(initial=1.0)), float(value_s.max(initial=1.0)))
    units_per_s = min(UNITS_PER_S, MOST_UNITS / dearest_s)
    # who counts for nothing still takes a place rather than none
    unmet = np.maximum(np.ceil(unmet_s * units_per_s), 1.0).astype(np.int64)
    arc = np.rint(value_s * units_per_s).astype(np.int64)
    return WholeCosts(arc, unmet, round(problem.stability_s * units_per_s), units_per_s)


def lay_lanes(problem: Allocation) -> Lanes:
    """Return the lanes of a problem. O(k log k)."""
    arcs, told, costs = np.arange(problem.cell.size), problem.told_before, whole_costs(problem)
    kept = np.flatnonzero(told > 0) if costs.anew > 0 else arcs[:0]
    arc = np.concatenate([arcs, kept])
    persons = problem.persons[problem.cell]
    room = np.concatenate([persons, np.minimum(told, persons)[kept]])
    cost = np.concatenate([costs.arc + costs.anew, costs.arc[kept]])
    order = np.lexsort((cost, problem.cell[arc]))
    arc = arc[order]
    cell = problem.cell[arc]
    start = np.searchsorted(cell, np.arange(problem.persons.size + 1))
    site = problem.site[arc]
    return Lanes(start, cell, site, arc, cost[order], room[order], costs.unmet, costs.units_per_s)
