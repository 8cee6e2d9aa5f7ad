"""What sites cost to build, from a table of the planner, and the budget for them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from dss import columns as col
from dss.arrays import FloatArray
from dss.errors import InputError
from scenarios.siting.ground import SitingGround

COST: Final = "cost"
KEYS: Final = (col.RECORD_ID, col.NAME)


@dataclass(frozen=True, slots=True)
class Budget:
    """What all new sites may cost together, and the table of what each costs.

    Parameters
    ----------
    amount
        In the unit of the table.
    table
        CSV with the columns ``record_id`` or ``name`` of a candidate, and ``cost``.

    Raises
    ------
    InputError
        If the amount is negative or not a number.
    """

    amount: float
    table: Path

    def __post_init__(self) -> None:
        if not (np.isfinite(self.amount) and self.amount >= 0):
            raise InputError("siting_budget_amount", value=self.amount)


def building_costs(ground: SitingGround, table: Path) -> FloatArray:
    """Return what each candidate costs, shape (m,); NaN where the table does not say.

    Raises
    ------
    InputError
        If the table cannot be read, lacks a column, names a place twice or one that is no candidate, or a
        cost is negative or not a number.
    """
    key, rows = _read(table)
    known = ground.candidates.features[key].astype("string")
    cost = np.full(len(known), np.nan)
    for number, (name, value) in enumerate(zip(rows[key], rows[COST], strict=True), start=2):
        here = (known == name).fillna(value=False).to_numpy(np.bool_)
        if not here.any():
            raise InputError("siting_costs_unknown", file=table, row=number, value=name)
        if not (np.isfinite(value) and value >= 0):
            raise InputError("siting_costs_value", file=table, row=number, value=value)
        cost[here] = value
    return cost


def require_costs(ground: SitingGround, cost: FloatArray, admitted: np.ndarray, table: Path) -> None:
    """Check that every admitted candidate (rows) has a cost.

    Raises
    ------
    InputError
        If one has none.
    """
    without = admitted[np.isnan(cost[admitted])]
    if without.size:
        first = ground.candidates.features[col.NAME].iloc[int(without[0])]
        raise InputError("siting_costs_missing", file=table, count=without.size, first=first)


def _read(table: Path) -> tuple[str, pd.DataFrame]:
    try:
        rows = pd.read_csv(table, dtype=dict.fromkeys(KEYS, "string"))
    except (OSError, ValueError) as error:
        raise InputError("siting_costs_file", file=table, why=" ".join(str(error).split())[:200]) from error
    key = next((key for key in KEYS if key in rows), None)
    if key is None or COST not in rows:
        raise InputError("siting_costs_file", file=table, why=", ".join(map(str, rows.columns)))
    twice = rows[key][rows[key].duplicated()]
    if len(twice):
        raise InputError("siting_costs_twice", file=table, value=twice.iloc[0])
    return key, rows.assign(**{COST: pd.to_numeric(rows[COST], errors="coerce").astype(np.float64)})
