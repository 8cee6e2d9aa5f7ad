"""Where a map lies, as a box of degrees: the anchor without which no CRS is guessed."""

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow.parquet as pq
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from dss.onemap.catalogue import Layer, OneMap

Bounds = tuple[float, float, float, float]
"""West, south, east, north, or least x, least y, greatest x, greatest y."""

WORLD: Final = "EPSG:4326"
LEAST_MARGIN_DEG: Final = 0.2
"""How far a layer may begin outside the others and still be of the same city. Default."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A box of degrees that data ought to lie in, and what it was taken from."""

    box: Bounds
    what: str
    """``layers``, ``service`` or ``china``: which text names it."""

    def admits(self, box: Bounds) -> bool:
        """Tell whether a box lies here: all of it in China, or its middle at the map, or the map's in it."""
        if not all(map(math.isfinite, box)):
            return False
        if self.what == "china":
            return _holds(self.box, box[0], box[1]) and _holds(self.box, box[2], box[3])
        west, south, east, north = self.box
        margin = max(LEAST_MARGIN_DEG, east - west, north - south)
        wide = (west - margin, south - margin, east + margin, north + margin)
        return _holds(wide, *_middle(box)) or _holds(box, *_middle(self.box))

    def named(self) -> str:
        """Return the box as text, in degrees."""
        return ", ".join(f"{value:.2f}" for value in self.box)


CHINA: Final = Anchor((73.0, 3.0, 136.0, 54.0), "china")
"""Land and sea of China in degrees. Source: standards, crs.guess_rules."""


def anchor_of(onemap: OneMap) -> Anchor:
    """Return where a map lies: its boundary, else its districts, else all layers, else China."""
    for layers in (onemap.role("boundary"), onemap.role("districts"), onemap.layers):
        boxes = [box for layer in layers if (box := _layer_box(onemap.folder, layer)) is not None]
        if boxes:
            sides = np.array(boxes)
            low, high = sides[:, :2].min(axis=0), sides[:, 2:].max(axis=0)
            return Anchor((float(low[0]), float(low[1]), float(high[0]), float(high[1])), "layers")
    return CHINA


def box_in_degrees(bounds: Bounds, crs: CRS) -> Bounds | None:
    """Return bounds in degrees (x = longitude); None where the CRS cannot hold them."""
    try:
        box = _to_degrees(crs.to_wkt()).transform_bounds(*bounds, errcheck=True)
    except ProjError:
        return None
    if not all(map(math.isfinite, box)) or abs(box[1]) > 90 or abs(box[3]) > 90:
        return None
    return box if max(abs(box[0]), abs(box[2])) <= 180 else None


def _layer_box(folder: Path, layer: Layer) -> Bounds | None:
    path = folder / layer.path
    if layer.kind == "raster":
        with rasterio.open(path) as source:
            bounds = tuple(source.bounds)
    else:
        geo = json.loads(pq.read_schema(path).metadata[b"geo"])
        bounds = tuple(geo["columns"][geo["primary_column"]].get("bbox", ()))
    if len(bounds) != 4 or not all(map(math.isfinite, bounds)):
        return None
    return box_in_degrees(bounds, CRS(layer.stored_crs))


@lru_cache(maxsize=128)
def _to_degrees(crs: str) -> Transformer:
    """Return the way from a CRS to degrees; making one takes longer than using it."""
    return Transformer.from_crs(crs, WORLD, always_xy=True)


def _holds(box: Bounds, x: float, y: float) -> bool:
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _middle(box: Bounds) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def typical_bounds(shapes: NDArray[np.object_]) -> Bounds:
    """Return the bounds of geometries without the outermost hundredth on each side and points at 0, 0.

    Few strays, which the audit names one by one, must not decide on the CRS of a layer.
    """
    sides = shapely.bounds(shapes)
    sides = sides[np.isfinite(sides).all(axis=1) & (sides != 0).any(axis=1)]
    if not len(sides):
        return 0.0, 0.0, 0.0, 0.0
    low = np.percentile(sides[:, :2], 1, axis=0, method="lower")
    high = np.percentile(sides[:, 2:], 99, axis=0, method="higher")
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
