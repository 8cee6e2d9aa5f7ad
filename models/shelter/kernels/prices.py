"""Shelter prices from an optimal flow: a longest path over the shelters."""

import numpy as np
from numba import njit

from dss.arrays import IntArray

FAR = 2**60


@njit(cache=True, nogil=True)
def move_costs(
    start: IntArray, site: IntArray, cost: IntArray, flow: IntArray, room: IntArray, sites: int
) -> IntArray:
    """Return the least extra cost of moving one person from each site to each other.

    Lanes are grouped by cell: those of cell i are start[i] .. start[i + 1] - 1. A person may leave a lane
    with flow and enter one with room. O(sum over used lanes of the lanes of their cell).

    Returns
    -------
    Shape (sites, sites); FAR where no lane leads.
    """
    shift = np.full((sites, sites), FAR, dtype=np.int64)
    for i in range(start.size - 1):
        for a in range(start[i], start[i + 1]):
            if flow[a] == 0:
                continue
            for b in range(start[i], start[i + 1]):
                extra = cost[b] - cost[a]
                if flow[b] < room[b] and extra < shift[site[a], site[b]]:
                    shift[site[a], site[b]] = extra
    return shift


@njit(cache=True, nogil=True)
def least_prices(shift: IntArray) -> IntArray:
    """Return the least prices with p_b >= p_a - shift[a, b] and p >= 0: Bellman-Ford, O(m^3) at worst.

    A price is what one more place saves: someone moves in from a, whose place saves p_a in turn.
    """
    sites = shift.shape[0]
    price = np.zeros(sites, dtype=np.int64)
    for _ in range(sites):
        changed = False
        for a in range(sites):
            for b in range(sites):
                if shift[a, b] < FAR and price[a] - shift[a, b] > price[b]:
                    price[b] = price[a] - shift[a, b]
                    changed = True
        if not changed:
            break
    return price
