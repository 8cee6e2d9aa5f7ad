"""Raise the bound of sites with a capacity, and leave out what would cost more than a known plan."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray
from models.siting.capacity import Service, chosen_sites, wins
from models.siting.kernels.knapsack import forced_wins
from models.siting.report import Run

STEPS: Final = 1000
FIRST_STRIDE: Final = 1.0
# Steps without a better bound before the stride is cut, and the factor.
PATIENCE: Final = 20
SHRINK: Final = 0.6
# How far above the best bound the steps aim, as a share of all prices.
AIM: Final = 0.05
# Share of the time that the prices may take.
TIME_SHARE: Final = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """Prices, what each site wins by them, and the bound (C)."""

    prices: FloatArray
    win: FloatArray
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What a program may use: sites, those that have to be open, and pairs, shapes (m,), (m,), (n, m)."""

    site: BoolArray
    must: BoolArray
    pair: BoolArray


def raise_prices(service: Service, run: Run) -> Priced:
    """Return good prices, by subgradient steps on (1); each step O(n m) and the knapsacks."""
    prices = _start(service)
    take = np.zeros(service.cost.shape)
    best = Priced(prices, np.zeros(service.capacity.size), -np.inf)
    direction, stride, idle = np.zeros(prices.size), FIRST_STRIDE, 0
    for _ in range(STEPS):
        win = wins(service, prices, take)
        value = service.fixed_cost - win
        chosen = chosen_sites(service, value)
        bound = float(prices.sum() + value[chosen].sum())
        idle += 1
        if bound > best.bound:
            best, idle = Priced(prices, win, bound), 0
        slope = 1.0 - take[:, chosen].sum(axis=1)
        slope = np.where((prices >= service.limit) & (slope > 0), 0.0, slope)
        if idle >= PATIENCE:
            prices, idle, stride = best.prices, 0, stride * SHRINK
            direction = np.zeros(prices.size)
            continue
        direction = 0.7 * slope + 0.3 * direction
        norm = float(direction @ direction)
        if norm < 1e-12 or stride < 1e-3 or run.left_s < (1 - TIME_SHARE) * run.limits.time_s:
            break
        aim = best.bound + AIM * float(best.prices.sum()) - bound
        prices = np.clip(prices + stride * aim / norm * direction, 0.0, service.limit)
    return best


def _start(service: Service) -> FloatArray:
    """Return what serving costs at a site that one of p would be near, fixed costs shared by capacity."""
    per_unit = np.divide(
        service.fixed_cost, service.capacity, out=np.zeros(service.capacity.size), where=service.capacity > 0
    )
    full = np.sort(service.cost + per_unit * service.demand[:, None], axis=1)
    rank = 0 if service.p is None else min(service.capacity.size // service.p, service.capacity.size - 1)
    price = np.where(np.isfinite(full[:, rank]), full[:, rank], full[:, 0])
    return np.minimum(np.where(np.isfinite(price), price, 0.0), service.limit)


def keep(service: Service, priced: Priced, enough: float) -> Kept:
    """Return what plans below ``enough`` may use: by the bound where a site or a pair is forced.

    With v_j = f_j - win_j: opening an open-not site j adds max(0, v_j), or v_j - v_last with p; closing a
    chosen one adds max(0, -v_j), or v_next - v_j; serving i whole from j adds at least win_j - the win when
    i is forced.
    """
    value = service.fixed_cost - priced.win
    chosen = chosen_sites(service, value)
    opening, closing = _penalties(service, value, chosen)
    site = priced.bound + opening < enough
    must = chosen & (priced.bound + closing >= enough)
    pair = np.isfinite(service.cost) & site
    if service.single_source:
        forced = forced_wins(service.cost, service.demand, service.capacity, priced.prices)
        pair &= priced.bound + opening + np.maximum(priced.win - forced, 0.0) < enough
    must[service.fixed_open] = True
    return Kept(site, must, pair)


def _penalties(service: Service, value: FloatArray, chosen: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return what opening a site not chosen, and closing a chosen one, adds to the bound, shapes (m,)."""
    free = np.ones(value.size, dtype=np.bool_)
    free[service.fixed_open] = False
    if service.p is None:
        return np.where(chosen, 0.0, value), np.where(chosen & free, -value, np.inf)
    last = value[chosen & free].max(initial=-np.inf)
    after = value[~chosen].min(initial=np.inf)
    opening = np.where(chosen, 0.0, value - last)
    return opening, np.where(chosen & free, after - value, np.inf)


def look_first(service: Service, priced: Priced, sites: int, pairs: int) -> Kept:
    """Return the sites and pairs that look best at the prices: a first guess, not a proof."""
    value = service.fixed_cost - priced.win
    count = min(value.size, max(sites * int(chosen_sites(service, value).sum()), 5))
    site = np.zeros(value.size, dtype=np.bool_)
    site[np.argsort(value, kind="stable")[:count]] = True
    site[service.fixed_open] = True
    reduced = np.where(site, service.cost, np.inf)
    nearest = np.argsort(reduced, axis=1, kind="stable")[:, :pairs]
    pair = np.zeros(reduced.shape, dtype=np.bool_)
    np.put_along_axis(pair, nearest, values=True, axis=1)
    must = np.zeros(value.size, dtype=np.bool_)
    must[service.fixed_open] = True
    return Kept(site, must, pair & np.isfinite(reduced))
