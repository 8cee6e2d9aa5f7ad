"""Polygons in cells: what area of each cell a polygon covers.

Areas are those of the map's projected plane, of polygons and cells alike, so that shares are consistent. Only
the cells that an outline passes are cut; those inside are known to be whole.
"""

from typing import Final

import h3ronpy
import numpy as np
import pyarrow as pa
import shapely
from h3ronpy import vector as h3vector

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray, UIntArray
from dss.cells.amounts import Amounts, join, no_amounts
from dss.cells.hexagons import cell_area_m2
from dss.cells.mesh import CellMesh, GeometryArray, Paths, mesh_around
from dss.cells.planes import to_degrees
from dss.cells.tracing import Trace, bounds_of, flatten, recut_bent, trace_rings

# The sum over an outline is known up to whole cells; this near to none or all, the cell is looked at.
UNDECIDED: Final = 1e-7
# Straight in the plane is not straight in degrees: sides are cut to this length before they go to H3.
LONGEST_SIDE_M: Final = 2_000.0
# A polygon lacks whole cells if it lacks more than this share of the smallest cell that it passes.
WHOLE: Final = 0.5
POLYGON: Final = 3
"""What GEOS calls the type of a polygon of one part."""


def cell_areas(polygons: GeometryArray, crs: str, resolution: int) -> Amounts:
    """Return the square metres of each polygon in each cell.

    Parameters
    ----------
    polygons
        Valid polygons in the projected CRS ``crs``, shape (n,); None and empty ones have no area.
    resolution
        H3 resolution, 2 to 15.

    Notes
    -----
    O(points + borders crossed + cells inside); equal to cutting with GEOS. See ``kernels/trace.py``.
    """
    parts, owner = _simple_polygons(polygons)
    if parts.size == 0:
        return no_amounts()
    rings, part_of = _rings(parts)
    paths = flatten(rings)
    mesh = mesh_around(paths, crs, resolution)
    bound = bounds_of(owner[part_of], polygons.size)
    found = _decide(trace_rings(mesh, paths, bound, _signs(paths, part_of)), polygons, mesh)
    found = recut_bent(
        found, mesh, lambda rows, outlines: shapely.area(shapely.intersection(polygons[rows], outlines))
    )
    passed = Amounts(found.feature, mesh.cell[found.place], found.amount)
    return join([passed, _whole_cells(passed, polygons, mesh)])


def cell_shares(areas: Amounts, crs: str) -> FloatArray:
    """Return the share of its cell that each row covers, above 0 and at most 1, shape (k,)."""
    cell, place = np.unique(areas.cell, return_inverse=True)
    return np.minimum(areas.amount / cell_area_m2(cell, crs)[place], 1.0)


def _simple_polygons(polygons: GeometryArray) -> tuple[GeometryArray, IntArray]:
    """Return the polygons with an area, those of several parts taken apart, and the row of each."""
    has_area = shapely.area(polygons) > 0
    if (shapely.get_type_id(polygons[has_area]) == POLYGON).all():
        return polygons[has_area], np.flatnonzero(has_area)
    parts, owner = shapely.get_parts(polygons, return_index=True)
    has_area = shapely.area(parts) > 0
    return parts[has_area], owner[has_area]


def _rings(parts: GeometryArray) -> tuple[GeometryArray, IntArray]:
    """Return shapes that each hold the points of one ring, and the part of each; outlines before holes."""
    if not shapely.get_num_interior_rings(parts).any():
        return parts, np.arange(parts.size)
    rings, part_of = shapely.get_rings(parts, return_index=True)
    return rings, part_of


def _signs(paths: Paths, part_of: IntArray) -> FloatArray:
    """Return 1 for outlines that turn left and holes that turn right, -1 for others."""
    is_outline = np.append(True, part_of[1:] != part_of[:-1])
    return np.where(is_outline == (_turned_m2(paths) > 0), 1.0, -1.0)


