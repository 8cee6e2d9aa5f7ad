"""Vector tiles of a map's layers, with their TileJSON."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from api.answers import ASK_AGAIN, FOREVER, etag_of, octets, unchanged
from api.faults import NotFound
from api.maps import layer_bounds, level_of
from api.parts import Parts, Version, binary
from api.reading import open_layer
from api.schemas.maps import TileJson
from api.schemas.shared import LayerName, MapName, TileNumber, Zoom
from api.tiles.cutting import FINEST_ZOOM, layer_tile
from api.tiles.grid import Tile
from dss.errors import InputError

router = APIRouter(tags=["maps"])
MVT = "application/vnd.mapbox-vector-tile"


@router.get("/api/maps/{map}/tiles/{layer}", response_model=TileJson, summary="切片说明 · TileJSON")
def describe_tiles(request: Request, service: Parts, map: MapName, layer: LayerName) -> dict[str, Any]:
    """Return where the tiles of a layer are, how far they reach, and which fields they carry."""
    onemap, found = service.maps.layer(map, layer)
    service.guard.require_level(request, level_of(onemap, layer), layer)
    if found.kind == "raster":
        raise InputError("api_raster", layer=layer)
    place = f"{request.url.scheme}://{request.url.netloc}/api/maps/{map}/tiles/{layer}"
    return {
        "tilejson": "3.0.0",
        "name": layer,
        "tiles": [f"{place}/{{z}}/{{x}}/{{y}}.mvt?v={found.sha256[:20]}"],
        "minzoom": 0,
        "maxzoom": FINEST_ZOOM,
        "bounds": layer_bounds(onemap, found) or (-180.0, -85.0, 180.0, 85.0),
        "vector_layers": [{"id": layer, "fields": dict.fromkeys(found.fields, "")}],
        "attribution": found.owner.zh,
    }


@router.get(
    "/api/maps/{map}/tiles/{layer}/{z}/{x}/{y}.mvt",
    response_class=Response,
    responses=binary(MVT),
    summary="矢量切片 · a tile",
)
async def show_tile(
    request: Request,
    service: Parts,
    map: MapName,
    layer: LayerName,
    z: Zoom,
    x: TileNumber,
    y: TileNumber,
    *,
    v: Version = None,
) -> Response:
    """Return a Mapbox Vector Tile with one layer; a feature's id is its record's number."""
    onemap, found = service.maps.layer(map, layer)
    service.guard.require_level(request, level_of(onemap, layer), layer)
    tile = Tile(z, x, y)
    if not tile.exists:
        raise NotFound("api_tile", z=z, x=x, y=y)
    etag = etag_of(map, layer, found.sha256, z, x, y)
    same = unchanged(request, etag)
    if same is not None:
        return same
    key = ("tile", found.sha256, layer, z, x, y)
    content = service.tiles.get(key)
    if content is None:
        content = await run_in_threadpool(
            lambda: layer_tile(open_layer(service, request, onemap, found), tile, layer)
        )
        service.tiles.put(key, content)
    return octets(content, MVT, etag, cache=FOREVER if v == found.sha256[:20] else ASK_AGAIN)
