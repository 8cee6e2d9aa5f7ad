"""Rasters in cells: how many pixels, their sum, mean, least and greatest, and the share of each code.

A pixel counts in the cell of its centre. A cell smaller than a pixel may hold none and is then not in
the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray, UIntArray
from dss.cells.frame import CellColumn, CellTable
from dss.cells.points import cells_of
from dss.errors import MapError
from dss.onemap import Layer, OneMap, read_raster_points

PIXELS: Final = "pixels"
# Rows of partial results that are kept before they are added up.
MOST_ROWS: Final = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class _Partial:
    """What some pixels amount to: cell (n,), counts and sums (n, 2 + codes), least (n,), greatest (n,)."""

    cell: UIntArray
    sums: FloatArray
    least: FloatArray
    greatest: FloatArray


def raster_table(onemap: OneMap, layer: Layer, resolution: int, codes: Sequence[float] = ()) -> CellTable:
    """Return pixels, sum, mean, least and greatest of a raster by cell, and the share of pixels of each code.

    The raster is read strip by strip; memory grows with the cells, not with the pixels. Pixels that are no
    numbers are left out.

    Raises
    ------
    MapError
        If the layer is no raster, or no pixel holds a number.
    """
    if layer.kind != "raster":
        raise MapError("cells_raster", layer=layer.key, kind=layer.kind)
    parts: list[_Partial] = []
    for lng_deg, lat_deg, value in read_raster_points(onemap, layer):
        usable = np.isfinite(value)
        cell = cells_of(lng_deg[usable], lat_deg[usable], resolution)
        parts.append(_of_pixels(cell, value[usable], codes))
        if sum(part.cell.size for part in parts) > MOST_ROWS:
            parts = [_merge(parts)]
    found = _merge(parts)
    if found.cell.size == 0:
        raise MapError("cells_no_pixel", layer=layer.key)
    return CellTable(found.cell, resolution, onemap.crs, _columns(found, layer.key, codes))


def _columns(found: _Partial, key: str, codes: Sequence[float]) -> dict[str, CellColumn]:
    pixels, total = found.sums[:, 0], found.sums[:, 1]
    source = (key,)
    columns = {
        PIXELS: CellColumn(pixels.astype(np.int64), "count", source),
        "sum": CellColumn(total, "", source),
        "mean": CellColumn(total / pixels, "", source, "mean", PIXELS),
        "least": CellColumn(found.least, "", source, "min"),
        "greatest": CellColumn(found.greatest, "", source, "max"),
    }
    for k, code in enumerate(codes):
        share = found.sums[:, 2 + k] / pixels
        columns[f"share_{code:g}"] = CellColumn(share, "share", source, "mean", PIXELS)
    return columns


def _of_pixels(cell: UIntArray, value: FloatArray, codes: Sequence[float]) -> _Partial:
    sums = np.column_stack([np.ones(value.size), value, *(value == code for code in codes)])
    return _merge([_Partial(cell, sums, value, value)])


def _merge(parts: list[_Partial]) -> _Partial:
    cell = np.concatenate([part.cell for part in parts])
    if cell.size == 0:
        return parts[0]
    order = np.argsort(cell, kind="stable")
    cell, first = np.unique(cell[order], return_index=True)
    return _Partial(
        cell,
        np.add.reduceat(np.concatenate([part.sums for part in parts])[order], first),
        np.minimum.reduceat(np.concatenate([part.least for part in parts])[order], first),
        np.maximum.reduceat(np.concatenate([part.greatest for part in parts])[order], first),
    )
