"""What must stay short: prices of stock and of vehicles' time, and the formula that bounds the shortage.

For any prices at least 0, mu_dk of a unit of stock and tau_g of a second of a group's vehicles (without
``reload``: of the room of one),

    sum_q priority_q short_q >= sum_q amount_q (priority_q - w_q) - sum_dk mu_dk stock_dk - sum_g tau_g B_g

with B_g the seconds (rooms) of the group and w_q the greatest of 0 and priority_q - mu_dk - tau_g a_gq over
the groups that can bring line q, a_gq being what a unit takes of a vehicle at least. Proof: a unit that is
brought earns at most w_q beyond what it takes of stock and time, of which there is no more than B_g and
stock_dk.
"""

import numpy as np

from dss.arrays import BoolArray
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.problem import Delivery, ShortagePrices
from models.dispatch.delivery.supply import Rates, least_cost_supply


def least_shortage(problem: Delivery, groups: Groups, rates: Rates) -> tuple[float, ShortagePrices]:
    """Return a proven least weighted shortage, and the prices that prove it."""
    free = Rates(np.where(np.isfinite(rates.cost), 0.0, np.inf), rates.time, rates.budget)
    supply = least_cost_supply(problem, groups, free, problem.demand.priority)
    prices = ShortagePrices(supply.stock, supply.time[groups.of])
    return proven_shortage(problem, groups, rates, prices), prices


def proven_shortage(problem: Delivery, groups: Groups, rates: Rates, prices: ShortagePrices) -> float:
    """Return what prices prove; whole where all priorities are."""
    demand, depot = problem.demand, problem.fleet.depot[groups.first]
    time = prices.vehicle[groups.first]
    can: BoolArray = np.isfinite(rates.cost)
    takes = prices.stock[depot][:, demand.commodity] + time[:, None] * np.where(can, rates.time, 0.0)
    earns = np.where(can, demand.priority[None, :] - takes, 0.0).max(axis=0, initial=0.0)
    held = float((prices.stock * problem.stock).sum())
    with np.errstate(invalid="ignore"):
        held += float(np.where(time > 0, time * rates.budget, 0.0).sum())
    bound = max(float(demand.amount @ (demand.priority - earns)) - held, 0.0)
    if (demand.priority == np.rint(demand.priority)).all():
        bound = float(np.ceil(bound - 1e-6 * max(bound, 1.0)))
    return bound
