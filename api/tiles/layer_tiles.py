"""The tiles of a layer at the zooms that show much of it: cut once, in another process, and kept."""

from pathlib import Path
from typing import Final

from api.layers import map_layer
from api.maps import Bounds, layer_bounds, layer_digest
from api.tiles.cutting import layer_tile
from api.tiles.grid import Tile, tiles_over
from api.tiles.pmtiles import write_pmtiles
from dss.errors import MapError
from dss.onemap import Layer, OneMap, open_map

KEPT_ZOOM: Final = 13
"""Deeper tiles hold little and are cut when they are asked for."""
TILES_AT_MOST: Final = 4_000
"""Where a layer lies so wide that it has more, fewer zooms are kept."""


def layer_tiles_name(onemap: OneMap, layer: Layer) -> str:
    """Return the name under which the tiles of a layer are kept."""
    return f"tiles-{layer.key}-{layer_digest(onemap, layer.key)}.pmtiles"


def make_layer_tiles(target: Path, folder: Path, key: str) -> None:
    """Write the tiles of a layer; called in another process.

    Raises
    ------
    MapError
        If the layer does not say where it lies.
    """
    onemap = open_map(folder)
    layer = onemap.layer(key)
    bounds = layer_bounds(onemap, layer)
    if bounds is None:
        raise MapError("api_map_nowhere", map=folder.name)
    table = map_layer(onemap, layer)
    tiles = {tile: content for tile in kept_tiles(bounds) if (content := layer_tile(table, tile, key))}
    write_pmtiles(target, tiles, bounds, {"name": key, "vector_layers": [{"id": key, "fields": {}}]})


def kept_tiles(bounds: Bounds) -> list[Tile]:
    """Return the tiles over a box of degrees, zoom by zoom, as many zooms as are kept."""
    found: list[Tile] = []
    for zoom in range(KEPT_ZOOM + 1):
        here = list(tiles_over(bounds, zoom))
        if len(found) + len(here) > TILES_AT_MOST:
            break
        found += here
    return found
