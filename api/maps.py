"""The maps of the workspace as routes ask for them: opened once, known by what they hold."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path

import pyarrow.parquet as pq
import rasterio
from pyproj import Transformer

from api.faults import NotFound
from dss.onemap import Layer, OneMap, open_map
from dss.onemap.catalogue import CATALOGUE_FILE
from dss.onemap.lineage import Lineage
from dss.onemap.terms import Sensitivity
from dss.workspace import Workspace

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class MapShelf:
    """Opened maps, opened anew when their catalogue changes."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._opened: dict[str, tuple[int | None, OneMap]] = {}

    def names(self) -> list[str]:
        """Return the names of the maps that are whole."""
        return [name for name in self._workspace.map_names() if not name.endswith(".partial")]

    def open(self, name: str) -> OneMap:
        """Return a map of the workspace; nothing outside it can be named.

        Raises
        ------
        NotFound
            If the workspace has no such map.
        """
        changed, onemap = self._opened.get(name, (None, None))
        if onemap is not None and _changed_ns(onemap.folder) == changed:
            return onemap
        if name not in self.names():
            raise NotFound("api_map", map=name, maps=", ".join(self.names()) or "-")
        folder = self._workspace.maps / name
        self._opened[name] = (_changed_ns(folder), open_map(folder))
        return self._opened[name][1]

    def layer(self, name: str, key: str) -> tuple[OneMap, Layer]:
        """Return a layer of a map.

        Raises
        ------
        NotFound, MapError
            If there is no such map or layer.
        """
        onemap = self.open(name)
        return onemap, onemap.layer(key)


def _changed_ns(folder: Path) -> int | None:
    """Return when the catalogue of a map was written; None where there is none any more."""
    try:
        return (folder / CATALOGUE_FILE).stat().st_mtime_ns
    except FileNotFoundError:
        return None


@lru_cache(maxsize=64)
def digest_of(onemap: OneMap) -> str:
    """Return what tells one content of a map from another."""
    content = onemap.catalogue.model_dump_json(by_alias=True)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()[:20]


def layer_digest(onemap: OneMap, key: str) -> str:
    """Return what tells one content of a layer from another, and one way to bind its fields from another.

    Raises
    ------
    MapError
        If the map has no such layer.
    """
    onemap.layer(key)
    return _layer_digests(onemap)[key]


@lru_cache(maxsize=64)
def _layer_digests(onemap: OneMap) -> dict[str, str]:
    return {
        layer.key: hashlib.sha256(layer.model_dump_json(by_alias=True).encode("utf-8")).hexdigest()[:20]
        for layer in onemap.layers
    }


@lru_cache(maxsize=4096)
def level_of(onemap: OneMap, key: str) -> Sensitivity:
    """Return how secret a layer is: as secret as the highest that it was made from."""
    return Lineage.of(onemap, [key]).sensitivity


def layer_bounds(onemap: OneMap, layer: Layer) -> Bounds | None:
    """Return where a layer lies, in degrees; None where its file does not say.

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    return _bounds_of(onemap.folder / layer.path, layer.sha256, layer.stored_crs, layer.kind == "raster")


def map_bounds(onemap: OneMap) -> Bounds | None:
    """Return where a map lies: by its boundary or districts, else by its people, else by all layers."""
    for roles in (("boundary",), ("districts",), ("population",), ()):
        layers = [layer for layer in onemap.layers if not roles or layer.role in roles]
        found = [bounds for layer in layers if (bounds := layer_bounds(onemap, layer)) is not None]
        if found:
            west, south, east, north = zip(*found, strict=True)
            return min(west), min(south), max(east), max(north)
    return None


@lru_cache(maxsize=4096)
def _bounds_of(path: Path, sha256: str, crs: str, is_raster: bool) -> Bounds | None:
    """Return the bounds of a file; ``sha256`` tells one content from another."""
    del sha256
    if is_raster:
        with rasterio.open(path) as source:
            return _degrees(
                (source.bounds.left, source.bounds.bottom, source.bounds.right, source.bounds.top), crs
            )
    stated = _stated_bounds(path)
    return None if stated is None else _degrees(stated, crs)


def _stated_bounds(path: Path) -> Bounds | None:
    geo = json.loads((pq.read_schema(path).metadata or {}).get(b"geo", b"{}"))
    if not geo:
        return None
    box = geo["columns"][geo["primary_column"]].get("bbox")
    if box is None:
        return None
    half = len(box) // 2
    return box[0], box[1], box[half], box[half + 1]


def _degrees(bounds: Bounds, crs: str) -> Bounds:
    left, bottom, right, top = bounds
    west, south, east, north = _to_degrees(crs).transform_bounds(left, bottom, right, top)
    return float(west), float(south), float(east), float(north)


@lru_cache(maxsize=32)
def _to_degrees(crs: str) -> Transformer:
    return Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
