"""Any layer of the map on cells."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss.arrays import FloatArray
from dss.cells.amounts import Amounts
from dss.cells.areas import cell_areas
from dss.cells.categories import area_by_code, majority
from dss.cells.frame import CellColumn, CellTable
from dss.cells.hexagons import cell_area_m2
from dss.cells.lines import line_lengths
from dss.cells.planes import degrees_of
from dss.cells.points import cells_of, count_points, sum_points
from dss.cells.rasters import raster_table
from dss.cells.units import polygonal
from dss.errors import MapError
from dss.onemap import Layer, OneMap, read_vector


@dataclass(frozen=True, slots=True, eq=False)
class LayerCells:
    """A layer on cells, and how many of its records could not be: those without a place."""

    table: CellTable
    left_out: int


def layer_table(onemap: OneMap, layer: Layer, resolution: int, field: str | None = None) -> LayerCells:
    """Return a layer on cells.

    Points are counted, and a field of numbers is added up. Lines give their metres. Polygons give their area
    and the share of the cell that they cover (above 1 where they overlap); a field of numbers is spread by
    area and added up, a field of texts gives the area by code and the majority. Rasters give pixels, sum,
    mean, least and greatest.

    Parameters
    ----------
    field
        One of our field names that the layer binds.

    Raises
    ------
    MapError
        If the layer does not have the field, or no record has a place.
    """
    if layer.kind == "raster":
        return LayerCells(raster_table(onemap, layer, resolution), 0)
    if field is not None and field not in layer.fields and field not in layer.assumed:
        raise MapError("cells_field", layer=layer.key, field=field)
    frame = read_vector(onemap, layer)
    shapes = np.asarray(frame.geometry.array, dtype=object)
    placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    placed &= np.isfinite(shapely.bounds(shapes)).all(axis=1)
    frame = frame[placed].reset_index(drop=True)
    if frame.empty:
        raise MapError("cells_no_place", layer=layer.key)
    on_cells = {"point": _points, "line": _lines, "polygon": _polygons}[layer.kind]
    return LayerCells(on_cells(frame, layer.key, resolution, field), int((~placed).sum()))


def _points(frame: gpd.GeoDataFrame, key: str, resolution: int, field: str | None) -> CellTable:
    points, owner = shapely.get_coordinates(np.asarray(frame.geometry.array), return_index=True)
    cell_of_point = cells_of(*degrees_of(points[:, 0], points[:, 1], str(frame.crs)), resolution)
    cell, count = count_points(cell_of_point)
    columns = {"count": CellColumn(count, "count", (key,))}
    if field is not None:
        each = _numbers(frame, key, field) / np.bincount(owner, minlength=len(frame))
        columns[field] = CellColumn(sum_points(cell_of_point, each[owner])[1], "", (key,))
    return CellTable(cell, resolution, str(frame.crs), columns)


def _lines(frame: gpd.GeoDataFrame, key: str, resolution: int, field: str | None) -> CellTable:
    lengths = line_lengths(np.asarray(frame.geometry.array), str(frame.crs), resolution)
    cell, length_m = lengths.by_cell()
    columns = {"length_m": CellColumn(length_m, "m", (key,))}
    if field is not None:
        columns[field] = _spread(lengths, _numbers(frame, key, field), key)
    return CellTable(cell, resolution, str(frame.crs), columns)


def _polygons(frame: gpd.GeoDataFrame, key: str, resolution: int, field: str | None) -> CellTable:
    crs = str(frame.crs)
    areas = cell_areas(polygonal(np.asarray(frame.geometry.array)), crs, resolution)
    cell, area_m2 = areas.by_cell()
    columns = {
        "area_m2": CellColumn(area_m2, "m2", (key,)),
        "share": CellColumn(area_m2 / cell_area_m2(cell, crs), "share", (key,), "area_mean"),
    }
    table = CellTable(cell, resolution, crs, columns)
    if field is None:
        return table
    if pd.api.types.is_numeric_dtype(frame[field]):
        return table.with_columns({field: _spread(areas, _numbers(frame, key, field), key)})
    return majority(area_by_code(areas, frame[field].to_numpy(object), table))


def _spread(amounts: Amounts, values: FloatArray, key: str) -> CellColumn:
    """Spread each feature's value over its cells by length or area."""
    total = amounts.by_feature(values.size)
    return CellColumn(amounts.by_cell(values / np.where(total > 0, total, 1.0))[1], "", (key,))


def _numbers(frame: gpd.GeoDataFrame, key: str, field: str) -> FloatArray:
    """Return a field as numbers, nothing stated counting as 0."""
    values = pd.to_numeric(frame[field], errors="coerce")
    if values.isna().all():
        raise MapError("cells_no_number", layer=key, field=field)
    return values.fillna(0.0).to_numpy(np.float64)
