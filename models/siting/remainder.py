"""What is left of a covering once prices have opened some sites and closed others."""

from dataclasses import dataclass, replace

import numpy as np

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from models.siting.kernels.lagrangian import FREE, OPEN
from models.siting.proof import Proof
from models.siting.reduction import Merged, merge


@dataclass(frozen=True, slots=True, eq=False)
class Remainder:
    """The free sites, and the demands that neither an open site covers nor only closed ones do.

    Parameters
    ----------
    merged
        Those demands, merged again where the same free sites cover them; sites count among the free ones.
    free, opened
        Sites of the whole covering, ascending.
    left
        Whether no open site covers a demand of the whole covering, shape (k,); ``merged.group`` is of these.
    weight
        Of all demands of the whole covering, shape (k,).
    p
        How many of the free sites are to open.
    """

    merged: Merged
    free: IntArray
    opened: IntArray
    left: BoolArray
    weight: FloatArray
    p: int

    @property
    def lost(self) -> float:
        """The weight that only closed sites cover."""
        return float(self.weight[self.left].sum() - self.merged.weight.sum())

    def all_sites(self, sites: IntArray) -> IntArray:
        """Return the open sites and some free ones, as sites of the whole covering."""
        return np.sort(np.concatenate([self.opened, self.free[sites]]))

    def within(self, sites: IntArray) -> IntArray | None:
        """Return which free sites are among some sites; None where these are not the open and free ones."""
        inside = np.flatnonzero(np.isin(self.free, sites))
        whole = inside.size == self.p and bool(np.isin(self.opened, sites).all())
        return inside if whole else None

    def gather(self, prices: FloatArray) -> FloatArray:
        """Return prices of the whole covering's demands, shape (k,), as those of the demands left."""
        group, count = self.merged.group, self.merged.weight.size
        sums = np.bincount(group, prices[self.left], count + 1)[:count]
        return np.asarray(sums, dtype=np.float64)

    def spread(self, proof: Proof) -> Proof:
        """Return a proof for what is left as one for the whole covering: who is covered pays nothing."""
        prices = np.zeros((proof.prices.shape[0], self.left.size))
        prices[:, self.left] = self.merged.spread(proof.prices, self.weight[self.left])
        return replace(proof, prices=prices, site=self.free[proof.site])


def remainder(merged: Merged, state: Int32Array, p: int) -> Remainder:
    """Return what is left of a covering by p sites where sites have these states."""
    free, opened = np.flatnonzero(state == FREE), np.flatnonzero(state == OPEN)
    left = ~np.asarray(merged.covered[:, opened].any(axis=1), dtype=np.bool_)
    inner = merge(merged.covered[np.ix_(left, free)], merged.weight[left])
    return Remainder(inner, free, opened, left, merged.weight, p - opened.size)
