"""Where buses pick people up who have no car: how many persons and buses each point needs.

Which bus drives when from where is a plan of its own; here people are counted and given a point near home.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

from dss.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Pickups:
    """Pick-up points: place in the map's CRS, persons, full buses needed, shapes (p,)."""

    x_m: FloatArray
    y_m: FloatArray
    persons: IntArray
    buses: IntArray


def gather_pickups(
    place: tuple[FloatArray, FloatArray], persons: IntArray, spacing_m: float, seats: int
) -> Pickups:
    """Gather people at points: one in each square of a grid, where most of its people live.

    Parameters
    ----------
    place
        Where each cell's people are, shapes (c,).
    persons
        Persons of each cell who need a bus, shape (c,).
    spacing_m
        Side of a square: nobody is more than its diagonal from the point.
    seats
        Persons in a bus.
    """
    c = np.flatnonzero(persons > 0)
    x_m, y_m, persons = place[0][c], place[1][c], persons[c]
    square = np.column_stack([x_m, y_m]) // spacing_m
    _, point = np.unique(square, axis=0, return_inverse=True)
    point = point.ravel()
    order = np.lexsort((np.arange(c.size), -persons, point))
    most = order[np.flatnonzero(np.diff(point[order], prepend=-1))]
    sums = np.bincount(point, weights=persons).astype(np.int64) if c.size else np.zeros(0, dtype=np.int64)
    buses = np.array([ceil(one / seats) for one in sums.tolist()], dtype=np.int64)
    return Pickups(x_m[most], y_m[most], sums, buses)
