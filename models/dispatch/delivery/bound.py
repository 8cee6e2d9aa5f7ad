"""Prices that bound the cost of a delivery: column generation over trips, for ``trip_prices.py``.

Stock and vehicles keep the prices of the supply; those of loads and visits at each stop are found by a linear
program over trips, to which the best trips at its prices are added. The next prices lie between the last ones
and those of the program (Wentges 1997). In the end they are made smaller until no trip earns too much.
"""

import itertools
import time
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.sparse import csc_array

from dss.arrays import FloatArray, IntArray
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.problem import Delivery, DeliveryPrices
from models.dispatch.delivery.shared_trips import held, lines_worth
from models.dispatch.delivery.supply import Rates, Supply
from models.dispatch.delivery.trip_prices import (
    PARTS,
    PricedTrips,
    Visits,
    priced_trips,
    trip_costs,
    visits_needed,
)
from models.solver import GrowingProgram

TOWARDS: Final = 0.5
"""How far from the last prices towards those of the program the next ones are."""
DEAREST: Final = 2.0
BACK_OFF: Final = 1e-9
CLOSE: Final = 1e-3
TRIPS_OF_GROUP: Final = 40
SCALINGS: Final = 6
LEFT_OVER: Final = 5
"""Turns for which time is left at the end: to make the prices smaller."""
ROUND_TRIPS: Final = 4
LONGEST: Final = 2_000


