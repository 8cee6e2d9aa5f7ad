"""The evacuation as layers for a map: loaded and binding roads, cells with their times, pick-up points.

Index names: ``c`` affected cells, ``f`` road features, ``e`` edges of the network, ``a`` arcs.
"""

from typing import Final

import geopandas as gpd
import h3ronpy
import numpy as np
import pyarrow as pa
import shapely

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from scenarios.evacuation.binding import binding_of
from scenarios.evacuation.buses.layers import carried_layers
from scenarios.evacuation.movement import CAUSES
from scenarios.evacuation.planning import Setting
from scenarios.evacuation.record import Moved, Record
from scenarios.evacuation.tables import police_nodes, slowest_means

OUT_CRS: Final = "EPSG:4490"


def evacuation_layers(setting: Setting, record: Record) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of an evacuation by name; pick-up and police points only where there are any."""
    layers = {
        "evacuation_roads": road_layer(setting, record),
        "evacuation_cells": cell_layer(setting, record),
    }
    police = record.plan["car"].streets.junction[police_nodes(record.plan["car"])]
    if police.size:
        layers["evacuation_police"] = gpd.GeoDataFrame(
            {"junction": police},
            geometry=shapely.points(*_places(setting, police)),
            crs=setting.situation.onemap.crs,
        ).to_crs(OUT_CRS)
    more = carried_layers(record.carried, setting.situation.onemap.crs)
    return layers | {name: layer.to_crs(OUT_CRS) for name, layer in more.items()}


def _places(setting: Setting, junction: IntArray) -> tuple[FloatArray, FloatArray]:
    network = setting.situation.roads.network
    assert network.x_m is not None
    assert network.y_m is not None
    return network.x_m[junction], network.y_m[junction]


def road_layer(setting: Setting, record: Record) -> gpd.GeoDataFrame:
    """Return the roads that the evacuation uses or that bind it, with cars and walkers on them."""
    features = setting.situation.roads.features
    frame = features.copy()
    size = len(features)
    for name, moved in (("vehicles", record.plan["car"]), ("walkers", record.plan["walk"])):
        frame[name] = _by_road(moved, units_on_edges(moved), size)
    frame["binding"] = False
    frame["turned"] = False
    slowest = slowest_means(record)
    if slowest is not None:
        moved = record.plan[slowest]
        bound = binding_of(moved.movement).arc
        edges = np.concatenate([moved.streets.edges_of(int(a)) for a in bound] or [np.zeros(0, np.int64)])
        frame["binding"] = np.isin(np.arange(size), moved.streets.road[edges])
    turned = record.plan["car"].streets
    frame["turned"] = np.isin(np.arange(size), turned.road[turned.turned])
    shown = (frame["vehicles"] > 0) | (frame["walkers"] > 0) | frame["binding"] | frame["turned"]
    return frame[shown].reset_index(drop=True).to_crs(OUT_CRS)


def units_on_edges(moved: Moved) -> IntArray:
    """Return the units that use each edge, shape (n edges,)."""
    groups, streets = moved.movement.decision.groups, moved.streets
    persons = np.repeat(groups.persons, np.diff(groups.offsets))
    on_arc = np.bincount(groups.arc, weights=persons, minlength=streets.offsets.size - 1)
    on_edge = np.repeat(on_arc, np.diff(streets.offsets))
    sums = np.bincount(streets.edge, weights=on_edge, minlength=streets.tail.size)
    return sums.astype(np.int64)


def _by_road(moved: Moved, units: IntArray, roads: int) -> IntArray:
    """Return the units on each road, both directions together."""
    return np.bincount(moved.streets.road, weights=units, minlength=roads).astype(np.int64)


def cell_layer(setting: Setting, record: Record) -> gpd.GeoDataFrame:
    """Return the affected cells: who goes how, when they leave and are safe, who stays and why."""
    cells, rows = setting.situation.cells.only(setting.affected), setting.affected.size
    times = _times(setting, record)
    frame = gpd.GeoDataFrame(
        {
            col.CELL: pa.array(h3ronpy.cells_to_string(cells.cell)).to_pandas(),
            **{f"persons_{means}": persons for means, persons in setting.travellers.persons.items()},
            "call": setting.calls.of_cell + 1,
            "first_departure_min": times[0],
            "last_departure_min": times[1],
            "safe_min": times[2],
            "persons_left": np.zeros(rows, dtype=np.int64),
            "left_cause": np.full(rows, None, dtype=object),
            "in_pocket": _in_pocket(setting, record),
        },
        geometry=cells.polygons(),
    )
    for moved in record.plan.values():
        home, row = _homes(setting, moved)
        left = moved.movement.left_behind()
        for cause in CAUSES:
            persons = np.bincount(row, weights=left[cause][home], minlength=setting.affected.size)
            frame["persons_left"] += persons.astype(np.int64)
            frame.loc[persons > 0, "left_cause"] = cause
    return frame.to_crs(OUT_CRS)


def _homes(setting: Setting, moved: Moved) -> tuple[IntArray, IntArray]:
    """Return the nodes of homes, and the affected cell of each."""
    node = np.flatnonzero(moved.home >= 0)
    cell = setting.situation.cells.cell[setting.affected]
    return node, np.searchsorted(cell, moved.homes.cell[moved.home[node]])


def _times(setting: Setting, record: Record) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return first and last departure and last arrival of each cell in minutes, NaN for none, (c,) each."""
    rows = setting.affected.size
    first, last, safe = np.full(rows, np.inf), np.full(rows, -np.inf), np.full(rows, -np.inf)
    for moved in record.plan.values():
        home, row = _homes(setting, moved)
        row_of = np.full(moved.home.size, -1)
        row_of[home] = row
        mine = row_of[moved.movement.decision.groups.origin]
        np.minimum.at(first, mine, moved.movement.departure_s / 60)
        np.maximum.at(last, mine, moved.movement.departure_s / 60)
        np.maximum.at(safe, mine, moved.movement.arrival_s / 60)
    return _known(first), _known(last), _known(safe)


def _known(minutes: FloatArray) -> FloatArray:
    return np.where(np.isfinite(minutes), np.round(minutes, 2), np.nan)


def _in_pocket(setting: Setting, record: Record) -> BoolArray:
    slowest, inside = slowest_means(record), np.zeros(setting.affected.size, dtype=np.bool_)
    if slowest is not None:
        moved = record.plan[slowest]
        home, row = _homes(setting, moved)
        inside[row[np.isin(home, binding_of(moved.movement).node)]] = True
    return inside
