"""Orders: what the people of a community, or of a single cell, are told.

Index names: ``g`` group, ``h`` row of the homes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dss.arrays import IntArray, UIntArray
from models.evacuation.loops import without_loops
from scenarios.evacuation.orders.route import Route, routes_of
from scenarios.evacuation.orders.sharing import Shares, share_out
from scenarios.evacuation.plan_files import FiledPlan, PlanFacts


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """Who of a place leaves when by which route.

    Parameters
    ----------
    route
        The way.
    first_s, last_s
        When the first and the last set out, seconds after step 0.
    arrive_s
        When the last of them is to be safe.
    amount
        How many vehicles or persons.
    """

    route: Route
    first_s: float
    last_s: float
    arrive_s: float
    amount: int


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """What the people of a place are told.

    Parameters
    ----------
    place
        The community's name.
    facts
        Of the plan it comes from.
    cells
        H3 cells it is for.
    persons
        How many people live there.
    slots
        When and where to go, in the order of leaving.
    """

    place: str
    facts: PlanFacts
    cells: UIntArray
    persons: float
    slots: tuple[Slot, ...]

    @property
    def amount(self) -> int:
        """All vehicles or persons that it sends on their way."""
        return sum(slot.amount for slot in self.slots)


@dataclass(frozen=True, slots=True, eq=False)
class Orders:
    """All orders of a plan, by community and ready to be asked for single cells.

    Parameters
    ----------
    plan
        What they come from.
    by_community
        In the order of the names.
    nobody
        Vehicles or persons that set out where no home is known: nobody is told of them.
    """

    plan: FiledPlan
    by_community: tuple[Order, ...]
    nobody: int
    routes: Sequence[Route]
    route: IntArray
    shares: Shares

    def of_cell(self, cell: int) -> Order | None:
        """Return what the people of one cell are told; None where it has no homes that leave."""
        rows = np.flatnonzero(self.plan.homes.cell == np.uint64(cell))
        if rows.size == 0:
            return None
        chosen = np.isin(self.shares.home, rows)
        place = str(self.plan.homes.community[rows[0]])
        return _order(self, place, rows, np.flatnonzero(chosen))


def orders_of(plan: FiledPlan) -> Orders:
    """Return what a plan's communities are told: nobody is told to drive in a circle."""
    plan = replace(plan, groups=without_loops(plan.problem, plan.groups))
    routes, route = routes_of(plan.problem, plan.groups, plan.streets)
    shares = share_out(plan, route)
    bare = Orders(plan, (), shares.nobody, routes, route, shares)
    names = plan.homes.community.astype(str)
    of_share = names[shares.home]
    orders = tuple(
        _order(bare, str(name), np.flatnonzero(names == name), np.flatnonzero(of_share == name))
        for name in np.unique(names)
    )
    return Orders(plan, orders, shares.nobody, routes, route, shares)


def _order(orders: Orders, place: str, homes: IntArray, rows: IntArray) -> Order:
    """Gather parts of groups to an order: one slot per route."""
    plan, shares = orders.plan, orders.shares
    groups = shares.group[rows]
    departure, arrival = plan.groups.departure_step, plan.groups.arrival_step(plan.problem.travel_steps)
    table = pd.DataFrame(
        {
            "route": orders.route[groups],
            "first": departure[groups],
            "last": departure[groups],
            "arrive": arrival[groups],
            "amount": shares.amount[rows],
        }
    )
    how = {"first": "min", "last": "max", "arrive": "max", "amount": "sum"}
    told = table.groupby("route", as_index=False).agg(how).sort_values(["first", "last", "route"])
    step_s = plan.facts.step_s
    slots = tuple(
        Slot(
            orders.routes[int(row.route)],
            float(row.first * step_s),
            float(row.last * step_s),
            float(row.arrive * step_s),
            int(row.amount),
        )
        for row in told.itertuples()
    )
    cells = np.unique(plan.homes.cell[homes])
    return Order(place, plan.facts, cells, float(plan.homes.persons[homes].sum()), slots)
