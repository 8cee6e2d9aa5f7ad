"""Where people are picked up who are fetched: points on roads that stay open, near those who go there."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Pickups:
    """Pick-up points.

    Parameters
    ----------
    x_m, y_m
        Place in the map's CRS, shape (p,).
    persons
        Who is picked up there, shape (p,).
    row
        The given place that each point is at, shape (p,).
    point
        Point of each given place, shape (c,); -1 where nobody needs one.
    """

    x_m: FloatArray
    y_m: FloatArray
    persons: IntArray
    row: IntArray
    point: IntArray


def gather_pickups(place: tuple[FloatArray, FloatArray], persons: IntArray, spacing_m: float) -> Pickups:
    """Gather people at points: one in each square of a grid, where most of its people come to the road.

    Parameters
    ----------
    place
        Where each cell's people come to the road, shapes (c,).
    persons
        Persons of each cell who are to be fetched, shape (c,).
    spacing_m
        Side of a square: nobody is more than its diagonal farther from the point than from the road.
    """
    c = np.flatnonzero(persons > 0)
    x_m, y_m, some = place[0][c], place[1][c], persons[c]
    square = np.column_stack([x_m, y_m]) // spacing_m
    _, point = np.unique(square, axis=0, return_inverse=True)
    point = point.ravel()
    order = np.lexsort((np.arange(c.size), -some, point))
    most = order[np.flatnonzero(np.diff(point[order], prepend=-1))]
    sums = np.bincount(point, weights=some).astype(np.int64) if c.size else np.zeros(0, dtype=np.int64)
    of_place = np.full(persons.size, -1, dtype=np.int64)
    of_place[c] = point
    return Pickups(x_m[most], y_m[most], sums, c[most], of_place)
