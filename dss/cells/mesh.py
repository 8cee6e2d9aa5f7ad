"""Lays the cells around lines and outlines out as a mesh that a walk never leaves.

Every point of a path lies in a cell whose grandparent, or a neighbour of it, is the grandparent of a
sounding. With a the edge of a grandparent: a point is at most ``SPACING`` / 2 + ``SNAP`` * sqrt(2) / 2, that
is 0.39 a, from a sounding. The ring of neighbours around a grandparent is a thick; the cells, whose edge is
a / 7, stand out of their grandparents by less than one and a half edges on either side, which leaves 4 / 7 a.
"""

from dataclasses import dataclass
from typing import Final

import h3
import h3ronpy
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dss.arrays import FloatArray, Int32Array, IntArray, UIntArray
from dss.cells.hexagons import Hexagons, corners_deg, project
from dss.cells.kernels.mesh import NOWHERE, Mesh
from dss.cells.parents import parents_of
from dss.cells.planes import degrees_of
from dss.cells.points import cells_of

GeometryArray = NDArray[np.object_]

COARSER: Final = 2
SPACING: Final = 0.5
SNAP: Final = 0.2
# How far beyond the middle of an edge the neighbour is looked up, by the way from the cell's middle.
BEYOND: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Parts of lines, or rings: coordinates of all points, and bounds of each part, shape (parts + 1,)."""

    x_m: FloatArray
    y_m: FloatArray
    start: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class CellMesh:
    """Cells around paths, and the same as a mesh of hexagons with straight edges.

    Parameters
    ----------
    cell
        H3 indices, ascending, shape (n,).
    resolution, crs
        Of the cells, and of the plane that they lie in.
    hexagons
        Their polygons with all corners.
    mesh
        The same for the kernels, bends left out.
    first
        Place of a cell near the first point of each path, shape (parts,).
    """

    cell: UIntArray
    resolution: int
    crs: str
    hexagons: Hexagons
    mesh: Mesh
    first: Int32Array


def mesh_around(paths: Paths, crs: str, resolution: int) -> CellMesh:
    """Return the mesh of all cells that paths pass through, and more around them.

    Parameters
    ----------
    paths
        In the CRS ``crs``.
    resolution
        H3 resolution of the cells, at least 2.
    """
    coarse = resolution - COARSER
    edge_m = h3.average_hexagon_edge_length(coarse, unit="m")
    x_m, y_m, sounding = _snap(*_soundings(paths, SPACING * edge_m), SNAP * edge_m)
    sounded = cells_of(*degrees_of(x_m, y_m, crs), resolution)
    around = np.unique(_uint(h3ronpy.grid_disk(np.unique(parents_of(sounded, coarse)), 1, flatten=True)))
    cell = np.sort(_uint(h3ronpy.change_resolution(around, resolution)))
    hexes, mesh = _lay_out(cell, crs, resolution)
    first = _place(cell, sounded[sounding[paths.start[:-1]]])
    return CellMesh(cell, resolution, crs, hexes, mesh, first)


def _soundings(paths: Paths, spacing_m: float) -> tuple[FloatArray, FloatArray]:
    """Return all points of the paths, then points along segments that are longer than the spacing."""
    dx, dy = np.diff(paths.x_m), np.diff(paths.y_m)
    more = (np.hypot(dx, dy) / spacing_m).astype(np.int64)
    more[paths.start[1:-1] - 1] = 0  # from one part to the next
    segment = np.repeat(np.arange(more.size), more)
    nth = np.arange(segment.size) - np.repeat(np.cumsum(more) - more, more) + 1
    t = nth / (more[segment] + 1)
    x_m, y_m = paths.x_m, paths.y_m
    along_x, along_y = x_m[segment] + t * dx[segment], y_m[segment] + t * dy[segment]
    return np.concatenate([x_m, along_x]), np.concatenate([y_m, along_y])


def _snap(x_m: FloatArray, y_m: FloatArray, step_m: float) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return the middles of the squares of a grid that hold points, and the square of each point."""
    left, low = x_m.min(), y_m.min()
    column, row = ((x_m - left) / step_m).astype(np.int64), ((y_m - low) / step_m).astype(np.int64)
    rows = int(row.max()) + 1
    square, of_point = np.unique(column * rows + row, return_inverse=True)
    return left + (square // rows + 0.5) * step_m, low + (square % rows + 0.5) * step_m, of_point


def _lay_out(cell: UIntArray, crs: str, resolution: int) -> tuple[Hexagons, Mesh]:
    lng_deg, lat_deg, corners = corners_deg(cell)
    hexes = project(lng_deg, lat_deg, corners, crs)
    kept = hexes.true_corners()
    x_m, y_m = np.take_along_axis(hexes.x_m, kept, 1), np.take_along_axis(hexes.y_m, kept, 1)
    middle_x, middle_y = x_m.mean(axis=1), y_m.mean(axis=1)
    x, y = x_m - middle_x[:, None], y_m - middle_y[:, None]
    sectors = (x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y) / 2
    swept = np.concatenate([np.zeros((cell.size, 1)), np.cumsum(sectors, axis=1)], axis=1)
    neighbour = _neighbours(
        cell, np.take_along_axis(lng_deg, kept, 1), np.take_along_axis(lat_deg, kept, 1), resolution
    )
    return hexes, Mesh(x, y, middle_x, middle_y, swept, neighbour)


def _neighbours(cell: UIntArray, lng_deg: FloatArray, lat_deg: FloatArray, resolution: int) -> Int32Array:
    """Return the place of the cell across each edge, shape (n, 6)."""
    beyond = []
    for corner in (lng_deg, lat_deg):
        edge = (corner + np.roll(corner, -1, axis=1)) / 2
        beyond.append((edge + BEYOND * (edge - corner.mean(axis=1, keepdims=True))).ravel())
    other = _place(cell, cells_of(beyond[0], beyond[1], resolution)).reshape(lng_deg.shape)
    is_point = (lng_deg == np.roll(lng_deg, -1, axis=1)) & (lat_deg == np.roll(lat_deg, -1, axis=1))
    other[is_point] = NOWHERE  # the corner that a pentagon has twice
    return other


def _place(cell: UIntArray, wanted: UIntArray) -> Int32Array:
    """Return the places of cells among ascending ones; -1 where they are not there."""
    place = np.searchsorted(cell, wanted).clip(max=cell.size - 1)
    return np.where(cell[place] == wanted, place, NOWHERE).astype(np.int32)


def _uint(array: object) -> UIntArray:
    return np.asarray(pa.array(array), dtype=np.uint64)
