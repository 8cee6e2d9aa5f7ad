"""The height of the ground: a plain that rises from the river, and hills where the woods are.

Index names: rows from the north, columns from the west, as in a GeoTIFF.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from rasterio.features import rasterize
from rasterio.transform import Affine
from scipy.ndimage import distance_transform_edt, gaussian_filter

from dss.arrays import Float32Array
from dss.sample.frame.bend import GeometryArray

PIXEL_M: Final = 25.0
MARGIN_M: Final = 500.0
BANK_M: Final = 21.0
"""Height of the river's banks, in the height system of 1985."""
BED_M: Final = 13.0
PLAIN_SLOPE: Final = 0.0022
HILL_SLOPE: Final = 0.19
"""Slope from the foot of the woods upwards."""
HILL_TOP_M: Final = 240.0


@dataclass(frozen=True, slots=True, eq=False)
class Elevation:
    """A raster of heights on the map, in metres."""

    height_m: Float32Array
    transform: Affine


def draw_elevation(
    city: shapely.Polygon, river: GeometryArray, woods: GeometryArray, rng: np.random.Generator
) -> Elevation:
    """Raise the ground from the river, and hills on the woods."""
    west, south, east, north = shapely.bounds(city) + MARGIN_M * np.array([-1, -1, 1, 1])
    west, north = np.floor(west / PIXEL_M) * PIXEL_M, np.ceil(north / PIXEL_M) * PIXEL_M
    shape = int(np.ceil((north - south) / PIXEL_M)), int(np.ceil((east - west) / PIXEL_M))
    transform = Affine(PIXEL_M, 0.0, west, 0.0, -PIXEL_M, north)
    wet = _burn(river, transform, shape)
    hill = _burn(shapely.buffer(woods, 2 * PIXEL_M), transform, shape)
    from_river_m = distance_transform_edt(~wet) * PIXEL_M
    into_hill_m = distance_transform_edt(np.pad(hill, 1, mode="edge"))[1:-1, 1:-1] * PIXEL_M
    rough = gaussian_filter(rng.normal(size=shape), 8, mode="nearest")
    rough /= max(float(np.abs(rough).max()), 1e-9)
    fine = gaussian_filter(rng.normal(size=shape), 2.5, mode="nearest")
    height = BANK_M + PLAIN_SLOPE * np.minimum(from_river_m, 6000.0) + 1.6 * rough
    rise = HILL_TOP_M * (1 - np.exp(-into_hill_m * HILL_SLOPE / HILL_TOP_M))
    height += rise * (1 + 0.35 * rough) + np.minimum(into_hill_m / 60, 12.0) * fine
    height = gaussian_filter(height, 1.2, mode="nearest")
    return Elevation(np.where(wet, BED_M, height).astype(np.float32), transform)


def _burn(shapes: GeometryArray, transform: Affine, shape: tuple[int, int]) -> np.ndarray:
    if not len(shapes):
        return np.zeros(shape, dtype=np.bool_)
    return np.asarray(rasterize(list(shapes), out_shape=shape, transform=transform, dtype="uint8") == 1)
