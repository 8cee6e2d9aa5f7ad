"""What a relief states: figures and tables, derived from its record alone.

Index names: ``d`` depots, ``s`` stops, ``k`` commodities, ``t`` trips, ``v`` vehicles.
"""

from typing import Any, Final

import numpy as np

from dss.arrays import FloatArray, IntArray
from models.dispatch.delivery.problem import driving_s, weighted_shortage
from scenarios.allocation.plan_figures import Value
from scenarios.relief.goods import DAILY
from scenarios.relief.record import Record

HOUR_S: Final = 3600.0
TONNE_KG: Final = 1000.0


def relief_figures(record: Record) -> list[Value]:
    """Return the figures of a relief."""
    decision, goods = record.decision, record.goods
    brought = brought_units(record)
    weigh = goods.weight_kg / TONNE_KG
    used = np.unique(record.vehicle_of_trip())
    driven_h = driving_s(record.problem, decision).sum() / HOUR_S
    need = record.need.sum(axis=(0, 1))
    return [
        Value("relief_persons", int(record.stops.persons.sum()), "persons"),
        Value("relief_stops", len(record.stops.name), "shelters"),
        Value("relief_need_t", _round(need @ weigh), "t"),
        Value("relief_brought_t", _round(brought @ weigh), "t"),
        Value("relief_short_stock_t", _round(record.sent.short_units.sum(axis=0) @ weigh), "t"),
        Value("relief_short_vehicles_t", _round(_short_of_vehicles(record) @ weigh), "t"),
        Value("relief_vehicles", int(used.size), "vehicles"),
        Value("relief_trips", int(decision.trip_vehicle.size), "trips"),
        Value("relief_driving_h", _round(driven_h), "h"),
        Value("relief_driving_bound_h", _round(decision.driving_bound_s / HOUR_S), "h"),
    ]


def described(record: Record) -> dict[str, Any]:
    """Return the tables of a relief as plain data."""
    return {
        "goods": _goods(record),
        "days": _days(record),
        "lending": _lending(record),
        "depots": _depots(record),
        "stops": _stops(record),
        "vehicles": _vehicles(record),
        "causes": causes(record),
        "proof": _proof(record),
    }


def brought_units(record: Record) -> IntArray:
    """Return the packs that the plan brings of each commodity, shape (k,)."""
    line = record.problem.demand.commodity[record.decision.drop_line]
    return _count(line, record.decision.drop_units, len(record.goods.key))


def _short_of_vehicles(record: Record) -> IntArray:
    """Return the packs that are in stock and that no vehicle brings, shape (k,)."""
    return _count(record.problem.demand.commodity, record.decision.short_units, len(record.goods.key))


def _goods(record: Record) -> list[dict[str, Any]]:
    """Return need, stock and shortage by commodity, in its own unit."""
    usable = np.where(record.lost[:, None], 0, record.supply.stock).sum(axis=0)
    free = np.where(record.lost[:, None], 0, record.supply.free).sum(axis=0)
    columns = {
        "need": record.need.sum(axis=(0, 1)),
        "stock": usable,
        "free": free,
        "sent": record.need.sum(axis=(0, 1)) - record.sent.short_units.sum(axis=0),
        "short": record.sent.short_units.sum(axis=0),
        "short_without_aid": record.own_sent.short_units.sum(axis=0),
        "brought": brought_units(record),
        "short_of_vehicles": _short_of_vehicles(record),
    }
    return [
        {
            "key": key,
            "unit": record.goods.unit(k),
            "known": bool(record.depots.known[:, k].any()),
            "stated": bool(record.depots.stated[:, k].any()),
            "worst_share": _worst_share(record, k),
            **{name: _round(packs[k] * record.goods.content[k]) for name, packs in columns.items()},
        }
        for k, key in enumerate(record.goods.key)
    ]


def _worst_share(record: Record, k: int) -> float:
    """Return the greatest share of its need that any stop is short of, in percent."""
    need = record.supply.need[:, k]
    asked = need > 0
    if not asked.any():
        return 0.0
    return _round(100 * (record.sent.short_units[asked, k] / need[asked]).max())


def _days(record: Record) -> list[dict[str, Any]]:
    """Return by day what is due, what comes, by how many trips, and when the last of it is there."""
    decision, demand = record.decision, record.problem.demand
    weight = record.goods.weight_kg / TONNE_KG
    rows = []
    for day in range(record.facts.days):
        drops = record.line_day[decision.drop_line] == day
        line = decision.drop_line[drops]
        arrive_s = decision.visit_arrive_s[decision.drop_visit[drops]]
        rows.append(
            {
                "day": day + 1,
                "need_t": _round((record.need[day] @ weight).sum()),
                "brought_t": _round(float(decision.drop_units[drops] @ weight[demand.commodity[line]])),
                "trips": int(np.unique(decision.visit_trip[decision.drop_visit[drops]]).size),
                "last_s": float(arrive_s.max()) if line.size else None,
            }
        )
    return rows


def _lending(record: Record) -> list[dict[str, Any]]:
    """Return what depots of one district send to stops of another, in the commodity's own unit."""
    sent = record.sent
    giver, taker = record.depot_district[sent.depot], record.stops.district[sent.stop]
    rows: dict[tuple[int, int, int], int] = {}
    for a, b, k, units in zip(
        giver.tolist(), taker.tolist(), sent.commodity.tolist(), sent.units.tolist(), strict=True
    ):
        if a != b:
            rows[a, b, k] = rows.get((a, b, k), 0) + units
    return [
        {
            "from": _district(record, a),
            "to": _district(record, b),
            "key": record.goods.key[k],
            "unit": record.goods.unit(k),
            "amount": _round(units * record.goods.content[k]),
        }
        for (a, b, k), units in sorted(rows.items())
    ]


