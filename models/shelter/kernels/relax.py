"""Lagrangian relaxation of 'each zone once': one knapsack for each shelter."""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, IntArray
from models.shelter.kernels.knapsack import fill_knapsack


class Offers(NamedTuple):
    """What may go where, by shelter: offers of site j are start[j] .. start[j + 1] - 1.

    ``start`` (sites + 1,), ``zone`` and ``cost`` (offers,), ``size`` and ``unmet`` (zones,), ``capacity``
    (sites,).
    """

    start: IntArray
    zone: IntArray
    cost: FloatArray
    size: IntArray
    unmet: FloatArray
    capacity: IntArray


@njit(cache=True, nogil=True)
def relax(offers: Offers, worth: FloatArray, tolerance: float, most_nodes: int) -> tuple[float, IntArray]:
    """Return a lower bound of every whole plan, and how often each zone is chosen.

    Parameters
    ----------
    worth
        Multiplier of each zone, at most its unmet cost, shape (zones,).
    tolerance
        Of each knapsack, as a share of its profit.

    Notes
    -----
    bound = sum of worth - sum over shelters of the greatest sum of (worth - cost) that fits.
    """
    count = np.zeros(worth.size, dtype=np.int64)
    bound = worth.sum()
    for j in range(offers.capacity.size):
        first, last = offers.start[j], offers.start[j + 1]
        items = 0
        for o in range(first, last):
            if worth[offers.zone[o]] > offers.cost[o]:
                items += 1
        profit, size = np.empty(items), np.empty(items, dtype=np.int64)
        zone = np.empty(items, dtype=np.int64)
        i, total = 0, 0.0
        for o in range(first, last):
            z = offers.zone[o]
            if worth[z] > offers.cost[o]:
                profit[i], size[i], zone[i] = worth[z] - offers.cost[o], offers.size[z], z
                total += profit[i]
                i += 1
        upper, chosen = fill_knapsack(profit, size, offers.capacity[j], tolerance * total, most_nodes)
        bound -= upper
        for i in range(items):
            if chosen[i]:
                count[zone[i]] += 1
    return bound, count
