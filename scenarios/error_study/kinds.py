"""What wrong records look like: the faults that an audit finds, put into a layer on purpose.

Each kind is a function of a layer and the rows that are wrong; layers hold our field names, in the map's CRS.
The sizes of the faults are assumptions of this study, no standard's.
"""

from collections.abc import Callable
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.arrays import IntArray

Fault = Callable[[gpd.GeoDataFrame, IntArray, np.random.Generator], gpd.GeoDataFrame]
"""From a layer, the rows that are wrong and a source of chance to the layer with the fault in it."""

SLIP: Final = 10.0
"""A digit too many or too few."""
STALE_SPREAD: Final = 0.5
"""Standard deviation of the logarithm of an outdated number against the true one."""
SHIFT_M: Final = (300.0, 700.0)
"""How far a record in another datum lies, as GCJ-02 does in most cities."""
MOST_FLOORS: Final = 33


def absent(frame: gpd.GeoDataFrame, rows: IntArray, _: np.random.Generator) -> gpd.GeoDataFrame:
    """Leave records out: what is closed, pulled down, or was planned and never built."""
    return frame.drop(index=frame.index[rows]).reset_index(drop=True)


def shifted(frame: gpd.GeoDataFrame, rows: IntArray, chance: np.random.Generator) -> gpd.GeoDataFrame:
    """Move records by some hundred metres, each its own way."""
    shapes = frame.geometry.to_numpy().copy()
    distance_m = chance.uniform(*SHIFT_M, rows.size)
    angle = chance.uniform(0, 2 * np.pi, rows.size)
    by_m = np.column_stack([np.cos(angle), np.sin(angle)]) * distance_m[:, None]
    coordinates, owner = shapely.get_coordinates(shapes[rows], return_index=True)
    shapes[rows] = shapely.set_coordinates(shapes[rows], coordinates + by_m[owner])
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def missing(*columns: str) -> Fault:
    """Return the fault that fields are empty."""

    def fault(frame: gpd.GeoDataFrame, rows: IntArray, _: np.random.Generator) -> gpd.GeoDataFrame:
        return _with(frame, columns, rows, np.full(rows.size, np.nan))

    return fault


def nothing(column: str) -> Fault:
    """Return the fault that a number is 0."""

    def fault(frame: gpd.GeoDataFrame, rows: IntArray, _: np.random.Generator) -> gpd.GeoDataFrame:
        return _with(frame, (column,), rows, np.zeros(rows.size))

    return fault


def slipped(column: str) -> Fault:
    """Return the fault that a number has a digit too many or too few."""

    def fault(frame: gpd.GeoDataFrame, rows: IntArray, chance: np.random.Generator) -> gpd.GeoDataFrame:
        factor = np.where(chance.random(rows.size) < 0.5, SLIP, 1 / SLIP)
        return _with(frame, (column,), rows, _numbers(frame, column)[rows] * factor)

    return fault


def outdated(column: str) -> Fault:
    """Return the fault that a number was true some time ago."""

    def fault(frame: gpd.GeoDataFrame, rows: IntArray, chance: np.random.Generator) -> gpd.GeoDataFrame:
        factor = chance.lognormal(0.0, STALE_SPREAD, rows.size)
        return _with(frame, (column,), rows, _numbers(frame, column)[rows] * factor)

    return fault


def wrong_floors(frame: gpd.GeoDataFrame, rows: IntArray, chance: np.random.Generator) -> gpd.GeoDataFrame:
    """Give buildings some other number of floors."""
    return _with(frame, (col.FLOORS,), rows, chance.integers(1, MOST_FLOORS + 1, rows.size).astype(float))


def wrong_way(frame: gpd.GeoDataFrame, rows: IntArray, chance: np.random.Generator) -> gpd.GeoDataFrame:
    """Make roads one-way, along their line or against it."""
    values = frame[col.ONE_WAY].astype(object).to_numpy().copy()
    values[rows] = np.where(chance.random(rows.size) < 0.5, "yes", "-1")
    return frame.assign(**{col.ONE_WAY: values})


FAULTS: Final[dict[str, tuple[Fault, ...]]] = {
    "population": (outdated(col.PERSONS), nothing(col.PERSONS), slipped(col.PERSONS)),
    "shelters": (
        missing(col.CAPACITY_PERSONS, col.AREA_M2), slipped(col.CAPACITY_PERSONS), shifted, absent,
    ),
    "buildings": (missing(col.FLOORS), wrong_floors, shifted, absent),
    "other_buildings": (missing(col.FLOORS), wrong_floors, shifted, absent),
    "roads": (absent, wrong_way),
    "flood_depth": (outdated(col.DEPTH_M), absent),
}  # fmt: skip
OTHER_FAULTS: Final[tuple[Fault, ...]] = (shifted, absent)


def put_errors(
    frame: gpd.GeoDataFrame, role: str, rate: float, chance: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return a layer in which each record is wrong with a probability, each wrong one in one way.

    Parameters
    ----------
    rate
        Share of wrong records, 0 to 1; ways are equally likely.
    """
    wrong = np.flatnonzero(chance.random(len(frame)) < rate)
    faults = FAULTS.get(role, OTHER_FAULTS)
    way = chance.integers(0, len(faults), wrong.size)
    # records are left out last, so that the rows of other faults stay where they are
    for k in sorted(range(len(faults)), key=lambda k: faults[k] is absent):
        rows = wrong[way == k]
        if rows.size:
            frame = faults[k](frame, rows, chance)
    return frame


def _numbers(frame: gpd.GeoDataFrame, column: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return pd.to_numeric(frame[column], errors="coerce").to_numpy(np.float64)


def _with(
    frame: gpd.GeoDataFrame,
    columns: tuple[str, ...],
    rows: IntArray,
    numbers: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> gpd.GeoDataFrame:
    changed = {}
    for column in columns:
        values = _numbers(frame, column).copy()
        values[rows] = numbers
        changed[column] = values
    return frame.assign(**changed)
