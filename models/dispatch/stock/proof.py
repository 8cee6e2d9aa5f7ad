"""What stops and prices prove about an allocation of stock, one commodity at a time.

Shares. If no share short were above a value below x, the stops of a set T would get at least
sum_T (need_s - m_s) units, with m_s the most that may be short of s then. Where that is more than the free
stock of all depots with a way to T, the greatest share short is at least x.

Shortage and seconds. For prices u_d >= 0 of a unit at depot d, with c_ds the seconds and w_s the weight of a
unit short, let v_s be the least of c_ds + u_d over the depots with a way to s. Then a plan in which at most
m_s units are short of s costs, seconds and weighted units short together, at least

    sum_s need_s v_s - m_s max(0, v_s - w_s) - sum_d free_d u_d

by linear programming's weak duality; a stop without a way is short of all it needs. With c = 0 this bounds
the shortage alone.
"""

from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.stock.problem import Stock, most_short

BELOW: Final = 1e-9
"""A share is below another by at least this part of it."""


def proves_share(problem: Stock, k: int, share: float, tight: BoolArray) -> bool:
    """Tell whether stops ``tight`` (s,) of a commodity prove that its greatest share short is ``share``."""
    if share <= 0:
        return True
    below = np.zeros(problem.stock.shape[1])
    below[k] = share * (1 - BELOW)
    least = (problem.need - most_short(problem, below))[tight, k].sum()
    reached = np.isfinite(problem.cost_s[:, tight]).any(axis=1)
    return bool(least > problem.free[reached, k].sum())


def proven_cost(
    problem: Stock, k: int, price: FloatArray, costs: tuple[FloatArray, FloatArray], most: IntArray
) -> float:
    """Return what prices (d,) prove on seconds and weighted shortage of a commodity together.

    ``costs`` are seconds (d, s), inf where there is no way, and the weight of a unit short (s,);
    ``most`` (s,) units may be short.
    """
    cost_s, weight = costs
    value = (cost_s + price[:, None]).min(axis=0, initial=np.inf)
    need = problem.need[:, k]
    way = np.isfinite(value)
    cut_off = float((need * weight)[~way].sum())
    earned = need[way] * value[way] - most[way] * np.maximum(value[way] - weight[way], 0.0)
    return float(earned.sum() - problem.free[:, k] @ price + cut_off)


def seconds_weight(problem: Stock) -> float:
    """Return a weight of shortage, in seconds, above what any exchange between stops can save."""
    finite = problem.cost_s[np.isfinite(problem.cost_s)]
    least = float(problem.priority.min(initial=1.0))
    return 4.0 * float(finite.max(initial=1.0) + 1.0) * (problem.stock.shape[0] + 1) / min(least, STEP)


STEP: Final = 1e-2
"""Weights of units short are told apart down to this."""
