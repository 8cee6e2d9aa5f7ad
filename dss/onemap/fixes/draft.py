"""A layer while it is being mended: its original in memory, its rows numbered as delivered."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from dss import columns as col
from dss.arrays import IntArray
from dss.errors import MapError
from dss.onemap.audit.layer import AuditLayer
from dss.onemap.catalogue import Layer
from dss.onemap.fixes.entries import Value, _Chosen


class Draft:
    """A layer on its way from its original to its mended version.

    Parameters
    ----------
    layer
        Its original's entry in the catalogue.
    frame
        Its features as delivered; the index is the row, from 0.
    crs
        Projected CRS of the map.
    """

    def __init__(self, layer: Layer, frame: gpd.GeoDataFrame, crs: str) -> None:
        self.layer = layer
        self.frame = frame.reset_index(drop=True)
        self.crs = crs
        self.changed: set[int] = set()
        self.dropped: set[int] = set()
        self.added: list[gpd.GeoDataFrame] = []
        ids = AuditLayer(layer, self.frame, crs).record_id
        self._rows_of: dict[str, list[int]] = {}
        for row, one in enumerate(ids):
            if one is not None:
                self._rows_of.setdefault(one, []).append(row)

    def view(self) -> AuditLayer:
        """Return the layer as it is now, as the audit reads it; dropped records are still there."""
        return AuditLayer(self.layer, self.frame, self.crs)

    def row_of(self, record: str, number: int) -> int:
        """Return the row of the one record with a 标识码."""
        if not self.layer.fields.get(col.RECORD_ID):
            raise MapError("fixes_no_ids", number=number, layer=self.layer.key)
        rows = self._rows_of.get(record, [])
        if not rows:
            raise MapError("fixes_no_match", number=number, layer=self.layer.key, record=record)
        if len(rows) > 1:
            raise MapError(
                "fixes_ambiguous", number=number, layer=self.layer.key, record=record, count=len(rows)
            )
        return rows[0]

    def row(self, row: int, number: int) -> int:
        """Return a row given as people count, from 1, from 0."""
        if row > len(self.frame):
            raise MapError("fixes_no_match", number=number, layer=self.layer.key, record=f"#{row}")
        return row - 1

    def chosen(self, fix: _Chosen, number: int) -> IntArray:
        """Return the rows that a fix names."""
        if fix.all:
            return np.arange(len(self.frame), dtype=np.int64)
        rows = [self.row_of(record, number) for record in fix.records]
        rows += [self.row(row, number) for row in fix.rows]
        return np.array(sorted(set(rows)), dtype=np.int64)

    def valued(self, by_record: Mapping[str, Any], by_row: Mapping[int, Any], number: int) -> dict[int, Any]:
        """Return values by row."""
        found = {self.row_of(record, number): value for record, value in by_record.items()}
        return {**found, **{self.row(row, number): value for row, value in by_row.items()}}

    def local(self, field: str, number: int) -> str:
        """Return the layer's own name of one of our fields."""
        name = self.layer.fields.get(field)
        if name is None:
            fields = ", ".join(self.layer.fields)
            raise MapError("fixes_field", number=number, layer=self.layer.key, field=field, fields=fields)
        return name

    def write(self, field: str, values: Mapping[int, Value], number: int) -> None:
        """Write values into one of our fields, each as the layer's own column can hold it."""
        name = self.local(field, number)
        column = self.frame[name]
        for value in values.values():
            self._require_fit(field, value, column, number)
        column = column.astype(object).copy()
        changed = [row for row, value in values.items() if not _same(column.iloc[row], value)]
        for row, value in values.items():
            column.iloc[row] = _as_stored(value, self.frame[name])
        self.frame = self.frame.assign(**{name: _retyped(column, self.frame[name])})
        self.note(changed)

    def note(self, rows: "list[int] | IntArray") -> None:
        """Note which records were changed."""
        self.changed |= {int(row) for row in rows}

    def finished(self) -> gpd.GeoDataFrame:
        """Return the mended layer: dropped records gone, added ones at the end."""
        kept = self.frame.drop(index=sorted(self.dropped))
        parts = [kept, *[one.to_crs(kept.crs) for one in self.added]]
        joined = kept if len(parts) == 1 else pd.concat(parts, ignore_index=True)
        return gpd.GeoDataFrame(joined.reset_index(drop=True), geometry=kept.geometry.name, crs=kept.crs)

    def _require_fit(self, field: str, value: Value, column: pd.Series, number: int) -> None:
        codes = self.layer.recode.get(field)
        why = ""
        if codes is not None and value is not None and str(value) not in codes:
            why = ", ".join(codes)
        elif pd.api.types.is_numeric_dtype(column.dtype) and not _is_number(value):
            why = str(column.dtype)
        if why:
            raise MapError(
                "fixes_value", number=number, value=value, layer=self.layer.key, field=field, why=why
            )


def _is_number(value: Value) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _same(old: object, new: Value) -> bool:
    if new is None or old is None or old is pd.NA or (isinstance(old, float) and np.isnan(old)):
        return new is None and bool(pd.isna(old))
    return old == new or str(old) == str(new)


def _as_stored(value: Value, column: pd.Series) -> object:
    if value is None or pd.api.types.is_numeric_dtype(column.dtype):
        return value
    return pd.Timestamp(str(value)) if pd.api.types.is_datetime64_any_dtype(column.dtype) else str(value)


def _retyped(column: pd.Series, before: pd.Series) -> pd.Series:
    """Return a column as numbers where it was numbers, so that 3 and a gap can stand together."""
    if pd.api.types.is_numeric_dtype(before.dtype):
        return pd.to_numeric(column.where(column.notna(), np.nan))
    if pd.api.types.is_datetime64_any_dtype(before.dtype):
        return pd.to_datetime(column)
    return column
