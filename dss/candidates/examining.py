"""Measure candidates against one rule."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from pyproj import Transformer

from dss import columns as col
from dss.arrays import BoolArray, FloatArray
from dss.candidates.spec import Rule, RuleKind
from dss.onemap import Layer, OneMap, read_vector
from dss.raster import transform_points
from dss.standards import StandardsReader


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """Which candidates break a rule, shape (m,), what was measured or stated, and on which layers.

    ``unmeasured`` are those whose record is too poor for the rule: a point has neither area nor edge.
    """

    breaks: BoolArray
    value: FloatArray | None
    limit: float | None
    layers: tuple[str, ...]
    stated: np.ndarray[tuple[int], np.dtype[np.object_]] | None = None
    unmeasured: BoolArray | None = None


def examine(
    onemap: OneMap,
    standards: StandardsReader,
    rule: Rule,
    features: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
) -> Examination | None:
    """Examine all candidates by a rule; None where the map has no layer of its role."""
    if rule.kind is RuleKind.OWNERSHIP:
        return _ownership(onemap, rule, features)
    layers = () if rule.role is None else onemap.role(rule.role)
    if rule.kind is RuleKind.OCCUPIED:
        layers = tuple(layer for layer in layers if not layer.assumed)
    if rule.role is not None and not layers:
        return None
    assert rule.standard is not None
    limit = standards.number(rule.standard)
    keys = tuple(layer.key for layer in layers)
    if rule.kind in (RuleKind.LEAST_AREA, RuleKind.ROADS):
        if rule.kind is RuleKind.LEAST_AREA:
            value = features[col.AREA_M2].to_numpy(np.float64)
        else:
            value = _roads_touching(features, roads, standards.number("siting.road_reach_m"))
        point = features.area.to_numpy() <= 0
        return Examination((value < limit) & ~point, value, limit, keys, unmeasured=point)
    if rule.kind is RuleKind.SLOPE:
        slope = np.fmax.reduce([_slope_percent(onemap, layer, features) for layer in layers])
        return Examination(slope > limit, slope, limit, keys, unmeasured=np.isnan(slope))
    shapes = np.concatenate([_shapes(onemap, layer) for layer in layers])
    return _zones(rule, features, shapes, limit, keys)


def _zones(
    rule: Rule,
    features: gpd.GeoDataFrame,
    shapes: np.ndarray[tuple[int], np.dtype[np.object_]],
    limit: float,
    keys: tuple[str, ...],
) -> Examination:
    places = features.geometry.to_numpy()
    if rule.kind is RuleKind.OCCUPIED:
        # a facility stands where its middle is: its plot's neighbour is not occupied
        shapes = shapely.point_on_surface(shapes)
    if rule.kind in (RuleKind.SETBACK, RuleKind.OCCUPIED):
        gap_m = _distance_m(places, shapes)
        return Examination(gap_m < limit, gap_m, limit, keys)
    share = _share_inside(places, shapes)
    breaks = share > limit if rule.kind is RuleKind.OUTSIDE else share < limit
    return Examination(breaks, share, limit, keys)


def _shapes(onemap: OneMap, layer: Layer) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    shapes = read_vector(onemap, layer).geometry
    return np.asarray(shapely.make_valid(shapes[~(shapes.isna() | shapes.is_empty)].to_numpy()))


def _distance_m(
    places: np.ndarray[tuple[int], np.dtype[np.object_]], shapes: np.ndarray[tuple[int], np.dtype[np.object_]]
) -> FloatArray:
    gap_m = np.full(places.size, np.inf)
    if places.size and shapes.size:
        (row, _), least_m = shapely.STRtree(shapes).query_nearest(
            places, return_distance=True, all_matches=False
        )
        gap_m[row] = least_m
    return gap_m


def _share_inside(
    places: np.ndarray[tuple[int], np.dtype[np.object_]], shapes: np.ndarray[tuple[int], np.dtype[np.object_]]
) -> FloatArray:
    """Return which share of each place lies in the shapes; of a point, 0 or 1."""
    share = np.zeros(places.size)
    row, zone = shapely.STRtree(shapes).query(places, predicate="intersects")
    area = shapely.area(places)
    for place in np.unique(row):
        if area[place] <= 0:
            share[place] = 1.0
            continue
        zones = shapely.union_all(shapes[zone[row == place]])
        share[place] = shapely.area(shapely.intersection(places[place], zones)) / area[place]
    return share


def _roads_touching(features: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, reach_m: float) -> FloatArray:
    """Return how many roads pass within reach of each candidate, counted by name, else by line."""
    lines = roads.geometry.to_numpy()
    row, road = shapely.STRtree(lines).query(
        features.geometry.to_numpy(), predicate="dwithin", distance=reach_m
    )
    names = roads[col.NAME].to_numpy(object) if col.NAME in roads else np.full(len(roads), None)
    told = [name if isinstance(name, str) and name else number for number, name in enumerate(names)]
    count = np.zeros(len(features))
    for place in np.unique(row):
        count[place] = len({told[k] for k in road[row == place]})
    return count


def _slope_percent(onemap: OneMap, layer: Layer, features: gpd.GeoDataFrame) -> FloatArray:
    """Return the slope of the ground at the middle of each candidate; NaN outside the raster."""
    points = features.geometry.representative_point()
    with rasterio.open(onemap.folder / layer.path) as source:
        crs = source.crs or layer.stored_crs
        ground_m = source.read(1, masked=True).astype(np.float64).filled(np.nan)
        column, row = transform_points(
            ~source.transform,
            *Transformer.from_crs(onemap.crs, crs, always_xy=True).transform(
                points.x.to_numpy(), points.y.to_numpy()
            ),
        )
        across_m, down_m = _pixel_m(source.transform, str(crs), source.height)
    down, across = np.gradient(ground_m, down_m, across_m)
    r, c = np.floor(row).astype(np.int64), np.floor(column).astype(np.int64)
    inside = (r >= 0) & (c >= 0) & (r < ground_m.shape[0]) & (c < ground_m.shape[1])
    slope = np.full(len(features), np.nan)
    slope[inside] = 100 * np.hypot(down, across)[r[inside], c[inside]]
    return slope


def _pixel_m(transform: rasterio.Affine, crs: str, height: int) -> tuple[float, float]:
    """Return width and height of a pixel in metres; of degrees, at the raster's middle."""
    if rasterio.CRS.from_user_input(crs).is_projected:
        return abs(transform.a), abs(transform.e)
    lat_deg = transform.f + transform.e * height / 2
    return abs(transform.a) * 111_320 * float(np.cos(np.radians(lat_deg))), abs(transform.e) * 110_574


def _ownership(onemap: OneMap, rule: Rule, features: gpd.GeoDataFrame) -> Examination | None:
    """Find what the record says belongs to somebody else; silence accuses nobody.

    None where no layer that the candidates come from records ownership.
    """
    known = {layer.key for layer in onemap.layers if col.OWNERSHIP in layer.fields}
    keys = tuple(key for key in dict.fromkeys(features["layer"]) if key in known)
    if not keys:
        return None
    stated = features[col.OWNERSHIP].astype("string").fillna("").str.strip()
    breaks = (stated != "") & ~stated.isin(rule.allowed)
    return Examination(breaks.to_numpy(np.bool_), None, None, keys, stated.to_numpy(object))
