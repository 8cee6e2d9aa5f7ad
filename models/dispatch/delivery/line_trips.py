"""The best trips at prices of single lines, and what such prices prove.

As in ``trip_prices.py``, but a trip visits a stop once and brings of each line no more than there is: at a
stop it earns a concave function of its load, the dearest lines first, and the price of the visit. Trips are
searched one by one (``kernels/paying.py``); what is ahead of an unfinished one is bounded by a dynamic
programme (``kernels/completions.py``). So this is for cities where a trip has few visits. Where a real trip
comes to a stop twice, it earns no more than with all of it brought at once, and drives no less.
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.kernels.completions import completions
from models.dispatch.delivery.kernels.earnings import part_rewards, stop_earnings
from models.dispatch.delivery.kernels.paying import paying_trips
from models.dispatch.delivery.problem import Delivery, DeliveryPrices
from models.dispatch.delivery.shared_trips import held, lines_worth
from models.dispatch.delivery.supply import Rates
from models.dispatch.delivery.trip_prices import Visits, trip_costs, visits_needed

PARTS: Final = 128
"""Parts of a vehicle's room in which the bounds of the search count."""
FEW_VISITS: Final = 5.0
"""Stops for each load of the largest vehicle up to which this is worth while."""
MAY_EARN: Final = 1e-9
"""Rounding: what a trip may earn, in parts of the bound by stop."""
THREADS: Final = 2


class Search(NamedTuple):
    """How trips are searched: those that earn more than ``least`` and than a part of the best.

    At most ``nodes`` unfinished trips are looked at after each first stop, and the best ``kept`` of a group.

    With ``stand_in``, the unfinished trip that promises most is returned where there were more. ``chosen``
    says which stops are looked at for each depot, shape (d, s); None: all.
    """

    least: float
    part_of_best: float
    nodes: int
    kept: int
    stand_in: bool = False
    chosen: BoolArray | None = None


PROOF: Final = Search(0.0, 0.0, 200_000, 1)
"""One trip that earns too much is enough to prove nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class PayingTrips:
    """Trips of a group that earn more than they cost.

    Parameters
    ----------
    stops, loads
        Of each trip: its stops in order, and what it brings to each, in the measure.
    value
        What each earns beyond its cost, shape (t,).
    all_seen
        Whether no trip earns too much where none is here.
    """

    group: int
    stops: list[IntArray]
    loads: list[FloatArray]
    value: FloatArray
    all_seen: bool


def has_short_trips(problem: Delivery, groups: Groups) -> bool:
    """Tell whether trips have few visits, and every line takes up room."""
    demand = problem.demand
    measure = groups.measure[demand.commodity]
    asked = demand.amount > 0
    if not asked.any() or (measure[asked] <= 0).any():
        return False
    stops = np.unique(demand.stop[asked]).size
    return bool(stops <= FEW_VISITS * float(measure @ demand.amount))


def search_trips(
    problem: Delivery, groups: Groups, visits: Visits, prices: DeliveryPrices, search: Search
) -> list[PayingTrips]:
    """Return the trips of each group that earn more than they cost."""
    depots = problem.fleet.depot[groups.first]
    earns = {int(d): _earned(problem, groups, visits, prices, int(d)) for d in np.unique(depots)}

    def of_group(g: int) -> PayingTrips:
        d = int(depots[g])
        return _search_group(problem, groups, prices, earns[d], (g, search))

    with ThreadPoolExecutor(min(THREADS, os.cpu_count() or 1)) as pool:
        return list(pool.map(of_group, range(groups.size)))


def proven_by_line_trips(
    problem: Delivery, groups: Groups, rates: Rates, prices: DeliveryPrices, allowed: float
) -> float:
    """Return what prices prove where no trip earns more than it costs; minus inf where one may."""
    tables = (prices.line, prices.visit, prices.stock, prices.vehicle)
    if any(not (table >= 0).all() for table in tables) or (allowed > 0 and prices.visit.any()):
        return -np.inf
    if not has_short_trips(problem, groups):
        return -np.inf
    visits = visits_needed(problem, groups, rates)
    worth = lines_worth(problem, prices.line, prices.shortage, allowed) + float(prices.visit @ visits.least)
    asked = PROOF._replace(least=MAY_EARN * max(worth, 1.0) / max(problem.stops, 1))
    found = search_trips(problem, groups, visits, prices, asked)
    if any(trips.value.size or not trips.all_seen for trips in found):
        return -np.inf
    return worth - held(problem, groups, rates, prices.stock, prices.vehicle)


def _earned(
    problem: Delivery, groups: Groups, visits: Visits, prices: DeliveryPrices, depot: int
) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the knots of what loads from a depot earn at each stop."""
    demand = problem.demand
    measure = groups.measure[demand.commodity]
    net = prices.line - prices.stock[depot, demand.commodity]
    lines = np.flatnonzero((net > 0) & (demand.amount > 0))
    order = lines[np.lexsort((-net[lines] / measure[lines], demand.stop[lines]))]
    first = np.searchsorted(demand.stop[order], np.arange(problem.stops + 1))
    amount = demand.amount[order].astype(np.float64)
    visit = np.asarray(prices.visit, dtype=np.float64)
    return stop_earnings(first, measure[order] * amount, net[order] * amount, visit, visits.kink)


def _search_group(
    problem: Delivery,
    groups: Groups,
    prices: DeliveryPrices,
    earns: tuple[FloatArray, FloatArray, IntArray],
    asked: tuple[int, Search],
) -> PayingTrips:
    g, search = asked
    load, worth, knots = earns
    room = float(groups.room[g])
    some = (knots > 1) & np.isfinite(groups.round_s[g])
    if search.chosen is not None:
        some &= search.chosen[problem.fleet.depot[groups.first[g]]]
    at = np.flatnonzero(some)
    if room <= 0 or not at.size:
        return PayingTrips(g, [], [], np.zeros(0), all_seen=True)
    ways, start, per_visit = trip_costs(problem, groups, prices, g)
    places = np.concatenate([[0], at + 1])
    ways = np.ascontiguousarray(ways[np.ix_(places, places)])
    np.fill_diagonal(ways, np.inf)
    own = load[at], worth[at] - per_visit[at, None], knots[at]
    ahead = completions(ways, part_rewards(*own, room, PARTS))
    limits = search.least, search.part_of_best, search.nodes, search.kept, search.stand_in
    rows, value, all_seen = paying_trips((ways, start, room), own, ahead, limits)
    stops = [row[row >= 0] for row in rows]
    loads = [_best_loads(own, chosen, room) for chosen in stops]
    return PayingTrips(g, [at[chosen] for chosen in stops], loads, value, all_seen)


def _best_loads(
    earns: tuple[FloatArray, FloatArray, IntArray], stops: Iterable[int], room: float
) -> FloatArray:
    """Return the loads with which visits to stops earn most together: what is dearest by load first."""
    load, worth, knots = earns
    names = list(stops)
    parts: list[tuple[float, int, float]] = []
    for x, s in enumerate(names):
        steps = np.diff(load[s, : knots[s]])
        slopes = np.diff(worth[s, : knots[s]]) / steps
        parts += [(-slope, x, step) for slope, step in zip(slopes.tolist(), steps.tolist(), strict=True)]
    taken, left = np.zeros(len(names)), room
    for _, x, step in sorted(parts):
        taken[x] += min(step, left)
        left -= min(step, left)
    return taken
