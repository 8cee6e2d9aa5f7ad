"""A linear program over trips, with prices of single lines, to which trips and cuts are added.

Variables: z_r how often trip r is made, which brings load l_rs to stop s; y_dq units of line q from depot d.

    (a) sum_r of d l_rs z_r >= sum_q of s m_q y_dq            what a depot's units of a stop take up
    (b) sum_d y_dq >= amount_q
    (c) sum_q y_dq <= stock_dk, over the lines of k
    (d) sum_r of g time_r z_r <= B_g
    (e) sum_r f_s(l_rs) z_r >= F_s                            visits, see ``trip_prices.py``
    (f) sum_r of d min(l_rs, m_Q) z_r >= sum_q in Q m_q y_dq  for sets Q of lines of s, m_Q their whole load

A trip brings of the lines in Q no more than they are. With all of (f) the loads of trips can be divided among
lines so that none brings more of one than there is (max-flow, min-cut), which makes this the program with a
row for each line and columns that say what they bring of each, with far fewer columns. Those that are broken
are found by the share of its lines that a stop gets from a depot, the largest first.
"""

from typing import Final

import numpy as np
from scipy.sparse import csc_array

from dss.arrays import BoolArray, FloatArray, IntArray
from models.dispatch.delivery.groups import Groups
from models.dispatch.delivery.line_trips import PayingTrips
from models.dispatch.delivery.problem import Delivery, DeliveryPrices
from models.dispatch.delivery.shared_trips import held, lines_worth
from models.dispatch.delivery.supply import Rates, Supply
from models.dispatch.delivery.trip_prices import Visits, visits_needed
from models.solver import GrowingProgram

FARTHER: Final = 1.7
NEAREST: Final = 3
"""Depots that may serve a stop: those up to so many times as dear as the cheapest, and the next ones."""
DEAREST: Final = 10.0
"""A line left out costs so many times what the supply says it is worth."""
BROKEN: Final = 0.01
"""Cuts that lack less than this part of their load are left."""
MOST_CUTS: Final = 300


