"""The plan as layers for a map: cells, shelters, assignments and roads, in EPSG:4490."""

from typing import Any, Final

import geopandas as gpd
import h3ronpy
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from dss import columns as col
from dss.arrays import FloatArray, IntArray
from dss.hazard import REASONS
from dss.hazard.response import feature_states
from scenarios.allocation.areas import area_layer
from scenarios.allocation.check import Proof
from scenarios.allocation.facts import CAUSES
from scenarios.allocation.plan_figures import decided, loads
from scenarios.journeys.journeys import DRIVE, WALK, Journeys
from scenarios.journeys.together import names_of
from scenarios.situation import RESERVE, SHELTERS, Situation

OUT_CRS: Final = "EPSG:4490"


def plan_layers(situation: Situation, journeys: Journeys, proof: Proof) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of a plan by name; ``facilities`` only where the map has others than shelters."""
    others = facility_layer(situation)
    return {
        "cells": cell_layer(situation, journeys, proof),
        "shelters": shelter_layer(situation, journeys, proof),
        "areas": area_layer(situation, journeys, proof),
        "assignments": assignment_layer(situation, journeys, proof),
        "roads": road_layer(situation, journeys, proof),
        **({"facilities": others} if len(others) else {}),
    }


def cell_layer(situation: Situation, journeys: Journeys, proof: Proof) -> gpd.GeoDataFrame:
    """Return every inhabited cell with its persons, the hazard, and what the plan does for it."""
    cells, impact, problem = situation.cells, situation.impact.cells, journeys.problem
    decision, n = decided(proof.plan), cells.cell.size
    row = journeys.people.cell
    arc_cell, c = row[problem.cell], journeys.cell_index.size
    sent = np.bincount(arc_cell, weights=decision.persons, minlength=c)
    person_s = np.bincount(arc_cell, weights=decision.persons * problem.cost_s, minlength=c)
    unmet = np.bincount(row, weights=decision.unmet, minlength=c)
    frame = gpd.GeoDataFrame(
        {
            col.CELL: pa.array(h3ronpy.cells_to_string(cells.cell)).to_pandas(),
            col.PERSONS: cells.persons,
            col.HAZARD_VALUE: np.round(impact.value, 2),
            col.SHARE_TO_LEAVE: np.round(impact.share, 3),
            "affected": impact.leaves,
            "persons_affected": impact.persons,
            col.FROM_S: _times(impact.from_s),
            col.REASON: _reasons(impact.reason),
            "persons_allocated": _spread(n, journeys.cell_index, sent).astype(np.int64),
            "persons_unmet": _spread(n, journeys.cell_index, unmet).astype(np.int64),
        },
        geometry=cells.polygons(),
    )
    causes = np.full(n, None, dtype=object)
    cause = _main_cause(proof, c)
    causes[journeys.cell_index] = [None if one < 0 else CAUSES[one] for one in cause]
    frame["unmet_cause"] = causes
    with np.errstate(invalid="ignore"):
        mean_s = np.where(sent > 0, person_s / np.maximum(sent, 1), np.nan)
    frame["trip_mean_s"] = _spread(n, journeys.cell_index, np.round(mean_s, 1), np.nan)
    if journeys.zones is not None and journeys.zones.names.size:
        zone = np.full(n, None, dtype=object)
        zone[journeys.cell_index] = names_of(journeys.zones.names, journeys.zones.area)
        frame["zone"] = zone
    return frame.to_crs(OUT_CRS)


def _main_cause(proof: Proof, cells: int) -> IntArray:
    """Return why most of each cell's unmet people have no place, -1 where none do, shape (c,)."""
    rows, unmet = proof.allocating.rows, decided(proof.plan).unmet
    cause = np.full(cells, -1)
    for i in np.argsort(unmet, kind="stable"):
        if unmet[i] > 0:
            cause[rows.cell[i]] = rows.cause[i]
    return cause


def shelter_layer(situation: Situation, journeys: Journeys, proof: Proof) -> gpd.GeoDataFrame:
    """Return every shelter with its capacity, its load and its price; lost ones with load 0."""
    decision = decided(proof.plan)
    assert decision.prices is not None
    frame = situation.shelters.features.copy()
    m = len(frame)
    impact = situation.shelter_impact
    frame[col.HAZARD_VALUE] = np.round(impact.value, 2)
    frame["open"] = _spread(m, journeys.site_index, journeys.problem.capacity > 0).astype(np.bool_)
    frame[col.FROM_S] = _times(impact.from_s)
    frame[col.REASON] = _reasons(impact.reason)
    frame["places"] = _spread(m, journeys.site_index, journeys.problem.capacity).astype(np.int64)
    frame["load_persons"] = _spread(m, journeys.site_index, loads(proof)).astype(np.int64)
    # a price near the weight of an unmet person means that one more place would take in one more person
    takes_one_in = decision.prices > journeys.problem.unmet_weight_s / 2
    price_s = np.round(np.where(takes_one_in, 0, decision.prices), 1)
    frame["price_s"] = _spread(m, journeys.site_index, price_s)
    frame["place_takes_one_in"] = _spread(m, journeys.site_index, takes_one_in).astype(np.bool_)
    return frame.to_crs(OUT_CRS)


