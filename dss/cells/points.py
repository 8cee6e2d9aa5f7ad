"""Points in cells: which cell each is in, how many, what they sum to, which they are."""

import numpy as np
import pyarrow as pa
from h3ronpy import vector as h3vector

from dss.arrays import FloatArray, IntArray, UIntArray


def cells_of(lng_deg: FloatArray, lat_deg: FloatArray, resolution: int) -> UIntArray:
    """Return the H3 cell of each point, shape (n,)."""
    cells = h3vector.coordinates_to_cells(lat_deg, lng_deg, resolution)
    return np.asarray(pa.array(cells), dtype=np.uint64)


def group_points(cell_of_point: UIntArray) -> tuple[UIntArray, IntArray, IntArray]:
    """Group points by their cell.

    Returns
    -------
    Cells in ascending order, shape (n,); bounds of their lists, shape (n + 1,); points in the order of the
    lists, those of one cell ascending, shape (k,).
    """
    order = np.argsort(cell_of_point, kind="stable")
    cell, first = np.unique(cell_of_point[order], return_index=True)
    return cell, np.append(first, order.size).astype(np.int64), order.astype(np.int64)


def count_points(cell_of_point: UIntArray) -> tuple[UIntArray, IntArray]:
    """Return the cells that hold points, ascending, and how many each holds."""
    cell, count = np.unique(cell_of_point, return_counts=True)
    return cell, count.astype(np.int64)


def sum_points(cell_of_point: UIntArray, values: FloatArray) -> tuple[UIntArray, FloatArray]:
    """Return the cells that hold points, ascending, and the sum of the points' values in each."""
    cell, place = np.unique(cell_of_point, return_inverse=True)
    return cell, np.bincount(place, values, cell.size).astype(np.float64)
