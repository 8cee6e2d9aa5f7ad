"""What a relief that was planned again states: figures and tables, from the plan and the news alone.

Index names: ``k`` commodities, ``q`` lines of demand, ``t`` trips.
"""

from typing import Any

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.delivery.problem import driving_s, weighted_shortage
from scenarios.allocation.plan_figures import Value
from scenarios.relief.again import Again
from scenarios.relief.causes import causes
from scenarios.relief.changes import Changed, changed_vehicles
from scenarios.relief.record import Record
from scenarios.relief.tables import HOUR_S, TONNE_KG, brought_units, described, relief_figures

ANEW = ("relief_short_stock_t", "relief_short_vehicles_t", "relief_driving_bound_h")


def again_figures(again: Again) -> list[Value]:
    """Return the figures of a relief that was planned again.

    Goods that are not brought count as short of vehicles as far as depots still hold them, else as short of
    stock. The bound speaks of the trips that had not begun when the news came.
    """
    told = [value for value in relief_figures(again.told.record) if value.key not in ANEW]
    weigh = again.told.record.goods.weight_kg / TONNE_KG
    of_stock, of_vehicles = _short(again)
    made = again.made
    before_t = float(brought_units(again.before.record) @ weigh)
    return [
        *told,
        Value("relief_short_stock_t", _round(of_stock @ weigh), "t"),
        Value("relief_short_vehicles_t", _round(of_vehicles @ weigh), "t"),
        Value("relief_before_brought_t", _round(before_t), "t"),
        Value("relief_lost_t", _round(lost_packs(again) @ weigh), "t"),
        Value("relief_begun_trips", int(begun(again).sum()), "trips"),
        Value("relief_halted_trips", int(again.halted.size), "trips"),
        Value("relief_ahead_trips", int(made.ahead.trip_vehicle.size), "trips"),
        Value("relief_ahead_driving_h", _round(driving_s(made.rest, made.ahead).sum() / HOUR_S), "h"),
        Value("relief_ahead_bound_h", _round(made.ahead.driving_bound_s / HOUR_S), "h"),
        Value("relief_kept_percent", round(100 * made.kept_share, 1), "percent"),
    ]


def again_tables(changed: Changed) -> dict[str, Any]:
    """Return the tables of a relief that was planned again, as plain data.

    As those of any relief; ``causes`` are those from the news on, ``goods`` has also what there was before,
    ``proof`` speaks of the trips that had not begun, and ``again`` tells what changed.
    """
    again = changed.again
    tables = described(again.told.record)
    return {**tables, "goods": _goods(again, tables["goods"]), "proof": _proof(again, tables["proof"]),
            "causes": causes(again.told.record, again.made.rest), "again": _again(changed)}  # fmt: skip


def begun(again: Again) -> IntArray:
    """Return which trips of the plan before had begun to load when the news came, shape (t,)."""
    old = again.before.record
    load_s = old.problem.load_s[old.decision.trip_depot]
    return np.asarray(old.decision.trip_start_s - load_s < again.news.at_s)


def lost_packs(again: Again) -> IntArray:
    """Return the packs on board of vehicles that do not come home, shape (k,)."""
    return _by_commodity(again.told.record, again.made.lost_units)


def _short(again: Again) -> tuple[IntArray, IntArray]:
    """Return the packs short of stock and those in stock that are not brought, shape (k,) each."""
    record = again.told.record
    missing = _by_commodity(record, record.decision.short_units)
    left = again.made.problem.stock.sum(axis=0) - brought_units(record)
    of_vehicles = np.minimum(missing, np.maximum(left, 0))
    return record.sent.short_units.sum(axis=0) + missing - of_vehicles, of_vehicles


def _goods(again: Again, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    record, old = again.told.record, again.before.record
    of_stock, of_vehicles = _short(again)
    need, need_before = (one.need.sum(axis=(0, 1)) for one in (record, old))
    columns = {
        "sent": need - of_stock,
        "short": of_stock,
        "short_of_vehicles": of_vehicles,
        "missing": need - brought_units(record),
        "lost": lost_packs(again),
        "need_before": need_before,
        "brought_before": brought_units(old),
        "missing_before": need_before - brought_units(old),
    }
    content = record.goods.content
    return [
        {**row, **{name: _round(packs[k] * content[k]) for name, packs in columns.items()}}
        for k, row in enumerate(rows)
    ]


def _proof(again: Again, proof: dict[str, Any]) -> dict[str, Any]:
    """Return what is proven, which speaks of the lines and vehicles that were left to plan."""
    rest, ahead = again.made.rest, again.made.ahead
    driven_s, bound_s = float(driving_s(rest, ahead).sum()), ahead.driving_bound_s
    return {
        **proof,
        "of": "ahead",
        "trips": int(ahead.trip_vehicle.size),
        "weighted_shortage": _round(weighted_shortage(rest, ahead)),
        "shortage_bound": _round(ahead.shortage_bound),
        "driving_h": _round(driven_s / HOUR_S),
        "driving_bound_h": _round(bound_s / HOUR_S),
        "gap_percent": _round(100 * (driven_s - bound_s) / driven_s) if driven_s else 0.0,
    }


def _again(changed: Changed) -> dict[str, Any]:
    again = changed.again
    record, made, news = again.told.record, again.made, again.news
    names = record.stops.name
    lines = made.lost_units.nonzero()[0]
    return {
        "at_s": news.at_s,
        "roads_closed": _roads(again),
        "lost_vehicles": [record.garage.label[v] for v in np.flatnonzero(news.lost)],
        "needs": [
            {"stop": names[s], "key": record.goods.key[k], "unit": record.goods.unit(k),
             "amount": _round(packs * record.goods.content[k]), "due_s": float(due_s)}
            for s, k, packs, due_s in zip(
                news.more.stop.tolist(), news.more.commodity.tolist(), news.more.amount.tolist(),
                news.more.due_s.tolist(), strict=True,
            )
        ],
        "stock": _stock(again),
        "stops_moved": [names[s] for s in made.moved_stops.tolist()],
        "stops_without_lost": sorted({names[s] for s in record.problem.demand.stop[lines].tolist()}),
        "legs_kept": int((again.old_leg >= 0).sum()),
        "vehicles": changed_vehicles(changed),
    }  # fmt: skip


def _roads(again: Again) -> list[str]:
    """Return the roads that the news close, by name, or by number on the map from 1."""
    streets = again.told.streets
    roads = np.unique(streets.road[again.news.edges])
    named = [str(streets.road_name[road] or road + 1) for road in roads.tolist()]
    return list(dict.fromkeys(named))


def _stock(again: Again) -> list[dict[str, Any]]:
    """Return where the news say that depots hold something else than was known, in the commodity's unit."""
    record, old = again.told.record, again.before.record
    was, now = old.problem.stock, again.news.stock
    return [
        {"depot": record.depots.name[d], "key": record.goods.key[k], "unit": record.goods.unit(k),
         "before": _round(was[d, k] * record.goods.content[k]),
         "now": _round(now[d, k] * record.goods.content[k])}
        for d, k in np.argwhere(was != now).tolist()
    ]  # fmt: skip


def _by_commodity(record: Record, units: IntArray) -> IntArray:
    commodity = record.problem.demand.commodity
    return np.bincount(commodity, weights=units, minlength=len(record.goods.key)).astype(np.int64)


def _round(value: float | np.floating[Any] | FloatArray) -> float:
    return round(float(value), 2)
