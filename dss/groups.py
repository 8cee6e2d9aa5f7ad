"""How many of each cell's people belong to a group that the census counts: elderly, children, disabled."""

import numpy as np
import pandas as pd

from dss import columns as col
from dss.arrays import FloatArray
from dss.cells import CellFrame, weighted_points
from dss.onemap import OneMap
from dss.zoning import rows_of_points


def group_share(onemap: OneMap, cells: CellFrame, column: str) -> FloatArray | None:
    """Return the group's share of each cell's persons, 0 to 1, shape (n,); None where no layer counts it.

    Persons and group are spread over the same homes, so a cell's share is that of its units, weighted.

    Parameters
    ----------
    column
        Field of the population layers, for instance ``elderly_persons``.

    Raises
    ------
    MapError
        If a count is NaN or negative.
    """
    layers = [layer for layer in onemap.require_role("population") if column in layer.fields]
    if not layers:
        return None
    everyone, group = (
        _by_cell(pd.concat([weighted_points(onemap, layer, name) for layer in layers]), cells)
        for name in (col.PERSONS, column)
    )
    return np.clip(np.divide(group, everyone, out=np.zeros_like(group), where=everyone > 0), 0.0, 1.0)


def _by_cell(points: pd.DataFrame, cells: CellFrame) -> FloatArray:
    row = rows_of_points(points, cells)
    inside = row >= 0
    persons = points[col.PERSONS].to_numpy(np.float64)[inside]
    return np.bincount(row[inside], persons, cells.cell.size).astype(np.float64)
