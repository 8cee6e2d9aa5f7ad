"""Places and shapes in a scenario: in degrees, or relative to a layer so that they fit a city of any size."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import shapely
from pydantic import Field, model_validator
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from dss.arrays import FloatArray
from dss.errors import ScenarioError
from dss.onemap import OneMap, read_vector
from scenarios.strict import Strict


class RelativePlace(Strict):
    """A place by the extent of a layer: x from its west (0) to its east (1), y from south to north."""

    of: str
    """Layer of the map."""
    x: float
    y: float


LngLat = tuple[float, float]
"""[longitude, latitude] in degrees."""
Place = LngLat | RelativePlace


class DrawnPolygon(Strict):
    """A GeoJSON polygon in degrees: rings of [longitude, latitude], the first one outside, others holes."""

    type: Literal["Polygon"]
    coordinates: list[list[LngLat]] = Field(min_length=1)


class DrawnPolygons(Strict):
    """A GeoJSON multipolygon in degrees."""

    type: Literal["MultiPolygon"]
    coordinates: list[list[list[LngLat]]] = Field(min_length=1)


class TimedShape(Strict):
    """An area that holds from a time on: drawn, by its corners, or a polygon layer of the map."""

    from_s: float = 0
    geometry: DrawnPolygon | DrawnPolygons | None = Field(default=None, discriminator="type")
    ring: list[Place] | None = Field(default=None, min_length=3)
    layer: str | None = None

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> "TimedShape":
        if sum(value is not None for value in (self.geometry, self.ring, self.layer)) != 1:
            raise ValueError("give exactly one of geometry, ring, layer")
        return self


def locate(onemap: OneMap, places: Sequence[Place]) -> FloatArray:
    """Return places in the map's CRS, shape (n, 2).

    Raises
    ------
    ScenarioError
        If a place is not [longitude, latitude] in degrees, or a relative one is no number.
    MapError
        If the map has no such layer.
    """
    bounds = {
        place.of: read_vector(onemap, onemap.layer(place.of)).total_bounds
        for place in places
        if isinstance(place, RelativePlace)
    }
    points = [
        _relative(place, bounds[place.of])
        if isinstance(place, RelativePlace)
        else tuple(to_map(onemap, [place])[0])
        for place in places
    ]
    return np.asarray(points, dtype=np.float64)


def latitudes(onemap: OneMap, points: FloatArray) -> FloatArray:
    """Return the latitude of points in the map's CRS, shape (n,)."""
    to_degrees = Transformer.from_crs(onemap.crs, "EPSG:4326", always_xy=True)
    return np.asarray(to_degrees.transform(points[:, 0], points[:, 1])[1])


def shape_on_map(onemap: OneMap, shape: TimedShape) -> BaseGeometry:
    """Return a shape in the map's CRS; whether it is valid is for its user to say."""
    if shape.layer is not None:
        areas = read_vector(onemap, onemap.layer(shape.layer)).geometry
        return shapely.union_all(areas[~(areas.isna() | areas.is_empty)].to_numpy())
    if shape.ring is not None:
        return shapely.Polygon(locate(onemap, shape.ring))
    assert shape.geometry is not None
    drawn = shape.geometry
    parts = drawn.coordinates if isinstance(drawn, DrawnPolygons) else [drawn.coordinates]
    polygons = [_polygon(onemap, rings) for rings in parts]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def to_map(onemap: OneMap, corners: Sequence[LngLat]) -> FloatArray:
    """Return [longitude, latitude] in degrees as points in the map's CRS, shape (n, 2).

    Raises
    ------
    ScenarioError
        If a corner is NaN or outside the earth.
    """
    degrees = np.asarray(corners, dtype=np.float64)
    wrong = ~((np.abs(degrees) <= [180, 90]).all(axis=1))
    if wrong.any():
        raise ScenarioError("degrees", value=corners[int(np.flatnonzero(wrong)[0])])
    transformer = Transformer.from_crs("EPSG:4326", onemap.crs, always_xy=True)
    return np.column_stack(transformer.transform(degrees[:, 0], degrees[:, 1]))


def _relative(place: RelativePlace, bounds: FloatArray) -> tuple[float, float]:
    if not (np.isfinite(place.x) and np.isfinite(place.y)):
        raise ScenarioError("hazard_place", layer=place.of, x=place.x, y=place.y)
    left, bottom, right, top = bounds
    return float(left + place.x * (right - left)), float(bottom + place.y * (top - bottom))


def _polygon(onemap: OneMap, rings: list[list[LngLat]]) -> BaseGeometry:
    if any(len(ring) < 4 for ring in rings):
        raise ScenarioError("hazard_shape", why="a ring needs four corners, the last like the first")
    shell, *holes = (to_map(onemap, ring) for ring in rings)
    return shapely.Polygon(shell, holes)