def assignment_layer(situation: Situation, journeys: Journeys, proof: Proof) -> gpd.GeoDataFrame:
    """Return a straight line for every group that goes from a cell to a shelter."""
    decision, problem = decided(proof.plan), journeys.problem
    arcs = np.flatnonzero(decision.persons > 0)
    row = problem.cell[arcs]
    cell = journeys.cell_index[journeys.people.cell[row]]
    site = journeys.site_index[problem.site[arcs]]
    start = np.column_stack([situation.cells.x_m[cell], situation.cells.y_m[cell]])
    end = np.column_stack([situation.shelters.x_m[site], situation.shelters.y_m[site]])
    return gpd.GeoDataFrame(
        {
            col.CELL: pa.array(h3ronpy.cells_to_string(situation.cells.cell[cell])).to_pandas(),
            "shelter": situation.shelters.features[col.NAME].to_numpy()[site],
            "shelter_row": site,
            col.PERSONS: decision.persons[arcs],
            "trip_s": np.round(problem.cost_s[arcs], 1),
            "mode": np.where(journeys.arc_mode[arcs] == WALK, "walk", "drive"),
            "people": np.array(("rest", *proof.allocating.rows.group_keys), dtype=object)[
                journeys.people.group[row]
            ],
        },
        geometry=shapely.linestrings(np.stack([start, end], axis=1)) if arcs.size else [],
        crs=situation.onemap.crs,
    ).to_crs(OUT_CRS)


def facility_layer(situation: Situation) -> gpd.GeoDataFrame:
    """Return every facility of another role than shelters, and whether the hazard takes it."""
    frames = []
    for role, impact in situation.impact.facilities.items():
        if role not in (SHELTERS, RESERVE):
            sites = situation.ground.facilities[role]
            columns = {
                "role": role,
                col.NAME: sites.name,
                col.HAZARD_VALUE: np.round(impact.value, 2),
                "lost": impact.lost,
                col.FROM_S: _times(impact.from_s),
                col.REASON: _reasons(impact.reason),
            }
            points = shapely.points(sites.x_m, sites.y_m)
            frames.append(gpd.GeoDataFrame(columns, geometry=points, crs=situation.onemap.crs))
    if not frames:
        return gpd.GeoDataFrame(geometry=[], crs=OUT_CRS)
    return pd.concat(frames, ignore_index=True).to_crs(OUT_CRS)


def road_layer(situation: Situation, journeys: Journeys, proof: Proof) -> gpd.GeoDataFrame:
    """Return the roads that are closed, slowed, or used by the plan, with the persons on them."""
    impact, feature = situation.impact.roads, situation.roads.network.feature
    closed, slowed = feature_states(situation.roads, impact.edge_s["drive"])
    assert feature is not None
    closed_from_s = np.full(len(situation.roads.features), np.inf)
    np.minimum.at(closed_from_s, feature, impact.close_s["drive"])
    frame = situation.roads.features.copy()
    frame[col.HAZARD_VALUE] = np.round(impact.value, 2)
    frame[col.FROM_S] = _times(closed_from_s)
    frame[col.REASON] = _reasons(impact.reason)
    frame["state"] = np.where(closed, "closed", np.where(slowed, "slowed", "open"))
    on_foot, by_car = road_volumes(journeys, len(frame), proof)
    frame["persons_walking"], frame["persons_driving"] = on_foot, by_car
    shown = closed | slowed | (on_foot > 0) | (by_car > 0)
    return frame[shown].reset_index(drop=True).to_crs(OUT_CRS)


def road_volumes(journeys: Journeys, roads: int, proof: Proof) -> tuple[IntArray, IntArray]:
    """Return the persons who walk and who drive along each road feature, shape (n features,)."""
    decision = decided(proof.plan)
    feature = journeys.network.feature
    assert feature is not None
    trip = np.repeat(np.arange(proof.route_arc.size), np.diff(proof.route_offset))
    # a trip may use several parts of one road, one after the other; its people count once there
    road = feature[proof.route_edge]
    again = (np.diff(trip, prepend=-1) == 0) & (np.diff(road, prepend=-1) == 0)
    trip, road = trip[~again], road[~again]
    persons = decision.persons[proof.route_arc][trip]
    mode = proof.arc_mode[proof.route_arc][trip]
    on_foot, by_car = (
        np.bincount(road[mode == wanted], weights=persons[mode == wanted], minlength=roads)
        for wanted in (WALK, DRIVE)
    )
    return on_foot.astype(np.int64), by_car.astype(np.int64)


def _times(from_s: FloatArray) -> FloatArray:
    """Return times with NaN for never."""
    return np.where(np.isfinite(from_s), from_s, np.nan)


def _reasons(code: IntArray) -> NDArray[np.object_]:
    """Return the names of reasons, None for none."""
    return np.array([None, *REASONS[1:]], dtype=object)[code]


def _spread(size: int, index: IntArray, values: NDArray[Any], empty: float = 0.0) -> FloatArray:
    spread = np.full(size, empty)
    spread[index] = values
    return spread
