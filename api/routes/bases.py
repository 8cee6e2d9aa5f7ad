"""The base map: one PMTiles file, read by ranges."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.answers import ASK_AGAIN, FOREVER, etag_of, unchanged
from api.maps import digest_of, map_bounds
from api.parts import Parts, Version, binary
from api.schemas.shared import MapName
from api.schemas.tiles import BaseMap
from api.tiles.base_map import ZOOMS, base_name, describe_parts, make_base

router = APIRouter(tags=["maps"])
PMTILES = "application/vnd.pmtiles"


@router.get("/api/maps/{map}/base", response_model=BaseMap, summary="底图说明 · the base map")
def describe_base(service: Parts, map: MapName) -> dict[str, Any]:
    """Return where the base map is and which source layers it has. The first call makes it."""
    onemap = service.maps.open(map)
    file = service.builder.made(base_name(onemap), make_base, onemap.folder)
    digest = digest_of(onemap)
    return {
        "map": map,
        "href": f"/api/maps/{map}/base.pmtiles?v={digest}",
        "digest": digest,
        "bytes": file.stat().st_size,
        "minzoom": ZOOMS[0],
        "maxzoom": ZOOMS[1],
        "bounds": map_bounds(onemap),
        "layers": describe_parts(onemap),
    }


@router.get(
    "/api/maps/{map}/base.pmtiles",
    response_class=FileResponse,
    responses=binary(PMTILES),
    summary="底图文件 · PMTiles",
)
def show_base(request: Request, service: Parts, map: MapName, v: Version = None) -> Response:
    """Return the base map; by ranges, as its readers ask for it."""
    onemap = service.maps.open(map)
    file = service.builder.made(base_name(onemap), make_base, onemap.folder)
    digest = digest_of(onemap)
    etag = etag_of("base", digest)
    headers = {"ETag": etag, "Cache-Control": FOREVER if v == digest else ASK_AGAIN}
    return unchanged(request, etag) or FileResponse(file, media_type=PMTILES, headers=headers)