def _turned_m2(paths: Paths) -> FloatArray:
    """Return twice the area of each ring, above 0 where it turns left."""
    begin, length = paths.start[:-1], np.diff(paths.start)
    x, y = paths.x_m - np.repeat(paths.x_m[begin], length), paths.y_m - np.repeat(paths.y_m[begin], length)
    cross = np.append(x[:-1] * y[1:] - x[1:] * y[:-1], 0.0)
    cross[paths.start[1:] - 1] = 0.0  # from one ring to the next
    return np.asarray(np.add.reduceat(cross, begin))


def _decide(found: Trace, polygons: GeometryArray, mesh: CellMesh) -> Trace:
    """Settle by the cell's own points whether an amount near none or all means none or all."""
    whole = mesh.mesh.swept[found.place, -1]
    rows = np.flatnonzero(np.minimum(found.amount, whole - found.amount) < UNDECIDED * whole)
    if rows.size == 0:
        return found
    place = found.place[rows]
    is_all = _mostly_inside(polygons[found.feature[rows]], mesh, place)
    amount, full = found.amount[rows], whole[rows]
    is_high = amount > full / 2
    decided = found.amount.copy()
    decided[rows] = np.where(is_all == is_high, amount, np.where(is_all, full, 0.0))
    return Trace(found.feature, found.place, decided)


def _mostly_inside(polygons: GeometryArray, mesh: CellMesh, place: Int32Array) -> BoolArray:
    """Say whether most of seven points of each cell, its middle and halfway to its corners, are inside."""
    hexes = mesh.mesh
    x = hexes.middle_x[place, None] + np.column_stack([np.zeros(place.size), hexes.x[place] / 2])
    y = hexes.middle_y[place, None] + np.column_stack([np.zeros(place.size), hexes.y[place] / 2])
    return np.asarray(shapely.contains_xy(polygons[:, None], x, y).mean(axis=1) > 0.5)


def _whole_cells(passed: Amounts, polygons: GeometryArray, mesh: CellMesh) -> Amounts:
    """Return the cells inside polygons that no outline passes."""
    lacking_m2 = shapely.area(polygons) - passed.by_feature(polygons.size)
    rows = np.flatnonzero(lacking_m2 > WHOLE * mesh.hexagons.area_m2.min())
    if rows.size == 0:
        return no_amounts()
    owner, cell = _cells_inside(polygons[rows], mesh.crs, mesh.resolution)
    feature = rows[owner]
    is_passed = _among(feature, cell, passed)
    feature, cell = feature[~is_passed], cell[~is_passed]
    once, place = np.unique(cell, return_inverse=True)
    return Amounts(feature, cell, cell_area_m2(once, mesh.crs)[place])


def _cells_inside(polygons: GeometryArray, crs: str, resolution: int) -> tuple[IntArray, UIntArray]:
    """Return owner and cell of all cells whose centre is in a polygon."""
    degrees = shapely.transform(
        shapely.segmentize(polygons, LONGEST_SIDE_M), to_degrees(crs).transform, interleaved=False
    )
    mode = h3ronpy.ContainmentMode.ContainsCentroid
    lists = pa.array(h3vector.wkb_to_cells(shapely.to_wkb(degrees), resolution, mode, flatten=False))
    lengths = pa.compute.fill_null(pa.compute.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    owner = np.repeat(np.arange(polygons.size), lengths)
    return owner, np.asarray(lists.flatten(), dtype=np.uint64)


def _among(feature: IntArray, cell: UIntArray, passed: Amounts) -> BoolArray:
    """Say which pairs of feature and cell are among those passed."""
    mine = np.isin(passed.feature, feature)
    cells, place = np.unique(np.concatenate([passed.cell[mine], cell]), return_inverse=True)
    key = np.concatenate([passed.feature[mine], feature]) * cells.size + place
    known = int(mine.sum())
    return np.isin(key[known:], key[:known])
