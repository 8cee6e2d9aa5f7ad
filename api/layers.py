"""Layers ready to be cut into pages and tiles: in degrees, with an index of where each feature lies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from api.coded import Coded, code_series
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.onemap import Layer, OneMap

DEGREES: Final = "EPSG:4326"
DECIMALS: Final = 6
FEATURE_BYTES: Final = 400
COORDINATE_BYTES: Final = 16
VALUE_BYTES: Final = 40
_JSON: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
Shapes = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """The features of a layer.

    Parameters
    ----------
    digest
        What tells one content from another.
    shapes
        In degrees, rounded to six decimals, None where a record has no place, shape (n,). A feature's number
        is its row from 1.
    columns
        Values by name, each of shape (n,).
    tile_columns
        Names of those that tiles carry.
    """

    digest: str
    shapes: Shapes
    columns: Mapping[str, pd.Series]
    tile_columns: tuple[str, ...]

    @cached_property
    def bounds(self) -> FloatArray:
        """West, south, east, north of each feature, NaN without a place, shape (n, 4)."""
        return np.asarray(shapely.bounds(self.shapes))

    @cached_property
    def placed(self) -> BoolArray:
        """Which features have a place, shape (n,)."""
        return np.asarray(np.isfinite(self.bounds).all(axis=1))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Where features lie."""
        return shapely.STRtree(only(self.shapes, self.placed))

    @cached_property
    def size_bytes(self) -> int:
        """About how much memory it takes."""
        points = int(shapely.get_num_coordinates(self.shapes).sum())
        rows = len(self.shapes)
        return points * COORDINATE_BYTES + rows * (FEATURE_BYTES + VALUE_BYTES * len(self.columns))

    @cached_property
    def coded(self) -> Mapping[str, Coded]:
        """The columns ready to be sent."""
        return {name: code_series(values) for name, values in self.columns.items()}

    @property
    def rows(self) -> IntArray:
        """Every row."""
        return np.arange(len(self.shapes))

    def within(self, box: tuple[float, float, float, float]) -> IntArray:
        """Return the rows whose features meet a box of degrees, ascending."""
        return np.sort(self.tree.query(shapely.box(*box), predicate="intersects"))

    def properties(self, row: int) -> dict[str, Any]:
        """Return the values of a feature as JSON can hold them."""
        return {name: column.at(row) for name, column in self.coded.items()}

    def feature(self, row: int) -> dict[str, Any]:
        """Return a feature as GeoJSON."""
        shape = self.shapes[row]
        geometry = None if shape is None else json.loads(shapely.to_geojson(shape))
        return {"type": "Feature", "id": row + 1, "properties": self.properties(row), "geometry": geometry}

    def features_json(self, rows: IntArray) -> list[str]:
        """Return features as GeoJSON texts."""
        shapes = shapely.to_geojson(self.shapes[rows])
        return [
            f'{{"type":"Feature","id":{row + 1},"properties":{dump(self.properties(row))},'
            f'"geometry":{"null" if shape is None else shape}}}'
            for row, shape in zip(rows.tolist(), shapes, strict=True)
        ]


def map_layer(onemap: OneMap, layer: Layer) -> FeatureTable:
    """Read a vector layer of a map as it was delivered, its bound fields under our names too.

    Coordinates are no finer than the layer allows.
    """
    stored = gpd.read_parquet(onemap.folder / layer.path)
    shapes = stored.geometry
    if layer.precision_m is not None:
        metres = shapes.to_crs(onemap.crs)
        coarse = shapely.set_precision(np.asarray(metres.array), layer.precision_m, mode="pointwise")
        shapes = gpd.GeoSeries(coarse, crs=onemap.crs)
    bound = {name: _recoded(stored[field], layer, name) for name, field in layer.fields.items()}
    own = {str(name): stored[name] for name in stored.columns if name != stored.geometry.name}
    columns = {**bound, **{name: values for name, values in own.items() if name not in bound}}
    return FeatureTable(layer.sha256[:20], in_degrees(shapes), columns, tuple(bound))


def plan_layer(file: Path, digest: str) -> FeatureTable:
    """Read a layer of a plan."""
    frame = gpd.read_parquet(file)
    columns = {str(name): frame[name] for name in frame.columns if name != frame.geometry.name}
    return FeatureTable(digest, in_degrees(frame.geometry), columns, tuple(columns))


def in_degrees(shapes: gpd.GeoSeries) -> Shapes:
    """Return flat shapes in degrees with six decimals; None for those without a finite place."""
    flat = shapely.force_2d(np.asarray(shapes.to_crs(DEGREES).array, dtype=object))
    finite = np.isfinite(shapely.bounds(flat)).all(axis=1)
    rounded = shapely.transform(only(flat, np.asarray(finite)), lambda points: np.round(points, DECIMALS))
    return np.asarray(rounded, dtype=object)


def only(shapes: Shapes, kept: BoolArray) -> Shapes:
    """Return the shapes that are kept, None in the place of the others."""
    result = shapes.copy()
    result[~kept] = None
    return result


def _recoded(values: pd.Series, layer: Layer, name: str) -> pd.Series:
    """Return values with the profile's codes for the layer's own; a code that it does not know stays."""
    codes = layer.recode.get(name)
    return values if codes is None else values.map(lambda own: codes.get(str(own), own))


def dump(content: Any) -> str:
    """Return JSON in the fewest characters, in the characters of its texts."""
    return _JSON.encode(content)
