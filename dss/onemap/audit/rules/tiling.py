"""Areas that must lie edge to edge: they do not overlap, and leave no holes between them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss import columns as col
from dss.arrays import BoolArray, FloatArray, IntArray
from dss.onemap.audit.city import City
from dss.onemap.audit.hits import PlaceHits, RecordHits
from dss.onemap.audit.layer import AuditLayer, GeometryArray, name_of
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
MISSTATED: Final = 0.01
"""Share by which a stated area must be off to cast the blame for an overlap."""
NAMED: Final = 4
"""Neighbours of a gap that are named."""
COVERS: Final = 0.95
"""Share of the city that a layer covers when it is meant to cover all of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Overlaps:
    """Pairs of records of one plane that share ground.

    Index names: ``k`` pair. A record is named by the number of its layer and its row.

    Parameters
    ----------
    keys
        Layers of the plane.
    layer, row, other_layer, other_row
        The record to blame, and the one it lies on, shape (pairs,) each.
    area_m2
        Ground that they share, shape (pairs,).
    """

    keys: tuple[str, ...]
    layer: IntArray
    row: IntArray
    other_layer: IntArray
    other_row: IntArray
    area_m2: FloatArray


def find_overlaps(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find polygons that overlap others of the same plane: in this layer, or in one it shares it with.

    Of a pair the record is blamed that overlaps more others, then the one whose stated area is wrong, then
    the later one: what was drawn over its neighbours is found, not the neighbours.
    """
    group = next(group for group in GROUPS if layer.role in group)
    found = city.once(("overlaps", group), lambda: _overlaps(city.vectors(*group)))
    layers = [city.onemap.layer(key) for key in found.keys]
    mine = found.layer == found.keys.index(layer.key)
    rows, first = np.unique(found.row[mine], return_index=True)
    area = np.bincount(np.searchsorted(rows, found.row[mine]), found.area_m2[mine], rows.size)
    others = [_partners(found, mine, row) for row in rows]
    partner = np.flatnonzero(mine)[first]
    yield RecordHits(
        rows,
        {
            "area_m2": [round(float(one), 1) for one in area],
            "other": [
                name_of(city.open(layers[found.other_layer[k]]), int(found.other_row[k])) for k in partner
            ],
            "other_layer": [found.keys[found.other_layer[k]] for k in partner],
        },
        others=tuple(others),
    )


def _partners(found: Overlaps, mine: BoolArray, row: int) -> tuple[int, ...]:
    """Return the rows of the same layer that a record overlaps."""
    chosen = mine & (found.row == row) & (found.other_layer == found.layer)
    return tuple(int(one) for one in found.other_row[chosen])


def _overlaps(layers: list[AuditLayer]) -> Overlaps:
    """Return every pair that overlaps, the record to blame first."""
    number = np.concatenate([np.full(len(_rows(one)), n) for n, one in enumerate(layers)])
    row = np.concatenate([_rows(one) for one in layers])
    shapes = np.concatenate([one.usable[_rows(one)] for one in layers])
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    i, j = i[i > j], j[i > j]
    shared = shapely.intersection(shapes[i], shapes[j])
    real = _is_real(shared)
    i, j, area_m2 = i[real], j[real], shapely.area(shared[real])
    blamed = _blame(i, j, np.concatenate([_misstated(one)[_rows(one)] for one in layers]))
    other = np.where(blamed == i, j, i)
    keys = tuple(one.layer.key for one in layers)
    return Overlaps(keys, number[blamed], row[blamed], number[other], row[other], area_m2)


def _blame(i: IntArray, j: IntArray, misstated: BoolArray) -> IntArray:
    """Return the record of each pair that explains the most overlaps."""
    count = np.bincount(np.concatenate([i, j]), minlength=misstated.size)
    order = np.lexsort([np.arange(misstated.size), misstated, count])
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    return np.where(rank[i] > rank[j], i, j)


def _misstated(layer: AuditLayer) -> BoolArray:
    """Tell whose stated area is not the one of its outline."""
    stated = layer.numbers(col.STATED_AREA_M2)
    return np.abs(stated - shapely.area(layer.usable)) > MISSTATED * stated


def _rows(layer: AuditLayer) -> IntArray:
    """Return the rows with an area as drawn: a crossed one is not where it seems to be."""
    return np.flatnonzero(layer.polygonal & layer.is_valid)


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
    return ", ".join(name_of(own, int(row)) for row in rows[:NAMED])


def _is_real(shapes: GeometryArray) -> BoolArray:
    """Tell which areas are larger than rounding: as wide as a tenth of a metre on the whole."""
    area: FloatArray = shapely.area(shapes)
    width_m = 2.0 * area / np.maximum(shapely.length(shapes), 1e-9)
    return np.asarray((area > LEAST_AREA_M2) & (width_m > LEAST_WIDTH_M))


TILING_RULES: Final = (
    Rule("OVERLAP", "error", find_overlaps, roles=frozenset().union(*GROUPS), kinds=AREA),
    Rule("GAP", "warning", find_gaps, roles=TILED, kinds=AREA),
)
