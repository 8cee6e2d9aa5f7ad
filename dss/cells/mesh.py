"""Lays the cells around lines and outlines out as a mesh that a walk never leaves.

Every point of a path lies in a cell whose grandparent, or a neighbour of it, is the grandparent of a
sounding: soundings lie at most ``SPACING`` edges of the grandparent apart, and the ring of neighbours around
it is one edge thick, less the cells, seven times smaller, that stand out of their grandparents.
"""

from dataclasses import dataclass
from typing import Final

import h3
import h3ronpy
import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from dss.arrays import FloatArray, Int32Array, UIntArray
from dss.cells.hexagons import Hexagons, corners_deg, project
from dss.cells.kernels.mesh import CORNERS, NOWHERE, Mesh
from dss.cells.parents import parents_of
from dss.cells.planes import degrees_of
from dss.cells.points import cells_of

GeometryArray = NDArray[np.object_]

SPACING: Final = 0.5
COARSER: Final = 2
# How far beyond the middle of an edge the neighbour is looked up, by the way from the cell's middle.
BEYOND: Final = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class CellMesh:
    """Cells, and the same as a mesh of hexagons with straight edges.

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
    """

    cell: UIntArray
    resolution: int
    crs: str
    hexagons: Hexagons
    mesh: Mesh

    def place_of(self, cell: UIntArray) -> Int32Array:
        """Return the places of cells that are in the mesh; -1 for others."""
        place = np.searchsorted(self.cell, cell).clip(max=self.cell.size - 1)
        return np.where(self.cell[place] == cell, place, NOWHERE).astype(np.int32)

    def place_of_points(self, x_m: FloatArray, y_m: FloatArray) -> Int32Array:
        """Return the places of the cells that H3 names for points, shape (n,); -1 outside."""
        return self.place_of(_cells_at(np.column_stack([x_m, y_m]), self.crs, self.resolution))


def mesh_around(paths: GeometryArray, crs: str, resolution: int) -> CellMesh:
    """Return the mesh of all cells that lines or rings pass through, and more around them.

    Parameters
    ----------
    paths
        Lines or rings in the CRS ``crs``.
    resolution
        H3 resolution of the cells, at least 2.
    """
    coarse = resolution - COARSER
    spacing_m = SPACING * h3.average_hexagon_edge_length(coarse, unit="m")
    soundings = shapely.get_coordinates(shapely.segmentize(paths, spacing_m))
    passed = np.unique(parents_of(_cells_at(soundings, crs, resolution), coarse))
    around = np.unique(_uint(h3ronpy.grid_disk(passed, 1, flatten=True)))
    return _lay_out(np.sort(_uint(h3ronpy.change_resolution(around, resolution))), crs, resolution)


def _lay_out(cell: UIntArray, crs: str, resolution: int) -> CellMesh:
    lng_deg, lat_deg, corners = corners_deg(cell)
    hexes = project(lng_deg, lat_deg, corners, crs)
    x_m, y_m = hexes.straight()
    middle_x, middle_y = x_m.mean(axis=1), y_m.mean(axis=1)
    x, y = x_m - middle_x[:, None], y_m - middle_y[:, None]
    sectors = (x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y) / 2
    swept = np.concatenate([np.zeros((cell.size, 1)), np.cumsum(sectors, axis=1)], axis=1)
    neighbour = _neighbours(cell, x_m, y_m, crs, resolution)
    return CellMesh(cell, resolution, crs, hexes, Mesh(x, y, middle_x, middle_y, swept, neighbour))


def _neighbours(cell: UIntArray, x_m: FloatArray, y_m: FloatArray, crs: str, resolution: int) -> Int32Array:
    """Return the place of the cell across each edge, shape (n, 6)."""
    beyond = []
    for corner in (x_m, y_m):
        edge = (corner + np.roll(corner, -1, axis=1)) / 2
        beyond.append(edge + BEYOND * (edge - corner.mean(axis=1, keepdims=True)))
    found = _cells_at(np.column_stack([part.ravel() for part in beyond]), crs, resolution)
    place = np.searchsorted(cell, found).clip(max=cell.size - 1)
    other = np.where(cell[place] == found, place, NOWHERE).reshape(-1, CORNERS)
    is_point = (x_m == np.roll(x_m, -1, axis=1)) & (y_m == np.roll(y_m, -1, axis=1))
    other[is_point] = NOWHERE  # the corner that a pentagon has twice
    return other.astype(np.int32)


def _cells_at(points: FloatArray, crs: str, resolution: int) -> UIntArray:
    return cells_of(*degrees_of(points[:, 0], points[:, 1], crs), resolution)


def _uint(array: object) -> UIntArray:
    return np.asarray(pa.array(array), dtype=np.uint64)
