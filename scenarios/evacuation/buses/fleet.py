"""Which vehicles there are, and where they stand.

Depots are those that the scenario gives, else those of the map: bus operators for buses, hospitals that the
hazard leaves for special transport. Where the map has none, vehicles are taken to stand at the largest
shelters. How many there are follows in the same order, and the source is stated.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from dss import columns as col
from dss.arrays import FloatArray, IntArray
from dss.cells import whole_numbers
from dss.onemap import read_vector
from scenarios.evacuation.buses.carried import CarriedMeans, Places, Source
from scenarios.evacuation.spec import EvacuationSpec, Service
from scenarios.evacuation.travellers import HOSPITALS, given
from scenarios.places import to_map
from scenarios.situation import Situation

FLEET: Final = "fleet"
SHELTERS_AS_DEPOTS: Final = 3
"""Shelters at which vehicles are taken to stand where the map knows no depots."""


@dataclass(frozen=True, slots=True, eq=False)
class Fleet:
    """Vehicles of one kind: depots, vehicles at each, shape (d,), persons in one, where that comes from."""

    depots: Places
    vehicles: IntArray
    seats: int
    source: Source


def fleet_of(situation: Situation, spec: EvacuationSpec, means: CarriedMeans) -> Fleet:
    """Return the vehicles that are to fetch people."""
    own: Service = spec.buses if means == "bus" else spec.special
    source: Source = "scenario"
    depots = _given(situation, own.depots)
    stated = np.ones(depots.name.size)
    if depots.name.size == 0:
        source = "map"
        depots, stated = _operators(situation) if means == "bus" else _hospitals(situation)
    if depots.name.size == 0:
        source = "assumed"
        depots, stated = _largest_shelters(situation)
    known = float(stated.sum()) if source == "map" else 0.0
    count, seats = _buses(situation, spec, known) if means == "bus" else _special_vehicles(situation, spec)
    weight = stated if stated.sum() > 0 else np.ones(stated.size)
    return Fleet(depots, whole_numbers(count * weight / weight.sum()), seats, source)


def _buses(situation: Situation, spec: EvacuationSpec, known: float) -> tuple[int, int]:
    """Return how many buses there are, of those that the map knows, and the seats of one."""
    standards, count = situation.standards, spec.buses.count
    seats = given(spec.means.persons_per_bus, standards, "evacuation.persons_per_bus")
    if count is None and known > 0:
        count = round(known * given(spec.buses.fleet_share, standards, "evacuation.fleet_share"))
    return int(given(count, standards, "evacuation.buses")), int(seats)


def _special_vehicles(situation: Situation, spec: EvacuationSpec) -> tuple[int, int]:
    """Return how many vehicles of special transport there are, and the seats of one."""
    standards = situation.standards
    seats = given(spec.special.seats, standards, "evacuation.persons_per_special")
    return int(given(spec.special.count, standards, "evacuation.special_vehicles")), int(seats)


def _given(situation: Situation, depots: list[tuple[float, float]]) -> Places:
    at = to_map(situation.onemap, depots) if depots else np.zeros((0, 2))
    names = np.array([f"{lng:g}, {lat:g}" for lng, lat in depots], dtype=object)
    return Places(names, at[:, 0], at[:, 1])


def _operators(situation: Situation) -> tuple[Places, FloatArray]:
    """Return the bus operators of the map and the vehicles of each, 0 where none are stated."""
    frame = _features(situation, FLEET)
    if col.VEHICLES not in frame:
        return _places(frame), np.ones(len(frame))
    vehicles = pd.to_numeric(frame[col.VEHICLES], errors="coerce").fillna(0).to_numpy(np.float64)
    return _places(frame), np.maximum(vehicles, 0.0)


def _hospitals(situation: Situation) -> tuple[Places, FloatArray]:
    frame, impact = _features(situation, HOSPITALS), situation.impact.facilities.get(HOSPITALS)
    if impact is not None:
        frame = frame[~impact.lost]
    return _places(frame), np.ones(len(frame))


def _largest_shelters(situation: Situation) -> tuple[Places, FloatArray]:
    frame = situation.shelters.features[situation.shelter_open]
    order = np.argsort(-frame[col.CAPACITY_PERSONS].to_numpy(), kind="stable")[:SHELTERS_AS_DEPOTS]
    return _places(frame.iloc[order]), np.ones(order.size)


def _features(situation: Situation, role: str) -> gpd.GeoDataFrame:
    layers = situation.onemap.role(role)
    if not layers:
        return gpd.GeoDataFrame({col.NAME: []}, geometry=[], crs=situation.onemap.crs)
    frame = pd.concat([read_vector(situation.onemap, layer) for layer in layers], ignore_index=True)
    return frame[~(frame.geometry.isna() | frame.geometry.is_empty)]


def _places(frame: gpd.GeoDataFrame) -> Places:
    points = frame.geometry.representative_point()
    names = frame[col.NAME].astype("string").fillna("").to_numpy(object)
    return Places(names, points.x.to_numpy(np.float64), points.y.to_numpy(np.float64))
