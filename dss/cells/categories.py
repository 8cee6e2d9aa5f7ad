"""Categories in cells: the area of each code, and which has most of it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dss.arrays import FloatArray
from dss.cells.amounts import Amounts
from dss.cells.frame import CellColumn, CellTable

PREFIX: Final = "area_m2_"
NO_CODE: Final = "none"
"""Code of features that have none."""


def area_by_code(areas: Amounts, code: NDArray[np.object_], table: CellTable) -> CellTable:
    """Return a table with the square metres of each code in each cell, one column a code.

    Parameters
    ----------
    areas
        Polygons in cells.
    code
        Code of each polygon, shape (n features,); None or NaN where it has none.
    table
        The cells to tell of, which hold all cells of ``areas``; its columns are kept.
    """
    names, which = np.unique([_name(value) for value in code], return_inverse=True)
    place = np.searchsorted(table.cell, areas.cell)
    flat = np.bincount(place * names.size + which[areas.feature], areas.amount, table.cell.size * names.size)
    grid = flat.reshape(table.cell.size, names.size)
    columns = {
        f"{PREFIX}{name}": CellColumn(grid[:, k].copy(), "m2", table.sources) for k, name in enumerate(names)
    }
    return table.with_columns(columns)


def majority(table: CellTable) -> CellTable:
    """Return the table with the code that has most of each cell's coded area, and its share of that area.

    Of two codes with the same area the first in the order of the alphabet counts. A parent's majority follows
    from its own areas, so aggregate first.
    """
    names = [name for name in table.columns if name.startswith(PREFIX)]
    grid: FloatArray = np.column_stack([table.value_of(name) for name in names])
    most = grid.argmax(axis=1)
    codes = np.array([name.removeprefix(PREFIX) for name in names], dtype=object)
    share = grid[np.arange(most.size), most] / grid.sum(axis=1)
    return table.with_columns(
        {
            "majority_code": CellColumn(codes[most], "", table.sources, None),
            "majority_share": CellColumn(share, "share", table.sources, None),
        }
    )


def _name(value: object) -> str:
    return NO_CODE if value is None or value != value or value == "" else str(value)  # noqa: PLR0124 - NaN
