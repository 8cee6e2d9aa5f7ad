"""Vector tiles of a map's layers, with their TileJSON."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api.answers import ASK_AGAIN, FOREVER, as_taken, etag_of, octets, unchanged
from api.faults import NotFound
from api.maps import layer_bounds, layer_digest, level_of
from api.parts import Parts, Version, binary
from api.reading import open_layer, require_shapes
from api.schemas.shared import LayerName, MapName, TileNumber, Zoom
from api.schemas.tiles import TileJson
from api.tiles.cutting import FINEST_ZOOM, layer_tile
from api.tiles.grid import Tile

router = APIRouter(tags=["maps"])
MVT = "application/vnd.mapbox-vector-tile"


@router.get("/api/maps/{map}/tiles/{layer}", response_model=TileJson, summary="切片说明 · TileJSON")
def describe_tiles(request: Request, service: Parts, map: MapName, layer: LayerName) -> dict[str, Any]:
    """Return where the tiles of a layer are, how far they reach, and which fields they carry."""
    onemap, found = service.maps.layer(map, layer)
    service.guard.require_level(request, level_of(onemap, layer), layer)
    require_shapes(found)
    service.archive(onemap, found)
    place = f"{request.url.scheme}://{request.url.netloc}/api/maps/{map}/tiles/{layer}"
    return {
        "tilejson": "3.0.0",
        "name": layer,
        "tiles": [f"{place}/{{z}}/{{x}}/{{y}}.mvt?v={layer_digest(onemap, layer)}"],
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
    require_shapes(found)
    tile = Tile(z, x, y)
    if not tile.exists:
        raise NotFound("api_tile", z=z, x=x, y=y)
    digest = layer_digest(onemap, layer)
    etag = etag_of(map, layer, digest, z, x, y)
    same = unchanged(request, etag)
    if same is not None:
        return same
    cache = FOREVER if v == digest else ASK_AGAIN
    archive = service.archive(onemap, found)
    if archive is not None and z <= archive.deepest_zoom:
        content, packing = as_taken(request, archive.packed(tile))
        return octets(content, MVT, etag, cache=cache, packing=packing)
    key = ("tile", digest, layer, z, x, y)
    kept = service.tiles.get(key)
    if kept is None:
        kept = await service.cutting.made(
            key, lambda: layer_tile(open_layer(service, request, onemap, found), tile, layer)
        )
        service.tiles.put(key, kept)
    return octets(kept, MVT, etag, cache=cache)