def _district(record: Record, row: int) -> str:
    return record.district[row] if row >= 0 else "–"


def _depots(record: Record) -> list[dict[str, Any]]:
    goods, sent = record.goods, record.sent
    return [
        {
            "name": name,
            "district": _district(record, int(record.depot_district[d])),
            "date": record.depots.day[d],
            "overdue": record.depots.overdue[d],
            "lost": bool(record.lost[d]),
            "vehicles": int((record.garage.depot == d).sum()),
            "stock": {
                key: _round(packs * goods.content[k]) if record.depots.known[d, k] else None
                for k, (key, packs) in enumerate(zip(goods.key, record.supply.stock[d], strict=True))
            },
            "sent": {
                key: _round(
                    sent.units[(sent.depot == d) & (sent.commodity == k)].sum() * goods.content[k]
                )
                for k, key in enumerate(goods.key)
            },
        }
        for d, name in enumerate(record.depots.name)
    ]  # fmt: skip


def _stops(record: Record) -> list[dict[str, Any]]:
    goods, decision, demand = record.goods, record.decision, record.problem.demand
    stop = demand.stop[decision.drop_line]
    return [
        {
            "name": name,
            "district": _district(record, int(record.stops.district[s])),
            "persons": int(record.stops.persons[s].sum()),
            "need": {
                key: _round(record.need[:, s, k].sum() * goods.content[k]) for k, key in enumerate(goods.key)
            },
            "brought": {
                key: _round(
                    decision.drop_units[
                        (stop == s) & (demand.commodity[decision.drop_line] == k)
                    ].sum() * goods.content[k]
                )
                for k, key in enumerate(goods.key)
            },
            "visits": int((decision.visit_stop == s).sum()),
        }
        for s, name in enumerate(record.stops.name)
    ]  # fmt: skip


def _vehicles(record: Record) -> list[dict[str, Any]]:
    trips, driven = record.vehicle_of_trip(), driving_s(record.problem, record.decision)
    loads = trip_loads_kg(record)
    return [
        {
            "label": label,
            "kind": record.garage.kinds.key[record.garage.kind[v]],
            "depot": record.depots.name[record.garage.depot[v]],
            "trips": int((trips == v).sum()),
            "driving_h": _round(driven[trips == v].sum() / HOUR_S),
            "brought_t": _round(loads[trips == v].sum() / TONNE_KG),
        }
        for v, label in enumerate(record.garage.label)
    ]


def trip_loads_kg(record: Record) -> FloatArray:
    """Return the weight that each trip carries, shape (t,)."""
    decision = record.decision
    trip = decision.visit_trip[decision.drop_visit]
    weight = record.goods.weight_kg[record.problem.demand.commodity[decision.drop_line]]
    return np.bincount(
        trip, weights=decision.drop_units * weight, minlength=decision.trip_vehicle.size
    ).astype(np.float64)


def causes(record: Record) -> list[dict[str, str]]:
    """Return what keeps depots, stops and vehicles out, each with its cause.

    ``depot_lost``: the hazard takes it. ``depot_closed``: none of its vehicles finds an open road near it.
    ``stop_closed``: no kind of vehicle finds an open road near it. ``stop_cut_off``: no depot that may serve
    it has a way to it. ``vehicle_stuck``: it can reach no stop.
    """
    found = [("depot_lost", record.depots.name[d]) for d in np.flatnonzero(record.lost)]
    d_count = len(record.depots.name)
    garage, reached = record.garage, record.on_road >= 0
    for d, name in enumerate(record.depots.name):
        kinds = np.unique(garage.kind[garage.depot == d])
        if kinds.size and not reached[kinds, d].any() and not record.lost[d]:
            found.append(("depot_closed", name))
    for s, name in enumerate(record.stops.name):
        if not reached[:, d_count + s].any():
            found.append(("stop_closed", name))
        elif not np.isfinite(record.supply.cost_s[:, s]).any():
            found.append(("stop_cut_off", name))
    fleet = record.problem.fleet
    for v, label in enumerate(garage.label):
        row = int(np.flatnonzero(record.vehicle == v)[0])
        ways = record.problem.travel_s[fleet.kind[row], fleet.depot[row], d_count:]
        if not np.isfinite(ways).any():
            found.append(("vehicle_stuck", label))
    return [{"cause": cause, "name": name} for cause, name in found]


def _proof(record: Record) -> dict[str, Any]:
    decision = record.decision
    driven_s = float(driving_s(record.problem, decision).sum())
    bound_s = decision.driving_bound_s
    return {
        "weighted_shortage": _round(weighted_shortage(record.problem, decision)),
        "shortage_bound": _round(decision.shortage_bound),
        "driving_h": _round(driven_s / HOUR_S),
        "driving_bound_h": _round(bound_s / HOUR_S),
        "gap_percent": _round(100 * (driven_s - bound_s) / driven_s) if driven_s else 0.0,
        "worst_share_percent": _round(100 * record.sent.worst_share),
        "daily": [key for key in record.goods.key if key in DAILY],
    }


def _count(rows: IntArray, units: IntArray, size: int) -> IntArray:
    return np.bincount(rows, weights=units, minlength=size).astype(np.int64)


def _round(value: float | np.floating[Any] | FloatArray) -> float:
    return round(float(value), 2)
