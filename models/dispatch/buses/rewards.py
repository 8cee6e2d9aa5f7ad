"""The formulas of the bound: what trips are worth for given prices, and when no plan can be done in time.

Suppose everyone were brought within T. For any prices at least 0, with alpha_p of a trip from p up to its
fewest (n_p), rho_p of one beyond a trip for each person (a_p), lambda_p of a person from p and sigma_s of a
place at s, let w_ps = max(0, lambda_p - sigma_s) and

    reward of a trip from p to s    r_ps = alpha_p - rho_p + q w_ps

and V_d the greatest reward of a tour of a bus of depot d that takes at most T. Then

    sum_p (n_p alpha_p - a_p rho_p + a_p lambda_p) - sum_s c_s sigma_s <= sum_d buses_d V_d             (B)

Proof: a plan makes x_ps trips with y_ps <= q x_ps persons, so the rewards of its tours add up to at least
sum_p (alpha_p - rho_p) sum_s x_ps + sum_ps w_ps y_ps. The first is at least sum_p (n_p alpha_p - a_p rho_p)
by (2) and (4); the second at least sum_ps (lambda_p - sigma_s) y_ps, which is at least
sum_p a_p lambda_p - sum_s c_s sigma_s by (2) and (3).

Where (B) is broken, no plan is done by T.
"""

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.buses.problem import BusEvacuation, BusPrices


def trip_rewards(problem: BusEvacuation, prices: BusPrices) -> FloatArray:
    """Return what a trip from each point to each shelter is worth (r), shape (p, s)."""
    seat = np.maximum(0.0, prices.person[:, None] - prices.place[None, :])
    return (prices.trip - prices.trip_more)[:, None] + problem.bus_capacity * seat


def excess(problem: BusEvacuation, prices: BusPrices, best: FloatArray) -> float:
    """Return by how much (B) is broken: above 0, no plan is done in time."""
    places = np.where(np.isfinite(problem.shelter_capacity), problem.shelter_capacity, 0.0)
    asked = problem.fewest_trips @ prices.trip - problem.demand @ prices.trip_more
    asked += problem.demand @ prices.person - places @ prices.place
    return float(asked - problem.buses_at_depot @ best)
