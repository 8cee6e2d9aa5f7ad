"""Open a layer for somebody: what he may read, and what the audit found of it."""

from collections.abc import Iterable
from typing import Any

from fastapi import Request

from api.faults import NotFound
from api.layers import FeatureTable, map_layer, plan_layer
from api.maps import layer_digest, level_of
from api.plans import read_plan
from api.service import Service
from dss.errors import InputError
from dss.onemap import Layer, OneMap
from dss.onemap.terms import Sensitivity, highest


def may_read(service: Service, request: Request, onemap: OneMap, key: str) -> bool:
    """Tell whether a request may read a layer's records."""
    return service.guard.allows(request, level_of(onemap, key))


def open_layer(service: Service, request: Request, onemap: OneMap, layer: Layer) -> FeatureTable:
    """Return the records of a vector layer.

    Raises
    ------
    Unauthorised
        If its level is above what the request may read.
    InputError
        If it is a raster.
    """
    service.guard.require_level(request, level_of(onemap, layer.key), layer.key)
    require_shapes(layer)
    key = ("map", layer_digest(onemap, layer.key), layer.key, str(onemap.folder))
    return service.layers.get(key, lambda: map_layer(onemap, layer))


def require_shapes(layer: Layer) -> None:
    """Refuse a raster.

    Raises
    ------
    InputError
        If the layer is one.
    """
    if layer.kind == "raster":
        raise InputError("api_raster", layer=layer.key)


def plan_level(manifest: dict[str, Any], layer: str) -> Sensitivity:
    """Return how secret a layer of a plan is: as the highest of the layers behind its columns."""
    return column_level(manifest, layer, manifest["columns"][layer])


def column_level(manifest: dict[str, Any], layer: str, columns: Iterable[str]) -> Sensitivity:
    """Return how secret some columns of a plan's layer are."""
    of_column = manifest["columns"][layer]
    keys = {key for column in columns for key in of_column.get(column, [])}
    return highest(source["sensitivity"] for source in manifest["sources"] if source["key"] in keys)


def open_plan_layer(service: Service, request: Request, run: str, layer: str) -> FeatureTable:
    """Return the features of a plan's layer.

    Raises
    ------
    NotFound
        If the plan has no such layer.
    Unauthorised
        If its level is above what the request may read.
    """
    folder, manifest = read_plan(service, run)
    if layer not in manifest["columns"]:
        raise NotFound("api_plan_layer", run=run, layer=layer, layers=", ".join(manifest["columns"]))
    service.guard.require_level(request, plan_level(manifest, layer), f"{run}/{layer}")
    digest = manifest["files"][f"{layer}.parquet"][:20]
    key = ("run", run, layer, digest)
    return service.layers.get(key, lambda: plan_layer(folder / f"{layer}.parquet", digest))
