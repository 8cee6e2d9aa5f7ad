"""The response as layers for a map: incidents, ways of units, hospitals, moves, roads in their order."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from dss.onemap import OneMap
from scenarios.response.record import Record, Row
from scenarios.response.tables import clearing_table, hospital_rows, incident_rows, sent_rows
from scenarios.situation import Situation

OUT_CRS: Final = "EPSG:4490"


def response_layers(situation: Situation, record: Record) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a response by name; those without features are left out."""
    found = {
        "response_incidents": _incidents(record),
        "response_routes": _routes(situation, record),
        "response_hospitals": _points(hospital_rows(record)),
        "response_moves": _moves(record),
        "response_roads": _roads(situation, record),
    }
    return {name: layer for name, layer in found.items() if len(layer)}


def _points(rows: list[Row]) -> gpd.GeoDataFrame:
    places = [shapely.Point(row["lng"], row["lat"]) for row in rows]
    columns = [{key: row[key] for key in row if key not in ("lng", "lat")} for row in rows]
    return gpd.GeoDataFrame(columns, geometry=places, crs=OUT_CRS)


def _incidents(record: Record) -> gpd.GeoDataFrame:
    rows = [
        {
            **{key: row[key] for key in ("name", "name_en", "lng", "lat", "priority", "needed", "sent")},
            "short": row["needed"] - row["sent"],
            "first_min": row["first_min"],
            "last_min": row["last_min"],
        }
        for row in incident_rows(record)
    ]
    return _points(rows)


def _routes(situation: Situation, record: Record) -> gpd.GeoDataFrame:
    """Return the ways of units as the roads they use, whole roads at both ends."""
    lines = situation.roads.features.geometry.to_numpy(object)
    rows, shapes = [], []
    for row, route in zip(sent_rows(record), record.facts.routes, strict=True):
        if not route["roads"]:
            continue
        rows.append(
            {key: row[key] for key in ("kind", "home", "incident", "incident_en", "arrive_min", "length_m")}
        )
        shapes.append(shapely.line_merge(shapely.union_all([lines[f] for f in route["roads"]])))
    return _drawn(situation.onemap, rows, shapes)


def _drawn(onemap: OneMap, rows: list[Row], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=onemap.crs).to_crs(OUT_CRS)


def _moves(record: Record) -> gpd.GeoDataFrame:
    rows, shapes = [], []
    for kind, solved in record.cover.items():
        stations, decision = record.facts.stations[kind], solved.decision
        moves = (decision.from_station, decision.to_station, decision.units)
        for a, b, n in zip(*(row.tolist() for row in moves), strict=True):
            ends = [(stations[j]["lng"], stations[j]["lat"]) for j in (a, b)]
            rows.append({"kind": kind, "from": stations[a]["name"], "to": stations[b]["name"], "units": n})
            shapes.append(shapely.LineString(ends))
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=OUT_CRS)


def _roads(situation: Situation, record: Record) -> gpd.GeoDataFrame:
    table = clearing_table(record)
    if table is None or record.clearing is None:
        return gpd.GeoDataFrame(geometry=[], crs=OUT_CRS)
    features = np.array([row["row"] for row in record.facts.roads], dtype=np.int64)
    features = features[record.clearing.decision.road]
    rows = [
        {
            **step["road"],
            **{key: step[key] for key in ("step", "crew", "open_min", "saved_hours")},
        }
        for step in table["steps"]
    ]
    lines = list(situation.roads.features.geometry.to_numpy(object)[features])
    return _drawn(situation.onemap, rows, lines)
