"""A layer as the audit reads it: every value as delivered, no matter how wrong, and places in metres."""

import re
from functools import cached_property
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from dss import columns as col
from dss.arrays import BoolArray, FloatArray
from dss.onemap.catalogue import Layer
from dss.onemap.roles import ROLES

GeometryArray = NDArray[np.object_]
Words = NDArray[np.object_]

POLYGONAL: Final = (3, 6)
"""Numbers of polygon and multipolygon among the kinds of geometry."""
NOWHERE_M: Final = 1e8
"""No projected system of the earth has coordinates so large."""
BLANK: Final = re.compile(r"[\s ]*|nan|none|null|<na>|nat", re.IGNORECASE)
"""What a cell of a table holds when it holds nothing."""


class AuditLayer:
    """A vector layer, read without trust.

    Parameters
    ----------
    layer
        Its entry in the catalogue.
    stored
        Its features as delivered.
    crs
        Projected CRS in which lengths and areas are computed.
    """

    def __init__(self, layer: Layer, stored: gpd.GeoDataFrame, crs: str) -> None:
        self.layer = layer
        self.stored_crs = stored.crs
        self.stored: GeometryArray = np.asarray(stored.geometry.array, dtype=object)
        self._table = pd.DataFrame(stored.drop(columns=stored.geometry.name)).reset_index(drop=True)
        self.crs = crs
        self._words: dict[str, Words] = {}

    def __len__(self) -> int:
        return int(self.stored.size)

    def binds(self, field: str) -> bool:
        """Tell whether the layer has this field of our names and delivered it."""
        return self.layer.fields.get(field) in self._table.columns

    def values(self, field: str) -> pd.Series:
        """Return the values of one of our fields as delivered, assumed ones filled in; shape (n,)."""
        if not self.binds(field):
            return pd.Series(self.layer.assumed.get(field), index=self._table.index, dtype=object)
        found: pd.Series = self._table[self.layer.fields[field]].astype(object)
        if field in self.layer.assumed:
            gaps = np.array([word is None for word in _as_words(found)], dtype=np.bool_)
            found = found.mask(gaps, self.layer.assumed[field])
        return found

    def words(self, field: str) -> Words:
        """Return a field as stripped texts, None where it holds nothing, shape (n,)."""
        if field not in self._words:
            self._words[field] = _as_words(self.values(field))
        return self._words[field]

    def numbers(self, field: str) -> FloatArray:
        """Return a field as numbers, NaN where it holds nothing or none, shape (n,)."""
        values = self.values(field)
        found = pd.to_numeric(values, errors="coerce")
        return np.asarray(
            pd.to_numeric(found.astype("Float64"), errors="coerce").to_numpy(np.float64, np.nan)
        )

    def dates(self, field: str) -> NDArray[np.datetime64]:
        """Return a field as days, NaT where it holds nothing or no date, shape (n,)."""
        return np.array([_as_day(value) for value in self.words(field)], dtype="datetime64[D]")

    def blank(self, field: str) -> BoolArray:
        """Tell where a field holds nothing, shape (n,)."""
        return np.array([word is None for word in self.words(field)], dtype=np.bool_)

    @cached_property
    def is_empty(self) -> BoolArray:
        """Where there is no geometry, shape (n,)."""
        return np.asarray(shapely.is_missing(self.stored) | shapely.is_empty(self.stored))

    @cached_property
    def is_valid(self) -> BoolArray:
        """Where a geometry is there and keeps the rules of its kind, shape (n,)."""
        return np.asarray(shapely.is_valid(self.stored))

    @cached_property
    def geometry(self) -> GeometryArray:
        """Geometries in metres; None where there is none or its coordinates are no places, shape (n,)."""
        frame = gpd.GeoSeries(self.stored, crs=self.stored_crs).to_crs(self.crs)
        return _without_nowhere(np.asarray(frame.array, dtype=object))

    @cached_property
    def usable(self) -> GeometryArray:
        """Geometries in metres that can be laid over others: invalid ones mended, None where it failed."""
        wrong = ~shapely.is_valid(self.geometry) & ~shapely.is_missing(self.geometry)
        mended = self.geometry.copy()
        mended[wrong] = _mended(self.geometry[wrong])
        mended[shapely.is_empty(mended)] = None
        return mended

    @cached_property
    def placed(self) -> BoolArray:
        """Where there is a usable place, shape (n,)."""
        return ~shapely.is_missing(self.usable)

    @cached_property
    def polygonal(self) -> BoolArray:
        """Where there is a usable area, shape (n,)."""
        return self.placed & np.isin(shapely.get_type_id(self.usable), POLYGONAL)

    @cached_property
    def centre(self) -> FloatArray:
        """A point of each record, inside it where it is an area and whole; NaN where none, shape (n, 2)."""
        middle = shapely.centroid(self.usable)
        outside = self.polygonal & ~shapely.contains(self.usable, middle)
        middle[outside] = shapely.point_on_surface(self.usable[outside])
        return np.column_stack([shapely.get_x(middle), shapely.get_y(middle)])

    @cached_property
    def record_id(self) -> Words:
        """标识码 of each record, None where it has none, shape (n,)."""
        return self.words(col.RECORD_ID)


