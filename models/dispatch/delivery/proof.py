"""What the prices of a decision prove, worked out without a solver."""

import numpy as np

from models.dispatch.delivery.groups import Groups, group_vehicles, reachable
from models.dispatch.delivery.line_trips import proven_by_line_trips
from models.dispatch.delivery.problem import Delivery, DeliveryDecision, DeliveryPrices
from models.dispatch.delivery.shared_trips import held, line_prices, lines_worth
from models.dispatch.delivery.shortage import proven_shortage
from models.dispatch.delivery.supply import Rates, unit_rates
from models.dispatch.delivery.trip_prices import proven_by_trips

ROUNDING = 1e-9


def proven_bounds(problem: Delivery, decision: DeliveryDecision, allowed: float) -> tuple[float, float]:
    """Return the weighted shortage and the cost of driving that the prices of a decision prove.

    Parameters
    ----------
    allowed
        The weighted shortage of the plans that the second speaks of.
    """
    groups = group_vehicles(problem)
    rates = unit_rates(problem, groups, reachable(problem, groups))
    short = cost = 0.0
    if decision.shortage_prices is not None:
        short = proven_shortage(problem, groups, rates, decision.shortage_prices)
    if decision.driving_prices is not None:
        for proof in (proven_by_shares, proven_by_trips, proven_by_line_trips):
            cost = proof(problem, groups, rates, decision.driving_prices, allowed)
            if not np.isinf(cost):
                break
    return short, max(cost, 0.0)


def proven_by_shares(
    problem: Delivery, groups: Groups, rates: Rates, prices: DeliveryPrices, allowed: float
) -> float:
    """Return what prices prove where every load pays its part of a trip; minus inf: nothing."""
    if prices.visit.any():
        return -np.inf
    most = line_prices(problem, groups, rates, prices.stock, prices.vehicle)
    if (prices.line > most * (1 + ROUNDING) + ROUNDING).any():
        return -np.inf
    worth = lines_worth(problem, prices.line, prices.shortage, allowed)
    return worth - held(problem, groups, rates, prices.stock, prices.vehicle)
