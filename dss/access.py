"""Where points join the roads: on the nearest open one, between its ends.

A road is a pair of edges, 2f along its line and 2f + 1 against it (see :mod:`dss.roads`). A point leaves its
road at either end, over the part of the edge that lies between; a one-way or closed edge is respected.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.network import RoadNetwork

AT_END_M: Final = 0.001
"""A point that joins a road this near to its end joins it at the node, where every road may be taken."""


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """Where points join the roads.

    Parameters
    ----------
    edge
        Edge along the nearest open road, shape (n,), always even; only meaningful where ``reached``.
    share
        How far along that edge, 0 at its tail to 1 at its head, shape (n,).
    distance_m
        Straight distance to that place, shape (n,); inf where every road is closed.
    reached
        Whether it lies within the limit, shape (n,); else the point is outside the network.
    """

    edge: IntArray
    share: FloatArray
    distance_m: FloatArray
    reached: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class Ends:
    """The two nodes by which points leave or reach their places on the roads, shapes (2, n).

    Parameters
    ----------
    node
        The node.
    edge
        The edge that a part of is travelled between node and place.
    part_s
        Seconds over that part; inf where it is closed, one-way the other way, or the point is outside.
    partly
        Whether there is any part: a place at a node needs none.
    """

    node: IntArray
    edge: IntArray
    part_s: FloatArray
    partly: BoolArray


def join_roads(
    lines: np.ndarray[tuple[int], np.dtype[np.object_]],
    travel_time_s: FloatArray,
    x_m: FloatArray,
    y_m: FloatArray,
    *,
    limit_m: float,
) -> Access:
    """Find the nearest open road for each point; of equally near ones the first.

    Roads without length are passed over.

    Parameters
    ----------
    lines
        Shapely line of each road, shape (n edges / 2,).
    travel_time_s
        Time of each edge under the hazard, shape (n edges,); inf where closed. A road is open if one of its
        edges is.
    x_m, y_m
        The points, shape (n,).
    limit_m
        Points farther from any open road than this are outside the network.
    """
    is_open = np.isfinite(travel_time_s).reshape(-1, 2).any(axis=1)
    road = np.flatnonzero(is_open & (shapely.length(lines) > AT_END_M))
    if road.size == 0 or x_m.size == 0:
        nowhere = np.full(x_m.size, np.inf)
        return Access(np.zeros(x_m.size, np.int64), np.zeros(x_m.size), nowhere, np.zeros(x_m.size, np.bool_))
    points = shapely.points(x_m, y_m)
    (point, place), distance_m = shapely.STRtree(lines[road]).query_nearest(points, return_distance=True)
    order = np.lexsort((place, point))
    first = order[np.searchsorted(point[order], np.arange(x_m.size))]
    nearest, distance_m = road[place[first]], distance_m[first]
    return Access(
        edge=2 * nearest.astype(np.int64),
        share=_share(lines[nearest], points),
        distance_m=distance_m,
        reached=distance_m <= limit_m,
    )


def _share(
    line: np.ndarray[tuple[int], np.dtype[np.object_]], point: np.ndarray[tuple[int], np.dtype[np.object_]]
) -> FloatArray:
    length_m, along_m = shapely.length(line), shapely.line_locate_point(line, point)
    return np.where(along_m < AT_END_M, 0.0, np.where(along_m > length_m - AT_END_M, 1.0, along_m / length_m))


def departures(network: RoadNetwork, travel_time_s: FloatArray, access: Access) -> Ends:
    """Return how points leave their places: 0 on to the head of their edge, 1 back to its tail."""
    along, against = access.edge, access.edge + 1
    node = np.stack([network.head[along], network.tail[along]]).astype(np.int64)
    share = np.stack([1.0 - access.share, access.share])
    return _ends(node, np.stack([along, against]), share, travel_time_s, access)


def arrivals(network: RoadNetwork, travel_time_s: FloatArray, access: Access) -> Ends:
    """Return how points are reached: 0 from the tail of their edge, 1 from its head."""
    along, against = access.edge, access.edge + 1
    node = np.stack([network.tail[along], network.head[along]]).astype(np.int64)
    share = np.stack([access.share, 1.0 - access.share])
    return _ends(node, np.stack([along, against]), share, travel_time_s, access)


def _ends(
    node: IntArray, edge: IntArray, share: FloatArray, travel_time_s: FloatArray, access: Access
) -> Ends:
    partly = share > 0
    part_s = np.multiply(share, travel_time_s[edge], out=np.zeros_like(share), where=partly)
    return Ends(node, edge, np.where(access.reached, part_s, np.inf), partly)
