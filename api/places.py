"""Places that requests name: they must lie on the map."""

from collections.abc import Mapping
from typing import Final

import shapely

from api.maps import map_bounds
from dss.errors import ScenarioError
from dss.onemap import OneMap

BESIDE_DEG: Final = 0.002
"""Places may lie so far beside the map's boundary."""


def require_on_map(onemap: OneMap, points: Mapping[str, tuple[float, float]]) -> None:
    """Refuse points, [longitude, latitude] by the field that holds them, outside a map.

    Raises
    ------
    ScenarioError
        Names the field.
    """
    bounds = map_bounds(onemap)
    for field, point in points.items():
        if bounds is not None and not shapely.box(*bounds).buffer(BESIDE_DEG).covers(shapely.Point(point)):
            shown = ", ".join(f"{one:.3f}" for one in bounds)
            raise ScenarioError("api_shape_elsewhere", field=field, bounds=shown)
