"""What every record carries beside its own fields: its number, when it was surveyed, which district it is in.

Dates count back from the day of the delivery: no layer and no record of a clean city is older than its
owner's cycle.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from dss.arrays import IntArray
from dss.sample.delivery.template import DISTRICT, RECORD_DATE, RECORD_ID, entries, is_raster
from dss.sample.frame.bend import GeometryArray
from dss.sample.names import Names

OLDEST_SHARE: Final = 0.8
"""Age of the oldest layer, and of its oldest record before it, in cycles."""
CENSUS_YEARS: Final = 10
"""A census is held on the first of November of every tenth year."""


def draw_dates(today: date, rng: np.random.Generator) -> dict[str, date]:
    """Return the date of each layer."""
    dates = {
        key: today - timedelta(days=int(rng.uniform(0.1, OLDEST_SHARE) * entry["cycle_days"]))
        for key, entry in entries().items()
    }
    return {**dates, "census": _last_census(today)}


def _last_census(today: date) -> date:
    latest = date(today.year - today.year % CENSUS_YEARS, 11, 1)
    return latest if latest <= today else latest.replace(year=latest.year - CENSUS_YEARS)


def with_records(
    layers: Mapping[str, gpd.GeoDataFrame], dates: Mapping[str, date], rng: np.random.Generator
) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers with number, date and district of each record, in the order of the template."""
    districts = layers["districts"]
    kept = {key: entry for key, entry in entries().items() if not is_raster(entry)}
    return {
        key: _with_record(layers[key], (number, entry), districts, (dates[key], rng))
        for number, (key, entry) in enumerate(kept.items(), start=1)
    }


def _with_record(
    layer: gpd.GeoDataFrame,
    entry: tuple[int, Mapping[str, Any]],
    districts: gpd.GeoDataFrame,
    dating: tuple[date, np.random.Generator],
) -> gpd.GeoDataFrame:
    number, facts = entry
    table: dict[str, Any] = {RECORD_ID: [f"509900{number:04d}{row:08d}" for row in range(1, len(layer) + 1)]}
    table |= {name: layer[name].to_numpy() for name in layer.columns if name != "geometry"}
    if facts.get("dated"):
        table[RECORD_DATE] = _record_dates(len(layer), dating[0], facts["cycle_days"], dating[1])
    if facts.get("placed"):
        table[DISTRICT] = district_names(districts, layer.geometry.to_numpy())
    return gpd.GeoDataFrame(table, geometry=layer.geometry.to_numpy(), crs=layer.crs)


def _record_dates(count: int, layer_date: date, cycle_days: int, rng: np.random.Generator) -> Names:
    before = np.floor(rng.uniform(0, OLDEST_SHARE, count) * cycle_days).astype(np.int64)
    return days_before(layer_date, before)


def days_before(day: date, days: IntArray) -> Names:
    """Return the dates so many days before a day, as text, shape (n,)."""
    dates = np.datetime64(day) - days.astype("timedelta64[D]")
    return np.asarray(np.datetime_as_string(dates, unit="D")).astype(object)


def district_names(districts: gpd.GeoDataFrame, geometry: GeometryArray) -> Names:
    """Return the district of each record by its middle, None where it lies in none, shape (n,)."""
    tree = shapely.STRtree(middles(geometry))
    area, row = tree.query(districts.geometry.to_numpy(), predicate="intersects")
    name = np.full(geometry.size, None, dtype=object)
    name[row[::-1]] = districts["XZQMC"].to_numpy()[area[::-1]]
    return name


def middles(geometry: GeometryArray) -> GeometryArray:
    """Return the middle of each geometry, or a point on it where the middle of an area lies outside."""
    middle = np.asarray(shapely.centroid(geometry), dtype=object)
    outside = (shapely.get_dimensions(geometry) == 2) & ~shapely.contains(geometry, middle)
    middle[outside] = shapely.point_on_surface(geometry[outside])
    return middle
