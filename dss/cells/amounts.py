"""How much of each feature lies in each cell: metres of lines, square metres of polygons."""

from dataclasses import dataclass

import numpy as np

from dss.arrays import FloatArray, IntArray, UIntArray


@dataclass(frozen=True, slots=True, eq=False)
class Amounts:
    """How much of each feature lies in each cell, one row per feature and cell, by feature.

    Parameters
    ----------
    feature
        Row of the feature, ascending, shape (k,).
    cell
        H3 index, shape (k,).
    amount
        Metres of a line or square metres of a polygon, above 0, shape (k,).
    """

    feature: IntArray
    cell: UIntArray
    amount: FloatArray

    def by_cell(self, weight: FloatArray | None = None) -> tuple[UIntArray, FloatArray]:
        """Return the cells, ascending, and their sums, each feature taken ``weight`` (n features,) times."""
        cell, place = np.unique(self.cell, return_inverse=True)
        amount = self.amount if weight is None else self.amount * weight[self.feature]
        return cell, np.bincount(place, amount, cell.size).astype(np.float64)

    def by_feature(self, count: int) -> FloatArray:
        """Return the sum of each of ``count`` features."""
        return np.bincount(self.feature, self.amount, count).astype(np.float64)


def no_amounts() -> Amounts:
    """Return the amounts of no features."""
    return Amounts(np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0))


def join(parts: list[Amounts]) -> Amounts:
    """Return the rows of several, by feature, zeros left out."""
    feature = np.concatenate([part.feature for part in parts])
    amount = np.concatenate([part.amount for part in parts])
    order = np.argsort(feature, kind="stable")
    order = order[amount[order] > 0]
    cell = np.concatenate([part.cell for part in parts])
    return Amounts(feature[order], cell[order], amount[order])
