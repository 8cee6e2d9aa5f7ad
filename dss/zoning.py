"""Which area each cell belongs to: the one that most of its people live in.

Index names: ``i`` cells, ``z`` areas.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.cells import CellFrame, cells_of, people_points
from dss.onemap import OneMap


@dataclass(frozen=True, slots=True, eq=False)
class CellZones:
    """The area of each cell.

    Parameters
    ----------
    zone
        Row of the area that holds most of the cell's persons, shape (n,); of no meaning where not ``known``.
    known
        Whether any of the cell's people live in an area, shape (n,).
    straddling
        Cells whose people live in several areas, shape (n,).
    """

    zone: IntArray
    known: BoolArray
    straddling: BoolArray


def zone_of_cells(onemap: OneMap, cells: CellFrame, areas: gpd.GeoDataFrame) -> CellZones:
    """Return the area that most of each cell's persons live in; of equal ones the first.

    Parameters
    ----------
    areas
        Polygons in the map's CRS; a point in several of them counts in the first.
    """
    points = _points_in_cells(onemap, cells)
    zone = area_of_points(areas, points["x_m"].to_numpy(), points["y_m"].to_numpy())
    inside = points.assign(zone=zone)[zone.to_numpy() >= 0]
    held = inside.groupby(["row", "zone"], as_index=False)[col.PERSONS].sum()
    held = held.sort_values(["row", col.PERSONS, "zone"], ascending=[True, False, True])
    most = held.drop_duplicates("row")
    n = cells.cell.size
    row = most["row"].to_numpy(np.int64)
    zones, known = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    zones[row], known[row] = most["zone"].to_numpy(np.int64), True
    return CellZones(zones, known, np.bincount(held["row"].to_numpy(np.int64), minlength=n) > 1)


def area_of_points(areas: gpd.GeoDataFrame, x_m: FloatArray, y_m: FloatArray) -> pd.Series:
    """Return the row of the area that each point lies in, -1 outside all, shape (k,)."""
    place, area = shapely.STRtree(areas.geometry.to_numpy()).query(
        shapely.points(x_m, y_m), predicate="intersects"
    )
    first = pd.Series(area, index=place).groupby(level=0).min()
    return first.reindex(np.arange(x_m.size), fill_value=-1)


def _points_in_cells(onemap: OneMap, cells: CellFrame) -> pd.DataFrame:
    """Return where the persons of cells live: row of the cell, persons, x_m, y_m."""
    layers = onemap.require_role("population")
    points = pd.concat([people_points(onemap, layer) for layer in layers], ignore_index=True)
    points["row"] = rows_of_points(points, cells)
    points = points[points["row"] >= 0]
    to_metres = Transformer.from_crs("EPSG:4326", onemap.crs, always_xy=True)
    points["x_m"], points["y_m"] = to_metres.transform(points["lng_deg"], points["lat_deg"])
    return points.reset_index(drop=True)


def rows_of_points(points: pd.DataFrame, cells: CellFrame) -> IntArray:
    """Return the row of the cell that each point lies in, -1 where it is none of the frame's, shape (k,)."""
    found = cells_of(points["lng_deg"].to_numpy(), points["lat_deg"].to_numpy(), cells.resolution)
    row = np.minimum(np.searchsorted(cells.cell, found), cells.cell.size - 1)
    return np.where(cells.cell[row] == found, row, -1).astype(np.int64)
