"""How long vehicles take from place to place, and by which edges.

Index names: ``h`` kinds of vehicles, ``p`` places (depots first, then stops), ``e`` edges, ``l`` legs.
"""

from dataclasses import dataclass, replace

import numpy as np

from dss.access import Access, join_roads
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.network import RoadNetwork
from dss.routing import Router
from dss.trips import ALONG_ONE_ROAD, TripTable, find_trips
from scenarios.evacuation.streets import Streets


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """Drives from place to place.

    Parameters
    ----------
    offsets, edge
        Edges of each leg in the order of driving, shapes (l + 1,) and (sum,).
    share
        Which part of each edge is driven, 0 to 1: the first and the last are but partly, shape (sum,).
    """

    offsets: IntArray
    edge: IntArray
    share: FloatArray

    def of(self, leg: int) -> tuple[IntArray, FloatArray]:
        """Return the edges of a leg and their shares."""
        rows = slice(int(self.offsets[leg]), int(self.offsets[leg + 1]))
        return self.edge[rows], self.share[rows]


@dataclass(frozen=True, slots=True, eq=False)
class Travel:
    """Fastest ways between all places for each kind of vehicle.

    Parameters
    ----------
    tables
        One for each kind.
    """

    tables: tuple[TripTable, ...]

    @property
    def seconds(self) -> FloatArray:
        """Shape (h, p, p); inf where there is no way."""
        return np.stack([table.seconds for table in self.tables]).astype(np.float64)

    @property
    def reached(self) -> BoolArray:
        """Which places an open road comes near enough to, by kind, shape (h, p)."""
        return np.stack([table.origin.reached for table in self.tables])

    @property
    def on_road(self) -> IntArray:
        """Road that each place joins, by kind, shape (h, p); -1 where none is near."""
        roads = [np.where(table.origin.reached, table.origin.edge // 2, -1) for table in self.tables]
        return np.stack(roads)

    def legs(self, kind: IntArray, begin: IntArray, end: IntArray) -> Legs:
        """Return the edges of drives that exist."""
        counts = np.zeros(kind.size, dtype=np.int64)
        found = []
        for h, table in enumerate(self.tables):
            rows = np.flatnonzero(kind == h)
            first, edges, share = _legs(table, begin[rows], end[rows])
            counts[rows] = np.diff(first)
            found.append((rows, first, edges, share))
        offsets = np.concatenate([[0], np.cumsum(counts)])
        edge, shares = np.zeros(offsets[-1], dtype=np.int64), np.zeros(offsets[-1])
        for rows, first, edges, share in found:
            place = np.repeat(offsets[rows] - first[:-1], np.diff(first)) + np.arange(first[-1])
            edge[place], shares[place] = edges, share
        return Legs(offsets, edge, shares)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Depots and stops, shape (p,) each, and how far from an open road goods are carried at most."""

    x_m: FloatArray
    y_m: FloatArray
    carry_m: float


def find_travel(
    network: RoadNetwork, streets: Streets, edge_s: FloatArray, places: Places, router: Router
) -> Travel:
    """Find the fastest ways between all places.

    Parameters
    ----------
    network, streets
        The roads and their lines.
    edge_s
        Seconds of each edge by kind, shape (h, e); inf where closed.
    places
        A place farther than they say from any open road is out of reach.
    router
        A router on the network, whatever its weights.
    """
    return Travel(
        tuple(_table(network, streets, times_s, places, router.customise(times_s)) for times_s in edge_s)
    )


def _table(
    network: RoadNetwork, streets: Streets, times_s: FloatArray, places: Places, router: Router
) -> TripTable:
    access = join_roads(streets.line, times_s, places.x_m, places.y_m, limit_m=places.carry_m)
    return find_trips(network, times_s, router, access, access)


def _legs(table: TripTable, i: IntArray, j: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the edges of trips and which part of each is driven."""
    offsets, edges = table.paths(i, j)
    share = np.ones(edges.size)
    way = table.way[i, j].astype(np.int64)
    stay = way == ALONG_ONE_ROAD
    out_end, in_end = np.divmod(np.where(stay, 0, way), 2)
    begins = np.flatnonzero(~stay & table.departure.partly[out_end, i])
    ends = np.flatnonzero(~stay & table.arrival.partly[in_end, j])
    share[offsets[begins]] = _part(table.origin, i, 1 - out_end)[begins]
    share[offsets[ends + 1] - 1] = _part(table.destination, j, in_end)[ends]
    along = np.abs(table.destination.share[j] - table.origin.share[i])
    share[offsets[:-1][stay]] = along[stay]
    return offsets, edges, share


def _part(access: Access, rows: IntArray, end: IntArray) -> FloatArray:
    """Return the share of a place's road between its place and one end: of the tail 0, of the head 1."""
    share = access.share[rows]
    return np.where(end == 0, share, 1.0 - share)


def plain_streets(streets: Streets) -> Streets:
    """Return streets of which nothing is said but how they run: what a run keeps to tell ways in words."""
    none = np.zeros(0, dtype=np.int64)
    return replace(
        streets, x_m=np.zeros(0), y_m=np.zeros(0), junction=none, shelter=np.zeros(0, dtype=object),
        offsets=np.zeros(1, dtype=np.int64), edge=none,
    )  # fmt: skip
