"""Prices of single lines that bound the cost of a delivery: column generation over trips, with cuts.

The next prices lie between the last ones and those of the program (Wentges 1997). In the end the prices of
stops where a trip still earns more than it costs are made smaller until none does.
"""

import itertools
import time
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from dss.arrays import FloatArray
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.line_program import LineProgram
from models.dispatch.delivery.line_trips import MAY_EARN, PayingTrips, Search, search_trips
from models.dispatch.delivery.problem import Delivery, DeliveryPrices
from models.dispatch.delivery.shared_trips import line_prices
from models.dispatch.delivery.supply import Rates, Supply

TOWARDS: Final = 0.5
"""How far from the last prices towards those of the program the next ones are."""
ROUND: Final = Search(1e-3, 0.3, 60, 60)
REPAIR: Final = Search(0.0, 0.2, 100, 60)
HARD: Final = 1_000
"""Then searches go on with so many nodes; where those are too few, the prices on the way are made smaller."""
AROUND: Final = 4
"""Every so many rounds, trips are searched to all stops, and not to those near a depot alone."""
UNCUT: Final = 3
"""Rounds before the first cuts."""
SMALL: Final = 1e-4
"""Part of the cost that trips may still earn, and that prices may still change by, where the search ends."""
SEARCHING: Final = 0.5
"""Part of the time for trips and cuts; the rest is for making prices smaller."""
GENTLY: Final = 0.995
"""Where trips are unfinished, prices are made smaller to no less than this part at once."""
BACK_OFF: Final = 1e-9
LEAST_KEPT: Final = 0.9
"""Prices at a stop are made smaller to no less than this part at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Guide:
    """What the program says: prices that bound the cost, the bound that they prove, and who brings what."""

    prices: DeliveryPrices
    bound: float
    supply: Supply


def line_guide(
    problem: Delivery, groups: Groups, rates: Rates, supply: Supply, until_s: float
) -> Guide | None:
    """Return prices at which no trip earns more than it costs, and the supply of the program; None: none."""
    program = LineProgram(problem, groups, rates, supply)
    prices = _first_prices(problem, groups, rates, supply)
    # the table of what is near grows with the program
    near = ROUND._replace(chosen=program.near)
    began_s = time.perf_counter()
    last_s, trips_until_s = 0.0, began_s + SEARCHING * (until_s - began_s)
    for turn in itertools.count():
        began_s = time.perf_counter()
        wanted = program.solve()
        goal = program.worth(wanted)
        prices = _between(prices, wanted)
        cuts = program.cut() if turn >= UNCUT else 0
        everywhere = turn % AROUND == AROUND - 1
        found = search_trips(problem, groups, program.visits, prices, ROUND if everywhere else near)
        program.widen(found)
        added = program.add(found)
        # the first turn loads the kernels, which says nothing about the next
        last_s = time.perf_counter() - began_s if turn else 0.0
        there = abs(goal - program.worth(prices)) <= SMALL * goal
        enough = (
            turn > UNCUT and everywhere and there and not (added or cuts) and _excess(program, found) < SMALL
        )
        if enough or time.perf_counter() + last_s > trips_until_s:
            break
    program.solve()
    proven = _affordable(program, prices, until_s)
    return None if proven is None else Guide(proven, program.worth(proven), _supplied(program, supply))


def _first_prices(problem: Delivery, groups: Groups, rates: Rates, supply: Supply) -> DeliveryPrices:
    vehicle = supply.time[groups.of]
    line = line_prices(problem, groups, rates, supply.stock, vehicle)
    return DeliveryPrices(line, np.zeros(problem.stops), supply.stock, vehicle, np.inf)


def _between(last: DeliveryPrices, wanted: DeliveryPrices) -> DeliveryPrices:
    def towards(one: FloatArray, other: FloatArray) -> FloatArray:
        return np.asarray(one + TOWARDS * (other - one))

    return DeliveryPrices(
        towards(last.line, wanted.line),
        towards(last.visit, wanted.visit),
        towards(last.stock, wanted.stock),
        towards(last.vehicle, wanted.vehicle),
        np.inf,
    )


def _excess(program: LineProgram, found: list[PayingTrips]) -> float:
    """Return the greatest part of its cost that a trip earns beyond it."""
    return max(
        (
            float(value) / max(program.cost_and_time(trips.group, stops)[0], 1e-9)
            for trips in found
            for stops, value in zip(trips.stops, trips.value, strict=True)
        ),
        default=0.0,
    )


def _affordable(program: LineProgram, prices: DeliveryPrices, until_s: float) -> DeliveryPrices | None:
    """Return the prices, made smaller at stops of trips that earn too much until none does; None: no time."""
    problem, last_s = program.problem, 0.0
    # half of what the proof lets pass
    trifle = 0.5 * MAY_EARN * max(program.worth(prices), 1.0) / max(problem.stops, 1)
    search = REPAIR._replace(least=trifle)
    while time.perf_counter() + last_s < until_s:
        began_s = time.perf_counter()
        found = search_trips(problem, program.groups, program.visits, prices, search)
        last_s = time.perf_counter() - began_s
        if any(trips.value.size for trips in found):
            keep = np.ones(problem.stops)
            for trips in found:
                for x in np.argsort(-trips.value, kind="stable").tolist():
                    keep[trips.stops[x]] *= _part_kept(program, prices, keep, trips, x)
            if search.stand_in and not all(trips.all_seen for trips in found):
                keep = np.maximum(keep, GENTLY)
            line = prices.line * keep[problem.demand.stop]
            prices = replace(prices, line=line, visit=prices.visit * keep)
        elif all(trips.all_seen for trips in found):
            return prices
        else:
            search = search._replace(nodes=HARD, stand_in=search.nodes == HARD)
    return None


def _part_kept(
    program: LineProgram, prices: DeliveryPrices, keep: FloatArray, trips: PayingTrips, x: int
) -> float:
    """Return the part of its prices at which a trip earns about its cost, where stops keep a part already."""
    stops, loads = trips.stops[x], trips.loads[x]
    earned = _earned(program, prices, trips.group, stops, loads)
    cost = float(earned.sum()) - float(trips.value[x])
    now = float(earned @ keep[stops])
    return 1.0 if now <= max(cost, 0.0) else max(cost / now * (1 - BACK_OFF), LEAST_KEPT)


def _earned(
    program: LineProgram, prices: DeliveryPrices, g: int, stops: np.ndarray, loads: FloatArray
) -> FloatArray:
    """Return what a trip earns at each of its stops."""
    demand, measure = program.problem.demand, program.groups.measure[program.problem.demand.commodity]
    net = prices.line - prices.stock[program.depot[g], demand.commodity]
    earned = np.zeros(stops.size)
    for n, (s, load) in enumerate(zip(stops.tolist(), loads.tolist(), strict=True)):
        lines = np.flatnonzero((demand.stop == s) & (net > 0) & (demand.amount > 0))
        lines = lines[np.argsort(-net[lines] / measure[lines], kind="stable")]
        whole = measure[lines] * demand.amount[lines]
        taken = np.clip(load - np.cumsum(whole) + whole, 0.0, whole)
        visit = float(prices.visit[s]) * min(1.0, load / float(program.visits.kink[s]))
        earned[n] = float(taken @ (net[lines] / measure[lines])) + visit
    return earned


def _supplied(program: LineProgram, supply: Supply) -> Supply:
    """Return who brings what in the program: units by depot, shared among its groups as its trips are."""
    groups, made = program.groups, program.trips_made()
    brought = np.zeros((groups.size, program.problem.stops))
    for g, stops, loads, often in zip(program.group, program.stops, program.loads, made, strict=True):
        brought[g, stops] += loads * often
    units = program.units()[program.depot]
    total = np.zeros((program.problem.depots, program.problem.stops))
    np.add.at(total, program.depot, brought)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(total[program.depot] > 0, brought / total[program.depot], 0.0)
    own = units * share[:, program.problem.demand.stop]
    return replace(supply, units=own, short=np.maximum(program.problem.demand.amount - own.sum(axis=0), 0.0))
