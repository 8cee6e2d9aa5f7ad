"""Which depot serves which stop with what; where there is not enough, the shortage is shared fairly.

Sets
    D depots; S stops; K commodities
Data
    stock_dk, need_sk whole units; priority_sk > 0; cost_ds seconds from depot to stop, inf where there is no
    way; reserve share r
Decision
    y_dsk units sent, short_sk units not sent; both whole
Constraints
    (1) what all depots send a stop of a commodity, and what is short, is need_sk
    (2) what a depot sends of a commodity is at most its stock but for the reserve, floor((1 - r) stock_dk)
    (3) nothing is sent where there is no way
Objective, one after the other
    the least greatest share short of any need, priority_sk short_sk / need_sk; then the least weighted units
    short, sum priority_sk short_sk; then the least seconds of all units, sum cost_ds y_dsk

Each commodity is a problem of its own. Source: Luss (1999), equitable resource allocation.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import ProblemError
from models.dispatch.delivery.validating import whole_table

ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """Stock of ``d`` depots for the needs of ``s`` stops in ``k`` commodities.

    Parameters
    ----------
    stock
        Whole units at each depot, shape (d, k).
    need
        Whole units each stop needs, shape (s, k).
    cost_s
        Seconds from depot to stop, shape (d, s); inf where there is no way.
    priority
        Weight of a unit short, above 0, shape (s,) or (s, k).
    reserve_share
        Part of every stock that stays, 0 to below 1.

    Raises
    ------
    ProblemError
        If an amount is negative or not whole, a share or a weight is out of its range, or shapes do not fit.
    """

    stock: IntArray
    need: IntArray
    cost_s: FloatArray
    priority: FloatArray
    reserve_share: float = 0.0

    def __post_init__(self) -> None:
        commodities = np.asarray(self.stock).shape[-1] if np.asarray(self.stock).ndim else 0
        stock = whole_table(self.stock, "stock", commodities)
        need = whole_table(self.need, "need", commodities)
        fields = {
            "stock": stock,
            "need": need,
            "cost_s": _seconds(self.cost_s, (stock.shape[0], need.shape[0])),
            "priority": _weights(self.priority, need.shape),
        }
        if not 0 <= self.reserve_share < 1:
            raise ProblemError("dispatch_share", name="reserve_share", value=self.reserve_share)
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    @property
    def free(self) -> IntArray:
        """Units that may leave each depot, shape (d, k)."""
        return np.floor((1 - self.reserve_share) * self.stock + 1e-9).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class StockDecision:
    """Which depot sends what where, one row for each triple with units.

    Parameters
    ----------
    depot, stop, commodity, units
        Shape (n,).
    short_units
        Shape (s, k).
    worst_share
        Greatest priority-weighted share short.
    worst_bound, shortage_bound, seconds_bound
        What is proven on the three objectives; each of the later ones given the earlier.
    tight
        Stops of each commodity that together prove its greatest share short, shape (s, k); see ``proof.py``.
    shortage_price, seconds_price
        Of a unit at each depot, shape (d, k), at least 0: they prove the other two.
    """

    depot: IntArray
    stop: IntArray
    commodity: IntArray
    units: IntArray
    short_units: IntArray
    worst_share: float
    worst_bound: float
    shortage_bound: float
    seconds_bound: float
    tight: BoolArray
    shortage_price: FloatArray
    seconds_price: FloatArray


def shares_short(problem: Stock, short_units: IntArray) -> FloatArray:
    """Return the priority-weighted share short of every need, shape (s, k); 0 where nothing is needed."""
    return np.asarray(problem.priority * short_units / np.maximum(problem.need, 1))


def most_short(problem: Stock, share: FloatArray) -> IntArray:
    """Return how many units may be short at most where no share is above ``share`` (k,), shape (s, k)."""
    units = np.floor(share[None, :] * problem.need / problem.priority * (1 + ROUNDING) + ROUNDING)
    return np.minimum(units, problem.need).astype(np.int64)


def _seconds(values: FloatArray, shape: tuple[int, int]) -> FloatArray:
    seconds = np.asarray(values, dtype=np.float64)
    if seconds.shape != shape:
        raise ProblemError("dispatch_shape", name="cost_s", shape=seconds.shape, expected=shape)
    for row, column in np.argwhere(np.isnan(seconds) | (seconds < 0))[:1]:
        value = float(seconds[row, column])
        raise ProblemError("dispatch_time", name="cost_s", row=int(row), column=int(column), value=value)
    return seconds


def _weights(values: FloatArray, shape: tuple[int, ...]) -> FloatArray:
    weights = np.asarray(values, dtype=np.float64)
    if weights.shape == shape[:1]:
        weights = np.repeat(weights[:, None], shape[1], axis=1)
    if weights.shape != shape:
        raise ProblemError("dispatch_shape", name="priority", shape=weights.shape, expected=shape)
    for index in np.flatnonzero(~(weights > 0) | np.isinf(weights))[:1]:
        raise ProblemError(
            "dispatch_number", name="priority", index=int(index), value=float(weights.flat[index])
        )
    return weights
