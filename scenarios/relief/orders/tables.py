"""The orders for machines: a row per handing over, a line per trip, and bars over time."""

from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from dss.language import LANGUAGES
from scenarios.relief.layers import trip_layer
from scenarios.relief.orders.sheets import Sheet, Trip, Visit
from scenarios.relief.orders.wording import write_time, write_ways
from scenarios.relief.record import Record, Told

OUT_CRS = "EPSG:4326"


def order_table(record: Record, sheets: list[Sheet]) -> pd.DataFrame:
    """Return a row for each commodity handed over at each visit, with the way there in words.

    A vehicle that comes along with its convoy and hands over nothing has a row without a commodity.
    """
    return pd.DataFrame(
        [
            row
            for sheet in sheets
            for trip in sheet.trips
            for number, visit in enumerate(trip.visits, start=1)
            for row in _visit_rows(record, trip, number, visit)
        ]
    )


def _visit_rows(record: Record, trip: Trip, number: int, visit: Visit) -> list[dict[str, Any]]:
    words = {f"way_{language}": "; ".join(write_ways(visit.way, language)) for language in LANGUAGES}
    facts = {
        **_trip_facts(record, trip),
        "visit": number,
        "stop": record.stops.name[visit.stop],
        "arrive_s": round(visit.arrive_s),
        "arrive": write_time(visit.arrive_s, record.facts, "zh"),
        "leave_s": round(visit.leave_s),
    }
    return [
        {
            **facts,
            "commodity": record.goods.key[k],
            "packs": int(visit.packs[k]),
            "amount": float(visit.packs[k] * record.goods.content[k]),
            "unit": record.goods.unit(k),
            "length_m": round(visit.way.length_m),
            **words,
        }
        for k in visit.packs.nonzero()[0].tolist()
    ] or [facts | {"packs": 0, "amount": 0.0, "length_m": round(visit.way.length_m)} | words]


def order_layer(told: Told) -> gpd.GeoDataFrame:
    """Return a line for each trip, and a point for each depot and stop that it serves, in degrees."""
    record = told.record
    trips = trip_layer(told).assign(what="trip")
    places = gpd.GeoDataFrame(
        {"what": ["depot"] * len(record.depots.name) + ["stop"] * len(record.stops.name),
         "name": list(record.place_names)},
        geometry=shapely.points(record.places.x_m, record.places.y_m),
        crs=record.facts.crs,
    )  # fmt: skip
    whole = pd.concat([trips, places], ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=record.facts.crs).to_crs(OUT_CRS)


def gantt(record: Record, sheets: list[Sheet]) -> dict[str, Any]:
    """Return what each vehicle does when: bars of loading, driving and unloading, in seconds."""
    return {
        "clock": record.facts.clock,
        "days": record.facts.days,
        "vehicles": [
            {
                "vehicle": record.garage.label[sheet.vehicle],
                "kind": record.garage.kinds.key[record.garage.kind[sheet.vehicle]],
                "depot": record.depots.name[record.garage.depot[sheet.vehicle]],
                "convoy": record.convoy_name(sheet.trips[0].together),
                "bars": [bar for trip in sheet.trips for bar in _bars(record, trip)],
            }
            for sheet in sheets
        ],
    }


def _bars(record: Record, trip: Trip) -> list[dict[str, Any]]:
    def bar(what: str, from_s: float, until_s: float, place: str) -> dict[str, Any]:
        return {
            "trip": trip.number, "what": what, "place": place,
            "from_s": round(from_s, 1), "until_s": round(until_s, 1),
        }  # fmt: skip

    depot = record.depots.name[trip.depot]
    bars = [bar("load", trip.load_from_s, trip.start_s, depot)]
    at_s = trip.start_s
    for visit in trip.visits:
        name = record.stops.name[visit.stop]
        bars += [bar("drive", at_s, visit.arrive_s, name), bar("unload", visit.arrive_s, visit.leave_s, name)]
        at_s = visit.leave_s
    return [*bars, bar("drive", at_s, trip.end_s, depot)]


def _trip_facts(record: Record, trip: Trip) -> dict[str, Any]:
    garage = record.garage
    return {
        "vehicle": garage.label[trip.vehicle],
        "kind": garage.kinds.key[garage.kind[trip.vehicle]],
        "convoy": record.convoy_name(trip.together),
        "depot": record.depots.name[trip.depot],
        "trip": trip.number,
        "day": trip.day,
        "load_from_s": round(trip.load_from_s),
        "start_s": round(trip.start_s),
        "back_s": round(trip.end_s),
    }
