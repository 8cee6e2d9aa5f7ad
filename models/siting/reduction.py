"""Make a covering smaller without changing its answer: equal demands as one, what others imply left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from dss.arrays import BoolArray, FloatArray, IntArray

# Rows compared at a time: bounds the memory.
BLOCK: Final = 500


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """Demands that the same sites cover, as one with the sum of their weights.

    Parameters
    ----------
    covered
        Whether a site covers a merged demand, shape (k, m); every one is covered by some site.
    weight
        Shape (k,).
    group
        The merged demand of each demand, shape (n,); k for those that no site covers.
    """

    covered: BoolArray
    weight: FloatArray
    group: IntArray

    def spread(self, prices: FloatArray, weight: FloatArray) -> FloatArray:
        """Return prices of the merged demands, shape (c, k), as prices of the demands, shape (c, n).

        By weight; who is covered by none pays its whole weight. Sums over sites stay what they are.
        """
        whole = np.append(self.weight, 1.0)
        per_weight = np.append(prices, np.ones((prices.shape[0], 1)), axis=1) / np.where(
            whole > 0, whole, 1.0
        )
        return per_weight[:, self.group] * weight


def merge(covered: BoolArray, weight: FloatArray) -> Merged:
    """Merge the demands that the same sites cover. O(n m log n) bits."""
    some = covered.any(axis=1)
    packed = np.packbits(covered[some], axis=1)
    if packed.size == 0:
        return Merged(covered[:0], np.zeros(0), np.zeros(covered.shape[0], dtype=np.int64))
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    at = np.full(covered.shape[0], first.size)
    at[some] = group.ravel()
    return Merged(
        covered[some][first], np.bincount(group.ravel(), weight[some], first.size).astype(np.float64), at
    )


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """What is left of a set cover: rows that imply all others, and sites that no other makes useless."""

    row: IntArray
    site: IntArray


def core(covered: BoolArray, fixed: IntArray, *, sites_too: bool) -> Core:
    """Drop demands that follow from others, and sites that cover less than another, until nothing changes.

    Parameters
    ----------
    fixed
        Sites that are open anyway; what they cover is dropped.
    sites_too
        Whether sites may be dropped, which rules between sites forbid.
    """
    row, site = np.flatnonzero(~covered[:, fixed].any(axis=1)), np.arange(covered.shape[1])
    while True:
        before = row.size + site.size
        row = row[_without_larger(covered[np.ix_(row, site)])]
        if sites_too:
            site = site[_without_smaller(covered[np.ix_(row, site)].T)]
        if row.size + site.size == before:
            return Core(row, site)


def _without_larger(inside: BoolArray) -> IntArray:
    """Return the rows that contain no other row; of equal rows the first."""
    dropped = np.zeros(inside.shape[0], dtype=np.bool_)
    size = inside.sum(axis=1)
    for a, b in _contained(inside, size):
        dropped[b[(size[a] < size[b]) | (a < b)]] = True
    return np.flatnonzero(~dropped)


def _without_smaller(inside: BoolArray) -> IntArray:
    """Return the rows that no other row contains; of equal rows the first."""
    dropped = np.zeros(inside.shape[0], dtype=np.bool_)
    size = inside.sum(axis=1)
    for a, b in _contained(inside, size):
        dropped[a[(size[a] < size[b]) | (b < a)]] = True
    dropped |= size == 0
    return np.flatnonzero(~dropped)


def _contained(inside: BoolArray, size: IntArray) -> Iterator[tuple[IntArray, IntArray]]:
    """Yield pairs of rows (a, b), a within b, in blocks: they share as many entries as a has."""
    entry = csr_array(inside.astype(np.float32))
    for begin in range(0, size.size, BLOCK):
        shared = (entry[begin : begin + BLOCK] @ entry.T).tocoo()
        a, b = shared.coords[0].astype(np.int64) + begin, shared.coords[1].astype(np.int64)
        within = (shared.data == size[a]) & (a != b)
        yield a[within], b[within]
