"""The flood: the river tops its southern bank and fills low ground, as a depth raster.

Index names: rows from the north, columns from the west, as in a GeoTIFF.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from rasterio.features import rasterize
from rasterio.transform import Affine
from scipy.ndimage import distance_transform_edt

from dss.arrays import BoolArray, Float32Array, FloatArray, IntArray
from dss.sample.frame.bend import STEP_M
from dss.sample.frame.plan import BOUNDARY_REACH, CityPlan

NODATA: Final = -9999.0
AFFECTED_SHARE: Final = 0.15
"""Share of people who stand deeper than ``LEAVE_DEPTH_M``."""
LEAVE_DEPTH_M: Final = 0.3
SHEET_DEPTH_M: Final = 0.46
"""Depth of the wide, shallow sheet of water."""
CREST_DEPTH_M: Final = 0.44
"""What stands above the sheet beside the river, where the water comes over the bank."""
CREST_REACH: Final = 0.07
"""Width of that deeper belt, as a share of the flood's width."""
WIDEST_M: Final = 16_000.0
"""Extent above which pixels are 20 m instead of 10 m."""


@dataclass(frozen=True, slots=True, eq=False)
class Flood:
    """A depth raster on the map: metres of water, 0 where dry, ``NODATA`` outside the city."""

    depth_m: Float32Array
    transform: Affine


def draw_flood(
    plan: CityPlan, river: shapely.Polygon, people: tuple[FloatArray, FloatArray], rng: np.random.Generator
) -> Flood:
    """Flood the southern bank so far that the wanted share of people must leave.

    Parameters
    ----------
    plan
        The city's plan.
    river
        The river on the plan.
    people
        Where people live on the map, shape (n, 2), and how many, shape (n,).
    rng
        Draws the ground.

    Notes
    -----
    Depth is a function of the ground's height above the bank. Its scale follows from the weighted quantile
    of people's heights, where the water is just deep enough to leave.
    """
    outline = plan.bend.bend(np.array([plan.outline(BOUNDARY_REACH)], dtype=object))[0]
    transform, shape = _grid(outline)
    height = _height(plan, (river, transform, shape), rng)
    where = _pixels(transform, people[0])
    leave = _weighted_quantile(height[where], people[1], AFFECTED_SHARE)
    depth_m = _profile_m(height * (_reach_of(LEAVE_DEPTH_M) / leave))
    wet = _burn(plan.bend.bend(np.array([river], dtype=object))[0], transform, shape)
    pixel_m = transform.a
    bed_m = 1.5 + np.minimum(distance_transform_edt(wet) * pixel_m / 12, 6.0)
    depth_m = np.where(wet, bed_m, np.where(depth_m < 0.02, 0.0, depth_m))
    return Flood(np.where(_burn(outline, transform, shape), depth_m, NODATA).astype(np.float32), transform)


def depth_at(flood: Flood, points: FloatArray) -> FloatArray:
    """Return the depth at points on the map, shape (n,); 0 outside the city."""
    return np.asarray(np.maximum(flood.depth_m[_pixels(flood.transform, points)], 0), dtype=np.float64)


def _profile_m(reach: FloatArray) -> FloatArray:
    """Return the depth at heights of the ground from 0, the bank, to 1, where the flood ends."""
    sheet_m = SHEET_DEPTH_M * (1 - np.minimum(reach, 1) ** 3)
    crest_m = CREST_DEPTH_M * np.clip(np.exp(-reach / CREST_REACH) - np.exp(-1 / CREST_REACH), 0, None)
    return np.asarray(sheet_m + crest_m)


def _reach_of(depth_m: float) -> float:
    """Return where the flood has a depth: the profile falls everywhere, so there is one place."""
    reach = np.linspace(1, 0, 1001)
    return float(np.interp(depth_m, _profile_m(reach), reach))


def _grid(outline: shapely.Polygon) -> tuple[Affine, tuple[int, int]]:
    west, south, east, north = outline.bounds
    pixel_m = 10.0 if max(east - west, north - south) <= WIDEST_M else 20.0
    west, north = np.floor(west / pixel_m) * pixel_m, np.ceil(north / pixel_m) * pixel_m
    shape = int(np.ceil((north - south) / pixel_m)), int(np.ceil((east - west) / pixel_m))
    return Affine(pixel_m, 0.0, west, 0.0, -pixel_m, north), shape


def _height(
    plan: CityPlan, place: tuple[shapely.Polygon, Affine, tuple[int, int]], rng: np.random.Generator
) -> FloatArray:
    """Return the height of the ground above the river bank, in metres of distance from the river."""
    river, transform, shape = place
    wet = _burn(plan.bend.bend(np.array([river], dtype=object))[0], transform, shape)
    distance_m = distance_transform_edt(~wet) * transform.a
    x_m = transform.c + transform.a * (np.arange(shape[1]) + 0.5)
    y_m = transform.f + transform.e * (np.arange(shape[0]) + 0.5)
    ground = _waves(plan, x_m, y_m, rng)
    south = _burn(_south(plan), transform, shape)
    bank = distance_m * (1 + 0.45 * ground) + 0.035 * plan.radius_m * ground
    hollows = plan.radius_m * (0.08 + 1.5 * np.clip(0.85 + ground, 0, None)) + 0.03 * distance_m
    return np.asarray(np.maximum(np.where(south, bank, hollows), 0))


def _waves(plan: CityPlan, x_m: FloatArray, y_m: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return smooth ground between about -1 and 1, shape (rows, columns)."""
    ground = np.zeros((y_m.size, x_m.size))
    for length_m in plan.radius_m * np.array([1.1, 0.7, 0.45, 0.3]):
        way, phase = rng.uniform(0, 2 * np.pi, 2)
        wave = 2 * np.pi / length_m
        angle_x, angle_y = wave * np.cos(way) * x_m + phase, wave * np.sin(way) * y_m
        ground += np.outer(np.cos(angle_y), np.cos(angle_x)) - np.outer(np.sin(angle_y), np.sin(angle_x))
    return np.asarray(ground / 3.0)


def _south(plan: CityPlan) -> shapely.Polygon:
    far = 2.2 * plan.radius_m
    box = shapely.segmentize(shapely.box(-far, -far, far, plan.river_b_m), STEP_M)
    return plan.bend.bend(np.array([box], dtype=object))[0]


def _burn(polygon: shapely.Polygon, transform: Affine, shape: tuple[int, int]) -> BoolArray:
    return np.asarray(rasterize([polygon], out_shape=shape, transform=transform, dtype="uint8") == 1)


def _pixels(transform: Affine, points: FloatArray) -> tuple[IntArray, IntArray]:
    column = ((points[:, 0] - transform.c) / transform.a).astype(np.int64)
    row = ((points[:, 1] - transform.f) / transform.e).astype(np.int64)
    return row, column


def _weighted_quantile(values: FloatArray, weights: FloatArray, share: float) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, share * total[-1])])
