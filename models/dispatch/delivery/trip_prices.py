"""A stronger bound: at the right prices no trip of any vehicle earns more than it costs.

With the prices of ``DeliveryPrices``, a trip of a vehicle of group g earns (pi_q - mu_dk) for every unit and
at most nu_s f_s(l) for a visit to s with load l (in the measure), f_s(l) = min(1, l / b_s); it costs its
driving, its share of the vehicle's cost, and tau_g a second. If no trip earns more than it costs,

    cost >= sum_q amount_q min(pi_q, phi priority_q) - phi S + sum_s nu_s F_s
            - sum_dk mu_dk stock_dk - sum_g tau_g B_g

for every plan of weighted shortage at most S. F_s is the least that f_s adds up to over the visits that bring
all of s: f_s is concave and 0 at 0, so that is with full loads and one of the rest, whatever the plan. Where
something may be short, nu is 0.

The best trip is found by a dynamic programme over loads in parts of the largest room, rounded down; ways are
the shortest ones, and a stop may come again. All this only lets trips earn more than they do. What a stop
earns is concave in its load, so in a best trip all loads but one are at corners of these functions: a visit
takes up a part at least, unless a corner is below that, and one part more than there are covers the odd one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.kernels.trips import best_trips
from models.dispatch.delivery.problem import Delivery, DeliveryPrices
from models.dispatch.delivery.shared_trips import held, lines_worth
from models.dispatch.delivery.supply import Rates

PARTS: Final = 128
"""Parts of the largest room in which loads are counted."""
LEAST_REST: Final = 0.15
"""A visit earns its whole price from at least this part of the largest load on."""


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Loads of stops and what visits must add up to, shape (s,) each.

    ``load`` in the measure; ``rest`` what is left of it beyond full loads; ``kink`` (b) the load from which a
    visit earns its price; ``least`` (F).
    """

    load: FloatArray
    rest: FloatArray
    kink: FloatArray
    least: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class PricedTrips:
    """The best trips of a group: values by last stop, what they rest on, and the tables that led there."""

    group: int
    ways: FloatArray
    reward: FloatArray
    end: FloatArray
    value: FloatArray
    arrive: FloatArray


def visits_needed(problem: Delivery, groups: Groups, rates: Rates) -> Visits:
    """Return what visits to each stop must add up to where everything is brought."""
    demand = problem.demand
    measure = groups.measure[demand.commodity] * demand.amount
    load = np.bincount(demand.stop, weights=measure, minlength=problem.stops).astype(np.float64)
    can = np.isfinite(rates.cost)
    room = np.zeros(problem.stops)
    np.maximum.at(room, demand.stop, np.where(can, groups.room[:, None], 0.0).max(axis=0, initial=0.0))
    room = np.where(room > 0, room, 1.0)
    full = np.maximum(np.ceil(load / room - 1e-9) - 1, 0.0)
    rest = load - full * room
    kink = np.maximum(rest, LEAST_REST * room)
    return Visits(load, rest, kink, np.asarray(full + rest / kink, dtype=np.float64))


def priced_trips(
    problem: Delivery, groups: Groups, rates: Rates, visits: Visits, prices: DeliveryPrices
) -> Iterator[PricedTrips]:
    """Yield the best trips of each group at given prices."""
    part = groups.room.max(initial=0.0) / PARTS
    knots: dict[int, list[tuple[FloatArray, FloatArray]]] = {}
    for g in range(groups.size):
        if groups.room[g] <= 0 or not np.isfinite(rates.cost[g]).any():
            continue
        depot = int(problem.fleet.depot[groups.first[g]])
        if depot not in knots:
            knots[depot] = _earned(problem, groups, prices, depot)
        loads = np.minimum(part * (np.arange(int(groups.room[g] / part + 1e-9) + 2) + 1), groups.room[g])
        ways, start, per_visit = trip_costs(problem, groups, prices, g)
        reward = np.stack([np.interp(loads, *knot) for knot in knots[depot]])
        reward += prices.visit[:, None] * np.minimum(1.0, loads[None, :] / visits.kink[:, None])
        small = np.array([((knot[0] > 0) & (knot[0] < part)).any() for knot in knots[depot]])
        small |= visits.kink < part
        reward[~small, 0] = -np.inf
        can = np.zeros(problem.stops, dtype=np.bool_)
        can[problem.demand.stop[np.isfinite(rates.cost[g])]] = True
        reward = np.where(can[:, None], reward - per_visit[:, None], -np.inf)
        np.fill_diagonal(ways, np.inf)
        yield PricedTrips(g, ways, reward, *best_trips(ways, reward, start))


def proven_by_trips(
    problem: Delivery, groups: Groups, rates: Rates, prices: DeliveryPrices, allowed: float
) -> float:
    """Return what prices prove where no trip earns more than it costs; minus inf where one does."""
    tables = (prices.line, prices.visit, prices.stock, prices.vehicle)
    if any(not (table >= 0).all() for table in tables) or (allowed > 0 and prices.visit.any()):
        return -np.inf
    visits = visits_needed(problem, groups, rates)
    worth = lines_worth(problem, prices.line, prices.shortage, allowed) + float(prices.visit @ visits.least)
    near = 1e-9 * max(worth, 1.0)
    for best in priced_trips(problem, groups, rates, visits, prices):
        if best.end.max(initial=-np.inf) > near / max(problem.stops, 1):
            return -np.inf
    return worth - held(problem, groups, rates, prices.stock, prices.vehicle)


def _earned(
    problem: Delivery, groups: Groups, prices: DeliveryPrices, depot: int
) -> list[tuple[FloatArray, FloatArray]]:
    """Return, for each stop, what its lines earn at most by load: the dearest by load first; knots."""
    demand = problem.demand
    net = prices.line - prices.stock[depot, demand.commodity]
    measure = groups.measure[demand.commodity]
    dense = np.where(measure > 0, net / np.where(measure > 0, measure, 1.0), np.inf)
    order = np.lexsort((-dense, demand.stop))
    order = order[(net[order] > 0) & (demand.amount[order] > 0)]
    first = np.searchsorted(demand.stop[order], np.arange(problem.stops + 1))
    knots = []
    for s in range(problem.stops):
        lines = order[first[s] : first[s + 1]]
        load = np.concatenate([[0.0], np.cumsum(measure[lines] * demand.amount[lines])])
        earned = np.concatenate([[0.0], np.cumsum(net[lines] * demand.amount[lines])])
        knots.append((load, earned))
    return knots


def trip_costs(
    problem: Delivery, groups: Groups, prices: DeliveryPrices, g: int
) -> tuple[FloatArray, float, FloatArray]:
    """Return what ways, a start and visits cost a vehicle of a group at its prices."""
    v = int(groups.first[g])
    depot = int(problem.fleet.depot[v])
    places = np.concatenate([[depot], problem.depots + np.arange(problem.stops)])
    driving_s = groups.ways_s[problem.fleet.kind[v]][np.ix_(places, places)]
    per_s = float(groups.cost_per_s[g])
    if not problem.reload:
        start = float(groups.fixed_cost[g] + prices.vehicle[v])
        return (
            per_s * driving_s if per_s else np.where(np.isfinite(driving_s), 0.0, np.inf),
            start,
            np.zeros(problem.stops),
        )
    shift_s = float(groups.shift_s[g])
    time = float(prices.vehicle[v]) + (float(groups.fixed_cost[g]) / shift_s if shift_s > 0 else 0.0)
    return (per_s + time) * driving_s, time * float(problem.load_s[depot]), time * problem.unload_s
