"""Subgradient steps on the Lagrangian of the assignment constraints.

For any prices lambda_i of being served, with rho_j = sum over i of min(0, d_ij - lambda_i),

    bound = sum_i lambda_i + sum of rho_j over the open and the p - |open| cheapest free sites

is at most the cost of every choice of p sites. Source: Cornuejols, Fisher and Nemhauser (1977); deflected
direction (Camerini, Fratta and Maffioli 1975) and Polyak's step.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from models.siting.kernels.structure import Lists

CLOSED, FREE, OPEN = 0, 1, 2


class Ascent(NamedTuple):
    """What some steps found: the best prices with their site values and bound; the best sites and cost.

    ``share`` is how often each site was chosen of late, a picture of the fractional optimum.
    """

    prices: FloatArray
    value: FloatArray
    bound: float
    chosen: IntArray
    cost: float
    share: FloatArray


@njit(cache=True, nogil=True)
def site_values(lists: Lists, prices: FloatArray, value: FloatArray) -> None:
    """Write rho_j of every site. O(entries below the prices)."""
    value[:] = 0.0
    for i in range(prices.size):
        price = prices[i]
        for a in range(lists.first[i], lists.first[i + 1]):
            cost = lists.cost[a]
            if cost >= price:
                break
            value[lists.site[a]] += cost - price


@njit(cache=True, nogil=True)
def choose(value: FloatArray, state: Int32Array, p: int, chosen: IntArray) -> float:
    """Mark the open sites and the cheapest free ones, ties by index; return the sum of values. O(m)."""
    chosen[:] = 0
    total, left = 0.0, p
    free = np.empty(value.size)
    count = 0
    for j in range(value.size):
        if state[j] == OPEN:
            chosen[j] = 1
            total += value[j]
            left -= 1
        elif state[j] == FREE:
            free[count] = value[j]
            count += 1
    if left <= 0:
        return total
    edge = np.partition(free[:count], left - 1)[left - 1]
    for j in range(value.size):
        if state[j] == FREE and value[j] < edge:
            chosen[j] = 1
            total += value[j]
            left -= 1
    for j in range(value.size):
        if left > 0 and state[j] == FREE and value[j] == edge:
            chosen[j] = 1
            total += value[j]
            left -= 1
    return total


@njit(cache=True, nogil=True)
def _serve(lists: Lists, prices: FloatArray, chosen: IntArray, slope: FloatArray) -> float:
    """Write 1 - (chosen sites below the price) for every demand; return the cost of the chosen sites."""
    total = 0.0
    for i in range(prices.size):
        price, count, nearest = prices[i], 0, -1.0
        for a in range(lists.first[i], lists.first[i + 1]):
            cost = lists.cost[a]
            if cost >= price and nearest >= 0.0:
                break
            if chosen[lists.site[a]]:
                if nearest < 0.0:
                    nearest = cost
                if cost < price:
                    count += 1
        total += nearest if nearest >= 0.0 else lists.far[i]
        slope[i] = 1.0 - count
    return total


@njit(cache=True, nogil=True)
def ascend(
    lists: Lists,
    p: int,
    state: Int32Array,
    prices: FloatArray,
    upper: float,
    steps: int,
    stride: float,
    enough: float,
    stop: BoolArray,
) -> Ascent:
    """Raise the bound by some steps; end when it reaches ``enough`` or the stride has shrunk away.

    Ends early at ``stop``. Needs |open| <= p <= |open| + |free|. Prices stay at or below ``lists.limit``,
    where the lists prove the bound. Each step O(entries below the prices + n + m).
    """
    n, m = prices.size, state.size
    now = prices.copy()
    value, chosen, slope = np.empty(m), np.zeros(m, np.int64), np.empty(n)
    direction, share = np.zeros(n), np.zeros(m)
    best_prices, best_value, best = now.copy(), np.zeros(m), -np.inf
    best_chosen, best_cost = chosen.copy(), np.inf
    idle = 0
    for _ in range(steps):
        site_values(lists, now, value)
        bound = now.sum() + choose(value, state, p, chosen)
        cost = _serve(lists, now, chosen, slope)
        if cost < best_cost:
            best_cost = cost
            best_chosen[:] = chosen
        idle += 1
        if bound > best:
            if bound > best + 1e-6 * abs(upper - best):
                idle = 0
            best = bound
            best_prices[:] = now
            best_value[:] = value
        share = 0.9 * share + 0.1 * chosen
        if best >= enough or stop[0]:
            break
        if idle >= 20:
            idle = 0
            stride *= 0.6
            if stride < 1e-4:
                break
            now[:] = best_prices
            direction[:] = 0.0
            continue
        direction = 0.7 * slope + 0.3 * direction
        norm = (direction * direction).sum()
        if norm < 1e-12:
            break
        step = stride * max(upper - bound, 1e-9 * abs(upper)) / norm
        for i in range(n):
            now[i] = min(max(now[i] + step * direction[i], 0.0), lists.limit[i])
    return Ascent(best_prices, best_value, best, best_chosen, best_cost, share)
