"""How deep the water is at a point: from a raster, from polygons, or from bands that a scenario assumes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from pyproj import Transformer
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from dss import columns as col
from dss.arrays import BoolArray, FloatArray
from dss.errors import MapError
from dss.onemap import Layer, OneMap, read_vector
from dss.raster import transform_points


class DepthField(Protocol):
    """Water depth over the map."""

    def depth_m(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return the depth at points in the map's CRS, shape (n,); 0 where it is dry or unknown."""
        ...


@dataclass(frozen=True, slots=True)
class RasterDepth:
    """Depth from a raster of metres; outside it and on nodata it is dry.

    ``map_crs`` is the CRS of the points that will be asked for.
    """

    path: Path
    crs: str
    map_crs: str

    def depth_m(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return the depth of the pixel that each point lies in; reads only the window that holds them."""
        depth = np.zeros(x_m.size)
        with rasterio.open(self.path) as source:
            to_raster = Transformer.from_crs(self.map_crs, source.crs or self.crs, always_xy=True)
            columns, rows = transform_points(~source.transform, *to_raster.transform(x_m, y_m))
            row, column = np.floor(rows), np.floor(columns)
            inside = (row >= 0) & (row < source.height) & (column >= 0) & (column < source.width)
            if not inside.any():
                return depth
            row, column = row[inside].astype(np.int64), column[inside].astype(np.int64)
            top, left = int(row.min()), int(column.min())
            window = Window(left, top, int(column.max()) - left + 1, int(row.max()) - top + 1)
            band = source.read(1, window=window, masked=True).astype(np.float64).filled(0.0)
        depth[inside] = np.nan_to_num(band[row - top, column - left])
        return np.maximum(depth, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class PolygonDepth:
    """Depth from polygons that each state one; where they overlap the deepest counts."""

    zones: gpd.GeoDataFrame

    def depth_m(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return the depth of the deepest polygon over each point."""
        depth = np.zeros(x_m.size)
        points = shapely.points(x_m, y_m)
        tree = shapely.STRtree(points)
        zone, point = tree.query(self.zones.geometry.array, predicate="intersects")
        np.maximum.at(depth, point, self.zones[col.DEPTH_M].to_numpy(np.float64)[zone])
        return depth


@dataclass(frozen=True, slots=True)
class Band:
    """Within this distance of the water the flood is assumed to be this deep."""

    within_m: float
    depth_m: float


@dataclass(frozen=True, slots=True, eq=False)
class AssumedBands:
    """An assumed flood: bands of depth by the distance from lines and points; not a survey, not a model.

    Parameters
    ----------
    sources
        Lines or points of the water, each with bands in ascending order of distance.
    """

    sources: Sequence[tuple[BaseGeometry, Sequence[Band]]]

    def depth_m(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return the depth of the innermost band of each source, the deepest over all sources."""
        depth = np.zeros(x_m.size)
        for water, bands in self.sources:
            for band in bands:
                zone = water.buffer(band.within_m)
                shapely.prepare(zone)
                inside: BoolArray = shapely.contains_xy(zone, x_m, y_m)
                depth[inside] = np.maximum(depth[inside], band.depth_m)
        return depth


@dataclass(frozen=True, slots=True, eq=False)
class DeepestOf:
    """Several waters at once: the deepest counts."""

    fields: tuple[DepthField, ...]

    def depth_m(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return the greatest depth of all at each point."""
        return np.max([field.depth_m(x_m, y_m) for field in self.fields], axis=0)


@dataclass(frozen=True, slots=True, eq=False)
class ScaledDepth:
    """The same water, everywhere this many times as deep."""

    field: DepthField
    factor: float

    def depth_m(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return the scaled depth at each point."""
        return self.field.depth_m(x_m, y_m) * self.factor


@dataclass(frozen=True, slots=True, eq=False)
class LoweredDepth:
    """The same flood with its surface lower: shallow edges fall dry."""

    field: DepthField
    lower_m: float

    def depth_m(self, x_m: FloatArray, y_m: FloatArray) -> FloatArray:
        """Return the depth that is left at each point."""
        return np.maximum(self.field.depth_m(x_m, y_m) - self.lower_m, 0.0)


def depth_layer(onemap: OneMap, layer: Layer) -> DepthField:
    """Open a layer of the role ``flood_depth``.

    Raises
    ------
    MapError
        If the layer has another role, or a polygon states no depth, or a negative one.
    """
    if layer.role != "flood_depth":
        raise MapError("layer_role", layer=layer.key, role=layer.role, needed="flood_depth")
    if layer.kind == "raster":
        return RasterDepth(onemap.folder / layer.path, layer.stored_crs, onemap.crs)
    zones = read_vector(onemap, layer)
    zones[col.DEPTH_M] = pd.to_numeric(zones[col.DEPTH_M], errors="coerce")
    bad = ~(zones[col.DEPTH_M] >= 0)
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise MapError("depth_value", layer=layer.key, row=row, value=zones[col.DEPTH_M].iloc[row])
    return PolygonDepth(zones)
