"""Points that stand for the area of a cell."""

from typing import Final

import numpy as np

from dss.arrays import FloatArray
from dss.cells.frame import CellFrame
from dss.cells.hexagons import hexagons

SAMPLES: Final = 54


def sample_points(cells: CellFrame) -> tuple[FloatArray, FloatArray]:
    """Return points that stand for the area of each cell, in the map's CRS.

    Returns
    -------
    Eastings and northings, each of shape (n, 54).

    Notes
    -----
    A hexagon is six triangles round its middle, and each is nine of equal area; their centres are the points.
    A pentagon, of which land has none that people live in, has one triangle twice.
    """
    corners = np.stack(hexagons(cells.cell, cells.crs).straight(), axis=-1)
    middle = corners.mean(axis=1, keepdims=True)
    following = np.roll(corners, -1, axis=1)
    weights = _triangle_centres()
    points = (
        middle[:, :, None] * weights[:, 0, None]
        + corners[:, :, None] * weights[:, 1, None]
        + following[:, :, None] * weights[:, 2, None]
    ).reshape(len(corners), SAMPLES, 2)
    return points[:, :, 0], points[:, :, 1]


def _triangle_centres() -> FloatArray:
    """Return the centres of the nine equal parts of a triangle by its corners, shape (9, 3)."""
    up = [(3 * a + 1, 3 * b + 1) for a in range(3) for b in range(3 - a)]
    down = [(3 * a + 2, 3 * b + 2) for a in range(2) for b in range(2 - a)]
    shares = np.array([(a, b, 9 - a - b) for a, b in up + down], dtype=np.float64)
    return shares / 9.0
