"""What no plan of shuttles costs less than, and before when no plan is done: arithmetic from prices.

A trip keeps its ambulance busy from the beginning of loading for ``busy_t`` = loading, drive, handing over,
and the shortest way back to any incident: no ambulance begins to load two trips closer together. Ambulance a
begins to load at ``soon_a`` at the soonest. With a price r(s) >= 0 for a second of an ambulance at time s,
every plan costs at least

    sum over t of min( cost left, min over s >= r_t of cost_t(s + carry_t) + R(s + busy_t) - R(s) )
        - integral of r(s) * (ambulances that can be busy at s),   R(s) the integral of r up to s

for trips that one ambulance makes do not overlap. The least over s is at a corner of a piecewise linear
function, so that only corners are looked at. Any prices hold; `prices.py` finds good ones.
"""

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.shuttles.problem import ShuttlePrices, Shuttles


def busy_s(problem: Shuttles) -> FloatArray:
    """Return how long each trip keeps its ambulance busy, shape (t,); inf where there is no way."""
    return problem.carry_s + _after_s(problem)


def _after_s(problem: Shuttles) -> FloatArray:
    """Return the seconds from each trip's arrival until its ambulance can be at any incident, shape (t,)."""
    back_s = problem.back_s[:, np.unique(problem.trips.incident)].min(axis=1, initial=np.inf)
    back_s = back_s[problem.trips.hospital]
    return np.asarray(problem.hand_over_s + np.where(np.isfinite(back_s), back_s, 0.0))


def soonest_s(problem: Shuttles) -> tuple[FloatArray, FloatArray]:
    """Return when each ambulance, (a,), and each trip, (t,), can begin to load at the soonest."""
    asked = np.unique(problem.trips.incident)
    direct_s = problem.ready_s[:, None] + problem.come_s
    own_s = direct_s[:, asked].min(axis=1, initial=np.inf)
    first_s = direct_s.min(axis=0, initial=np.inf)
    shortest_s = problem.carry_s.min(initial=np.inf) + problem.hand_over_s
    later_s = own_s.min(initial=np.inf) + shortest_s + problem.back_s.min(axis=0, initial=np.inf)
    return own_s, np.minimum(first_s, later_s)[problem.trips.incident]


def cost_bound(problem: Shuttles, prices: ShuttlePrices) -> float:
    """Return what no plan costs less than; prices that are none prove 0."""
    edge_s, rate = prices.edge_s, prices.rate
    sound = edge_s.shape == (rate.size + 1,) and (rate >= 0).all() and np.isfinite(rate).all()
    if problem.size == 0 or not sound or not (np.diff(edge_s) > 0).all() or edge_s[0] < 0:
        return 0.0
    paid = np.concatenate([[0.0], np.cumsum(rate * np.diff(edge_s))])
    own_s, soon_s = soonest_s(problem)
    can = np.isfinite(own_s)
    off_s = problem.arrive_by_s + _after_s(problem).max(initial=0.0)
    earned = np.interp(off_s[can], edge_s, paid) - np.interp(own_s[can], edge_s, paid)
    cost, busy = problem.cost_left(), busy_s(problem)
    first, row = alike_trips(problem, soon_s)
    for kind, t in enumerate(first.tolist()):
        if np.isfinite(soon_s[t]) and np.isfinite(problem.carry_s[t]):
            least = _least_cost(problem, (edge_s, paid), t, (float(soon_s[t]), float(busy[t])))
            cost[row == kind] = min(float(cost[t]), least)
    return max(0.0, float(cost.sum() - np.maximum(0.0, earned).sum()))


def _least_cost(
    problem: Shuttles, paid: tuple[FloatArray, FloatArray], t: int, times_s: tuple[float, float]
) -> float:
    """Return the least of cost and price of a trip over all times at which it may begin."""
    (edge_s, until), (soon_s, busy) = paid, times_s
    carry_s, limit_s = float(problem.carry_s[t]), float(problem.trips.limit_s[t])
    kink_s = [limit_s - carry_s] if np.isfinite(limit_s) else []
    begin_s = np.maximum(np.concatenate([[soon_s], edge_s, edge_s - busy, kink_s]), soon_s)
    cost = problem.cost(np.full(begin_s.size, t), begin_s + carry_s)
    price = np.interp(begin_s + busy, edge_s, until) - np.interp(begin_s, edge_s, until)
    return float((cost + price).min())


def alike_trips(problem: Shuttles, soon_s: FloatArray) -> tuple[IntArray, IntArray]:
    """Return a trip of each kind, and the kind of each trip."""
    trips = problem.trips
    table = np.stack([trips.incident, trips.hospital, trips.weight, trips.limit_s, soon_s], axis=1)
    _, first, row = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return first.astype(np.int64), row.ravel().astype(np.int64)


def last_bound_s(problem: Shuttles) -> float:
    """Return before when no plan that leaves nobody brings the last patient; inf where somebody must be left.

    All trips keep ambulances busy, but for what follows the last arrival of each: the work must fit between
    the ambulances' first loading and the last arrival.
    """
    if problem.size == 0:
        return 0.0
    own_s, soon_s = soonest_s(problem)
    own_s = np.sort(own_s[np.isfinite(own_s)])
    single_s = float((soon_s + problem.carry_s).max())
    if own_s.size == 0 or not np.isfinite(single_s):
        return np.inf
    work_s = float(busy_s(problem).sum() - np.sort(_after_s(problem))[::-1][: own_s.size].sum())
    used = np.arange(1, own_s.size + 1)
    full_s = (work_s + np.cumsum(own_s)) / used
    fits = full_s <= np.append(own_s[1:], np.inf)
    return max(single_s, float(full_s[fits][0]))
