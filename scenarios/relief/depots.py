"""Depots and what they have in stock, from the map and the scenario, and whose help is near.

Index names: ``d`` depots, ``k`` commodities, ``z`` districts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.errors import MapError, ScenarioError
from dss.onemap import Layer, OneMap, read_vector
from dss.zoning import area_of_points
from scenarios.relief.goods import MAP_COLUMNS, UNITS, Goods
from scenarios.relief.spec import Aid, StockRow

DEPOTS: Final = "depots"
DISTRICTS: Final = "districts"
TOUCH_M: Final = 1.0
"""Districts that come as near as this are neighbours."""


@dataclass(frozen=True, slots=True, eq=False)
class Depots:
    """Depots of the map, shape (d,) each.

    Parameters
    ----------
    name, layer, day
        Name, key of the layer, and the date of what it says.
    overdue
        Whether the layer is older than it should be at most.
    x_m, y_m
        Where they are.
    stock
        Packs, shape (d, k).
    known
        Whether anybody says how much there is, shape (d, k).
    stated
        Whether the scenario says it in place of the map, shape (d, k).
    """

    name: tuple[str, ...]
    layer: tuple[str, ...]
    day: tuple[str, ...]
    overdue: tuple[bool, ...]
    x_m: FloatArray
    y_m: FloatArray
    stock: IntArray
    known: BoolArray
    stated: BoolArray


def read_depots(onemap: OneMap, goods: Goods, rows: Sequence[StockRow], today: date) -> Depots:
    """Read the map's depots with their stock; rows of the scenario take the place of what the map says.

    Raises
    ------
    MapError
        If the map has no depots, or a stock is negative.
    ScenarioError
        If a row names an unknown depot or commodity or no unit, or nobody says what is in stock.
    """
    frames = [_depot_rows(onemap, layer, today) for layer in onemap.require_role(DEPOTS)]
    frame = pd.concat(frames, ignore_index=True)
    amounts = frame[[MAP_COLUMNS[key] for key in goods.key]].to_numpy(np.float64)
    known = np.isfinite(amounts)
    stock = np.floor(np.where(known, amounts, 0.0) / goods.content + 1e-9).astype(np.int64)
    names = tuple(str(name) for name in frame[col.NAME])
    stated = np.zeros(stock.shape, dtype=np.bool_)
    for row in rows:
        packs = goods.packs(row.commodity, row.amount, row.unit, row.depot)
        d, k = depot_row(names, row.depot), goods.row(row.commodity, row.depot)
        stock[d, k], known[d, k], stated[d, k] = packs, True, True
    if not known.any():
        raise ScenarioError("relief_stock_none", depots=len(names), fields=", ".join(MAP_COLUMNS.values()))
    return Depots(
        names, tuple(frame["layer"]), tuple(frame["day"]), tuple(bool(late) for late in frame["overdue"]),
        frame["x_m"].to_numpy(), frame["y_m"].to_numpy(), stock, known, stated,
    )  # fmt: skip


def depot_row(names: Sequence[str], name: str) -> int:
    """Return the row of a depot.

    Raises
    ------
    ScenarioError
        If no depot is called so.
    """
    if name not in names:
        raise ScenarioError("relief_depot", name=name, names=", ".join(names[:20]))
    return list(names).index(name)


def _depot_rows(onemap: OneMap, layer: Layer, today: date) -> pd.DataFrame:
    frame = read_vector(onemap, layer)
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)
    points = frame.geometry.representative_point()
    age_days = (today - layer.date).days
    table = {
        col.NAME: _names(frame, layer),
        "layer": layer.key,
        "day": layer.date.isoformat(),
        "overdue": bool(layer.cycle_days) and age_days > (layer.cycle_days or 0),
        "x_m": points.x,
        "y_m": points.y,
    }
    return pd.DataFrame({**table, **{MAP_COLUMNS[key]: _amounts(frame, layer, key) for key in UNITS}})


def _names(frame: gpd.GeoDataFrame, layer: Layer) -> pd.Series:
    numbered = pd.Series([f"{layer.title.zh} {row + 1}" for row in range(len(frame))], index=frame.index)
    names = frame[col.NAME].astype("string").str.strip()
    return names.mask(names == "").fillna(numbered).astype(object)


def _amounts(frame: gpd.GeoDataFrame, layer: Layer, key: str) -> pd.Series:
    values = pd.to_numeric(frame[MAP_COLUMNS[key]], errors="coerce")
    if (values < 0).any():
        row = int(np.flatnonzero(values < 0)[0])
        raise MapError(
            "amount_negative", layer=layer.key, field=MAP_COLUMNS[key], row=row, value=values.iloc[row]
        )
    return values


@dataclass(frozen=True, slots=True, eq=False)
class Districts:
    """Where districts are, and which lie side by side.

    Parameters
    ----------
    name
        Names, shape (z,).
    near
        Which touch, and each itself, shape (z, z).
    """

    name: tuple[str, ...]
    areas: gpd.GeoDataFrame | None
    near: BoolArray

    def of_points(self, x_m: FloatArray, y_m: FloatArray) -> IntArray:
        """Return the district of points, shape (n,): -1 outside all, 0 where the map has none."""
        if self.areas is None:
            return np.zeros(x_m.size, dtype=np.int64)
        return area_of_points(self.areas, x_m, y_m).to_numpy(np.int64)


def read_districts(onemap: OneMap) -> Districts:
    """Read the map's districts; a map without any counts as one."""
    layers = onemap.role(DISTRICTS)
    if not layers:
        return Districts(("",), None, np.ones((1, 1), dtype=np.bool_))
    frame = pd.concat([read_vector(onemap, layer) for layer in layers], ignore_index=True)
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)
    shapes = frame.geometry.to_numpy(object)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=TOUCH_M)
    near = np.zeros((len(frame), len(frame)), dtype=np.bool_)
    near[one, other] = True
    return Districts(tuple(str(name) for name in frame[col.NAME]), frame, near)


def may_serve(aid: Aid, districts: Districts, depot: IntArray, stop: IntArray) -> BoolArray:
    """Return which depots may serve which stops, shape (d, s).

    Parameters
    ----------
    depot, stop
        District of each, -1 outside all: such a place belongs to none and is everybody's neighbour.
    """
    same = depot[:, None] == stop[None, :]
    outside = (depot[:, None] < 0) | (stop[None, :] < 0)
    match aid:
        case "none":
            return same | outside
        case "neighbours":
            near = districts.near[np.maximum(depot, 0)[:, None], np.maximum(stop, 0)[None, :]]
            return same | outside | near
        case _:
            return np.ones(same.shape, dtype=np.bool_)
