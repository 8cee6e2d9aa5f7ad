"""The response as layers for a map: incidents, ways of units, hospitals, moves, roads in their order."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from scenarios.response.record import Record, Row
from scenarios.response.tables import clearing_table, hospital_rows, incident_rows, move_rows, sent_rows

OUT_CRS: Final = "EPSG:4490"


def response_layers(record: Record) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a response by name; those without features are left out."""
    found = {
        "response_incidents": _incidents(record),
        "response_routes": _routes(record),
        "response_hospitals": _points(hospital_rows(record)),
        "response_moves": _moves(record),
        "response_roads": _roads(record),
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


def _routes(record: Record) -> gpd.GeoDataFrame:
    """Return the ways of units as the roads they use, whole roads at both ends."""
    lines = record.ground.line
    rows, shapes = [], []
    for row, route in zip(sent_rows(record), record.facts.routes, strict=True):
        if not route["roads"]:
            continue
        rows.append(
            {key: row[key] for key in ("kind", "home", "incident", "incident_en", "arrive_min", "length_m")}
        )
        shapes.append(shapely.line_merge(shapely.union_all([lines[f] for f in route["roads"]])))
    return _drawn(record, rows, shapes)


def _drawn(record: Record, rows: list[Row], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=record.ground.crs).to_crs(OUT_CRS)


def _moves(record: Record) -> gpd.GeoDataFrame:
    """Return the ways of idle units to a station."""
    lines, rows, shapes = record.ground.line, [], []
    for row, move in zip(move_rows(record), record.facts.moves, strict=True):
        if move["roads"]:
            rows.append({key: row[key] for key in ("kind", "number", "from", "to", "arrive_min")})
            shapes.append(shapely.line_merge(shapely.union_all([lines[f] for f in move["roads"]])))
    return _drawn(record, rows, shapes)


def _roads(record: Record) -> gpd.GeoDataFrame:
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
    lines = list(record.ground.line[features])
    return _drawn(record, rows, lines)
