"""Where a public map service of China would put the shapes of the sample city."""

from typing import Final, Literal

import numpy as np

from dss.datum import SHIFT, Datum, shift_geometry
from dss.sample.frame.bend import MAP_CRS, GeometryArray

Service = Literal["GCJ-02", "BD-09"]

DATUM: Final[dict[Service, Datum]] = {"GCJ-02": "gcj02", "BD-09": "bd09"}


def shifted(shapes: GeometryArray, service: Service) -> GeometryArray:
    """Return geometries of the map where a map service of that datum puts them."""
    return np.asarray(shift_geometry(shapes, MAP_CRS, SHIFT[DATUM[service]]), dtype=object)
