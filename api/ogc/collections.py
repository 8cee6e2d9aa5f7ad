"""Collections: the vector layers of maps and of finished plans that a request may read."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from fastapi import Request

from api.faults import NotFound
from api.layers import FeatureTable
from api.maps import Bounds, layer_bounds
from api.plans import read_plan
from api.reader import asked_language
from api.reading import may_read, open_layer, open_plan_layer, plan_level
from api.service import Service
from api.texts import words_or_key
from dss.language import Language
from dss.onemap import Layer, OneMap
from scenarios.finished import list_runs

PLAN: str = "run"


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection: its name, words, extent in degrees, and how to read it."""

    name: str
    title: str
    description: str
    bounds: Bounds | None
    read: Callable[[], FeatureTable]


def all_collections(service: Service, request: Request) -> Iterator[Collection]:
    """Return every collection that a request may read."""
    for name in service.maps.names():
        onemap = service.maps.open(name)
        for layer in onemap.layers:
            if layer.kind != "raster" and may_read(service, request, onemap, layer.key):
                yield _of_map(service, request, name, onemap, layer)
    for manifest in list_runs(service.settings.workspace.runs):
        if manifest["check"]["passed"]:
            for layer_key in manifest["columns"]:
                if not service.guard.allows(request, plan_level(manifest, layer_key)):
                    continue
                yield _of_plan(service, request, manifest["run"], layer_key)


def find_collection(service: Service, request: Request, name: str) -> Collection:
    """Return a collection by name.

    Raises
    ------
    NotFound, MapError
        If there is none.
    Unauthorised
        If the request may not read it.
    """
    parts = name.split(":")
    if len(parts) == 3 and parts[0] == PLAN:
        open_plan_layer(service, request, parts[1], parts[2])
        return _of_plan(service, request, parts[1], parts[2])
    if len(parts) != 2:
        raise NotFound("api_collection", name=name)
    onemap, layer = service.maps.layer(parts[0], parts[1])
    open_layer(service, request, onemap, layer)
    return _of_map(service, request, parts[0], onemap, layer)


def _of_map(service: Service, request: Request, name: str, onemap: OneMap, layer: Layer) -> Collection:
    language = asked_language(request)
    return Collection(
        name=f"{name}:{layer.key}",
        title=layer.title.of(language),
        description=f"{layer.owner.of(language)}, {layer.date.isoformat()}",
        bounds=layer_bounds(onemap, layer),
        read=lambda: open_layer(service, request, onemap, layer),
    )


def _of_plan(service: Service, request: Request, run: str, layer: str) -> Collection:
    language: Language = asked_language(request)
    folder, manifest = read_plan(service, run)
    return Collection(
        name=f"{PLAN}:{run}:{layer}",
        title=f"{manifest['title'][language]}: {words_or_key('api', f'layer_{layer}')[language]}",
        description=manifest["created"],
        bounds=_bounds(folder / f"{layer}.parquet"),
        read=lambda: open_plan_layer(service, request, run, layer),
    )


def _bounds(file: Path) -> Bounds | None:
    geo = json.loads((pq.read_schema(file).metadata or {}).get(b"geo", b"{}"))
    box = geo.get("columns", {}).get(geo.get("primary_column"), {}).get("bbox")
    return None if box is None else (box[0], box[1], box[len(box) // 2], box[len(box) // 2 + 1])