def read_layer(folder: Path, layer: Layer, crs: str) -> AuditLayer:
    """Read a vector layer of a map for the audit."""
    return AuditLayer(layer, gpd.read_parquet(folder / layer.path), crs)


def name_of(layer: AuditLayer, row: int) -> str:
    """Return what a record is called: its 标识码, else its row from 1."""
    return str(layer.record_id[row] or f"#{row + 1}")


def required_fields(layer: AuditLayer) -> tuple[str, ...]:
    """Return the bound fields that the layer's role cannot do without."""
    return tuple(field for field in ROLES[layer.layer.role].required if layer.binds(field))


def _as_words(values: pd.Series) -> Words:
    """Return values as texts; each different one is looked at once."""
    numbers, different = pd.factorize(values.map(_hashable).to_numpy(object))
    texts = np.array([*map(_as_word, different), None], dtype=object)  # number -1, a gap, is the last
    return np.asarray(texts[numbers], dtype=object)


def _hashable(value: object) -> object:
    return str(value) if isinstance(value, list | dict | set | np.ndarray) else value


def _as_word(value: object) -> str | None:
    word = _as_text(value)
    return None if BLANK.fullmatch(word) else word


def _as_text(value: object) -> str:
    """Write a value as its owner would: a whole number that became a float has no decimals."""
    if isinstance(value, float) and np.isfinite(value) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _as_day(word: str | None) -> np.datetime64:
    """Read a day from 2024-03-31, 2024/3/31, 20240331, 2024年3月31日, 2024-03 or 2024."""
    if word is None:
        return np.datetime64("NaT", "D")
    parts = re.findall(r"\d+", word)
    if len(parts) == 1 and len(parts[0]) == 8:
        parts = [parts[0][:4], parts[0][4:6], parts[0][6:]]
    if not parts or len(parts[0]) != 4:
        return np.datetime64("NaT", "D")
    year, month, day = (*parts[:3], "12", "31")[:3] if len(parts) == 1 else (*parts[:3], "28")[:3]
    try:
        return np.datetime64(f"{year}-{int(month):02d}-{int(day):02d}", "D")
    except ValueError:
        return np.datetime64("NaT", "D")


def _without_nowhere(geometry: GeometryArray) -> GeometryArray:
    """Return geometries with None in place of those that have a coordinate that is no place."""
    coordinates, index = shapely.get_coordinates(geometry, return_index=True)
    on_earth = np.isfinite(coordinates) & (np.abs(coordinates) < NOWHERE_M)
    nowhere = np.unique(index[~on_earth.all(axis=1)])
    found = geometry.copy()
    found[nowhere] = None
    return found


def _mended(geometry: GeometryArray) -> GeometryArray:
    mended = np.empty(geometry.size, dtype=object)
    for i, shape in enumerate(geometry):
        try:
            mended[i] = shapely.make_valid(shape)
        except shapely.errors.GEOSException:
            mended[i] = None
    return mended
