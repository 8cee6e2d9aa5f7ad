"""Cut a layer for a tile: what meets it, no finer than can be seen."""

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from api.layers import FeatureTable
from api.tiles.encoding import TileLayer, encode_tile
from api.tiles.grid import PIXEL, Tile
from dss.arrays import IntArray

FEATURES_AT_MOST: Final = 8_000
"""Features in one layer of a tile; the largest are kept, every so-manieth of points."""
FINEST_ZOOM: Final = 16
TOLERANCE: Final = PIXEL / 4


def layer_tile(table: FeatureTable, tile: Tile, name: str) -> bytes:
    """Return a tile with one layer."""
    return encode_tile(tile, [cut(table, tile, name, table.tile_columns)])


def cut(table: FeatureTable, tile: Tile, name: str, columns: tuple[str, ...]) -> TileLayer:
    """Return what of a layer meets a tile; what is smaller than half a pixel is left out."""
    box = tile.bounds
    rows = _visible(table, tile, table.tree.query(shapely.box(*box)))
    shapes = cut_shapes(table.shapes[rows], tile)
    left = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    rows, shapes = rows[left], shapes[left]
    return TileLayer(name, shapes, rows + 1, {one: table.coded[one].take(rows) for one in columns})


def cut_shapes(shapes: NDArray[np.object_], tile: Tile) -> NDArray[np.object_]:
    """Return shapes made as simple as a tile shows them and cut at its buffer."""
    clipped = shapely.clip_by_rect(shapes, *tile.bounds)
    if tile.z >= FINEST_ZOOM:
        return np.asarray(clipped, dtype=object)
    simple = shapely.simplify(clipped, TOLERANCE * tile.unit_deg, preserve_topology=False)
    gone = shapely.is_empty(simple)
    simple[gone] = clipped[gone]
    return np.asarray(simple, dtype=object)


def _visible(table: FeatureTable, tile: Tile, rows: IntArray) -> IntArray:
    rows = np.sort(rows)
    bounds = table.bounds[rows]
    size = np.maximum(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    is_point = size == 0
    kept = is_point | (size >= PIXEL / 2 * tile.unit_deg)
    rows, size = rows[kept], size[kept]
    if rows.size > FEATURES_AT_MOST:
        rank: NDArray[Any] = np.argsort(-size, kind="stable")
        rows = np.sort(rows[rank[:FEATURES_AT_MOST]])
    return rows
