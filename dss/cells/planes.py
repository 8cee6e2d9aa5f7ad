"""Between degrees and the map's projected plane.

Degrees are CGCS2000, taken as equal to WGS 84. H3 takes (lat, lng), the plane (x_m, y_m).
"""

from functools import lru_cache
from typing import Final

import numpy as np
from pyproj import Transformer

from dss.arrays import FloatArray

DEGREES: Final = "EPSG:4326"


@lru_cache(maxsize=16)
def to_degrees(crs: str) -> Transformer:
    """Return the way from a projected CRS to longitude and latitude; making one takes a tenth of a second."""
    return Transformer.from_crs(crs, DEGREES, always_xy=True)


@lru_cache(maxsize=16)
def to_metres(crs: str) -> Transformer:
    """Return the way from longitude and latitude to a projected CRS."""
    return Transformer.from_crs(DEGREES, crs, always_xy=True)


def degrees_of(x_m: FloatArray, y_m: FloatArray, crs: str) -> tuple[FloatArray, FloatArray]:
    """Return longitude and latitude of points in a projected CRS."""
    lng_deg, lat_deg = to_degrees(crs).transform(x_m, y_m)
    return np.asarray(lng_deg), np.asarray(lat_deg)


def metres_of(lng_deg: FloatArray, lat_deg: FloatArray, crs: str) -> tuple[FloatArray, FloatArray]:
    """Return the points of longitudes and latitudes in a projected CRS."""
    x_m, y_m = to_metres(crs).transform(lng_deg, lat_deg)
    return np.asarray(x_m), np.asarray(y_m)
