"""From a table of cells to one of their parents.

H3's children do not tile their parent exactly: a parent here is the union of its children, whose outline is
ragged by one child. Sums are exact over that union.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dss.arrays import IntArray
from dss.cells.frame import CellColumn, CellTable
from dss.cells.hexagons import cell_area_m2
from dss.cells.parents import parents_of
from dss.errors import MapError


def to_parents(table: CellTable, resolution: int) -> CellTable:
    """Return the table of the parents at a coarser resolution.

    Sums are added, the least and the greatest kept, means weighted. A ``share`` of the cell becomes the share
    of the parent's hexagon, cells that are not in the table counting as nothing.

    Raises
    ------
    MapError
        If the resolution is finer, or a column cannot be combined; names it.
    """
    fixed = [name for name, column in table.columns.items() if column.combine is None]
    if fixed:
        raise MapError("cells_combine", column=", ".join(fixed))
    cell, place = np.unique(parents_of(table.cell, resolution), return_inverse=True)
    combined = {name: _combine(table, column, place, cell.size) for name, column in table.columns.items()}
    columns = {
        name: CellColumn(
            values / cell_area_m2(cell, table.crs) if column.combine == "area_mean" else values,
            column.unit,
            column.sources,
            column.combine,
            column.weight,
        )
        for (name, values), column in zip(combined.items(), table.columns.values(), strict=True)
    }
    return CellTable(cell, resolution, table.crs, columns)


def _combine(table: CellTable, column: CellColumn, place: IntArray, size: int) -> NDArray[Any]:
    values = column.value
    match column.combine:
        case "min":
            return _extreme(np.minimum, values, place, size)
        case "max":
            return _extreme(np.maximum, values, place, size)
        case "mean":
            weight = table.value_of(str(column.weight)).astype(np.float64)
            return np.bincount(place, values * weight, size) / np.bincount(place, weight, size)
        case "area_mean":
            return np.bincount(place, values * cell_area_m2(table.cell, table.crs), size)
    total = np.bincount(place, values, size)
    return np.rint(total).astype(np.int64) if np.issubdtype(values.dtype, np.integer) else total


def _extreme(choose: np.ufunc, values: NDArray[Any], place: IntArray, size: int) -> NDArray[Any]:
    order = np.argsort(place, kind="stable")
    return np.asarray(choose.reduceat(values[order], np.searchsorted(place[order], np.arange(size))))
