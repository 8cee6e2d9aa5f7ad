"""How the public map services of China shift coordinates: GCJ-02, and BD-09 on top of it.

The formulas are commonly known; they are needed here in the forward direction only, to make data wrong as
real data is. Degrees in, degrees out, arrays of longitude and latitude, shape (n, 2).
"""

from typing import Final

import numpy as np
import shapely
from pyproj import Transformer

from dss.arrays import FloatArray
from dss.sample.delivery.files import DELIVERY_CRS
from dss.sample.frame.bend import MAP_CRS, GeometryArray

RADIUS_M: Final = 6_378_245.0
SQUARED_ECCENTRICITY: Final = 0.00669342162296594323
"""Of the ellipsoid of Krassowsky, which the shift is reckoned on."""


def to_gcj02(degrees: FloatArray) -> FloatArray:
    """Return the coordinates as GCJ-02 has them."""
    x, y = (degrees - np.array([105.0, 35.0])).T
    root = np.sqrt(np.abs(x))
    fine = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root + fine
    east += _swell(x, (20, 40), (150, 300), 12)
    north = -100 + 2 * x + 3 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root + fine
    north += _swell(y, (20, 40), (160, 320), 12)
    latitude = np.radians(degrees[:, 1])
    squash = 1 - SQUARED_ECCENTRICITY * np.sin(latitude) ** 2
    along_m = RADIUS_M / np.sqrt(squash) * np.cos(latitude)
    across_m = RADIUS_M * (1 - SQUARED_ECCENTRICITY) / squash**1.5
    return degrees + np.degrees(np.column_stack([east / along_m, north / across_m]))


def _swell(t: FloatArray, near: tuple[int, int], far: tuple[int, int], period: int) -> FloatArray:
    """Return the long waves of one direction, in metres."""
    waves = near[0] * np.sin(np.pi * t) + near[1] * np.sin(np.pi * t / 3)
    return np.asarray(2 / 3 * (waves + far[0] * np.sin(np.pi * t / period) + far[1] * np.sin(np.pi * t / 30)))


def to_bd09(degrees: FloatArray) -> FloatArray:
    """Return the coordinates as BD-09 has them."""
    x, y = to_gcj02(degrees).T
    turn = np.pi * 3000 / 180
    reach = np.hypot(x, y) + 2e-5 * np.sin(y * turn)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * turn)
    return np.column_stack([reach * np.cos(angle) + 0.0065, reach * np.sin(angle) + 0.006])


def shifted(shapes: GeometryArray, datum: str) -> GeometryArray:
    """Return geometries of the map where a map service of that datum, ``GCJ-02`` or ``BD-09``, puts them."""
    to_degrees = Transformer.from_crs(MAP_CRS, DELIVERY_CRS, always_xy=True)
    to_metres = Transformer.from_crs(DELIVERY_CRS, MAP_CRS, always_xy=True)
    shift = {"GCJ-02": to_gcj02, "BD-09": to_bd09}[datum]

    def move(xy: FloatArray) -> FloatArray:
        degrees = shift(np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])))
        return np.column_stack(to_metres.transform(degrees[:, 0], degrees[:, 1]))

    return np.asarray(shapely.transform(shapes, move), dtype=object)
