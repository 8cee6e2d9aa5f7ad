"""Collect what might be a site: land parcels by their code, and features of some roles; each place once."""

from typing import Final

import geopandas as gpd
import h3ronpy
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely
from h3ronpy import change_resolution

from dss import columns as col
from dss.candidates.spec import CandidateSpec
from dss.cells import CellFrame
from dss.onemap import Layer, OneMap, read_vector

EXISTING: Final = "existing"
PLANNED: Final = "planned"
CELL: Final = "cell"
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


def gather(onemap: OneMap, spec: CandidateSpec, modelled: tuple[str, ...] = ()) -> gpd.GeoDataFrame:
    """Return the places that may be sites before any rule is looked at, in the map's CRS.

    Land that exists comes first; of places that share more than half of the smaller one the first is kept,
    so that a park drawn in two layers is one candidate.

    Parameters
    ----------
    modelled
        Keys of further layers whose features are candidates as they are.
    """
    parts = [_parcels(onemap, layer, spec, EXISTING) for role in LAND_ROLES for layer in onemap.role(role)]
    parts += [_features(onemap, layer) for role in spec.roles for layer in onemap.role(role)]
    parts += [_features(onemap, onemap.layer(key)) for key in modelled]
    if spec.planned:
        plans = [layer for role in PLAN_ROLES for layer in onemap.role(role)]
        parts += [_parcels(onemap, layer, spec, PLANNED) for layer in plans]
    parts = [part for part in parts if len(part)]
    if not parts:
        return gpd.GeoDataFrame({column: [] for column in COLUMNS}, geometry="geometry", crs=onemap.crs)
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=onemap.crs)
    return _each_place_once(found)


def cells_as_candidates(cells: CellFrame, crs: str) -> gpd.GeoDataFrame:
    """Return the cells that people live in, one resolution coarser, as points.

    Each stands where its people are on average.
    """
    coarse = np.asarray(change_resolution(cells.cell, max(cells.resolution - 1, 7)), dtype=np.uint64)
    frame = pd.DataFrame({"cell": coarse, "persons": cells.persons, "x": cells.x_m, "y": cells.y_m})
    frame[["x", "y"]] = frame[["x", "y"]].mul(frame["persons"], axis=0)
    sums = frame.groupby("cell").sum()
    sums = sums[sums["persons"] > 0]
    names = pa.array(h3ronpy.cells_to_string(sums.index.to_numpy(np.uint64))).to_pylist()
    none = np.full(len(sums), None, dtype=object)
    return gpd.GeoDataFrame(
        {
            col.NAME: names,
            col.RECORD_ID: none,
            col.LANDUSE_CODE: none,
            col.OWNERSHIP: none,
            "layer": ", ".join(cells.sources),
            "role": "population",
            "standing": CELL,
        },
        geometry=gpd.points_from_xy(sums["x"] / sums["persons"], sums["y"] / sums["persons"]),
        crs=crs,
    )


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
