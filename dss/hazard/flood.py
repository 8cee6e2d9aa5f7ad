"""A flood: cells to leave, roads closed and slowed by the depth of the water.

Cars slow down with depth after Pregnolato et al. 2017 (doi:10.1016/j.trd.2017.06.020):
v = 0.0009 w^2 - 0.5529 w + 86.9448 km/h with w in mm, never above the free speed, closed from 300 mm on.
Walkers wade at half speed and stop where the water is too deep. Bridges stay above the water.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from pyproj import Transformer

from dss.arrays import BoolArray, FloatArray
from dss.cells import CellFrame, sample_points
from dss.hazard.depth import DepthField
from dss.hazard.impact import Impact
from dss.roads import Roads
from dss.standards import StandardsReader

# Roads are sounded at least this often along their length.
SOUNDING_SPACING_M: Final = 15.0


@dataclass(frozen=True, slots=True, eq=False)
class FloodRules:
    """What a scenario decides about a flood.

    Parameters
    ----------
    area_share
        A cell is to be left where at least this share of its area is deeper than ``flood.leave_depth_m``.
    dry_features
        Road features that stay above the water besides the bridges, shape (n features,).
    """

    area_share: float
    dry_features: BoolArray | None = None


def flood_impact(
    depth: DepthField,
    cells: CellFrame,
    roads: Roads,
    standards: StandardsReader,
    rules: FloodRules,
) -> Impact:
    """Work out what a flood does to cells and roads.

    Depths, speeds and limits come from the standards ``flood`` and ``pedestrian``.
    """
    soundings_m = _sound_cells(depth, cells)
    share = (soundings_m >= standards.number("flood.leave_depth_m")).mean(axis=1)
    above = roads.features["bridge"].to_numpy(np.bool_)
    if rules.dry_features is not None:
        above = above | rules.dry_features
    road_depth_m = np.where(above, 0.0, _sound_roads(depth, roads))
    edge_depth_m = road_depth_m[roads.network.feature]
    return Impact(
        cell_depth_m=soundings_m.max(axis=1),
        cell_median_depth_m=np.median(soundings_m, axis=1),
        cell_share_flooded=share,
        cell_affected=share >= rules.area_share,
        road_depth_m=road_depth_m,
        drive_s=drive_through_water(roads.drive_s, roads.network.length_m, edge_depth_m, standards),
        walk_s=walk_through_water(roads.walk_s, edge_depth_m, standards),
    )


def drive_through_water(
    drive_s: FloatArray, length_m: FloatArray | None, depth_m: FloatArray, standards: StandardsReader
) -> FloatArray:
    """Return each edge's driving time in water of a depth, shape (n,); inf where cars cannot pass."""
    assert length_m is not None
    w_mm = depth_m * 1000.0
    speed_kmh = (
        standards.number("flood.speed_quadratic_kmh_per_mm2") * w_mm**2
        + standards.number("flood.speed_linear_kmh_per_mm") * w_mm
        + standards.number("flood.speed_constant_kmh")
    )
    closed = depth_m >= standards.number("flood.close_depth_car_m")
    slow_s = length_m / np.where(closed, 1.0, np.maximum(speed_kmh, 0.1) / 3.6)
    wet_s = np.where(closed, np.inf, np.maximum(drive_s, slow_s))
    return np.where(depth_m > 0, wet_s, drive_s)


def walk_through_water(walk_s: FloatArray, depth_m: FloatArray, standards: StandardsReader) -> FloatArray:
    """Return each edge's walking time in water of a depth, shape (n,); inf where it is too deep."""
    wading_s = walk_s / standards.number("pedestrian.in_water_factor")
    too_deep = depth_m >= standards.number("pedestrian.max_walk_depth_m")
    return np.where(depth_m > 0, np.where(too_deep, np.inf, wading_s), walk_s)


def _sound_cells(depth: DepthField, cells: CellFrame) -> FloatArray:
    """Return the depth at the points that stand for each cell, shape (n cells, 49)."""
    lng_deg, lat_deg = sample_points(cells.cell, cells.resolution)
    x_m, y_m = Transformer.from_crs("EPSG:4326", cells.crs, always_xy=True).transform(
        lng_deg.ravel(), lat_deg.ravel()
    )
    return depth.depth_m(x_m, y_m).reshape(lng_deg.shape)


def _sound_roads(depth: DepthField, roads: Roads) -> FloatArray:
    lines = roads.features.geometry.array
    dense = shapely.segmentize(np.asarray(lines), SOUNDING_SPACING_M)
    points, owner = shapely.get_coordinates(dense, return_index=True)
    deepest_m = np.zeros(len(lines))
    np.maximum.at(deepest_m, owner, depth.depth_m(points[:, 0], points[:, 1]))
    return deepest_m
