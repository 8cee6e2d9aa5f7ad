"""The street network: lines become pieces between junctions, all of them within reach of each other.

Index names: ``e`` edge.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.sample.frame.bend import STEP_M, GeometryArray
from dss.sample.frame.plan import CityPlan
from dss.sample.frame.zones import Bank, Zone
from dss.sample.ways.lines import EXPRESSWAY, Lines, Rank

GRID_M: Final = 0.01
"""Junctions lie on this raster of the plan."""
NEAR_M: Final = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Pieces of street between junctions, on the plan.

    Parameters
    ----------
    line
        Geometry of each piece, shape (n,); no part of it longer than a bend step.
    rank, street
        Class and street of each piece, shape (n,).
    one_way
        Whether a piece may only be driven from its start to its end, shape (n,).
    bridge
        Whether a piece crosses the river, shape (n,).
    """

    line: GeometryArray
    rank: IntArray
    street: IntArray
    one_way: BoolArray
    bridge: BoolArray

    def middle(self) -> FloatArray:
        """Return the middle of each piece, shape (n, 2)."""
        return np.asarray(
            shapely.get_coordinates(shapely.line_interpolate_point(self.line, 0.5, normalized=True))
        )

    def take(self, chosen: BoolArray) -> "Streets":
        """Return some of the pieces."""
        return Streets(
            self.line[chosen],
            self.rank[chosen],
            self.street[chosen],
            self.one_way[chosen],
            self.bridge[chosen],
        )


def build_network(plan: CityPlan, banks: tuple[Bank, Bank], lines: Lines) -> Streets:
    """Make junctions where lines cross, choose one-way streets, and keep everything within reach."""
    pieces = _pieces(lines)
    rank, street = _owner(lines, pieces)
    middle_b = shapely.get_coordinates(shapely.line_interpolate_point(pieces, 0.5, normalized=True))[:, 1]
    bridge = (middle_b > plan.quays_b_m[0]) & (middle_b < plan.quays_b_m[1])
    streets = Streets(pieces, rank, street, np.zeros(rank.size, dtype=np.bool_), bridge)
    streets = _largest_part(streets)
    streets = _two_way_where_needed(_choose_one_ways(plan, banks, streets))
    return replace(streets, line=np.asarray(shapely.segmentize(streets.line, STEP_M), dtype=object))


def junctions(line: GeometryArray) -> tuple[IntArray, IntArray, int]:
    """Return start and end node of each line, and how many nodes there are."""
    ends = np.vstack([_end(line, 0), _end(line, -1)])
    nodes, index = np.unique(ends, axis=0, return_inverse=True)
    half = index.size // 2
    return index.ravel()[:half], index.ravel()[half:], len(nodes)


def strong_parts(tail: IntArray, head: IntArray, one_way: BoolArray, n_nodes: int) -> tuple[int, IntArray]:
    """Return how many strongly connected parts there are and the part of each node."""
    start, end = np.r_[tail, head[~one_way]], np.r_[head, tail[~one_way]]
    graph = coo_array((np.ones(start.size), (start, end)), shape=(n_nodes, n_nodes))
    count, part = connected_components(graph.tocsr(), directed=True, connection="strong")
    return int(count), np.asarray(part)


def _end(line: GeometryArray, which: int) -> FloatArray:
    return np.asarray(shapely.get_coordinates(shapely.get_point(line, which)))


def _pieces(lines: Lines) -> GeometryArray:
    noded = shapely.get_parts(shapely.union_all(shapely.linestrings(lines.ends), grid_size=GRID_M))
    points = shapely.get_coordinates(shapely.line_interpolate_point(noded, 0.5, normalized=True))
    return np.asarray(noded[np.lexsort(points.T)], dtype=object)


def _owner(lines: Lines, pieces: GeometryArray) -> tuple[IntArray, IntArray]:
    """Return rank and street of the highest line that each piece comes from."""
    tree = shapely.STRtree(shapely.linestrings(lines.ends))
    middle = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    e, source = tree.query(middle, predicate="dwithin", distance=NEAR_M)
    order = np.lexsort([lines.street[source], lines.rank[source], e])
    _, best = np.unique(e[order], return_index=True)
    chosen = source[order][best]
    return lines.rank[chosen], lines.street[chosen]


def _largest_part(streets: Streets) -> Streets:
    tail, head, n_nodes = junctions(streets.line)
    graph = coo_array((np.ones(tail.size), (tail, head)), shape=(n_nodes, n_nodes))
    _, part = connected_components(graph.tocsr(), directed=False)
    return streets.take(part[tail] == np.bincount(part[tail]).argmax())


def _choose_one_ways(plan: CityPlan, banks: tuple[Bank, Bank], streets: Streets) -> Streets:
    """Make the expressway's carriageways and pairs of old-town streets one way, each in its direction."""
    start, end, middle = _end(streets.line, 0), _end(streets.line, -1), streets.middle()
    ring = streets.street == EXPRESSWAY
    centre = np.array([plan.expressway[:2].mean(), plan.expressway[2:].mean()])
    outwards = np.abs((middle - centre) / (np.diff(plan.expressway)[[0, 2]] / 2)).max(axis=1) > 1
    arm = middle - centre
    counterclockwise = arm[:, 0] * (end - start)[:, 1] - arm[:, 1] * (end - start)[:, 0] > 0
    paired = _paired(banks[1], streets, middle)
    northwards = end[:, 1] > start[:, 1]
    wrong = (ring & (counterclockwise != outwards)) | (paired & (northwards != (streets.street % 2 == 0)))
    line = streets.line.copy()
    line[wrong] = shapely.reverse(line[wrong])
    return replace(streets, line=line, one_way=ring | paired)


def _paired(north: Bank, streets: Streets, middle: FloatArray) -> BoolArray:
    """Tell which pieces are streets across the old town that follow the lattice's strips."""
    upright = np.abs(_end(streets.line, 0)[:, 0] - _end(streets.line, -1)[:, 0]) < GRID_M
    members = np.bincount(streets.street, minlength=int(streets.street.max()) + 1)
    old = np.isin(north.zone_at(middle), (Zone.OLD_TOWN, Zone.CIVIC))
    return np.asarray((streets.rank == Rank.STREET) & upright & old & (members[streets.street] > 8))


def _two_way_where_needed(streets: Streets) -> Streets:
    """Open one-way streets in both directions until every junction is within reach of every other."""
    tail, head, n_nodes = junctions(streets.line)
    one_way = streets.one_way.copy()
    while True:
        count, part = strong_parts(tail, head, one_way, n_nodes)
        if count == 1:
            return replace(streets, one_way=one_way)
        one_way &= part[tail] == part[head]
