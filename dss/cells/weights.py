"""Where in a census unit its people are: in buildings by floor area, else on land by use, else all over it.

Dasymetric mapping: a unit's count stays, what it is spread over is weighed. Index names: ``u`` units, ``b``
buildings, ``p`` points on land.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from h3ronpy import vector as h3vector

from dss import columns as col
from dss.arrays import FloatArray, IntArray, UIntArray
from dss.cells.hexagons import centres_deg
from dss.cells.mesh import GeometryArray
from dss.cells.planes import degrees_of, metres_of, to_degrees
from dss.onemap import OneMap, read_vector
from dss.standards import StandardsReader

Period = Literal["night", "day"]

LAND_RESOLUTION: Final = 12
"""Cells of this resolution, 19 m across, stand for the land of units without buildings."""
MOST_POINTS: Final = 8_000_000
"""Coarser cells stand for land that would need more of them than this."""
LAND_ROLES: Final = ("landuse", "residential_land")
LEAST_M2: Final = 1.0
"""Footprint of a building that is drawn as a point."""


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """Points that units' people are spread over.

    Parameters
    ----------
    unit
        Unit of each point, shape (k,).
    lng_deg, lat_deg
        Shape (k,).
    share
        Share of the unit's people at the point; the shares of a unit sum to 1. Shape (k,).
    unlivable
        Units whose land is all water or of uses where nobody is.
    """

    unit: IntArray
    lng_deg: FloatArray
    lat_deg: FloatArray
    share: FloatArray
    unlivable: IntArray


def spread_units(
    onemap: OneMap, outline: GeometryArray, period: Period, standards: StandardsReader
) -> Spread:
    """Spread every unit of 1 over points.

    Parameters
    ----------
    outline
        Valid polygons in the map's CRS, shape (n,); a unit without an area has its people at one point.
    period
        By night people are where they live, by day also where they work and learn.
    """
    built = _over_buildings(onemap, outline, period, standards)
    bare = np.setdiff1d(np.arange(outline.size), built.unit)
    if bare.size == 0:
        return built
    land = _over_land(onemap, outline, bare, period, standards)
    return Spread(
        np.concatenate([built.unit, land.unit]),
        np.concatenate([built.lng_deg, land.lng_deg]),
        np.concatenate([built.lat_deg, land.lat_deg]),
        np.concatenate([built.share, land.share]),
        land.unlivable,
    )


def _over_buildings(
    onemap: OneMap, outline: GeometryArray, period: Period, standards: StandardsReader
) -> Spread:
    """Spread units over the floor area of the buildings in them; units without any have no point."""
    centre, weight = _floor_area(onemap, period, standards)
    tree = shapely.STRtree(outline)
    building, unit = tree.query(centre, predicate="within")
    building, first = np.unique(building, return_index=True)
    unit, weight = unit[first], weight[building]
    total = np.bincount(unit, weight, outline.size)
    points = shapely.get_coordinates(centre[building])
    lng_deg, lat_deg = degrees_of(points[:, 0], points[:, 1], onemap.crs)
    return Spread(unit, lng_deg, lat_deg, weight / total[unit], np.zeros(0, np.int64))


def _floor_area(
    onemap: OneMap, period: Period, standards: StandardsReader
) -> tuple[GeometryArray, FloatArray]:
    """Return a point in each building where someone is, and its weighed floor area."""
    points, weights = [np.zeros(0, object)], [np.zeros(0)]
    for role, place in (("buildings", "home"), ("other_buildings", "work")):
        layers = onemap.role(role)
        weight = _floor_weight(place, period, standards) if layers else 0.0
        if weight > 0:
            for layer in layers:
                frame = read_vector(onemap, layer)
                frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
                shapes = np.asarray(frame.geometry.array)
                points.append(shapely.point_on_surface(shapes))
                weights.append(weight * np.maximum(shapely.area(shapes), LEAST_M2) * _floors(frame))
    return np.concatenate(points), np.concatenate(weights)


def _floor_weight(place: str, period: Period, standards: StandardsReader) -> float:
    """Return the weight of a square metre; by night it is homes alone, whatever their weight."""
    if period == "night":
        return 1.0 if place == "home" else 0.0
    return standards.number(f"dasymetric.{place}_day")


def _floors(frame: gpd.GeoDataFrame) -> FloatArray:
    floors = pd.to_numeric(frame[col.FLOORS], errors="coerce").to_numpy(np.float64)
    return np.where(np.isfinite(floors), np.maximum(floors, 1.0), 1.0)


def _over_land(
    onemap: OneMap, outline: GeometryArray, bare: IntArray, period: Period, standards: StandardsReader
) -> Spread:
    """Spread units over their land by its use; where nothing is known of it, evenly."""
    place, lng_deg, lat_deg = _land_points(outline[bare], onemap.crs)
    weight = _land_weights(onemap, (lng_deg, lat_deg), period, standards)
    is_known = ~np.isnan(weight)
    named = np.bincount(place, np.where(is_known, weight, 0.0), bare.size)
    weight = np.where(is_known, weight, np.where(named[place] > 0, 0.0, 1.0))
    total = np.bincount(place, weight, bare.size)
    unlivable = total == 0
    weight = np.where(unlivable[place], 1.0, weight)
    total = np.bincount(place, weight, bare.size)
    some = weight > 0
    unit = bare[place[some]]
    share = weight[some] / total[place[some]]
    return Spread(unit, lng_deg[some], lat_deg[some], share, bare[unlivable])


def _land_points(outline: GeometryArray, crs: str) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return unit, longitude and latitude of points evenly over each unit; one point for a tiny one."""
    degrees = shapely.transform(outline, to_degrees(crs).transform, interleaved=False)
    resolution = _land_resolution(float(shapely.area(outline).sum()))
    lists = pa.array(h3vector.wkb_to_cells(shapely.to_wkb(degrees), resolution, flatten=False))
    count = pa.compute.fill_null(pa.compute.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    cells: UIntArray = np.asarray(lists.flatten(), dtype=np.uint64)
    lng_deg, lat_deg = centres_deg(cells)
    tiny = np.flatnonzero(count == 0)
    points = shapely.get_coordinates(shapely.point_on_surface(degrees[tiny]))
    return (
        np.concatenate([np.repeat(np.arange(outline.size), count), tiny]),
        np.concatenate([lng_deg, points[:, 0]]),
        np.concatenate([lat_deg, points[:, 1]]),
    )


def _land_resolution(area_m2: float) -> int:
    resolution = LAND_RESOLUTION
    while area_m2 > MOST_POINTS * h3.average_hexagon_area(resolution, unit="m^2"):
        resolution -= 1
    return resolution


def _land_weights(
    onemap: OneMap, degrees: tuple[FloatArray, FloatArray], period: Period, standards: StandardsReader
) -> FloatArray:
    """Return the weight of the land at each point: 0 in water, NaN where no layer tells its use."""
    weight: FloatArray = np.full(degrees[0].size, np.nan)
    points = shapely.points(*metres_of(*degrees, onemap.crs))
    for role in LAND_ROLES:
        for layer in onemap.role(role):
            if col.LANDUSE_CODE in layer.fields or col.LANDUSE_CODE in layer.assumed:
                frame = read_vector(onemap, layer)
                code = frame[col.LANDUSE_CODE].astype("string").fillna("")
                table = land_weights(code.unique().tolist(), period, standards)
                found, parcel = _first_inside(points, np.asarray(frame.geometry.array))
                weight[found] = code.map(table).to_numpy(np.float64)[parcel]
    for layer in onemap.role("water"):
        if layer.kind == "polygon":
            shapes = np.asarray(read_vector(onemap, layer).geometry.array)
            weight[_first_inside(points, shapes)[0]] = 0.0
    return weight


def land_weights(codes: list[str], period: Period, standards: StandardsReader) -> dict[str, float]:
    """Return people per square metre by land-use code, relative to housing by night.

    The longest prefix in the table ``dasymetric`` counts: 080403 is looked up as such, then as 0804 and 08.
    A code of a use that the table does not have weighs nothing; no code at all is NaN.
    """
    table = standards.column(f"dasymetric.land_{period}")
    return {code: _longest_prefix(code, table) if code else np.nan for code in codes}


def _longest_prefix(code: str, table: Mapping[str, float]) -> float:
    for length in range(len(code), 1, -1):
        if code[:length] in table:
            return float(table[code[:length]])
    return 0.0


def _first_inside(points: GeometryArray, shapes: GeometryArray) -> tuple[IntArray, IntArray]:
    """Return the points that lie in any shape, and the first such shape of each."""
    point, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
    order = np.lexsort([shape, point])
    found, first = np.unique(point[order], return_index=True)
    return found, shape[order][first]