class TripProgram:
    """The program: least cost of trips that bring every stop's load and make its visits."""

    def __init__(self, problem: Delivery, groups: Groups, rates: Rates, supply: Supply) -> None:
        self.problem, self.groups, self.rates = problem, groups, rates
        self.visits: Visits = visits_needed(problem, groups, rates)
        self._supply = supply
        depot = problem.fleet.depot[groups.first]
        commodity = problem.demand.commodity
        time = supply.time[:, None] * np.where(np.isfinite(rates.cost), rates.time, 0.0)
        asked = np.where(
            np.isfinite(rates.cost), rates.cost + time + supply.stock[depot][:, commodity], np.inf
        )
        # the price of the stock that a line would come from, at the supply's prices
        nearest = np.argmin(asked, axis=0) if groups.size else np.zeros(commodity.size, dtype=np.int64)
        self._own = supply.stock[depot[nearest], commodity] if groups.size else np.zeros(commodity.size)
        self._own = np.where(np.isfinite(asked).any(axis=0), self._own, 0.0)
        stops = problem.stops
        reached = np.zeros(stops, dtype=np.bool_)
        reached[problem.demand.stop[np.isfinite(asked).any(axis=0)]] = True
        self._reached = reached
        lower = np.where(np.tile(reached, 2), np.concatenate([self.visits.load, self.visits.least]), 0.0)
        self._program = GrowingProgram(lower, np.full(2 * stops, np.inf))
        # no load and no visit is worth more than this: one that the best trip of its own never pays
        dear = DEAREST * float(first_prices(problem, groups, rates).max(initial=0.0)) + 1.0
        slack = csc_array((np.ones(2 * stops), np.arange(2 * stops), np.arange(2 * stops + 1)))
        self._program.add(np.full(2 * stops, dear), slack)
        self._add_round_trips(asked)

    def _add_round_trips(self, asked: FloatArray) -> None:
        """Add trips by one stop each, full ones and ones with the rest, of the cheapest groups there."""
        problem, groups, visits = self.problem, self.groups, self.visits
        demand, stops = problem.demand, problem.stops
        measure = groups.measure[demand.commodity]
        none = np.zeros(problem.fleet.size)
        free = DeliveryPrices(self._own, np.zeros(stops), self._supply.stock, none, np.inf)
        vehicle = self._supply.time[groups.of]
        costs = [trip_costs(problem, groups, replace(free, vehicle=vehicle), g) for g in range(groups.size)]
        rows, values, starts, cost = [], [], [0], []
        for s in np.flatnonzero(self._reached & (visits.load > 0)).tolist():
            lines = np.flatnonzero((demand.stop == s) & (demand.amount > 0) & (measure > 0))
            cheapest = np.argsort(asked[:, lines].min(axis=1, initial=np.inf), kind="stable")
            for g in cheapest[:ROUND_TRIPS].tolist():
                depot = problem.fleet.depot[groups.first[g]]
                more = (self._supply.stock[depot, demand.commodity] - self._own)[lines] / measure[lines]
                ways, start, per_visit = costs[g]
                driving = ways[0, s + 1] + ways[s + 1, 0] + start + per_visit[s]
                for load in {min(float(visits.load[s]), float(groups.room[g])), float(visits.rest[s])}:
                    if not np.isfinite(driving) or load > groups.room[g] * (1 + BACK_OFF):
                        continue
                    order = np.argsort(more)
                    amounts = (measure * demand.amount)[lines][order]
                    taken = np.clip(load - np.cumsum(amounts) + amounts, 0.0, amounts)
                    rows += [s, stops + s]
                    values += [load, min(1.0, load / float(visits.kink[s]))]
                    starts.append(len(rows))
                    cost.append(driving + float(taken @ more[order]))
        if cost:
            self._program.add(np.array(cost), csc_array((values, rows, starts), shape=(2 * stops, len(cost))))

    def prices(self, load: FloatArray, visit: FloatArray) -> DeliveryPrices:
        """Return prices of lines, visits, stock and vehicles from those of loads and visits, (s,) each."""
        demand = self.problem.demand
        line = self.groups.measure[demand.commodity] * load[demand.stop] + self._own
        vehicle = self._supply.time[self.groups.of]
        return DeliveryPrices(np.maximum(line, 0.0), visit, self._supply.stock, vehicle, np.inf)

    def worth(self, prices: DeliveryPrices) -> float:
        """Return what prices prove if no trip earns more than it costs."""
        lines = lines_worth(self.problem, prices.line, prices.shortage, 0.0)
        free = held(self.problem, self.groups, self.rates, prices.stock, prices.vehicle)
        return lines + float(prices.visit @ self.visits.least) - free

    def solve(self) -> tuple[FloatArray, FloatArray]:
        """Return the prices of loads and visits, (s,) each."""
        _, duals = self._program.solve()
        duals = np.maximum(duals, 0.0) * np.tile(self._reached, 2)
        return duals[: self.problem.stops], duals[self.problem.stops :]

    def add(self, best: PricedTrips, load: FloatArray, prices: DeliveryPrices) -> None:
        """Add the best trips of a group; what they earn beyond loads and visits is taken off their cost."""
        part = self.groups.room.max() / PARTS
        room = float(self.groups.room[best.group])
        chosen = np.argsort(-best.end, kind="stable")[:TRIPS_OF_GROUP]
        rows: list[int] = []
        values: list[float] = []
        starts, costs = [0], []
        # inf: visits in a circle pay without end, which no column can say
        for last in chosen[(best.end[chosen] > BACK_OFF) & np.isfinite(best.end[chosen])]:
            stops, taken = walked(best, int(last))
            held_most = np.minimum((taken + 1) * part, room)
            amount = np.minimum(held_most, self.visits.load[stops])
            credit = np.minimum(1.0, held_most / self.visits.kink[stops])
            costs.append(float(amount @ load[stops] + credit @ prices.visit[stops]) - float(best.end[last]))
            rows += [*stops.tolist(), *(self.problem.stops + stops).tolist()]
            values += [*amount.tolist(), *credit.tolist()]
            starts.append(len(rows))
        if costs:
            columns = csc_array((values, rows, starts), shape=(2 * self.problem.stops, len(costs)))
            columns.sum_duplicates()
            self._program.add(np.array(costs), columns)


