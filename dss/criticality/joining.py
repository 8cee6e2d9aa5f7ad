"""People and sites as nodes of their own, joined to the roads on which they lie.

Index names: ``i`` homes, ``j`` sites, ``f`` road features; row f of the roads gives edges 2f and 2f + 1.
"""

from dataclasses import dataclass

import numpy as np

from dss.access import Access, Ends, arrivals, departures
from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from dss.criticality.access import Demand, SiteAccess
from dss.criticality.closures import Closures
from dss.network import RoadNetwork
from dss.trips import seconds_on_one_road


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """A network with people and sites in it.

    Parameters
    ----------
    access
        The ways to the nearest sites.
    road, edge
        Edges that were added and are closed along with a road feature, shapes (n,), ascending by feature.
    """

    access: SiteAccess
    road: IntArray
    edge: Int32Array

    def closures(self, rows: IntArray) -> Closures:
        """Close each of some road features in both directions, and what was joined to its far ends."""
        low, high = np.searchsorted(self.road, rows, "left"), np.searchsorted(self.road, rows, "right")
        parts = [
            np.concatenate([[2 * row, 2 * row + 1], self.edge[a:b]])
            for row, a, b in zip(rows.tolist(), low.tolist(), high.tolist(), strict=True)
        ]
        first = np.concatenate([[0], np.cumsum(2 + high - low)]).astype(np.int64)
        return Closures(first, np.concatenate([np.empty(0, np.int32), *parts]).astype(np.int32))


@dataclass(frozen=True, slots=True, eq=False)
class _Links:
    """Edges to add: ends, seconds, the road they run along, and whether they are closed along with it."""

    tail: IntArray
    head: IntArray
    time_s: FloatArray
    road: IntArray
    closes: BoolArray


def join_people_and_sites(
    network: RoadNetwork,
    travel_time_s: FloatArray,
    people: tuple[Access, FloatArray, FloatArray],
    sites: tuple[Access, FloatArray],
) -> Joined:
    """Give every home and every site a node of its own and join it to both ends of its road.

    A closed road keeps joined what lies on it by the nearer end, or by the only end that a one-way road
    leaves: the closure is taken to lie on the longer part. Who lives on the outer half of a dead end is cut
    off when it is closed.

    Parameters
    ----------
    people
        Where they join the roads, their seconds on foot to there, their number; shapes (n,).
    sites
        Where sites join the roads, and the seconds on foot from there; shapes (m,).
    """
    (origin, walk_s, persons), (goal, egress_s) = people, sites
    n, m = persons.size, egress_s.size
    home = network.n_nodes + np.arange(n)
    site = network.n_nodes + n + np.arange(m)
    out, into = departures(network, travel_time_s, origin), arrivals(network, travel_time_s, goal)
    # the head of the edge is the nearer end from the middle on: end 0 of departures, end 1 of arrivals
    leaving = _links(home, out, walk_s, origin, np.stack([origin.share >= 0.5, origin.share < 0.5]))
    coming = _links(site, into, np.zeros(m), goal, np.stack([goal.share < 0.5, goal.share >= 0.5]))
    i, j, stay_s = seconds_on_one_road(travel_time_s, origin, goal)
    staying = _Links(home[i], site[j], walk_s[i] + stay_s, origin.edge[i] // 2, np.ones(i.size, np.bool_))
    turned = _Links(coming.head, coming.tail, coming.time_s, coming.road, coming.closes)
    return _extended(network, travel_time_s, (leaving, turned, staying), persons, egress_s)


def _links(place: IntArray, ends: Ends, walk_s: FloatArray, access: Access, near: BoolArray) -> _Links:
    """Return links from places to both ends; the farther one closes with the road if the nearer is usable."""
    usable = np.isfinite(ends.part_s)
    closes = ~near & usable[::-1]
    twice = np.tile(place, 2)
    road = np.tile(access.edge // 2, 2)
    return _Links(twice, ends.node.ravel(), (ends.part_s + walk_s).ravel(), road, closes.ravel())


def _extended(
    network: RoadNetwork,
    travel_time_s: FloatArray,
    links: tuple[_Links, ...],
    persons: FloatArray,
    egress_s: FloatArray,
) -> Joined:
    usable = [np.isfinite(link.time_s) for link in links]
    tail, head, time_s, road, closes = (
        np.concatenate([getattr(link, name)[kept] for link, kept in zip(links, usable, strict=True)])
        for name in ("tail", "head", "time_s", "road", "closes")
    )
    all_times_s = np.concatenate([travel_time_s, time_s])
    n, m, roads_only = persons.size, egress_s.size, network.n_nodes
    nowhere = np.zeros(roads_only + n + m)
    extended = RoadNetwork(
        np.concatenate([network.tail, tail]).astype(np.int32),
        np.concatenate([network.head, head]).astype(np.int32),
        all_times_s,
        x_m=nowhere,
        y_m=nowhere,
    )
    site_s = np.full(extended.n_nodes, np.inf)
    site_s[roads_only + n :] = egress_s
    homes = np.tile(roads_only + np.arange(n), (2, 1))
    demand = Demand(homes, np.zeros((2, n)), np.full(n, np.inf), persons)
    edge = (network.n_edges + np.flatnonzero(closes)).astype(np.int32)
    order = np.argsort(road[closes], kind="stable")
    access = SiteAccess(extended, all_times_s, demand, site_s)
    return Joined(access, road[closes][order], edge[order])
