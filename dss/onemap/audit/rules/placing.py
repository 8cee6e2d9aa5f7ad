"""Place: is a record in the city, and in the district that it says."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely

from dss import columns as col
from dss.arrays import BoolArray, IntArray
from dss.onemap.audit.city import City
from dss.onemap.audit.hits import RecordHits, rows_where
from dss.onemap.audit.layer import AuditLayer, GeometryArray, Words
from dss.onemap.audit.rule import Rule
from dss.onemap.catalogue import Layer

BOUNDARY_TOLERANCE_M: Final = 20.0
"""How far out of the boundary, or of its district, a record's point may lie."""
LEAST_SHARE_INSIDE: Final = 0.5
CROSSING: Final = frozenset({
    "water", "roads", "roads_planned", "corridors", "transit", "faults", "hazard_zones", "flood_zone",
    "flood_depth", "bridges", "road_works", "water_works",
})  # fmt: skip
"""Roles whose records run on beyond the city; they are outside only where no part is inside."""
FRAMES: Final = frozenset({"boundary"})


def find_outside(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find records of which less than half lies in the city, or that lie nowhere on earth."""
    boundary = city.area_of("boundary")
    if layer.role in FRAMES or boundary is None:
        return
    found = city.open(layer)
    near = shapely.buffer(boundary, BOUNDARY_TOLERANCE_M)
    outside = _outside(found, near, layer.role in CROSSING) | (
        ~found.placed & ~found.is_empty & found.is_valid
    )
    rows = rows_where(outside)
    away = shapely.distance(found.usable[rows], boundary)
    yield RecordHits(rows, {"distance_m": [None if np.isnan(one) else round(float(one)) for one in away]})


def _outside(found: AuditLayer, near: shapely.Geometry, crosses: bool) -> BoolArray:
    shapely.prepare(near)
    placed = rows_where(found.placed)
    rows = placed[~shapely.contains_xy(near, found.centre[placed])]
    outside = np.zeros(len(found), dtype=np.bool_)
    outside[rows] = True
    shapes = found.usable[rows]
    touching = shapely.intersects(near, shapes)
    if crosses:
        outside[rows[touching]] = False
        return outside
    part = shapely.intersection(shapes[touching], near)
    outside[rows[touching]] = _measure(part) < LEAST_SHARE_INSIDE * _measure(shapes[touching])
    return outside


def _measure(shapes: GeometryArray) -> np.ndarray:
    area = shapely.area(shapes)
    return np.where(area > 0, area, shapely.length(shapes))


def find_other_district(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find records that lie in another district than they say, or name one that the city has not."""
    found = city.open(layer)
    areas, names = districts(city)
    claimed = found.words(col.DISTRICT)
    lies_in = district_at(areas, names, found)
    differs = found.placed & (claimed != None) & (lies_in != None) & (claimed != lies_in)  # noqa: E711
    rows = rows_where(differs)
    rows = rows[~_near_claimed(areas, names, found, rows, claimed)]
    yield RecordHits(rows, {"district": list(claimed[rows]), "lies_in": list(lies_in[rows])})


def districts(city: City) -> tuple[GeometryArray, Words]:
    """Return the districts' areas and names."""
    parts = [
        (one.usable[one.polygonal], one.words(col.NAME)[one.polygonal]) for one in city.vectors("districts")
    ]
    return np.concatenate([area for area, _ in parts]), np.concatenate([name for _, name in parts])


def district_at(areas: GeometryArray, names: Words, found: AuditLayer) -> Words:
    """Return the name of the district in which each record's point lies, None outside all, shape (n,)."""
    lies_in = np.full(len(found), None, dtype=object)
    rows = rows_where(found.placed)
    for area, name in zip(areas, names, strict=True):
        shapely.prepare(area)
        lies_in[rows[shapely.contains_xy(area, found.centre[rows])]] = name
    return lies_in


def _near_claimed(
    areas: GeometryArray, names: Words, found: AuditLayer, rows: IntArray, claimed: Words
) -> BoolArray:
    """Tell which records are no farther from their claimed district than the tolerance."""
    near = np.zeros(rows.size, dtype=np.bool_)
    points = shapely.points(found.centre[rows])
    for area, name in zip(areas, names, strict=True):
        of_it = claimed[rows] == name
        near[of_it] |= shapely.dwithin(area, points[of_it], BOUNDARY_TOLERANCE_M)
    return near


PLACING_RULES: Final = (
    Rule("OUTSIDE_BOUNDARY", "error", find_outside, needs=(("boundary",),)),
    Rule("DISTRICT_MISMATCH", "error", find_other_district, fields=(col.DISTRICT,), needs=(("districts",),)),
)