def walked(best: PricedTrips, last: int) -> tuple[IntArray, IntArray]:
    """Return the stops of the best trip that ends at one, in order, and the parts of the room each takes."""
    stops: list[int] = []
    parts: list[int] = []
    level, at = int(np.argmax(best.value[:, last])), last
    while at >= 0 and len(stops) < LONGEST:
        taken = np.arange(level + 1)
        led = best.arrive[level - taken, at] + best.reward[at, taken]
        stops.append(at)
        parts.append(int(np.argmax(led)))
        level -= parts[-1]
        came = best.value[level] - best.ways[1:, at + 1]
        before = int(np.argmax(came))
        at = before if came[before] >= best.arrive[level, at] - BACK_OFF else -1
    return np.array(stops[::-1], dtype=np.int64), np.array(parts[::-1], dtype=np.int64)


def trip_prices(
    problem: Delivery, groups: Groups, rates: Rates, supply: Supply, until_s: float
) -> DeliveryPrices | None:
    """Return prices at which no trip earns more than it costs, as good as time allows; None: none found."""
    program = TripProgram(problem, groups, rates, supply)
    load, visit = first_prices(problem, groups, rates), np.zeros(problem.stops)
    trifle, last_s = CLOSE * float(load.max(initial=0.0)), 0.0
    for turn in itertools.count():
        began_s = time.perf_counter()
        prices = program.prices(load, visit)
        more = False
        for best in priced_trips(problem, groups, rates, program.visits, prices):
            most = float(best.end.max(initial=-np.inf))
            if most > BACK_OFF:
                program.add(best, load, prices)
            more |= most > trifle
        wanted = program.solve()
        # the first turn loads the kernel, which says nothing about the next
        last_s = time.perf_counter() - began_s if turn else 0.0
        goal, reached = program.worth(program.prices(*wanted)), program.worth(prices)
        enough = not more and abs(goal - reached) <= CLOSE * abs(goal)
        if enough or time.perf_counter() + LEFT_OVER * last_s > until_s:
            break
        load, visit = load + TOWARDS * (wanted[0] - load), visit + TOWARDS * (wanted[1] - visit)
    return _affordable(program, program.prices(load, visit))


def first_prices(problem: Delivery, groups: Groups, rates: Rates) -> FloatArray:
    """Return prices of loads, (s,), at which each pays its part of the cheapest trip there and back."""
    measure = groups.measure[problem.demand.commodity]
    with np.errstate(divide="ignore", invalid="ignore"):
        by_load = np.where(measure > 0, rates.cost.min(axis=0, initial=np.inf) / measure, np.inf)
    load = np.full(problem.stops, np.inf)
    np.minimum.at(load, problem.demand.stop, by_load)
    return np.where(np.isfinite(load), load, 0.0)


def _affordable(program: TripProgram, prices: DeliveryPrices) -> DeliveryPrices | None:
    """Return the largest part of the prices at which no trip earns more than it costs (Dinkelbach 1967)."""
    problem, groups = program.problem, program.groups
    free = replace(prices, vehicle=np.zeros_like(prices.vehicle))
    for _ in range(SCALINGS):
        ratio = 1.0
        for best in priced_trips(problem, groups, program.rates, program.visits, prices):
            last = int(np.argmax(best.end))
            if np.isinf(best.end[last]) and best.end[last] > 0:
                ratio = min(ratio, 0.9)
            elif best.end[last] > 0:
                cost = _cost(program, free, best, last)
                ratio = min(ratio, cost / (cost + float(best.end[last])))
        if ratio == 1.0:
            return prices
        prices = _scaled(prices, ratio * (1 - BACK_OFF))
    return None


def _cost(program: TripProgram, free: DeliveryPrices, best: PricedTrips, last: int) -> float:
    """Return what a trip costs without the prices of vehicles."""
    ways, start, per_visit = trip_costs(program.problem, program.groups, free, best.group)
    stops, _ = walked(best, last)
    path = np.concatenate([[0], stops + 1, [0]])
    return float(ways[path[:-1], path[1:]].sum() + start + per_visit[stops].sum())


def _scaled(prices: DeliveryPrices, ratio: float) -> DeliveryPrices:
    return replace(
        prices,
        line=prices.line * ratio,
        visit=prices.visit * ratio,
        stock=prices.stock * ratio,
        vehicle=prices.vehicle * ratio,
    )
