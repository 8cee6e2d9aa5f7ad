"""The layers of a relief for maps: depots, what shelters need and get, and the ways of the trips."""

import geopandas as gpd
import numpy as np
import shapely
from shapely.ops import substring

from dss.arrays import FloatArray
from scenarios.relief.record import Told
from scenarios.relief.tables import described, trip_loads_kg

OUT_CRS = "EPSG:4490"


def relief_layers(told: Told) -> dict[str, gpd.GeoDataFrame]:
    """Return depots and stops as points and trips as lines."""
    record = told.record
    tables = described(record)
    depots = [
        {
            **{key: row[key] for key in ("name", "district", "date", "overdue", "lost", "vehicles")},
            **{f"stock_{key}": value for key, value in row["stock"].items()},
            **{f"sent_{key}": value for key, value in row["sent"].items()},
        }
        for row in tables["depots"]
    ]
    stops = [
        {
            **{key: row[key] for key in ("name", "district", "persons", "visits")},
            **{f"need_{key}": value for key, value in row["need"].items()},
            **{f"brought_{key}": value for key, value in row["brought"].items()},
        }
        for row in tables["stops"]
    ]
    return {
        "relief_depots": _points(depots, record.depots.x_m, record.depots.y_m, record.facts.crs),
        "relief_stops": _points(stops, record.stops.x_m, record.stops.y_m, record.facts.crs),
        "relief_trips": trip_layer(told).to_crs(OUT_CRS),
    }


def trip_layer(told: Told) -> gpd.GeoDataFrame:
    """Return a line for each trip with its vehicle, its times and its load, in the map's CRS."""
    record, decision = told.record, told.record.decision
    vehicle = record.vehicle_of_trip()
    garage = record.garage
    table = {
        "trip": np.arange(vehicle.size) + 1,
        "vehicle": [garage.label[v] for v in vehicle],
        "kind": [garage.kinds.key[garage.kind[v]] for v in vehicle],
        "convoy": [record.convoy_name(together) or "" for together in record.convoy_of_trip()],
        "depot": [record.depots.name[d] for d in decision.trip_depot],
        "start_s": decision.trip_start_s,
        "end_s": decision.trip_end_s,
        "stops": np.bincount(decision.visit_trip, minlength=vehicle.size),
        "load_kg": np.round(trip_loads_kg(record), 1),
    }
    lines = [_line(told, t) for t in range(vehicle.size)]
    return gpd.GeoDataFrame(table, geometry=lines, crs=record.facts.crs)


def _line(told: Told, trip: int) -> shapely.LineString:
    """Return the way of a trip, its places joined to their roads by straight lines."""
    drives, places = told.record.drives, told.record.places
    x_m, y_m = places.x_m, places.y_m
    legs = np.flatnonzero(drives.trip == trip)
    corners = [np.array([[x_m[drives.begin[legs[0]]], y_m[drives.begin[legs[0]]]]])]
    for leg in legs.tolist():
        corners += [leg_path(told, leg), np.array([[x_m[drives.end[leg]], y_m[drives.end[leg]]]])]
    return shapely.remove_repeated_points(shapely.LineString(np.concatenate(corners)))


def leg_path(told: Told, leg: int) -> FloatArray:
    """Return the corners of a leg on the roads, its first and last road only as far as they are driven."""
    drives = told.record.drives
    edges, share = drives.legs.of(leg)
    paths = [told.streets.path_of(edge) for edge in edges.tolist()]
    if len(paths) == 1:
        x_m, y_m = told.record.places.x_m, told.record.places.y_m
        ends = shapely.points(
            x_m[[drives.begin[leg], drives.end[leg]]], y_m[[drives.begin[leg], drives.end[leg]]]
        )
        line = shapely.LineString(paths[0])
        low, high = shapely.line_locate_point(line, ends, normalized=True)
        return _between(paths[0], float(min(low, high)), float(max(low, high)))
    if paths:
        paths[0] = _between(paths[0], 1.0 - float(share[0]), 1.0)
        paths[-1] = _between(paths[-1], 0.0, float(share[-1]))
    return np.concatenate(paths) if paths else np.zeros((0, 2))


def _between(path: FloatArray, low: float, high: float) -> FloatArray:
    part = substring(shapely.LineString(path), low, high, normalized=True)
    return np.asarray(shapely.get_coordinates(part), dtype=np.float64)


def _points(
    rows: list[dict[str, object]],
    x_m: FloatArray,
    y_m: FloatArray,
    crs: str,
) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=shapely.points(x_m, y_m), crs=crs).to_crs(OUT_CRS)
