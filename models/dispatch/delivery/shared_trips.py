"""A first bound on the cost: every load pays its part of a trip, at the prices of ``supply.py``.

For prices at least 0, pi_q of a unit of line q, mu_dk of stock, tau_g of a second of a vehicle and phi of
weighted shortage, with pi_q <= cost_gq + mu_dk + tau_g a_gq for every group g of depot d that can bring q,

    cost >= sum_q amount_q min(pi_q, phi priority_q) - phi S - sum_dk mu_dk stock_dk - sum_g tau_g B_g

for every plan whose weighted shortage is at most S.
"""

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.problem import Delivery
from models.dispatch.delivery.supply import Rates


def line_prices(
    problem: Delivery, groups: Groups, rates: Rates, stock: FloatArray, vehicle: FloatArray
) -> FloatArray:
    """Return the greatest prices of lines that stock and vehicles allow, shape (q,); 0 where none can."""
    depot, time = problem.fleet.depot[groups.first], vehicle[groups.first]
    can = np.isfinite(rates.cost)
    takes = stock[depot][:, problem.demand.commodity] + time[:, None] * np.where(can, rates.time, 0.0)
    asked = np.where(can, np.where(can, rates.cost, 0.0) + takes, np.inf).min(axis=0, initial=np.inf)
    return np.where(np.isfinite(asked), asked, 0.0)


def held(problem: Delivery, groups: Groups, rates: Rates, stock: FloatArray, vehicle: FloatArray) -> float:
    """Return what all stock and all vehicles are worth at their prices."""
    time = vehicle[groups.first]
    with np.errstate(invalid="ignore"):
        vehicles = np.where(time > 0, time * rates.budget, 0.0).sum()
    return float((stock * problem.stock).sum() + vehicles)


def lines_worth(problem: Delivery, line: FloatArray, shortage: float, allowed: float) -> float:
    """Return what all lines are worth where ``allowed`` weighted units may stay, at ``shortage`` each."""
    demand = problem.demand
    if np.isinf(shortage):
        return float(demand.amount @ line) if allowed == 0 else 0.0
    worth = np.minimum(line, shortage * demand.priority)
    return float(demand.amount @ worth - shortage * allowed)


def best_shortage_price(problem: Delivery, line: FloatArray, allowed: float) -> float:
    """Return the price of shortage that proves most: one at which a line changes sides."""
    if allowed <= 0:
        return np.inf
    demand = problem.demand
    ratio = line / demand.priority
    order = np.argsort(ratio)
    weight = (demand.priority * demand.amount)[order]
    # above a ratio the lines with larger ones still earn with the price: it grows until they are the allowed
    above = weight.sum() - np.cumsum(weight)
    k = int(np.searchsorted(-above, -allowed))
    return float(ratio[order][min(k, ratio.size - 1)]) if ratio.size else np.inf
