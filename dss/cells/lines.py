"""Lines in cells: metres within each cell, cut where they cross a border.

Lengths are those of the map's projected plane. A line along a border counts in one of its two
cells.
"""

import numpy as np
import shapely

from dss.cells.amounts import Amounts, join, no_amounts
from dss.cells.kernels.trace import Paths
from dss.cells.mesh import GeometryArray, mesh_around
from dss.cells.tracing import bounds_of, flatten, recut_bent, trace


def line_lengths(lines: GeometryArray, crs: str, resolution: int) -> Amounts:
    """Return the metres of each line in each cell.

    Parameters
    ----------
    lines
        Lines in the projected CRS ``crs``, shape (n,); None and empty ones have no length.
    resolution
        H3 resolution, 2 to 15.

    Notes
    -----
    O(points + borders crossed); equal to cutting with GEOS.
    """
    parts, owner = shapely.get_parts(lines, return_index=True)
    kept = shapely.length(parts) > 0
    parts, owner = parts[kept], owner[kept]
    if parts.size == 0:
        return no_amounts()
    mesh = mesh_around(parts, crs, resolution)
    x, y, start = flatten(parts)
    first = mesh.place_of_points(x[start[:-1]], y[start[:-1]])
    paths = Paths(x, y, start, first, np.ones(parts.size), bounds_of(owner, lines.size))
    found = recut_bent(trace(mesh, paths, is_ring=False), lines, mesh, shapely.length)
    return join([Amounts(found.feature, mesh.cell[found.place], found.amount)])
