"""The streets on the plan: expressway, rings, quays, diagonals, lattice, and what is inside superblocks.

Straight lines that cross freely; ``network`` makes junctions of the crossings.
"""

from collections.abc import Iterable

import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.sample.frame.plan import BOUNDARY_REACH, CARRIAGEWAY_M, CityPlan
from dss.sample.frame.zones import WHOLE, Bank
from dss.sample.ways.lines import (
    AXIS_ACROSS,
    AXIS_ALONG,
    DIAGONALS,
    EXPRESSWAY,
    FIRST_PLAIN,
    QUAY_NORTH,
    QUAY_SOUTH,
    RINGS,
    Lines,
    Rank,
    join,
)
from dss.sample.ways.superblocks import divide


def draw_streets(plan: CityPlan, banks: tuple[Bank, Bank], rng: np.random.Generator) -> Lines:
    """Draw every street of the city."""
    parts = [*_rings(plan), *_radials(plan)]
    first = FIRST_PLAIN
    for bank in banks:
        parts += _lattice(plan, bank, first)
        first += bank.columns.size + bank.rows.size
    for bank in banks:
        parts.append(divide(plan, bank, first, rng))
        first = max(first, int(parts[-1].street.max(initial=0)) + 1)
    return join(parts)


def _rings(plan: CityPlan) -> Iterable[Lines]:
    for shift in (-CARRIAGEWAY_M, CARRIAGEWAY_M):
        yield Lines.of(_box(plan.expressway, shift), Rank.EXPRESSWAY, EXPRESSWAY)
    for k, ring in enumerate(plan.rings[:-1]):
        yield Lines.of(_box(ring, 0.0), Rank.ARTERIAL, RINGS + k)


def _box(ring: FloatArray, out_m: float) -> FloatArray:
    west, east, south, north = ring + out_m * np.array([-1, 1, -1, 1])
    corners = np.array([[west, south], [east, south], [east, north], [west, north], [west, south]])
    return np.stack([corners[:-1], corners[1:]], axis=1)


def _radials(plan: CityPlan) -> Iterable[Lines]:
    """Axes and diagonals, out to the city's boundary."""
    outline = plan.outline(0.995 * BOUNDARY_REACH)
    for path, street in _radial_paths(plan):
        inside = shapely.intersection(shapely.LineString(path), outline)
        points = shapely.get_coordinates(inside)
        yield Lines.of(np.stack([points[:-1], points[1:]], axis=1), Rank.ARTERIAL, street)


def _radial_paths(plan: CityPlan) -> Iterable[tuple[FloatArray, int]]:
    far = 3 * plan.radius_m
    for side in (-1.0, 1.0):
        yield np.array([[0.0, 0.0], [side * far, 0.0]]), AXIS_ALONG
        start = 0.0 if side > 0 else plan.quays_b_m[0]
        yield np.array([[0.0, start], [0.0, side * far]]), AXIS_ACROSS
    yield np.array([[0.0, plan.quays_b_m[0]], [0.0, 0.0]]), AXIS_ACROSS
    for k, (side_a, side_b) in enumerate(((-1, -1), (1, -1), (1, 1), (-1, 1))):
        columns = plan.columns_north if side_b > 0 else plan.columns_south
        a = _outwards(columns, plan.rings[0, :2], side_a)
        b = _outwards(plan.rows, plan.rings[0, 2:], side_b)
        nodes = _through_carriageways(plan, np.column_stack([a, b]))
        yield np.vstack([nodes, nodes[-1] + far * np.array([side_a, side_b])]), DIAGONALS + k


def _outwards(streets: FloatArray, ring: FloatArray, side: int) -> FloatArray:
    return np.asarray(streets[streets >= ring[1]] if side > 0 else streets[streets <= ring[0]][::-1])


def _through_carriageways(plan: CityPlan, nodes: FloatArray) -> FloatArray:
    """Lead a diagonal through the corners of both carriageways."""
    corner = np.isin(nodes[:, 0], plan.expressway[:2]) & np.isin(nodes[:, 1], plan.expressway[2:])
    k = int(np.flatnonzero(corner)[0])
    out = CARRIAGEWAY_M * np.sign(nodes[k])
    start = [nodes[k] - out] if k else []
    return np.vstack([*nodes[:k], *start, nodes[k], nodes[k] + out, *nodes[k + 1 :]])


def _lattice(plan: CityPlan, bank: Bank, first: int) -> list[Lines]:
    """Pieces of the lattice beside a superblock of the city, but not inside the lake or the campus."""
    lattice = []
    for axis in (0, 1):
        zone = bank.zone if axis == 0 else bank.zone.T
        across, along = (bank.columns, bank.rows) if axis == 0 else (bank.rows, bank.columns)
        edge = np.zeros((1, zone.shape[1]), dtype=np.int64)
        before, after = np.vstack([edge, zone]), np.vstack([zone, edge])
        i, k = np.nonzero(((before > 0) | (after > 0)) & ~((before == after) & np.isin(before, WHOLE)))
        ends = np.stack(
            [np.column_stack([across[i], along[k]]), np.column_stack([across[i], along[k + 1]])], 1
        )
        street = _lattice_streets(plan, bank, axis, first + axis * bank.columns.size)
        rank = _lattice_ranks(plan, across, axis)
        lines = Lines(ends[:, :, ::-1] if axis else ends, rank[i], street[i])
        free = ~_on_expressway(plan, lines.ends)
        lattice.append(Lines(lines.ends[free], lines.rank[free], lines.street[free]))
    return lattice


def _lattice_streets(plan: CityPlan, bank: Bank, axis: int, first: int) -> IntArray:
    across = bank.rows if axis else bank.columns
    street = first + np.arange(across.size)
    street[across == 0] = AXIS_ALONG if axis else AXIS_ACROSS
    if axis:
        street[across == plan.quays_b_m[0]] = QUAY_SOUTH
        street[across == plan.quays_b_m[1]] = QUAY_NORTH
    return street


def _lattice_ranks(plan: CityPlan, across: FloatArray, axis: int) -> IntArray:
    """Axis, rings, quays and every second street beyond the first ring are arterials."""
    sides = plan.rings[:, 2 * axis : 2 * axis + 2]
    special = np.r_[0.0, sides.ravel(), plan.quays_b_m if axis else ()]
    low, high = np.searchsorted(across, sides[0])
    beyond = np.maximum(low - np.arange(across.size), np.arange(across.size) - high)
    arterial = np.isin(across, special) | ((beyond > 0) & (beyond % 2 == 0))
    return np.where(arterial, int(Rank.ARTERIAL), int(Rank.COLLECTOR))


def _on_expressway(plan: CityPlan, ends: FloatArray) -> BoolArray:
    """Tell which pieces lie in the middle of the expressway, where its carriageways replace them."""
    west, east, south, north = plan.expressway
    middle = ends.mean(axis=1)
    upright = np.isin(middle[:, 0], (west, east)) & (middle[:, 1] > south) & (middle[:, 1] < north)
    level = np.isin(middle[:, 1], (south, north)) & (middle[:, 0] > west) & (middle[:, 0] < east)
    return np.asarray(upright | level)
