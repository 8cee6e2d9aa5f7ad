"""How many of each cell's people belong to a group that the census counts: elderly, children, disabled."""

import numpy as np
import pandas as pd

from dss import columns as col
from dss.arrays import FloatArray
from dss.cells import FIELD_OF_GROUP, CellFrame, Group, People, people_points
from dss.onemap import OneMap
from dss.zoning import rows_of_points


def group_share(onemap: OneMap, cells: CellFrame, group: Group) -> FloatArray | None:
    """Return the group's share of each cell's persons, 0 to 1, shape (n,); None where no layer counts it.

    Persons and group are spread over the same homes, so a cell's share is that of its units, weighted.

    Raises
    ------
    MapError
        If more than a fifth of a layer's counts cannot be used.
    """
    column = FIELD_OF_GROUP[group]
    layers = [layer for layer in onemap.require_role("population") if column in layer.fields]
    if not layers:
        return None
    everyone, some = (
        _by_cell(pd.concat([people_points(onemap, layer, people) for layer in layers]), cells)
        for people in (People(), People(group=group))
    )
    return np.clip(np.divide(some, everyone, out=np.zeros_like(some), where=everyone > 0), 0.0, 1.0)


def _by_cell(points: pd.DataFrame, cells: CellFrame) -> FloatArray:
    row = rows_of_points(points, cells)
    inside = row >= 0
    persons = points[col.PERSONS].to_numpy(np.float64)[inside]
    return np.bincount(row[inside], persons, cells.cell.size).astype(np.float64)
