"""Layers that contradict each other: shelters in water, plans taken for facts, people where none can live."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely

from dss import columns as col
from dss.arrays import BoolArray, FloatArray
from dss.onemap.audit.city import City
from dss.onemap.audit.hits import RecordHits, Unclear, rows_where
from dss.onemap.audit.layer import AuditLayer, GeometryArray, Words
from dss.onemap.audit.rule import AREA, Rule
from dss.onemap.catalogue import Layer

LEAST_SHARE_WET: Final = 0.3
"""Share of a shelter's ground that makes it one in a flood zone."""
NOT_BUILT: Final = ("01", "02", "03", "04", "06", "16", "2301", "2302")
"""Codes of farm land, woods, reserved and vacant land, 用地用海 2023."""
REFUGE: Final = ("14", "0804", "0805", "0803", "0702", "0704", "08")
"""Codes of land that a plan may mean for a shelter."""
PLANNED_WORDS: Final = ("规划", "拟建", "在建", "待建", "未建", "planned", "proposed", "construction")
EXISTING_CLASSES: Final = frozenset({"现状", "管理", "社会经济"})


def find_flooded_shelters(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find shelters in a flood zone or on water: their point, or a share of their ground."""
    found = city.open(layer)
    wet = {role: _share_in(found, city.areas(role)) for role in ("flood_zone", "water")}
    worst = np.maximum(wet["flood_zone"], wet["water"])
    rows = rows_where(worst >= LEAST_SHARE_WET)
    kind = np.where(wet["water"] >= wet["flood_zone"], "water", "flood_zone")
    yield RecordHits(
        rows, {"zone": list(kind[rows]), "share": [round(100 * float(one)) for one in worst[rows]]}
    )


def _share_in(found: AuditLayer, areas: GeometryArray) -> FloatArray:
    """Return the share of each record that lies in areas, 1 or 0 for a point, shape (n,)."""
    share = np.zeros(len(found))
    if not areas.size:
        return share
    rows = rows_where(found.placed)
    i, j = shapely.STRtree(areas).query(found.usable[rows], predicate="intersects")
    for row in np.unique(i):
        shape = found.usable[rows[row]]
        area = shapely.area(shape)
        within = shapely.union_all(areas[j[i == row]])
        share[rows[row]] = shapely.area(shapely.intersection(shape, within)) / area if area > 0 else 1.0
    return share


def find_planned(city: City, layer: Layer) -> Iterable[RecordHits | Unclear]:
    """Find records that are only planned but stand in a layer of what exists."""
    if layer.layer_class not in EXISTING_CLASSES or layer.role.endswith("_planned"):
        return
    found = city.open(layer)
    says_so = _says_planned(found.words(col.STATUS))
    on_land = np.zeros(len(found), dtype=np.bool_)
    if layer.role == "shelters":
        if city.vectors("landuse") and city.vectors("landuse_planned"):
            on_land = _on_planned_land(city, found)
        elif not found.binds(col.STATUS):
            yield Unclear("role_missing", {"roles": "landuse, landuse_planned"})
    rows = rows_where(says_so | on_land)
    reasons = np.where(says_so, "planned_status", "planned_land")
    yield RecordHits(rows, {"reason": list(reasons[rows])})


def _says_planned(status: Words) -> BoolArray:
    return np.array(
        [word is not None and any(part in word.lower() for part in PLANNED_WORDS) for word in status],
        dtype=np.bool_,
    )


def _on_planned_land(city: City, found: AuditLayer) -> BoolArray:
    """Tell which records lie on land that is farm or vacant now and a refuge only in the plan."""
    now = _code_at(city, found, ("landuse", "residential_land"))
    plan = _code_at(city, found, ("landuse_planned",))
    return np.array(
        [
            here is not None and there is not None and here.startswith(NOT_BUILT) and there.startswith(REFUGE)
            for here, there in zip(now, plan, strict=True)
        ],
        dtype=np.bool_,
    )


def _code_at(city: City, found: AuditLayer, roles: tuple[str, ...]) -> Words:
    """Return the land-use code at each record's point, None where there is none, shape (n,)."""
    code = np.full(len(found), None, dtype=object)
    rows = rows_where(found.placed)
    points = shapely.points(found.centre[rows])
    for land in city.vectors(*roles):
        own = rows_where(land.polygonal)
        i, j = shapely.STRtree(land.usable[own]).query(points, predicate="intersects")
        code[rows[i]] = land.words(col.LANDUSE_CODE)[own[j]]
    return code


def find_unlivable(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find units with people but without any home or residential land, or wholly on water."""
    found = city.open(layer)
    rows = rows_where((found.numbers(col.PERSONS) > 0) & found.polygonal & found.is_valid)
    homes = city.areas("buildings", "residential_land")
    points = [one.centre[one.placed] for one in city.vectors("buildings") if one.layer.kind == "point"]
    places = np.concatenate([homes, *[shapely.points(one) for one in points]])
    lived_in = np.zeros(rows.size, dtype=np.bool_)
    lived_in[_touching(found.usable[rows], places)] = True
    yield RecordHits(rows[~lived_in], {"persons": list(found.words(col.PERSONS)[rows[~lived_in]])})


def _touching(units: GeometryArray, places: GeometryArray) -> np.ndarray:
    """Return the units that hold a point of a place inside them."""
    inside = shapely.point_on_surface(places)
    return np.unique(shapely.STRtree(inside).query(units, predicate="intersects")[0])


CONTRADICTION_RULES: Final = (
    Rule(
        "SHELTER_IN_FLOOD", "error", find_flooded_shelters, roles=frozenset({"shelters"}),
        needs=(("flood_zone", "water"),),
    ),
    Rule(
        "PLANNED_AS_EXISTING", "error", find_planned,
        roles=frozenset({"shelters", "hospitals", "care_homes", "schools", "fire_stations", "depots"}),
    ),
    Rule(
        "UNLIVABLE", "error", find_unlivable, roles=frozenset({"population"}), kinds=AREA,
        fields=(col.PERSONS,), needs=(("buildings", "residential_land"),),
    ),
)  # fmt: skip
