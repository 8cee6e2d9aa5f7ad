"""Where each zone can go, the most promising first, and what a choice of ways costs."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from models.shelter.kernels.anneal import Ways
from models.shelter.whole.zones import Zones

# So many of a zone's ways, the first in order, count as promising.
PROMISING: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """The ways of all zones, with being unmet as a way to one more site, and the prices of the shelters.

    Parameters
    ----------
    ways
        Grouped by zone, ascending by reduced cost.
    zone, reduced
        Zone and reduced cost of each way (its cost at the prices above the zone's cheapest), shape (ways,).
    price
        Of a place in each shelter, 0 for being unmet, shape (shelters + 1,).
    """

    ways: Ways
    zone: IntArray
    reduced: FloatArray
    price: FloatArray

    @property
    def shelters(self) -> int:
        """How many shelters there are."""
        return self.price.size - 1

    def loads(self, at: IntArray) -> IntArray:
        """Return the persons at each site, shape (shelters + 1,)."""
        loads = np.bincount(self.ways.site[at], self.ways.size, self.price.size)
        return loads.astype(np.int64)

    def excess(self, at: IntArray) -> IntArray:
        """Return the persons above each capacity, shape (shelters + 1,)."""
        return np.maximum(self.loads(at) - self.ways.capacity, 0)

    def value(self, at: IntArray, excess_price: float) -> float:
        """Return what a choice of ways costs, persons above a capacity at a price."""
        return float(self.ways.cost[at].sum() + excess_price * self.excess(at).sum())

    def losses(self, at: IntArray, excess_price: float) -> FloatArray:
        """Return each shelter's share of the distance to the splittable optimum, shape (shelters,)."""
        loads = self.loads(at)
        empty = np.maximum(self.ways.capacity - loads, 0)
        used = np.bincount(self.ways.site[at], self.reduced[at], self.price.size)
        return (used + self.price * empty + excess_price * self.excess(at))[:-1]

    def kinship(self, at: IntArray, site: int) -> IntArray:
        """Return how many promising ways the zones of a site have to each shelter, shape (shelters,)."""
        zones = np.flatnonzero(self.ways.site[at] == site)
        near = self.ways.start[zones][:, None] + np.arange(PROMISING)
        near = near[near < self.ways.start[zones + 1][:, None]]
        return np.bincount(self.ways.site[near], minlength=self.price.size)[:-1]

    def likeness(self) -> IntArray:
        """Return how many zones hold each two shelters promising alike, shape (shelters, shelters)."""
        start, end, sites = self.ways.start[:-1], self.ways.start[1:], self.price.size
        alike = np.zeros((sites, sites), dtype=np.int64)
        for rank in range(1, PROMISING):
            has = start + rank < end
            np.add.at(alike, (self.ways.site[start[has]], self.ways.site[start[has] + rank]), 1)
        return (alike + alike.T)[:-1, :-1]

    def part(self, at: IntArray, inside: BoolArray) -> "Part":
        """Return some shelters with the zones at them, or unmet near them, as a town of their own.

        Parameters
        ----------
        at
            Way of each zone, shape (zones,).
        inside
            Which shelters, shape (shelters,).
        """
        here = np.append(inside, True)
        reach = np.zeros(at.size, dtype=np.bool_)
        reach[self.zone[np.append(inside, False)[self.ways.site]]] = True
        place = self.ways.site[at]
        moving = reach & here[place]
        ways = np.flatnonzero(moving[self.zone] & here[self.ways.site])
        zones, zone = np.flatnonzero(moving), (np.cumsum(moving) - 1)[self.zone[ways]]
        town = Town(
            Ways(
                np.searchsorted(zone, np.arange(zones.size + 1)),
                (np.cumsum(here) - 1)[self.ways.site[ways]],
                self.ways.cost[ways],
                self.ways.size[zones],
                self.ways.capacity[here],
            ),
            zone,
            self.reduced[ways],
            self.price[here],
        )
        return Part(town, zones, ways, np.searchsorted(ways, at[zones]))

    def choices(self, at: IntArray, cluster: IntArray, excess_price: float) -> tuple[IntArray, IntArray]:
        """Return the zones at some shelters or unmet near them, and their ways there or to nowhere that help.

        A better plan of the cluster loses less in all, so no way of a greater reduced cost is in it.
        """
        inside = np.zeros(self.price.size, dtype=np.bool_)
        inside[cluster] = True
        near = np.zeros(at.size, dtype=np.bool_)
        near[self.zone[inside[self.ways.site]]] = True
        unmet = near & (self.ways.site[at] == self.shelters)
        moving = inside[self.ways.site[at]] | unmet
        inside[-1] = True
        lost = self.losses(at, excess_price)[cluster].sum() + self.reduced[at][unmet].sum()
        promising = self.reduced <= lost * (1 + 1e-9)
        promising[at] = True
        ways = np.flatnonzero(moving[self.zone] & inside[self.ways.site] & promising)
        return np.flatnonzero(moving), ways


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a town: which zones and ways of the whole it has, and the way of each zone in it."""

    town: Town
    zones: IntArray
    ways: IntArray
    at: IntArray


def neighbours(likeness: IntArray) -> IntArray:
    """Return the pairs of shelters that at least two zones hold promising alike, shape (pairs, 2)."""
    return np.argwhere(np.triu(likeness, 1) >= 2)


def lay_ways(zones: Zones, price: FloatArray) -> Town:
    """Return the ways of all zones at some prices. O(k log k).

    Parameters
    ----------
    price
        Of a place in each shelter, shape (m,).
    """
    problem = zones.problem
    count, m = problem.persons.size, problem.capacity.size
    prices = np.append(price, 0.0)
    zone = np.concatenate([problem.cell, np.arange(count)])
    site = np.concatenate([problem.site, np.full(count, m)])
    cost = np.concatenate([zones.value, zones.unmet])
    at_price = cost + problem.persons[zone] * prices[site]
    cheapest = np.full(count, np.inf)
    np.minimum.at(cheapest, zone, at_price)
    reduced = at_price - cheapest[zone]
    order = np.lexsort((site, reduced, zone))
    start = np.searchsorted(zone[order], np.arange(count + 1))
    capacity = np.append(problem.capacity, problem.persons.sum())
    ways = Ways(start, site[order], cost[order], problem.persons, capacity)
    return Town(ways, zone[order], reduced[order], prices)
