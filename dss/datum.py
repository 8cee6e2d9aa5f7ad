"""Between CGCS2000 and the shifted coordinates of public map services: GCJ-02 and BD-09.

GCJ-02 adds a smooth shift of up to 700 m to geographic coordinates in mainland China; BD-09 shifts GCJ-02
again. Neither has a published inverse, so the inverse is found by fixed-point iteration. WGS 84 and CGCS2000
are taken as equal: they differ by less than 0.1 m. The formulas and their constants are the ones commonly
reproduced for these systems (status ``memory``); they were checked against 45 published pairs of points.
"""

from collections.abc import Callable
from functools import cache
from typing import Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from dss.arrays import BoolArray, FloatArray

Datum = Literal["gcj02", "bd09"]
Points = FloatArray
Shift = Callable[[Points], Points]

SEMI_MAJOR_M: Final = 6_378_245.0
"""Krassovsky 1940, on which the shift in metres is turned into degrees."""
ECCENTRICITY_SQUARED: Final = 0.00669342162296594323
ORIGIN_DEG: Final = (105.0, 35.0)
COVERED_DEG: Final = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north of the shift; coordinates outside stay as they are."""
BD_TURN: Final = np.pi * 3000.0 / 180.0
BD_OFFSET_DEG: Final = (0.0065, 0.006)
ITERATIONS: Final = 8
CLOSE_ENOUGH_DEG: Final = 1e-9


def to_gcj02(points_deg: Points) -> Points:
    """Return CGCS2000 points as GCJ-02 has them; both (lng, lat) in degrees, shape (n, 2)."""
    points_deg = np.asarray(points_deg, dtype=np.float64)
    return np.where(_covered(points_deg)[:, None], points_deg + _gcj_shift_deg(points_deg), points_deg)


def to_bd09(points_deg: Points) -> Points:
    """Return CGCS2000 points as BD-09 has them; both (lng, lat) in degrees, shape (n, 2)."""
    return _bd_from_gcj(to_gcj02(points_deg))


def from_gcj02(points_deg: Points) -> Points:
    """Return GCJ-02 points in CGCS2000, to less than a centimetre; (lng, lat) in degrees, shape (n, 2)."""
    return _inverse(to_gcj02, points_deg)


def from_bd09(points_deg: Points) -> Points:
    """Return BD-09 points in CGCS2000, to less than a centimetre; (lng, lat) in degrees, shape (n, 2)."""
    return _inverse(to_bd09, points_deg)


SHIFT: Final[dict[Datum, Shift]] = {"gcj02": to_gcj02, "bd09": to_bd09}
"""From true places to a shifted system."""

UNSHIFT: Final[dict[Datum, Shift]] = {"gcj02": from_gcj02, "bd09": from_bd09}
"""From a shifted system to true places."""


def shift_geometry(geometry: NDArray[np.object_], crs: CRS | str, shift: Shift) -> NDArray[np.object_]:
    """Move every point of geometries, for instance by ``UNSHIFT["bd09"]``.

    Parameters
    ----------
    geometry
        Shape (n,), in ``crs``; None and empty ones stay as they are.
    crs
        The system in which the coordinates are written, geographic or projected.
    shift
        Takes and returns (lng, lat) in degrees, shape (n, 2).
    """
    to_deg, from_deg = degrees_of(CRS(crs).to_wkt())

    def move(coordinates: Points) -> Points:
        moved = shift(np.column_stack(to_deg.transform(coordinates[:, 0], coordinates[:, 1])))
        return np.column_stack(from_deg.transform(moved[:, 0], moved[:, 1]))

    return np.asarray(shapely.transform(geometry, move), dtype=object)


@cache
def degrees_of(crs: str) -> tuple[Transformer, Transformer]:
    """Return the ways from a system to (lng, lat) in degrees and back."""
    return (
        Transformer.from_crs(crs, "EPSG:4326", always_xy=True),
        Transformer.from_crs("EPSG:4326", crs, always_xy=True),
    )


def _covered(points_deg: Points) -> BoolArray:
    west, south, east, north = COVERED_DEG
    lng, lat = points_deg[:, 0], points_deg[:, 1]
    return np.asarray((lng > west) & (lng < east) & (lat > south) & (lat < north))


def _gcj_shift_deg(points_deg: Points) -> Points:
    """Return the shift at true places, in degrees: waves of the distance from a fixed origin."""
    x, y = points_deg[:, 0] - ORIGIN_DEG[0], points_deg[:, 1] - ORIGIN_DEG[1]
    root = np.sqrt(np.abs(x))
    shared = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * root
    north_m += 2.0 / 3.0 * (shared + _waves(y, (20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0)))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * root
    east_m += 2.0 / 3.0 * (shared + _waves(x, (20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0)))
    lat_rad = np.radians(points_deg[:, 1])
    flattened = 1.0 - ECCENTRICITY_SQUARED * np.sin(lat_rad) ** 2
    meridian_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / flattened**1.5
    parallel_m = SEMI_MAJOR_M / np.sqrt(flattened) * np.cos(lat_rad)
    return np.degrees(np.column_stack([east_m / parallel_m, north_m / meridian_m]))


def _waves(along: FloatArray, *waves: tuple[float, float]) -> FloatArray:
    return np.asarray(sum(size * np.sin(np.pi * along / length) for size, length in waves))


def _bd_from_gcj(points_deg: Points) -> Points:
    lng, lat = points_deg[:, 0], points_deg[:, 1]
    radius = np.hypot(lng, lat) + 0.00002 * np.sin(lat * BD_TURN)
    angle = np.arctan2(lat, lng) + 0.000003 * np.cos(lng * BD_TURN)
    shifted = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]) + BD_OFFSET_DEG
    return np.where(_covered(points_deg)[:, None], shifted, points_deg)


def _inverse(forward: Shift, shifted_deg: Points) -> Points:
    """Find the points that a shift sends to ``shifted_deg``; the shift changes slowly, so steps shrink."""
    shifted_deg = np.asarray(shifted_deg, dtype=np.float64)
    found = shifted_deg.copy()
    for _ in range(ITERATIONS):
        step = shifted_deg - forward(found)
        found = found + step
        if not np.any(np.abs(step) > CLOSE_ENOUGH_DEG):
            break
    return found
