"""News that reach a relief under way: a file with what is lost and what is needed, read and checked."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from pydantic import Field

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import InputError
from models.dispatch import Demand
from scenarios.injects import clock_s
from scenarios.relief.depots import depot_row
from scenarios.relief.fleet import DAY_S
from scenarios.relief.record import Record, Told
from scenarios.relief.spec import StockRow
from scenarios.strict import Strict

URGENT: Final = 2.0
"""New needs weigh so many times as much as what is needed on the first day."""


class NeedRow(Strict):
    """Something that a shelter needs beside what was planned."""

    shelter: str
    commodity: str
    amount: float = Field(gt=0)
    unit: str | None = None
    due_h: float = Field(default=12, gt=0)
    """By when, hours after the news."""


class Inject(Strict):
    """What happens while a relief is under way."""

    at: str
    """When, hours and minutes after the relief began: "02:10"."""
    roads_closed: list[str] = Field(default=[])
    """Names of roads or bridges, or their numbers on the map from 1."""
    lost_vehicles: list[str] = Field(default=[])
    """Labels of vehicles that drive no further."""
    needs: list[NeedRow] = Field(default=[])
    stock: list[StockRow] = Field(default=[])
    """What depots turn out to have had at the beginning, what has left included."""


@dataclass(frozen=True, slots=True, eq=False)
class News:
    """The same in the terms of a record.

    Parameters
    ----------
    at_s
        Seconds after the relief began.
    edges
        Edges of the network that close.
    lost
        Vehicles that drive no further, shape (v,).
    more
        Further lines of demand.
    stock
        Packs that may leave each depot over the whole time, shape (d, k).
    """

    at_s: float
    edges: IntArray
    lost: BoolArray
    more: Demand
    stock: IntArray


def news_of(inject: Inject, told: Told) -> News:
    """Find what news name in a record.

    Raises
    ------
    InputError
        If a time, a road, a vehicle or a shelter is not there.
    ScenarioError
        If a depot, a commodity or a unit is not.
    """
    record = told.record
    at_s = _seconds(inject.at, record)
    lost = np.zeros(len(record.garage.label), dtype=np.bool_)
    for label in inject.lost_vehicles:
        if label not in record.garage.label:
            raise InputError("relief_vehicle", name=label, names=", ".join(record.garage.label))
        lost[record.garage.label.index(label)] = True
    stock = record.problem.stock.copy()
    for row in inject.stock:
        d, k = depot_row(record.depots.name, row.depot), record.goods.row(row.commodity, row.depot)
        packs = record.goods.packs(row.commodity, row.amount, row.unit, row.depot)
        stock[d, k] = int(np.floor((1 - record.facts.reserve_share) * packs + 1e-9))
    return News(at_s, _edges(inject.roads_closed, told), lost, _more(inject.needs, record, at_s), stock)


def _seconds(at: str, record: Record) -> float:
    seconds = clock_s(at)
    if seconds is None or seconds >= DAY_S * record.facts.days:
        raise InputError("relief_inject_time", value=at, days=record.facts.days)
    return seconds


def _edges(names: list[str], told: Told) -> IntArray:
    closed = np.zeros(told.streets.road_name.size, dtype=np.bool_)
    for name in names:
        found = told.streets.road_name == name
        if not found.any() and name.isdigit() and 1 <= int(name) <= found.size:
            found[int(name) - 1] = True
        if not found.any():
            raise InputError("evacuation_closing_road", name=name, count=found.size)
        closed |= found
    return np.flatnonzero(closed[told.streets.road])


def _more(rows: list[NeedRow], record: Record, at_s: float) -> Demand:
    goods = record.goods
    stops, commodities, amounts = [], [], []
    for row in rows:
        if row.shelter not in record.stops.name:
            names = ", ".join(record.stops.name[:20])
            raise InputError("relief_shelter", name=row.shelter, names=names)
        k = goods.row(row.commodity, row.shelter)
        stops.append(record.stops.name.index(row.shelter))
        commodities.append(k)
        amounts.append(max(goods.packs(row.commodity, row.amount, row.unit, row.shelter), 1))
    k_rows = np.array(commodities, dtype=np.int64)
    due_s: FloatArray = np.array([at_s + 3600.0 * row.due_h for row in rows], dtype=np.float64)
    return Demand(
        np.array(stops, dtype=np.int64), k_rows, np.array(amounts, dtype=np.int64),
        np.full(len(rows), at_s), due_s, URGENT * record.facts.days * goods.priority[k_rows],
    )  # fmt: skip
