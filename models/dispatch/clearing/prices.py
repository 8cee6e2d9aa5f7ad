"""Prices of time, and what no order of clearing is below by them: arithmetic, true for any prices.

Time is cut into intervals, i, and prices are constant in each. For every place p, road b and interval:

    toll u_pbi >= 0    what the place grants for the road being open, person-seconds of way
    crew c_i >= 0      what a second of a crew is worth
    reach w_bb'i >= 0  what it is worth that b, without which no crew gets to b', is open in time

Whatever set S of roads is open in interval i, p loses at least A_pi - sum of u_pbi over S; A_pi is its loss
on its shortest way with u_pbi / n_p as a toll on each road: no list of ways is needed. Road b that opens at
time C keeps one of K crews for a_b seconds before, and crews are kept at most K seconds in each second. If no
crew gets to b' before b is open, then b' is not open before a_b' have passed since. So every order loses at
least

    sum_i len_i (sum_p A_pi - K c_i) + sum_b min over C >= soon_b of F_b(C),

    F_b(C) = crew prices over [C - a_b, C] - tolls for b after C
             + w_b''b after C - w_bb' after C + a_b',         summed over b'' before b and b' behind it.

F_b is linear between the ends of intervals, and those moved by a_b or a_b': it is least at one of them.
Prices come from the linear program of ``relaxation.py``; the check needs only this file.
"""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.clearing.bound import Limits
from models.dispatch.clearing.kernel import ground_of
from models.dispatch.clearing.network import Gaining, gaining
from models.dispatch.clearing.problem import Clearing, Prices
from models.dispatch.clearing.reach import behind
from models.dispatch.clearing.tolls import least_ways


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Places that gain with each road that may help them.

    Parameters
    ----------
    gain
        The places.
    to_end_s
        From them to ends by open roads, shape (r, 2 b).
    first, road
        Roads of place r: ``first[r]:first[r + 1]`` of ``road``, shapes (r + 1,) and (h,).
    row
        The place of each pair as a row of ``gain``, shape (h,).
    """

    problem: Clearing
    limits: Limits
    gain: Gaining
    to_end_s: FloatArray
    first: IntArray
    road: IntArray
    row: IntArray

    def least(self, toll: FloatArray) -> tuple[FloatArray, np.ndarray]:
        """Return the shortest ways, seconds with tolls, (r, i), and the roads used, (h, i); tolls (h, i)."""
        ground = ground_of(self.problem, self.gain, self.limits.all_open_s)
        toll_s = toll / self.gain.persons[self.row, None]
        return least_ways(ground, self.to_end_s, self.first, self.road, toll_s)


def pairs_of(problem: Clearing, limits: Limits) -> Pairs:
    """Return the places that gain with the roads that may help them."""
    roads = np.flatnonzero(np.isfinite(limits.soon_s))
    gain = gaining(problem, limits.all_open_s, roads)
    row, road = np.nonzero(gain.saved_s > 0)
    first = np.searchsorted(row, np.arange(gain.place.size + 1))
    to_end_s = np.ascontiguousarray(problem.place_to_end_s[gain.place])
    return Pairs(problem, limits, gain, to_end_s, first, road, row)


def price_bound(problem: Clearing, limits: Limits, prices: Prices) -> float:
    """Return what no order is below by some prices, person-seconds of way times seconds.

    Prices below 0, of places that nothing helps, and of roads that need not wait for each other count as 0.
    """
    pairs = pairs_of(problem, limits)
    if problem.crews == 0 or pairs.road.size == 0 or prices.edges_s.size < 2:
        return 0.0
    toll = tolls_of(pairs, prices)
    least_s, _ = pairs.least(toll)
    return bound_of(pairs, prices, toll, least_s)


def tolls_of(pairs: Pairs, prices: Prices) -> FloatArray:
    """Return the tolls of the pairs, shape (h, i)."""
    toll = np.zeros((pairs.road.size, prices.edges_s.size - 1))
    keys = zip(pairs.gain.place[pairs.row].tolist(), pairs.road.tolist(), strict=True)
    known = {key: h for h, key in enumerate(keys)}
    for q, key in enumerate(zip(prices.place.tolist(), prices.road.tolist(), strict=True)):
        if key in known:
            toll[known[key]] += np.maximum(prices.toll[q], 0.0)
    return toll


def bound_of(pairs: Pairs, prices: Prices, toll: FloatArray, least_s: FloatArray) -> float:
    """Return the bound by prices whose tolls (h, i) and shortest ways (r, i) are known."""
    problem, gain, limits, edges_s = pairs.problem, pairs.gain, pairs.limits, prices.edges_s
    crew = np.maximum(prices.crew, 0.0)
    lost = gain.persons @ (least_s - gain.after_s[:, None])
    total = float(np.diff(edges_s) @ (lost - problem.crews * crew))
    granted = np.zeros((problem.roads, edges_s.size - 1))
    np.add.at(granted, pairs.road, toll)
    must = set(behind(problem, limits))
    waits = [
        (int(b), int(later), np.maximum(price, 0.0))
        for b, later, price in zip(prices.before, prices.behind, prices.reach, strict=True)
        if (int(b), int(later)) in must
    ]
    for b in np.flatnonzero(np.isfinite(limits.soon_s)).tolist():
        moments_s = opening_moments(limits, edges_s, b, [later for before, later, _ in waits if before == b])
        value = kept_seconds(moments_s, float(limits.work_s[b]), edges_s) @ crew
        value -= open_seconds(moments_s, edges_s) @ granted[b]
        for before, later, price in waits:
            if later == b:
                value += open_seconds(moments_s, edges_s) @ price
            if before == b:
                value -= open_seconds(moments_s + limits.work_s[later], edges_s) @ price
        total += float(value.min())
    return total


def opening_moments(limits: Limits, edges_s: FloatArray, b: int, behind_b: list[int]) -> FloatArray:
    """Return the moments at one of which F_b is least; the last lies after all prices."""
    moved = [edges_s, edges_s + limits.work_s[b], *(edges_s - limits.work_s[later] for later in behind_b)]
    late_s = max(float(limits.soon_s[b]), float(edges_s[-1] + limits.work_s[b]))
    moments_s = np.unique(np.concatenate([*moved, [limits.soon_s[b], late_s]]))
    return moments_s[moments_s >= limits.soon_s[b]]


def open_seconds(moments_s: FloatArray, edges_s: FloatArray) -> FloatArray:
    """Return for how long of each interval a road is open that opens at each moment, shape (n, i)."""
    return np.maximum(edges_s[1:] - np.maximum(edges_s[:-1], moments_s[:, None]), 0.0)


def kept_seconds(moments_s: FloatArray, work_s: float, edges_s: FloatArray) -> FloatArray:
    """Return for how long of each interval it keeps a crew, shape (n, i)."""
    till_s, from_s = moments_s[:, None], moments_s[:, None] - work_s
    return np.maximum(np.minimum(edges_s[1:], till_s) - np.maximum(edges_s[:-1], from_s), 0.0)
