"""The base map of a city, from its own layers: made once for a content of the map."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from api.coded import Plain
from api.layers import FeatureTable, in_degrees
from api.maps import digest_of, level_of, map_bounds
from api.tiles.cutting import cut
from api.tiles.encoding import encode_tile
from api.tiles.grid import Tile, tiles_over
from api.tiles.pmtiles import write_pmtiles
from api.token import OPEN_LEVEL
from dss import columns as col
from dss.errors import MapError
from dss.onemap import Layer, OneMap, open_map
from dss.onemap.terms import SENSITIVITIES

ZOOMS: Final = (8, 14)
FORMAT: Final = 2
"""Part of the name of what is kept; another way to draw the map needs another number."""
ENGLISH_NAMES: Final = ("name_en", "name:en", "english_name", "英文名", "英文名称")
"""Columns, in small letters, that hold English names where a city delivers them."""


@dataclass(frozen=True, slots=True)
class Part:
    """A source layer of the base map: the roles that it is made from, and the zooms that it is drawn at.

    ``one_role`` takes the first role that the map has, not all.
    """

    name: str
    roles: tuple[str, ...]
    field: str | None
    zooms: tuple[int, int] = ZOOMS
    one_role: bool = False
    labels: bool = False


PARTS: Final = (
    Part("land", ("boundary", "districts"), None, one_role=True),
    Part("landuse", ("landuse", "landuse_survey", "residential_land", "plots"), col.LANDUSE_CODE, (10, 14)),
    Part("green", ("parks",), None, (10, 14)),
    Part("water", ("water",), None),
    Part("buildings", ("buildings", "other_buildings"), None, (14, 14)),
    Part("roads", ("roads",), col.ROAD_CLASS),
    Part("borders", ("districts", "streets"), None),
    Part("labels", ("districts", "streets", "parks", "hospitals", "schools"), None, labels=True),
)
MAJOR_ROADS: Final = ("motorway", "trunk", "primary", "secondary")
MAJOR_UNTIL: Final = 11
"""Up to this zoom only major roads are drawn."""
PLACES_FROM: Final = 13
"""From this zoom on places beside districts and streets have labels."""


def make_base(target: Path, folder: Path) -> None:
    """Write the base map of a map; called in another process."""
    onemap = open_map(folder)
    bounds = map_bounds(onemap)
    if bounds is None:
        raise MapError("api_map_nowhere", map=folder.name)
    tables = {part: table for part in PARTS if (table := read_part(onemap, part)) is not None}
    places = chain.from_iterable(tiles_over(bounds, zoom) for zoom in range(ZOOMS[0], ZOOMS[1] + 1))
    tiles = {tile: content for tile in places if (content := _draw(tile, tables))}
    write_pmtiles(target, tiles, bounds, {"name": folder.name, "vector_layers": describe_parts(onemap)})


def base_name(onemap: OneMap) -> str:
    """Return the name under which the base map is kept."""
    return f"base-{FORMAT}-{digest_of(onemap)}.pmtiles"


def describe_parts(onemap: OneMap) -> list[dict[str, Any]]:
    """Return the source layers of the base map: fields, zooms, and the city's layers behind them."""
    return [
        {
            "id": part.name,
            "fields": dict.fromkeys(_fields(part), "String"),
            "minzoom": part.zooms[0],
            "maxzoom": part.zooms[1],
            "sources": [layer.key for layer in _layers(onemap, part)],
        }
        for part in PARTS
        if _layers(onemap, part)
    ]


def read_part(onemap: OneMap, part: Part) -> FeatureTable | None:
    """Return the features of a source layer; None where the map has none."""
    frames = [_read(onemap, layer, part) for layer in _layers(onemap, part)]
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        return None
    frame = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=frames[0].crs)
    columns = {name: frame[name] for name in _fields(part)}
    return FeatureTable("", in_degrees(frame.geometry), columns, tuple(columns))


def _layers(onemap: OneMap, part: Part) -> list[Layer]:
    found: list[Layer] = []
    for role in part.roles:
        here = [layer for layer in onemap.layers if layer.role == role and layer.kind != "raster"]
        found += [layer for layer in here if _is_open(onemap, layer)]
        if found and part.one_role:
            break
    return found


def _is_open(onemap: OneMap, layer: Layer) -> bool:
    return SENSITIVITIES.index(level_of(onemap, layer.key)) <= SENSITIVITIES.index(OPEN_LEVEL)


def _fields(part: Part) -> tuple[str, ...]:
    return ("kind", "name_zh", "name_en") if part.labels else ("kind", "layer")


def _read(onemap: OneMap, layer: Layer, part: Part) -> gpd.GeoDataFrame:
    stored = gpd.read_parquet(onemap.folder / layer.path)
    shapes = stored.geometry.to_crs(onemap.crs)
    named = layer.fields.get(col.NAME)
    names = stored[named].astype("string") if named else pd.Series(pd.NA, index=stored.index, dtype="string")
    if part.labels:
        points = shapes.representative_point()
        columns = {"kind": layer.role, "name_zh": names, "name_en": _english_names(stored)}
        return gpd.GeoDataFrame(columns, geometry=points, crs=onemap.crs)[names.notna().to_numpy()]
    kind = _codes(stored, layer, part.field) if part.field in layer.fields else layer.role
    columns = {"kind": pd.Series(kind, index=shapes.index), "layer": layer.key}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=onemap.crs)


def _english_names(stored: gpd.GeoDataFrame) -> "pd.Series[Any]":
    """Return the English names that were delivered; none is made up."""
    found = [name for name in stored.columns if str(name).lower() in ENGLISH_NAMES]
    if not found:
        return pd.Series(pd.NA, index=stored.index, dtype="string")
    names = stored[found[0]].astype("string").str.strip()
    return names.where(names != "")


def _codes(stored: gpd.GeoDataFrame, layer: Layer, field: str | None) -> "pd.Series[Any]":
    assert field is not None
    values = stored[layer.fields[field]].astype("string")
    codes = layer.recode.get(field)
    return values if codes is None else values.map(codes)


def _draw(tile: Tile, tables: dict[Part, FeatureTable]) -> bytes:
    return encode_tile(tile, _parts_of(tile, tables.items()))


def _parts_of(tile: Tile, tables: Iterable[tuple[Part, FeatureTable]]) -> Iterator[Any]:
    for part, table in tables:
        if part.zooms[0] <= tile.z <= part.zooms[1]:
            layer = cut(table, tile, part.name, table.tile_columns)
            kinds = layer.columns["kind"]
            drawn = np.array([_is_drawn(part, tile.z, kind) for kind in kinds.distinct], dtype=np.bool_)
            yield layer.only(drawn[kinds.place])


def _is_drawn(part: Part, zoom: int, kind: Plain) -> bool:
    if part.name == "roads" and zoom <= MAJOR_UNTIL:
        return kind in MAJOR_ROADS
    if part.labels and zoom < PLACES_FROM:
        return kind == "districts" or (kind == "streets" and zoom >= MAJOR_UNTIL)
    return True
