"""Where faults are planted: copies of a delivery's layers, what is wrong already, the list of what was done.

A record gets one fault at most, and a record that a fault leans on (the one it repeats, the neighbour it
overlaps) gets none.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pandas.api.types import is_numeric_dtype

from dss.arrays import BoolArray, IntArray
from dss.sample.delivery.template import RECORD_ID
from dss.sample.delivery.truth import Planted
from dss.sample.frame.bend import GeometryArray


class Bench:
    """A delivery under work.

    Parameters
    ----------
    layers
        Its layers by key; they stay as they are, the bench holds copies.
    dates
        Date of each layer.
    today
        The day of the delivery.
    rng
        Draws what is made wrong.
    """

    def __init__(
        self,
        layers: Mapping[str, gpd.GeoDataFrame],
        dates: Mapping[str, date],
        today: date,
        rng: np.random.Generator,
    ) -> None:
        self.layers = {key: frame.copy() for key, frame in layers.items()}
        self.dates = dict(dates)
        self.today = today
        self.rng = rng
        self.clean = layers
        self._taken: dict[str, BoolArray] = {
            key: np.zeros(len(frame), dtype=np.bool_) for key, frame in layers.items()
        }
        self._done: list[tuple[str, int | None, str, str]] = []

    def shapes(self, key: str) -> GeometryArray:
        """Return the geometries of a layer as they are now, shape (n,)."""
        return np.asarray(self.layers[key].geometry.array, dtype=object)

    def free(self, key: str) -> BoolArray:
        """Tell which records of a layer are not taken, shape (n,)."""
        return np.asarray(~self._taken[key])

    def take(self, key: str, rows: IntArray) -> None:
        """Keep faults away from records."""
        self._taken[key][rows] = True

    def draw(self, key: str, count: int, suitable: BoolArray) -> IntArray:
        """Draw and take at most ``count`` free and suitable records; ascending rows."""
        rows = np.flatnonzero(self.free(key) & suitable)
        drawn = np.sort(self.rng.choice(rows, min(count, rows.size), replace=False))
        self.take(key, drawn)
        return np.asarray(drawn)

    def has_shape(self, key: str) -> BoolArray:
        """Tell which records of a layer have a geometry, shape (n,)."""
        return np.asarray(~shapely.is_missing(self.shapes(key)))

    def anyone(self, key: str) -> BoolArray:
        """Return a mask that suits every record of a layer, shape (n,)."""
        return np.ones(len(self.layers[key]), dtype=np.bool_)

    def put(self, key: str, rows: IntArray, column: str, values: Sequence[object]) -> None:
        """Replace values of a column; a column of numbers stays one, with NaN where a value is None."""
        frame = self.layers[key]
        mixed = frame[column].astype(object).to_numpy().copy()
        for row, value in zip(rows, values, strict=True):
            mixed[row] = value
        frame[column] = pd.to_numeric(mixed) if is_numeric_dtype(frame[column]) else mixed

    def reshape(self, key: str, rows: IntArray, shapes: GeometryArray) -> None:
        """Replace geometries."""
        geometry = self.shapes(key).copy()
        geometry[rows] = shapes
        frame = self.layers[key]
        self.layers[key] = frame.set_geometry(gpd.GeoSeries(geometry, index=frame.index, crs=frame.crs))

    def append(self, key: str, records: gpd.GeoDataFrame) -> IntArray:
        """Add taken records with numbers of their own behind the others; returns their rows."""
        frame = self.layers[key]
        rows = np.arange(len(frame), len(frame) + len(records))
        head = str(self.clean[key][RECORD_ID].iloc[0])[:-8]
        numbered = records.assign(**{RECORD_ID: [f"{head}{row + 1:08d}" for row in rows]})
        joined = pd.concat([frame, numbered[frame.columns]], ignore_index=True)
        self.layers[key] = gpd.GeoDataFrame(joined, geometry="geometry", crs=frame.crs)
        self._taken[key] = np.r_[self._taken[key], np.ones(rows.size, dtype=np.bool_)]
        return rows

    def note(self, key: str, rows: IntArray, code: str, notes: Sequence[str]) -> None:
        """List what was done to records."""
        self._done += [(key, int(row), code, text) for row, text in zip(rows, notes, strict=True)]

    def note_layer(self, key: str, code: str, text: str) -> None:
        """List what was done to a whole layer."""
        self._done.append((key, None, code, text))

    def finished(self) -> tuple[Planted, ...]:
        """Return what was done, with the numbers that records have now."""
        return tuple(self._planted(*one) for one in self._done)

    def _planted(self, key: str, row: int | None, code: str, text: str) -> Planted:
        number = None if row is None else self.layers[key][RECORD_ID].iloc[row]
        return Planted(key, None if pd.isna(number) else number, row, code, text)


def single_areas(shapes: GeometryArray) -> BoolArray:
    """Tell which geometries are one polygon, shape (n,)."""
    return np.asarray(shapely.get_type_id(shapes) == 3)
