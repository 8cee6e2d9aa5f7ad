"""Polygons that hold from a time on: the shared ground of fires, landslides and drawn areas."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from dss.arrays import BoolArray, FloatArray
from dss.errors import ScenarioError
from dss.hazard.hazard import require_steps


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """From this time on the danger covers this area of the map's CRS.

    Raises
    ------
    ScenarioError
        If the area is empty, has no surface, or crosses itself.
    """

    from_s: float
    area: BaseGeometry

    def __post_init__(self) -> None:
        if not self.area.is_valid:
            raise ScenarioError("hazard_shape", why=shapely.is_valid_reason(self.area))
        if self.area.is_empty or self.area.area <= 0:
            raise ScenarioError("hazard_shape", why="empty")


def zone_times(zones: tuple[Zone, ...]) -> tuple[float, ...]:
    """Return the times at which zones begin, ascending, each once.

    Raises
    ------
    ScenarioError
        If there is no zone, or a time is NaN or negative.
    """
    times_s = tuple(sorted({zone.from_s for zone in zones}))
    require_steps(times_s)
    return times_s


def inside_any(zones: tuple[Zone, ...], x_m: FloatArray, y_m: FloatArray, at_s: float) -> BoolArray:
    """Return which points lie in a zone that has begun, shape (n,)."""
    inside = np.zeros(x_m.size, dtype=np.bool_)
    for zone in zones:
        if zone.from_s <= at_s:
            shapely.prepare(zone.area)
            inside |= shapely.intersects_xy(zone.area, x_m, y_m)
    return inside