class LineProgram:
    """The program of a problem, its trips and its cuts; of trip r: ``group``, ``stops`` and ``loads``."""

    def __init__(self, problem: Delivery, groups: Groups, rates: Rates, supply: Supply) -> None:
        self.problem, self.groups, self.rates = problem, groups, rates
        self.visits: Visits = visits_needed(problem, groups, rates)
        self.depot: IntArray = problem.fleet.depot[groups.first]
        self.near: BoolArray = _near(problem, groups, rates)
        self.group: list[int] = []
        self.stops: list[IntArray] = []
        self.loads: list[FloatArray] = []
        self._measure: FloatArray = groups.measure[problem.demand.commodity]
        self._known: set[tuple[int, bytes, bytes]] = set()
        self._cuts: dict[tuple[int, int], list[tuple[int, float]]] = {}
        self._cut_sets: set[tuple[int, frozenset[int]]] = set()
        self._trip_at: list[int] = []
        self._unit_at: IntArray = np.zeros(0, dtype=np.int64)
        self._from: IntArray = np.zeros((0, 2), dtype=np.int64)
        self._columns = 0
        self._program = self._without_trips()
        self._add_lacks(supply)
        demand = problem.demand
        self._add_units(np.argwhere(self.near[:, demand.stop] & (demand.amount > 0)[None, :]))
        self.add(self._direct_trips())

    def _without_trips(self) -> GrowingProgram:
        problem, demand, (depots, commodities) = self.problem, self.problem.demand, self.problem.stock.shape
        pairs = np.argwhere(self.near)
        self._pair = np.full(self.near.shape, -1, dtype=np.int64)
        self._pair[tuple(pairs.T)] = np.arange(len(pairs))
        sizes = [len(pairs), demand.size, depots * commodities, self.groups.size, problem.stops]
        self._line, self._stock, self._time, self._visit, self._rows = np.cumsum(sizes).tolist()
        self._visits_end = self._rows
        lower, upper = np.zeros(self._rows), np.full(self._rows, np.inf)
        lower[self._line : self._stock] = demand.amount
        lower[self._stock : self._visit] = -np.inf
        upper[self._stock : self._time] = problem.stock.ravel()
        upper[self._time : self._visit] = self.rates.budget
        lower[self._visit :] = self.visits.least
        return GrowingProgram(lower, upper)

    def _add_lacks(self, supply: Supply) -> None:
        """Add units and visits left out, at a high price: the program has a solution from the start."""
        problem, lines = self.problem, self.problem.demand.size
        rounds = self.groups.round_s.min(axis=0, initial=np.inf)
        rounds = np.where(np.isfinite(rounds), rounds, 0.0) * float(self.groups.cost_per_s.max(initial=1.0))
        count = lines + problem.stops
        rows = np.concatenate([self._line + np.arange(lines), self._visit + np.arange(problem.stops)])
        columns = csc_array((np.ones(count), rows, np.arange(count + 1)), shape=(self._rows, count))
        self._add(DEAREST * np.concatenate([supply.line, rounds]) + 1.0, columns)

    def _add(self, costs: FloatArray, columns: csc_array) -> IntArray:
        """Add columns; return their numbers."""
        self._program.add(costs, columns)
        self._columns += costs.size
        return np.arange(self._columns - costs.size, self._columns)

    def _add_units(self, pairs: IntArray) -> None:
        """Add the units of lines from depots, by pairs of both, (n, 2)."""
        demand = self.problem.demand
        d, q = pairs.T
        rows = np.stack(
            [
                self._pair[d, demand.stop[q]],
                self._line + q,
                self._stock + d * self.problem.stock.shape[1] + demand.commodity[q],
            ],
            axis=1,
        )
        values = np.stack([-self._measure[q], np.ones(q.size), np.ones(q.size)], axis=1)
        starts = 3 * np.arange(q.size + 1)
        columns = csc_array((values.ravel(), rows.ravel(), starts), shape=(self._rows, q.size))
        self._unit_at = np.concatenate([self._unit_at, self._add(np.zeros(q.size), columns)])
        self._from = np.concatenate([self._from, pairs])

    def widen(self, found: list[PayingTrips]) -> None:
        """Let depots serve the stops to which trips from there pay."""
        demand = self.problem.demand
        for trips in found:
            d = int(self.depot[trips.group])
            for s in {int(s) for stops in trips.stops for s in stops[~self.near[d, stops]]}:
                self.near[d, s] = True
                self._pair[d, s] = self._rows
                self._rows += 1
                self._program.add_row(0.0, np.inf, {})
                lines = np.flatnonzero((demand.stop == s) & (demand.amount > 0))
                self._add_units(np.stack([np.full(lines.size, d), lines], axis=1))

    def _direct_trips(self) -> list[PayingTrips]:
        """Return trips by one stop each: full ones, and ones with what is left beyond them."""
        groups, load, made = self.groups, self.visits.load, []
        for g in range(groups.size):
            room, near = float(groups.room[g]), self.near[self.depot[g]]
            at = np.flatnonzero(near & np.isfinite(groups.round_s[g]) & (load > 0) & (room > 0)).tolist()
            stops = [np.array([s]) for s in at for _ in range(2)]
            loads = [np.array([min(x, room)]) for s in at for x in (load[s], self.visits.rest[s])]
            made.append(PayingTrips(g, stops, loads, np.ones(len(stops)), all_seen=False))
        return made

    def add(self, found: list[PayingTrips]) -> int:
        """Add trips that are new; return how many are."""
        rows: list[int] = []
        values: list[float] = []
        starts, costs = [0], []
        for trips in found:
            for stops, loads in zip(trips.stops, trips.loads, strict=True):
                key = (trips.group, stops.tobytes(), np.round(loads, 6).tobytes())
                depot = self.depot[trips.group]
                if key in self._known or not self.near[depot, stops].all():
                    continue
                self._known.add(key)
                self.group.append(trips.group)
                self.stops.append(stops)
                self.loads.append(loads)
                cost, seconds = self.cost_and_time(trips.group, stops)
                costs.append(cost)
                entries = self._entries(depot, stops, loads)
                entries[self._time + trips.group] = seconds
                rows += entries
                values += entries.values()
                starts.append(len(rows))
        if costs:
            columns = csc_array((values, rows, starts), shape=(self._rows, len(costs)))
            self._trip_at += self._add(np.array(costs), columns).tolist()
        return len(costs)

    def _entries(self, depot: int, stops: IntArray, loads: FloatArray) -> dict[int, float]:
        """Return the rows of a trip's visits and its values in them."""
        entries: dict[int, float] = {}
        for s, load in zip(stops.tolist(), loads.tolist(), strict=True):
            entries[int(self._pair[depot, s])] = load
            entries[self._visit + s] = min(1.0, load / float(self.visits.kink[s]))
            for row, most in self._cuts.get((int(depot), s), ()):
                entries[row] = min(load, most)
        return entries

    def cost_and_time(self, g: int, stops: IntArray) -> tuple[float, float]:
        """Return what a trip of a group costs, and what it takes of (d): seconds, without ``reload`` 1."""
        problem, groups = self.problem, self.groups
        path = np.concatenate([[self.depot[g]], problem.depots + stops, [self.depot[g]]])
        driving_s = float(groups.ways_s[problem.fleet.kind[groups.first[g]]][path[:-1], path[1:]].sum())
        cost, fixed = float(groups.cost_per_s[g]) * driving_s, float(groups.fixed_cost[g])
        if not problem.reload:
            return cost + fixed, 1.0
        seconds = driving_s + float(problem.load_s[self.depot[g]] + problem.unload_s[stops].sum())
        shift_s = float(groups.shift_s[g])
        return cost + (fixed * seconds / shift_s if shift_s > 0 else 0.0), seconds

    def solve(self) -> DeliveryPrices:
        """Return the prices of the program."""
        _, duals = self._program.solve()
        line = np.maximum(duals[self._line : self._stock], 0.0)
        stock = np.maximum(-duals[self._stock : self._time], 0.0).reshape(self.problem.stock.shape)
        time = np.maximum(-duals[self._time : self._visit], 0.0)
        visit = np.maximum(duals[self._visit : self._visits_end], 0.0)
        return DeliveryPrices(line, visit, stock, time[self.groups.of], np.inf)

    def worth(self, prices: DeliveryPrices) -> float:
        """Return what prices prove if no trip earns more than it costs."""
        lines = lines_worth(self.problem, prices.line, prices.shortage, 0.0)
        free = held(self.problem, self.groups, self.rates, prices.stock, prices.vehicle)
        return lines + float(prices.visit @ self.visits.least) - free

    def trips_made(self) -> FloatArray:
        """Return how often each trip is made in the last solution."""
        return self._program.values()[self._trip_at]

    def units(self) -> FloatArray:
        """Return the units of each line from each depot in the last solution, shape (d, q)."""
        units = np.zeros((self.problem.depots, self.problem.demand.size))
        units[tuple(self._from.T)] = self._program.values()[self._unit_at]
        return np.maximum(units, 0.0)

    def cut(self) -> int:
        """Add the rows (f) that the last solution breaks most; return how many."""
        amount = np.where(self.problem.demand.amount > 0, self.problem.demand.amount, 1)
        units, made = self.units(), self.trips_made()
        brought: dict[tuple[int, int], list[tuple[int, float]]] = {}
        for r, (g, stops, loads) in enumerate(zip(self.group, self.stops, self.loads, strict=True)):
            for s, load in zip(stops.tolist(), loads.tolist(), strict=True):
                brought.setdefault((int(self.depot[g]), s), []).append((r, load))
        broken = []
        lines_of = [np.flatnonzero(self.problem.demand.stop == s) for s in range(self.problem.stops)]
        for (d, s), visits in brought.items():
            q = lines_of[s]
            share = units[d, q] / amount[q]
            order = q[np.argsort(-share, kind="stable")]
            whole = self._measure[order] * self.problem.demand.amount[order]
            trips, load = np.array([r for r, _ in visits]), np.array([x for _, x in visits])
            need, most = np.cumsum(self._measure[order] * units[d, order]), np.cumsum(whole)
            for n in np.flatnonzero(need[:-1] > 0).tolist():
                lack = float(need[n] - np.minimum(load, most[n]) @ made[trips])
                if lack > BROKEN * most[n]:
                    broken.append((lack, d, s, order[: n + 1], float(most[n])))
        broken.sort(key=lambda one: -one[0])
        new = [one for one in broken if (one[1], frozenset(one[3].tolist())) not in self._cut_sets]
        for _, d, s, lines, whole_load in new[:MOST_CUTS]:
            self._add_cut((d, s), lines, whole_load, brought[d, s])
        return min(len(new), MOST_CUTS)

    def _add_cut(
        self, pair: tuple[int, int], lines: IntArray, most: float, visits: list[tuple[int, float]]
    ) -> None:
        row, self._rows = self._rows, self._rows + 1
        self._cut_sets.add((pair[0], frozenset(lines.tolist())))
        self._cuts.setdefault(pair, []).append((row, most))
        entries = {self._trip_at[r]: min(load, most) for r, load in visits}
        for x in np.flatnonzero((self._from[:, 0] == pair[0]) & np.isin(self._from[:, 1], lines)).tolist():
            entries[int(self._unit_at[x])] = -float(self._measure[self._from[x, 1]])
        self._program.add_row(0.0, np.inf, entries)


def _near(problem: Delivery, groups: Groups, rates: Rates) -> BoolArray:
    """Tell which depots may serve each stop in the program, shape (d, s)."""
    demand = problem.demand
    measure = np.where(demand.amount > 0, groups.measure[demand.commodity], 1.0)
    least = np.full((problem.depots, problem.stops), np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_load = np.where(np.isfinite(rates.cost) & (demand.amount > 0), rates.cost / measure, np.inf)
    for g, d in enumerate(problem.fleet.depot[groups.first].tolist()):
        np.minimum.at(least[d], demand.stop, by_load[g])
    ranked = np.sort(least, axis=0)
    third = ranked[min(NEAREST, problem.depots) - 1]
    return np.asarray(np.isfinite(least) & ((least <= FARTHER * ranked[0]) | (least <= third)))
