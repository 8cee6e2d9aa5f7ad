"""Trips over the network from place to place, and the router that the map keeps ready.

Index names: ``i`` origins, ``j`` destinations.
"""

from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dss.access import Access, Ends, arrivals, departures
from dss.arrays import FloatArray, IntArray
from dss.network import RoadNetwork
from dss.routing import NodeOrder, Router
from dss.routing.order import fingerprint

ORDERS: Final = "derived"
ALONG_ONE_ROAD: Final = 4
"""The way of a trip that stays on one road; the others are 2 * end left by + end reached by."""


def open_router(network: RoadNetwork, map_folder: Path) -> Router:
    """Return a router on a map's network; its order is computed once and stored with the map.

    A map that cannot be written to still gets its router; the order is then computed each time.
    """
    stored = map_folder / ORDERS / f"order-{fingerprint(network)[:16]}.npz"
    if stored.is_file():
        return Router(network, order=NodeOrder.load(stored))
    router = Router(network)
    partial = stored.with_suffix(".partial")
    with suppress(OSError):
        stored.parent.mkdir(exist_ok=True)
        router.order.save(partial)
        partial.replace(stored)
    return router


@dataclass(frozen=True, slots=True, eq=False)
class TripTable:
    """Fastest trips from every origin to every destination.

    Parameters
    ----------
    seconds
        Time on the roads, shape (n, m); inf where there is no way.
    way
        By which ends a trip leaves and arrives, ``2 * end of i + end of j``, or ``ALONG_ONE_ROAD``, (n, m).
    origin, destination
        Where the points join the roads.
    departure, arrival
        The ends of those roads.
    travel_time_s
        Seconds of each edge, shape (n edges,).
    router
        What the trips were found on.
    """

    seconds: FloatArray
    way: NDArray[np.int8]
    origin: Access
    destination: Access
    departure: Ends
    arrival: Ends
    travel_time_s: FloatArray
    router: Router

    def paths(self, i: IntArray, j: IntArray) -> tuple[IntArray, IntArray]:
        """Return the edges of each trip, as offsets of shape (k + 1,) and edges.

        The edges that a trip begins and ends on are named too, though it uses but a part of them. Trips must
        exist: their seconds are finite.
        """
        way, trip = self.way[i, j], np.arange(i.size)
        through = trip[way < ALONG_ONE_ROAD]
        out_end, in_end = np.divmod(way[through].astype(np.int64), 2)
        begin, end = (out_end, i[through]), (in_end, j[through])
        inner = self.router.paths(self.departure.node[begin], self.arrival.node[end])
        first, last = self.departure.partly[begin], self.arrival.partly[end]
        stay = trip[way == ALONG_ONE_ROAD]
        owner = np.concatenate(
            [through[first], np.repeat(through, np.diff(inner.first)), through[last], stay]
        )
        edges = np.concatenate(
            [
                self.departure.edge[begin][first],
                inner.edges,
                self.arrival.edge[end][last],
                self._one_road_edges(i[stay], j[stay]),
            ]
        )
        offsets = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=i.size))])
        return offsets, edges[np.argsort(owner, kind="stable")]

    def _one_road_edges(self, i: IntArray, j: IntArray) -> IntArray:
        return _edge_between(self.travel_time_s, self.origin, self.destination, i, j)


def find_trips(
    network: RoadNetwork, travel_time_s: FloatArray, router: Router, origin: Access, destination: Access
) -> TripTable:
    """Find the fastest trip from every origin to every destination, part edges at both ends included.

    Parameters
    ----------
    travel_time_s
        Seconds of each edge, shape (n edges,); the router's weights must be the same.
    origin, destination
        Places on the roads, n and m of them.

    Notes
    -----
    The least of two ways out times two ways in, and of the way along one road where both places are on it.
    Two sweeps' worth of lanes: (2 n) x (2 m) node times.
    """
    departure = departures(network, travel_time_s, origin)
    arrival = arrivals(network, travel_time_s, destination)
    n, m = origin.edge.size, destination.edge.size
    between_s = router.travel_times_to(arrival.node.ravel(), departure.node.ravel()).reshape(2, n, 2, m)
    seconds, way = np.full((n, m), np.inf), np.zeros((n, m), dtype=np.int8)
    for a, b in product(range(2), range(2)):
        candidate_s = departure.part_s[a][:, None] + between_s[a, :, b] + arrival.part_s[b][None, :]
        better = candidate_s < seconds
        seconds[better], way[better] = candidate_s[better], 2 * a + b
    i, j, stay_s = seconds_on_one_road(travel_time_s, origin, destination)
    better = stay_s < seconds[i, j]
    seconds[i[better], j[better]], way[i[better], j[better]] = stay_s[better], ALONG_ONE_ROAD
    return TripTable(seconds, way, origin, destination, departure, arrival, travel_time_s, router)


def seconds_on_one_road(
    travel_time_s: FloatArray, origin: Access, destination: Access
) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the pairs of an origin and a destination on one road, and the seconds between them along it.

    Parameters
    ----------
    travel_time_s
        Seconds of each edge, shape (n edges,); inf where closed.
    origin, destination
        Places on the roads, n and m of them.

    Returns
    -------
    Origins, destinations and seconds, shapes (pairs,); inf where the road leads the other way only.
    """
    i, j = _on_one_road(origin, destination)
    edge_s = travel_time_s[_edge_between(travel_time_s, origin, destination, i, j)]
    step = np.abs(destination.share[j] - origin.share[i])
    return i, j, np.multiply(step, edge_s, out=np.full(step.size, np.inf), where=np.isfinite(edge_s))


def _on_one_road(origin: Access, destination: Access) -> tuple[IntArray, IntArray]:
    """Return the pairs of an origin and a destination on the same road."""
    reached = np.flatnonzero(origin.reached)
    order = reached[np.argsort(origin.edge[reached], kind="stable")]
    sites = np.flatnonzero(destination.reached)
    low = np.searchsorted(origin.edge[order], destination.edge[sites], side="left")
    high = np.searchsorted(origin.edge[order], destination.edge[sites], side="right")
    count = high - low
    place = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count) + np.repeat(low, count)
    return order[place], np.repeat(sites, count)


def _edge_between(
    time_s: FloatArray, origin: Access, destination: Access, i: IntArray, j: IntArray
) -> IntArray:
    """Return the edge from place to place on one road; where both are the same place, an open one."""
    along = origin.edge[i]
    step = destination.share[j] - origin.share[i]
    return along + ((step < 0) | ((step == 0) & ~np.isfinite(time_s[along])))
