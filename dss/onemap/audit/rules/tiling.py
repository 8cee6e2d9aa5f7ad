"""Areas that must lie edge to edge: they do not overlap, and leave no holes between them."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.onemap.audit.city import City
from dss.onemap.audit.hits import PlaceHits, RecordHits
from dss.onemap.audit.layer import AuditLayer, GeometryArray
from dss.onemap.audit.rule import AREA, Rule
from dss.onemap.catalogue import Layer

GROUPS: Final = (
    frozenset({"landuse", "residential_land"}),
    frozenset({"population"}),
    frozenset({"districts"}),
    frozenset({"streets"}),
    frozenset({"communities"}),
    frozenset({"landuse_planned"}),
)
"""Roles whose polygons share one plane."""
TILED: Final = frozenset({"population", "districts", "streets", "communities"})
"""Roles that leave no holes."""
LEAST_AREA_M2: Final = 1.0
LEAST_WIDTH_M: Final = 0.1
"""Overlaps and gaps that are smaller or thinner come from rounding."""
COVERS: Final = 0.95
"""Share of the city that a layer covers when it is meant to cover all of it."""


def find_overlaps(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find polygons that overlap another of the same plane: in this layer, or in an earlier one."""
    own = city.open(layer)
    rows = _rows(own)
    group = next(group for group in GROUPS if layer.role in group)
    yield _overlaps(own, rows, own, rows)
    for other in city.vectors(*group):
        if other.layer.key == layer.key:
            break
        yield _overlaps(own, rows, other, _rows(other))


def _rows(layer: AuditLayer) -> IntArray:
    """Return the rows with an area as drawn: a crossed one is not where it seems to be."""
    return np.flatnonzero(layer.polygonal & layer.is_valid)


def _overlaps(own: AuditLayer, rows: IntArray, other: AuditLayer, other_rows: IntArray) -> RecordHits:
    mine, theirs = own.usable[rows], other.usable[other_rows]
    i, j = shapely.STRtree(theirs).query(mine, predicate="intersects")
    once = (i > j) if own is other else np.ones(i.size, dtype=np.bool_)
    i, j = i[once], j[once]
    shared = shapely.intersection(mine[i], theirs[j])
    real = _is_real(shared)
    i, j, shared = i[real], j[real], shared[real]
    within = own is other
    return RecordHits(
        rows[i],
        {
            "area_m2": [round(float(area), 1) for area in shapely.area(shared)],
            "other": [str(other.record_id[row] or f"#{row + 1}") for row in other_rows[j]],
            "other_layer": [other.layer.key] * i.size,
        },
        others=tuple((int(row),) for row in other_rows[j]) if within else (),
    )


def find_gaps(city: City, layer: Layer) -> Iterable[PlaceHits]:
    """Find holes in a layer that has none: against the city where it covers the city, else inside it.

    Notes
    -----
    Water is no hole. A crossed polygon counts with its hull: it has its own fault already.
    """
    own = city.open(layer)
    shapes = own.usable[own.polygonal]
    crossed = ~own.is_valid[own.polygonal]
    shapes = np.where(crossed, shapely.convex_hull(shapes), shapes)
    if not shapes.size:
        return
    holes = _holes(shapes, city.area_of("boundary"), city.area_of("water"))
    near = [np.flatnonzero(own.polygonal)[_touching(shapes, hole)] for hole in holes]
    yield PlaceHits(
        holes,
        {
            "area_m2": [round(float(area), 1) for area in shapely.area(holes)],
            "other": [_names(own, rows) for rows in near],
        },
        near=tuple(tuple(int(row) for row in rows) for rows in near),
    )


def _holes(
    shapes: GeometryArray, city: shapely.Geometry | None, water: shapely.Geometry | None
) -> GeometryArray:
    whole = shapely.union_all(shapes)
    if city is not None and shapely.area(shapely.intersection(whole, city)) >= COVERS * shapely.area(city):
        gaps = shapely.get_parts(shapely.difference(city, whole))
    else:
        parts = shapely.get_parts(whole)
        parts = parts[shapely.get_type_id(parts) == 3]
        rings = [ring for part in parts for ring in part.interiors]
        gaps = shapely.polygons(rings) if rings else np.empty(0, dtype=object)
    if water is not None and gaps.size:
        gaps = shapely.get_parts(shapely.difference(gaps, water))
    return np.asarray(gaps[_is_real(gaps)], dtype=object)


def _touching(shapes: GeometryArray, hole: shapely.Geometry) -> IntArray:
    return np.flatnonzero(shapely.dwithin(shapes, hole, LEAST_WIDTH_M))


def _names(own: AuditLayer, rows: IntArray) -> str:
    return ", ".join(str(own.record_id[row] or f"#{row + 1}") for row in rows[:4])


def _is_real(shapes: GeometryArray) -> BoolArray:
    """Tell which areas are larger than rounding: as wide as a tenth of a metre on the whole."""
    area: FloatArray = shapely.area(shapes)
    width_m = 2.0 * area / np.maximum(shapely.length(shapes), 1e-9)
    return np.asarray((area > LEAST_AREA_M2) & (width_m > LEAST_WIDTH_M))


TILING_RULES: Final = (
    Rule("OVERLAP", "error", find_overlaps, roles=frozenset().union(*GROUPS), kinds=AREA),
    Rule("GAP", "warning", find_gaps, roles=TILED, kinds=AREA),
)
