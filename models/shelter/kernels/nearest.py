"""Filling shelters in the order of arrival."""

import numpy as np
from numba import njit

from dss.arrays import IntArray


@njit(cache=True)
def fill_in_order(
    order: IntArray, cell: IntArray, site: IntArray, waiting: IntArray, room: IntArray
) -> IntArray:
    """Send people along the arcs in an order while there is room; changes the last two arguments. O(k).

    Returns
    -------
    Persons on each arc, shape (k,).
    """
    persons = np.zeros(order.size, dtype=np.int64)
    for a in order:
        sent = min(waiting[cell[a]], room[site[a]])
        persons[a] = sent
        waiting[cell[a]] -= sent
        room[site[a]] -= sent
    return persons
