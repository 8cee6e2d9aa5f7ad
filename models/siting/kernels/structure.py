"""The short lists that the kernels walk: for every demand its cheapest sites, cheapest first."""

from typing import NamedTuple

from dss.arrays import FloatArray, Int32Array, IntArray


class Lists(NamedTuple):
    """For every demand its cheapest sites, ascending, ties by index; and the same by site.

    Demand i owns the entries first[i] to below first[i + 1] of ``site`` and ``cost``; site j the entries
    site_first[j] to below site_first[j + 1] of ``demand`` and ``site_cost``. Every site that is not on the
    list of i costs at least ``limit[i]`` and at most ``far[i]``.
    """

    first: IntArray
    site: Int32Array
    cost: FloatArray
    limit: FloatArray
    far: FloatArray
    site_first: IntArray
    demand: Int32Array
    site_cost: FloatArray
