"""The hexagons of cells on the ground: corners, areas, polygons, and points that stand for them.

H3 takes (lat, lng); degrees are CGCS2000, taken as equal to WGS 84. A cell is the polygon of its corners with
straight edges in the map's projected plane. Where an edge of the icosahedron that H3 starts from crosses a
cell of an odd resolution, the cell has up to two corners more, where its outline bends.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pyarrow as pa
import shapely
from h3ronpy import vector as h3vector

from dss.arrays import BoolArray, FloatArray, IntArray, UIntArray
from dss.cells.planes import DEGREES, metres_of

CORNERS: Final = 6
PENTAGON_CORNERS: Final = 5
MOST_CORNERS: Final = 10
# A polygon in WKB: byte order, type, number of rings, number of points, then the points.
WKB_HEAD: Final = 13
WKB_POINT: Final = 16


@dataclass(frozen=True, slots=True, eq=False)
class Hexagons:
    """Cells as polygons in a plane, counter-clockwise.

    Parameters
    ----------
    x_m, y_m
        Corners, shape (n, 10); the last corner again where a cell has fewer.
    corners
        How many corners each has, shape (n,).
    """

    x_m: FloatArray
    y_m: FloatArray
    corners: IntArray

    @property
    def is_bent(self) -> BoolArray:
        """Cells whose outline bends at an edge of the icosahedron, shape (n,)."""
        return np.asarray(self.corners > CORNERS)

    @property
    def area_m2(self) -> FloatArray:
        """Areas in the plane, shape (n,)."""
        x, y = self.x_m - self.x_m[:, :1], self.y_m - self.y_m[:, :1]
        cross = x * np.roll(y, -1, axis=1) - np.roll(x, -1, axis=1) * y
        return np.asarray(cross.sum(axis=1) / 2)

    def true_corners(self) -> IntArray:
        """Return which corners are those where three cells meet, shape (n, 6): bends are left out.

        A pentagon has its last corner twice; with a bend on every edge it is the cell of ten corners.
        """
        kept = np.tile(np.arange(CORNERS), (self.corners.size, 1))
        for count in np.unique(self.corners[self.is_bent]):
            rows = np.flatnonzero(self.corners == count)
            x, y = self.x_m[rows, :count], self.y_m[rows, :count]
            ahead = np.arctan2(np.roll(y, -1, axis=1) - y, np.roll(x, -1, axis=1) - x)
            turn = np.abs(np.angle(np.exp(1j * (ahead - np.roll(ahead, 1, axis=1)))))
            true = PENTAGON_CORNERS if count == MOST_CORNERS else CORNERS
            sharpest = np.sort(np.argsort(-turn, axis=1, kind="stable")[:, :true], axis=1)
            kept[rows] = sharpest[:, np.minimum(np.arange(CORNERS), true - 1)]
        return kept

    def straight(self) -> tuple[FloatArray, FloatArray]:
        """Return the corners where three cells meet, shapes (n, 6)."""
        kept = self.true_corners()
        return np.take_along_axis(self.x_m, kept, 1), np.take_along_axis(self.y_m, kept, 1)


def corners_deg(cell: UIntArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Return longitude and latitude of each cell's corners, (n, 10) each, and how many there are, (n,).

    Read from the bytes of WKB polygons, whose length tells the number of corners.
    """
    wkb = pa.array(h3vector.cells_to_wkb_polygons(cell)).cast(pa.large_binary())
    n = len(wkb)
    starts = np.frombuffer(wkb.buffers()[1], dtype=np.int64)[wkb.offset : wkb.offset + n + 1]
    content = np.frombuffer(wkb.buffers()[2], dtype=np.uint8)
    corners = (np.diff(starts) - WKB_HEAD) // WKB_POINT - 1
    points = np.empty((n, MOST_CORNERS, 2))
    for count in np.unique(corners):
        rows = np.flatnonzero(corners == count)
        place = starts[rows, None] + WKB_HEAD + np.arange(count * WKB_POINT)
        found = content[place].view(np.float64).reshape(rows.size, count, 2)
        points[rows, :count] = found
        points[rows, count:] = found[:, -1:]
    return points[:, :, 0], points[:, :, 1], corners.astype(np.int64)


def hexagons(cell: UIntArray, crs: str) -> Hexagons:
    """Return the polygons of cells in a projected CRS."""
    lng_deg, lat_deg, corners = corners_deg(cell)
    return project(lng_deg, lat_deg, corners, crs)


def project(lng_deg: FloatArray, lat_deg: FloatArray, corners: IntArray, crs: str) -> Hexagons:
    """Bring corners into a projected CRS; those that only repeat the last one are not worked out again."""
    most = int(corners.max(initial=CORNERS))
    x, y = metres_of(lng_deg[:, :most], lat_deg[:, :most], crs)
    repeat = np.minimum(np.arange(MOST_CORNERS), most - 1)
    return Hexagons(x[:, repeat], y[:, repeat], corners)


def centres_deg(cell: UIntArray) -> tuple[FloatArray, FloatArray]:
    """Return longitude and latitude of the middle of each cell, shapes (n,)."""
    batch = pa.record_batch(h3vector.cells_to_coordinates(cell))
    return batch.column("lng").to_numpy(), batch.column("lat").to_numpy()


def polygons(cell: UIntArray) -> gpd.GeoSeries:
    """Return each cell's hexagon in EPSG:4326."""
    wkb = np.asarray(pa.array(h3vector.cells_to_wkb_polygons(cell)))
    return gpd.GeoSeries(shapely.from_wkb(wkb), crs=DEGREES)


def cell_area_m2(cell: UIntArray, crs: str) -> FloatArray:
    """Return the area of each cell in the plane of a projected CRS, shape (n,)."""
    return hexagons(cell, crs).area_m2
