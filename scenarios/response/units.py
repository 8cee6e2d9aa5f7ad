"""The units of the map: how many of which kind stand where, and what they can do."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.onemap import OneMap
from dss.standards import StandardsReader
from scenarios.response.places import Spots, features_of, spots_of
from scenarios.response.spec import KINDS, Kind, UnitSource

USUAL: Final = (
    UnitSource(kind="fire_engine", role="fire_stations"),
    UnitSource(kind="ambulance", role="hospitals"),
    UnitSource(kind="rescue_team", role="teams"),
    UnitSource(kind="pump", role="fire_stations"),
    UnitSource(kind="generator", role="depots"),
    UnitSource(kind="excavator", role="teams"),
)
"""Where units of each kind stand unless the scenario says otherwise."""
PER_PLACE: Final[dict[Kind, str]] = {
    "fire_engine": "response.fire_engines_per_station",
    "pump": "response.pumps_per_station",
    "generator": "response.generators_per_depot",
    "excavator": "response.excavators_per_team_place",
}
"""Units at a place whose layer counts none."""
MOST_AT_PLACE: Final = 500
"""More units at one place are a slip of the layer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not used, and why: ``cause`` names a text of the report."""

    what: str
    name: str
    cause: str
    value: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """All units, shape (u,) each.

    Parameters
    ----------
    kind
        Place in ``KINDS``.
    home
        Row of ``homes``.
    skills
        What each can do, shape (u, kinds).
    off_s
        When each one's shift ends; inf for none.
    homes
        Where they stand.
    faults
        Places whose count could not be used.
    """

    kind: IntArray
    home: IntArray
    skills: BoolArray
    off_s: FloatArray
    homes: Spots
    faults: tuple[Fault, ...]


def gather_units(onemap: OneMap, given: list[UnitSource], standards: StandardsReader) -> Units:
    """Return the units that a scenario and the map have.

    Raises
    ------
    MapError
        If the map has no layer that the scenario names.
    """
    named = {source.kind for source in given}
    sources = [*given, *(usual for usual in USUAL if usual.kind not in named)]
    names: list[NDArray[np.object_]] = []
    xs: list[FloatArray] = []
    ys: list[FloatArray] = []
    rows: list[tuple[int, int, tuple[Kind, ...], float]] = []
    faults: list[Fault] = []
    count = 0
    for source in sources:
        layers = [onemap.layer(source.layer)] if source.layer else list(onemap.role(str(source.role)))
        frame = features_of(onemap, layers)
        spots = spots_of(frame)
        units, wrong = _counts(frame, spots, source, standards)
        faults += wrong
        off_s = np.inf if source.shift_h is None else 3600.0 * source.shift_h
        skills = (source.kind, *source.also)
        places = np.repeat(np.arange(spots.size), units).tolist()
        rows += [(KINDS.index(source.kind), count + place, skills, off_s) for place in places]
        names.append(spots.name)
        xs.append(spots.x_m)
        ys.append(spots.y_m)
        count += spots.size
    can = np.array([[kind in row[2] for kind in KINDS] for row in rows], dtype=np.bool_)
    return Units(
        kind=np.array([row[0] for row in rows], dtype=np.int64),
        home=np.array([row[1] for row in rows], dtype=np.int64),
        skills=can.reshape(len(rows), len(KINDS)),
        off_s=np.array([row[3] for row in rows], dtype=np.float64),
        homes=Spots(np.concatenate(names), np.concatenate(xs), np.concatenate(ys)),
        faults=tuple(faults),
    )


def _shown(value: object) -> str:
    """Return a value of a layer for people; a missing one as a dash."""
    return "–" if pd.isna(value) else str(value)


def _counts(
    frame: gpd.GeoDataFrame, spots: Spots, source: UnitSource, standards: StandardsReader
) -> tuple[IntArray, list[Fault]]:
    """Return the units at each place of a source, and counts that are none."""
    if source.each is not None:
        return np.full(spots.size, source.each, dtype=np.int64), []
    column, per = {
        "fire_engine": (col.VEHICLES, None),
        "ambulance": (col.BEDS, "response.beds_per_ambulance"),
        "rescue_team": (col.PERSONS, "response.persons_per_team"),
    }.get(source.kind, (None, None))
    fallback = standards.number(PER_PLACE[source.kind]) if source.kind in PER_PLACE else 1.0
    if column is None or column not in frame:
        return np.full(spots.size, round(fallback), dtype=np.int64), []
    stated = pd.to_numeric(frame[column], errors="coerce").to_numpy(np.float64)
    found = stated if per is None else np.maximum(np.floor(stated / standards.number(per)), 1.0)
    wrong = ~(stated >= 0) | (found > MOST_AT_PLACE) | ((stated == 0) & (source.kind != "fire_engine"))
    faults = [
        Fault("units", str(spots.name[row]), f"count_{source.kind}", _shown(frame[column].iloc[row]))
        for row in np.flatnonzero(wrong)
    ]
    return np.where(wrong, fallback, found).astype(np.int64), faults
