"""The grid of web tiles: where a tile lies, in degrees and in Mercator."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from dss.arrays import FloatArray

EXTENT: Final = 4096
"""Units of a tile's side."""
BUFFER: Final = 64
"""Units beside the tile that it draws too, so that lines meet."""
PIXEL: Final = EXTENT / 512
"""Units of one pixel on a page."""
LAT_LIMIT: Final = 85.0511287798066


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the grid: zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int

    @property
    def exists(self) -> bool:
        """Whether the zoom has such a column and row."""
        return 0 <= self.x < 2**self.z and 0 <= self.y < 2**self.z

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, with the buffer."""
        beside, n = BUFFER / EXTENT, 2.0**self.z
        west, east = ((self.x + shift) / n * 360 - 180 for shift in (-beside, 1 + beside))
        north, south = (_latitude((self.y + shift) / n) for shift in (-beside, 1 + beside))
        return max(west, -180.0), south, min(east, 180.0), north

    @property
    def unit_deg(self) -> float:
        """Degrees of longitude that one unit is wide."""
        return 360 / 2.0**self.z / EXTENT

    def units(self, lng_lat: FloatArray) -> FloatArray:
        """Return degrees as units of the tile, y downwards, shape (n, 2)."""
        n = 2.0**self.z * EXTENT
        lat = np.radians(np.clip(lng_lat[:, 1], -LAT_LIMIT, LAT_LIMIT))
        x = (lng_lat[:, 0] + 180) / 360 * n - self.x * EXTENT
        y = (1 - np.arcsinh(np.tan(lat)) / math.pi) / 2 * n - self.y * EXTENT
        return np.column_stack([x, y])


def tile_at(z: int, lng: float, lat: float) -> Tile:
    """Return the tile of a zoom that holds a point."""
    n = 2**z
    lat = math.radians(min(max(lat, -LAT_LIMIT), LAT_LIMIT))
    x = int((lng + 180) / 360 * n)
    y = int((1 - math.asinh(math.tan(lat)) / math.pi) / 2 * n)
    return Tile(z, min(max(x, 0), n - 1), min(max(y, 0), n - 1))


def tiles_over(bounds: tuple[float, float, float, float], zoom: int) -> Iterator[Tile]:
    """Return the tiles of a zoom that a box of degrees meets."""
    west, south, east, north = bounds
    first, last = tile_at(zoom, west, north), tile_at(zoom, east, south)
    for x in range(first.x, last.x + 1):
        for y in range(first.y, last.y + 1):
            yield Tile(zoom, x, y)


def _latitude(share: float) -> float:
    return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * share))))
