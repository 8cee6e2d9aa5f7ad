"""Make one fix in the drafts of a map's layers. Each returns what it left changed in its draft."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from dss import columns as col
from dss.arrays import IntArray
from dss.datum import UNSHIFT, shift_geometry
from dss.errors import MapError
from dss.onemap.audit.area import geodesic_area_m2
from dss.onemap.audit.city import City
from dss.onemap.audit.layer import GeometryArray
from dss.onemap.audit.rules.measures import BUILDINGS
from dss.onemap.audit.rules.placing import district_at, districts
from dss.onemap.fixes.draft import Draft
from dss.onemap.fixes.entries import (
    DistrictByLocation,
    Drop,
    Fix,
    MakeValid,
    MoveTo,
    RecalculateArea,
    Recode,
    SetDate,
    SetField,
    SetPoint,
    ShiftDatum,
)

OpenDraft = Callable[[str, int], Draft]
DIMENSION: Final = {"point": 0, "line": 1, "polygon": 2}


@dataclass(frozen=True, slots=True)
class Bench:
    """What a fix may look at.

    Parameters
    ----------
    city
        The map with its originals.
    open
        Returns the draft of a layer, by its key, for the fix of a number.
    """

    city: City
    open: OpenDraft


def make_fix(bench: Bench, fix: Fix, number: int) -> None:
    """Make a fix.

    Raises
    ------
    MapError
        If it names what is not there, or changes nothing; names the fix by its number, from 1.
    """
    draft = bench.open(fix.layer, number)
    before = (len(draft.changed), len(draft.dropped), draft.layer.date)
    changed_before = set(draft.changed)
    touched = _make(bench, draft, fix, number)
    after = (len(draft.changed), len(draft.dropped), draft.layer.date)
    if before == after and not (touched & changed_before):
        raise MapError("fixes_useless", number=number, layer=fix.layer)


def _make(bench: Bench, draft: Draft, fix: Fix, number: int) -> set[int]:
    """Make a fix; returns the rows whose contents it changed."""
    match fix:
        case SetField():
            values = draft.valued(fix.values, fix.row_values, number)
            return _written(draft, fix.field, values, number)
        case Recode():
            return _recode(draft, fix, number)
        case RecalculateArea():
            return _recalculate(draft, fix, number)
        case DistrictByLocation():
            return _locate(bench, draft, fix, number)
        case Drop():
            draft.dropped |= {int(row) for row in draft.chosen(fix, number)}
        case MoveTo():
            _move(bench, draft, fix, number)
        case SetDate():
            draft.layer = draft.layer.model_copy(update={"date": fix.day})
        case MakeValid() | ShiftDatum() | SetPoint():
            return _reshape(draft, fix, number)
    return set()


def _written(draft: Draft, field: str, values: dict[int, object], number: int) -> set[int]:
    already = draft.changed
    draft.changed = set()
    draft.write(field, values, number)  # type: ignore[arg-type]
    written = draft.changed
    draft.changed = already | written
    return written


def _recode(draft: Draft, fix: Recode, number: int) -> set[int]:
    draft.local(fix.field, number)
    rows = np.flatnonzero(draft.view().words(fix.field) == fix.old)
    if not rows.size:
        raise MapError("fixes_no_match", number=number, layer=fix.layer, record=fix.old)
    return _written(draft, fix.field, {int(row): fix.new for row in rows}, number)


def _recalculate(draft: Draft, fix: RecalculateArea, number: int) -> set[int]:
    seen = draft.view()
    area = geodesic_area_m2(seen)
    if draft.layer.role in BUILDINGS:
        area = area * seen.numbers(col.FLOORS)
    rows = draft.chosen(fix, number)
    values = {int(row): round(float(area[row]), 1) for row in rows if np.isfinite(area[row])}
    return _written(draft, col.STATED_AREA_M2, dict(values), number)


def _locate(bench: Bench, draft: Draft, fix: DistrictByLocation, number: int) -> set[int]:
    if not bench.city.vectors("districts"):
        raise MapError("fixes_districts", number=number)
    lies_in = district_at(*districts(bench.city), draft.view())
    rows = draft.chosen(fix, number)
    values = {int(row): lies_in[row] for row in rows if lies_in[row] is not None}
    return _written(draft, col.DISTRICT, values, number)


def _reshape(draft: Draft, fix: MakeValid | ShiftDatum | SetPoint, number: int) -> set[int]:
    old = np.asarray(draft.frame.geometry.array, dtype=object)
    new = old.copy()
    match fix:
        case MakeValid():
            rows = draft.chosen(fix, number)
            rows = rows[~shapely.is_valid(old[rows]) & ~shapely.is_missing(old[rows])]
            new[rows] = _valid(old[rows], DIMENSION.get(draft.layer.kind, 2))
        case ShiftDatum():
            rows = draft.chosen(fix, number)
            new[rows] = shift_geometry(old[rows], draft.frame.crs, UNSHIFT[fix.datum])
        case SetPoint():
            rows = _put(draft, fix, new, number)
    kept = gpd.GeoSeries(new, crs=draft.frame.crs, index=draft.frame.index)
    draft.frame = draft.frame.set_geometry(kept)
    draft.note(rows)
    return {int(row) for row in rows}


def _put(draft: Draft, fix: SetPoint, shapes: GeometryArray, number: int) -> IntArray:
    places = draft.valued(fix.points, fix.row_points, number)
    from_deg = Transformer.from_crs("EPSG:4490", draft.frame.crs, always_xy=True)
    for row, (lng, lat) in places.items():
        shapes[row] = shapely.Point(from_deg.transform(lng, lat))
    return np.array(sorted(places), dtype=np.int64)


def _valid(shapes: GeometryArray, dimension: int) -> GeometryArray:
    """Mend geometries and keep the parts of the layer's own dimension."""
    mended = np.empty(shapes.size, dtype=object)
    for i, shape in enumerate(shapely.make_valid(shapes)):
        parts = shapely.get_parts(shape)
        kept = parts[shapely.get_dimensions(parts) == dimension]
        mended[i] = None if not kept.size else kept[0] if kept.size == 1 else shapely.union_all(kept)
    return mended


def _move(bench: Bench, draft: Draft, fix: MoveTo, number: int) -> None:
    target = bench.open(fix.to, number)
    if target.layer.kind != draft.layer.kind:
        raise MapError(
            "fixes_target", number=number, layer=fix.layer, to=fix.to,
            why=f"{draft.layer.kind} / {target.layer.kind}",
        )  # fmt: skip
    rows = draft.chosen(fix, number)
    moved = draft.frame.loc[rows]
    shared = [field for field in target.layer.fields if field in draft.layer.fields]
    table = {target.layer.fields[field]: moved[draft.layer.fields[field]].to_numpy() for field in shared}
    frame = gpd.GeoDataFrame(pd.DataFrame(table), geometry=np.asarray(moved.geometry.array), crs=moved.crs)
    name = target.frame.geometry.name
    target.added.append(frame if name == "geometry" else frame.rename_geometry(name))
    draft.dropped |= {int(row) for row in rows}
