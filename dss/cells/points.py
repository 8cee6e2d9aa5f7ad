"""Points in cells: which cell each is in, how many, what they sum to, which they are."""

from typing import Final

import numpy as np
import pyarrow as pa
from h3ronpy import vector as h3vector

from dss.arrays import FloatArray, IntArray, UIntArray
from dss.threads import even_cuts, run_parts

# What is worth a call on another thread: h3ronpy releases the interpreter lock.
POINTS_PER_CALL: Final = 50_000


def cells_of(lng_deg: FloatArray, lat_deg: FloatArray, resolution: int) -> UIntArray:
    """Return the H3 cell of each point, shape (n,)."""
    runs = run_parts(
        lambda lo, hi: h3vector.coordinates_to_cells(lat_deg[lo:hi], lng_deg[lo:hi], resolution),
        even_cuts(lng_deg.size, POINTS_PER_CALL),
    )
    none = np.zeros(0, dtype=np.uint64)
    return np.concatenate([none, *(np.asarray(pa.array(run), dtype=np.uint64) for run in runs)])


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
