"""Lines in cells: metres within each cell, cut where they cross a border.

Lengths are those of the map's projected plane. A line along a border counts in one of its two
cells.
"""

import numpy as np
import shapely

from dss.arrays import FloatArray
from dss.cells.amounts import Amounts, join, no_amounts
from dss.cells.mesh import GeometryArray, mesh_around
from dss.cells.tracing import bounds_of, flatten, recut_bent, trace_lines


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
    paths = flatten(parts)
    mesh = mesh_around(paths, crs, resolution)
    found = trace_lines(mesh, paths, bounds_of(owner, lines.size))
    found = recut_bent(found, mesh, lambda rows, outlines: _lengths_within(lines[rows], outlines))
    return join([Amounts(found.feature, mesh.cell[found.place], found.amount)])


def _lengths_within(lines: GeometryArray, outlines: GeometryArray) -> FloatArray:
    """Return the metres of each line in its polygon, segment by segment: GEOS joins what lies upon itself."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    points, part = shapely.get_coordinates(parts, return_index=True)
    begins = np.flatnonzero(part[1:] == part[:-1])
    segments = shapely.linestrings(np.stack([points[begins], points[begins + 1]], axis=1))
    line = owner[part[begins]]
    length_m = shapely.length(shapely.intersection(segments, outlines[line]))
    return np.bincount(line, length_m, lines.size).astype(np.float64)
