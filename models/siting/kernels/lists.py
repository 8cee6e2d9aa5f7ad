"""Build the lists by site from those by demand, and drop closed sites from both."""

import numpy as np
from numba import njit

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from models.siting.kernels.structure import Lists


@njit(cache=True, nogil=True)
def by_site(
    first: IntArray, site: Int32Array, cost: FloatArray, sites: int
) -> tuple[IntArray, Int32Array, FloatArray]:
    """Return the entries ordered by site: where each site begins, demands, costs. O(entries)."""
    begin = np.zeros(sites + 1, np.int64)
    for j in site:
        begin[j + 1] += 1
    for j in range(sites):
        begin[j + 1] += begin[j]
    free = begin[:-1].copy()
    demand = np.empty(site.size, np.int32)
    value = np.empty(site.size, np.float64)
    for i in range(first.size - 1):
        for a in range(first[i], first[i + 1]):
            at = free[site[a]]
            demand[at] = i
            value[at] = cost[a]
            free[site[a]] += 1
    return begin, demand, value


@njit(cache=True, nogil=True)
def keep_sites(lists: Lists, kept: BoolArray) -> Lists:
    """Return the lists without the sites that are not kept. O(entries)."""
    n = lists.first.size - 1
    first = np.zeros(n + 1, np.int64)
    size = 0
    for j in lists.site:
        size += kept[j]
    site = np.empty(size, np.int32)
    cost = np.empty(size, np.float64)
    at = 0
    for i in range(n):
        for a in range(lists.first[i], lists.first[i + 1]):
            if kept[lists.site[a]]:
                site[at] = lists.site[a]
                cost[at] = lists.cost[a]
                at += 1
        first[i + 1] = at
    begin, demand, value = by_site(first, site, cost, kept.size)
    return Lists(first, site, cost, lists.limit, lists.far, begin, demand, value)
