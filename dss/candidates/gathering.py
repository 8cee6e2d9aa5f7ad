"""Collect what might be a site: land parcels by their code, and features of some roles; each place once."""

from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from dss import columns as col
from dss.candidates.spec import CandidateSpec
from dss.errors import MapError
from dss.onemap import Layer, OneMap, read_vector

EXISTING: Final = "existing"
PLANNED: Final = "planned"
LAND_ROLES: Final = ("landuse", "landuse_survey", "residential_land")
PLAN_ROLES: Final = ("landuse_planned",)
COLUMNS: Final = (
    col.NAME,
    col.RECORD_ID,
    col.LANDUSE_CODE,
    col.OWNERSHIP,
    "layer",
    "role",
    "standing",
    "geometry",
)


def gather(onemap: OneMap, spec: CandidateSpec) -> gpd.GeoDataFrame:
    """Return the places that may be sites before any rule is looked at, in the map's CRS.

    Land that exists comes first; of places that share more than half of the smaller one the first is kept,
    so that a park drawn in two layers is one candidate.

    Raises
    ------
    MapError
        If the map has no layer that could hold a candidate.
    """
    parts = [
        _parcels(onemap, layer, spec, EXISTING) for role in LAND_ROLES for layer in onemap.role(role)
    ] + [_features(onemap, layer) for role in spec.roles for layer in onemap.role(role)]
    if spec.planned:
        plans = [layer for role in PLAN_ROLES for layer in onemap.role(role)]
        parts += [_parcels(onemap, layer, spec, PLANNED) for layer in plans]
    if not parts:
        roles = ", ".join((*LAND_ROLES, *spec.roles))
        raise MapError("candidates_no_layer", roles=roles, map=onemap.folder.name)
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=onemap.crs)
    return _each_place_once(found)


def _parcels(onemap: OneMap, layer: Layer, spec: CandidateSpec, standing: str) -> gpd.GeoDataFrame:
    frame = _usable(read_vector(onemap, layer))
    code = frame[col.LANDUSE_CODE].astype("string").fillna("").str.strip()
    wanted = np.zeros(len(frame), dtype=np.bool_)
    for prefix in spec.codes:
        wanted |= code.str.startswith(prefix).to_numpy(np.bool_)
    return _named(frame[wanted], layer, standing)


def _features(onemap: OneMap, layer: Layer) -> gpd.GeoDataFrame:
    return _named(_usable(read_vector(onemap, layer)), layer, EXISTING)


def _usable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = frame[~(frame.geometry.isna() | frame.geometry.is_empty)].reset_index(drop=True)
    frame["geometry"] = shapely.make_valid(frame.geometry.to_numpy())
    return frame


def _named(frame: gpd.GeoDataFrame, layer: Layer, standing: str) -> gpd.GeoDataFrame:
    frame = frame.reset_index(drop=True).assign(layer=layer.key, role=layer.role, standing=standing)
    for column in (col.LANDUSE_CODE, col.OWNERSHIP):
        if column not in frame:
            frame[column] = None
    numbered = pd.Series([f"{layer.title.zh} {row + 1}" for row in range(len(frame))], index=frame.index)
    names = frame[col.NAME].astype("string").str.strip()
    frame[col.NAME] = names.mask(names == "").fillna(numbered).astype(object)
    return frame[list(COLUMNS)].astype(dict.fromkeys(COLUMNS[:4], object))


def _each_place_once(found: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = found.geometry.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = a < b
    a, b = a[pair], b[pair]
    area = shapely.area(shapes)
    smaller = np.minimum(area[a], area[b])
    shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    same = np.where(smaller > 0, shared > 0.5 * smaller, True)
    return found.drop(index=np.unique(b[same])).reset_index(drop=True)
