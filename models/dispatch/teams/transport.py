"""The most profit of a transport, in whole units, with the prices that prove it.

Rows give ``supply``, columns take ``room``, a unit from row r to column c is worth ``profit[r, c] > 0``:

    (P) greatest sum profit * amount,  sum_c amount <= supply,  sum_r amount <= room,  amount >= 0 whole
    (D) least sum supply * row + sum room * column,  row_r + column_c >= profit[r, c],  row, column >= 0

Any row and column prices that keep (D) bound every transport from above; where both sums are equal, the
transport is proven best. Everything is whole numbers, so that equal means equal.

Index names: ``r`` rows, ``c`` columns.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, IntArray
from dss.errors import ProblemError
from models.plan import Termination
from models.solver import least_cost_flow

MOST_COST: Final = 2**60
"""What a profit times the number of nodes may be: the flow counts in 64 bits."""
FAR: Final = 2**62


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What a unit of each row, shape (r,), and a place of each column, shape (c,), is worth; at least 0."""

    row: IntArray
    column: IntArray

    def total(self, supply: IntArray, room: IntArray) -> int:
        """Return what no transport exceeds."""
        return int(self.row @ supply + self.column @ room)

    def hold(self, profit: IntArray, allowed: BoolArray) -> bool:
        """Tell whether the prices keep (D); they may come from anywhere."""
        if self.row.shape != profit.shape[:1] or self.column.shape != profit.shape[1:]:
            return False
        if (self.row < 0).any() or (self.column < 0).any():
            return False
        return bool((self.row[:, None] + self.column[None, :] >= profit)[allowed].all())


def ranked_profit(
    tenths: IntArray, weight: IntArray, rank: IntArray, supply: IntArray, saved: IntArray | None = None
) -> IntArray:
    """Return M * rank - weight * tenths of each pair, above 0: first the rank counts, then the least cost.

    Parameters
    ----------
    tenths
        What each pair takes, at least 0, shape (r, c).
    weight, rank
        At least 1, of shapes that broadcast to (r, c).
    supply
        Units of each row, shape (r,).
    saved
        What each pair costs less than that, in weighted tenths, at least 0, shape (r, c).

    Raises
    ------
    ProblemError
        If the sums could be too large to be counted.
    """
    less = np.zeros_like(tenths) if saved is None else saved
    largest = float(tenths.max(initial=0)) * float(weight.max(initial=1)) + float(less.max(initial=0))
    most = (largest * float(supply.sum()) + 1.0) * float(rank.max(initial=1)) * (sum(tenths.shape) + 2)
    if most > MOST_COST:
        raise ProblemError("response_large", most=f"{most:.0e}")
    cost = tenths * weight - less
    above = int((cost.max(axis=1, initial=0) - cost.min(axis=1, initial=0)) @ supply) + 1
    return np.asarray(above * rank - cost, dtype=np.int64)


def carry(profit: IntArray, allowed: BoolArray, supply: IntArray, room: IntArray) -> tuple[IntArray, Prices]:
    """Return the transport of the most profit, shape (r, c), and the prices that prove it.

    Parameters
    ----------
    profit
        Worth of a unit on each pair, shape (r, c), above 0 where allowed, as ``ranked_profit`` gives it.
    allowed
        Pairs that may be used, shape (r, c).
    supply, room
        Units of each row and places of each column, shapes (r,) and (c,).

    Notes
    -----
    A flow of least cost (Goldberg 1997); units that stay flow straight to the sink. Prices are shortest
    distances in what the flow leaves (Bellman and Ford), a pass for each step of the longest path.
    """
    rows, columns = profit.shape
    r, c = np.nonzero(allowed)
    sink = rows + columns
    tail = np.concatenate([r, np.arange(rows), rows + np.arange(columns)])
    head = np.concatenate([rows + c, np.full(rows + columns, sink)])
    capacity = np.concatenate([np.minimum(supply[r], room[c]), supply, room])
    cost = np.concatenate([-profit[r, c], np.zeros(rows + columns, dtype=np.int64)])
    ends = np.concatenate([supply, np.zeros(columns, dtype=np.int64), [-supply.sum()]])
    termination, flow = least_cost_flow(tail, head, capacity, cost, ends)
    assert termination is Termination.OPTIMAL, termination  # to stay is always possible
    amount = np.zeros((rows, columns), dtype=np.int64)
    amount[r, c] = flow[: r.size]
    return amount, _prices(profit, allowed, amount, (supply, room))


def _prices(
    profit: IntArray, allowed: BoolArray, amount: IntArray, ends: tuple[IntArray, IntArray]
) -> Prices:
    """Return prices under which the transport pays everywhere and nothing else pays more."""
    supply, room = ends
    length = np.where(allowed, -profit, FAR)
    given, taken = amount.sum(axis=1), amount.sum(axis=0)
    used_r, used_c = np.nonzero(amount)
    idle, busy, spare, filled = given < supply, given > 0, taken < room, taken > 0
    row, column, home = np.zeros(supply.size, np.int64), np.zeros(room.size, np.int64), 0
    while True:
        before = (row.copy(), column.copy(), home)
        row[idle] = np.minimum(row[idle], home)
        column = np.minimum(column, (row[:, None] + length).min(axis=0, initial=FAR))
        column[filled] = np.minimum(column[filled], home)
        np.minimum.at(row, used_r, column[used_c] + profit[used_r, used_c])
        home = min(home, int(row[busy].min(initial=FAR)), int(column[spare].min(initial=FAR)))
        if home == before[2] and (row == before[0]).all() and (column == before[1]).all():
            return Prices(np.maximum(row - home, 0), np.maximum(home - column, 0))
