"""Area on the ellipsoid, fast: area in the plane over the projection's areal scale at the record."""

from functools import cache
from typing import Final

import numpy as np
import shapely
from pyproj import Geod, Proj

from dss.arrays import FloatArray
from dss.datum import degrees_of
from dss.onemap.audit.layer import AuditLayer

LARGE_M2: Final = 25e6
"""From this size the scale changes too much inside one outline: it is measured on the ellipsoid itself."""


def geodesic_area_m2(layer: AuditLayer) -> FloatArray:
    """Return the area of each record on the CGCS2000 ellipsoid, NaN where it is no area, shape (n,).

    Notes
    -----
    Equal to the geodesic area within 0.01% for outlines below 25 km² in a transverse Mercator zone.
    """
    area = np.full(len(layer), np.nan)
    rows = np.flatnonzero(layer.polygonal)
    if not rows.size:
        return area
    to_deg, _ = degrees_of(layer.crs)
    lng, lat = to_deg.transform(layer.centre[rows, 0], layer.centre[rows, 1])
    scale = _projection(layer.crs).get_factors(lng, lat).areal_scale
    area[rows] = shapely.area(layer.usable[rows]) / scale
    geod = Geod(ellps="GRS80")
    for row in np.flatnonzero(area > LARGE_M2):
        outline = shapely.transform(layer.usable[row], lambda xy: np.column_stack(to_deg.transform(*xy.T)))
        area[row] = abs(geod.geometry_area_perimeter(outline)[0])
    return area


@cache
def _projection(crs: str) -> Proj:
    return Proj(crs)
