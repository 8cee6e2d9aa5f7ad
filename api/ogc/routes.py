"""OGC API - Features 1.0, Core, over layers of maps and of plans.

A collection is `MAP:LAYER`, or `run:RUN:LAYER` for a plan's. Coordinates are CRS84.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from api.faults import NotFound
from api.ogc.collections import Collection, all_collections, find_collection
from api.paging import GEOJSON, Limit, Offset, page_answer, parse_box
from api.parts import Parts
from api.schemas.layers import Feature, FeaturePage
from api.schemas.ogc import CollectionAnswer, Collections, Conformance, OgcLanding
from dss.errors import InputError

router = APIRouter(tags=["ogc"])
CONFORMS: Final = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
]
KNOWN: Final = frozenset({"bbox", "limit", "offset", "datetime", "f", "lang", "bbox-crs", "crs"})
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CollectionName = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_.-]{1,100}(:[A-Za-z0-9_-]{1,100}){1,2}$", examples=["sample:shelters"])
]


@router.get(
    "/ogc", response_model=OgcLanding, response_model_exclude_none=True, summary="OGC 入口 · landing page"
)
def landing(request: Request) -> dict[str, Any]:
    """Return links to what OGC API asks for."""
    here = _root(request)
    return {
        "title": "onemap-dss",
        "description": "国土空间规划一张图 · the one map of a city, and plans made from it",
        "links": [
            {"href": here, "rel": "self", "type": "application/json"},
            {"href": f"{_host(request)}/api/openapi.json", "rel": "service-desc",
             "type": "application/vnd.oai.openapi+json;version=3.1"},
            {"href": f"{_host(request)}/api/docs", "rel": "service-doc", "type": "text/html"},
            {"href": f"{here}/conformance", "rel": "conformance", "type": "application/json"},
            {"href": f"{here}/collections", "rel": "data", "type": "application/json"},
        ],
    }  # fmt: skip


@router.get("/ogc/conformance", response_model=Conformance, summary="符合性 · conformance")
def conformance() -> dict[str, Any]:
    """Return the classes of the standard that are kept."""
    return {"conformsTo": CONFORMS}


@router.get(
    "/ogc/collections",
    response_model=Collections,
    response_model_exclude_none=True,
    summary="要素集列表 · collections",
)
def list_collections(request: Request, service: Parts) -> dict[str, Any]:
    """Return the collections that this request may read."""
    found = [_card(request, one) for one in all_collections(service, request)]
    return {"links": [{"href": f"{_root(request)}/collections", "rel": "self"}], "collections": found}


@router.get(
    "/ogc/collections/{collection}",
    response_model=CollectionAnswer,
    response_model_exclude_none=True,
    summary="要素集 · a collection",
)
def show_collection(request: Request, service: Parts, collection: CollectionName) -> dict[str, Any]:
    """Return a collection: title, extent, links."""
    return _card(request, find_collection(service, request, collection))


@router.get("/ogc/collections/{collection}/items", response_model=FeaturePage, summary="要素 · items")
def list_items(
    request: Request,
    service: Parts,
    collection: CollectionName,
    *,
    bbox: Annotated[str | None, Query(max_length=200, examples=["114.2,30.5,114.4,30.7"])] = None,
    limit: Limit = 10,
    offset: Offset = 0,
    datetime: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Return a page of features; `bbox` in CRS84. Layers have one date, so `datetime` leaves none out."""
    del datetime
    _require_known(request)
    found = find_collection(service, request, collection)
    table = found.read()
    rows = table.rows if bbox is None else table.within(parse_box(bbox))
    answer = page_answer(request, table, rows, min(limit, service.settings.page_limit), offset)
    answer.headers["Content-Crs"] = f"<{CRS84}>"
    return answer


@router.get(
    "/ogc/collections/{collection}/items/{number}", response_model=Feature, summary="单个要素 · an item"
)
def show_item(
    request: Request,
    service: Parts,
    collection: CollectionName,
    number: Annotated[int, Path(ge=1, le=2**31, examples=[1])],
) -> Response:
    """Return one feature."""
    table = find_collection(service, request, collection).read()
    if number > len(table.shapes):
        raise NotFound("api_record", layer=collection, number=number, count=len(table.shapes))
    return Response(table.features_json(table.rows[number - 1 : number])[0], media_type=GEOJSON)


def _require_known(request: Request) -> None:
    """Refuse parameters that nobody knows, and another CRS than CRS84, as the standard asks."""
    for name, value in request.query_params.items():
        if name not in KNOWN:
            raise InputError("api_parameter", field=name[:100], known=", ".join(sorted(KNOWN)))
        if name in ("crs", "bbox-crs") and value != CRS84:
            raise InputError("api_crs", field=name, value=value[:100], crs=CRS84)


def _card(request: Request, one: Collection) -> dict[str, Any]:
    here = f"{_root(request)}/collections/{one.name}"
    extent = None if one.bounds is None else {"spatial": {"bbox": [one.bounds], "crs": CRS84}}
    return {
        "id": one.name,
        "title": one.title,
        "description": one.description,
        "extent": extent,
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": [
            {"href": here, "rel": "self", "type": "application/json", "title": one.title},
            {"href": f"{here}/items", "rel": "items", "type": GEOJSON, "title": one.title},
        ],
    }


def _host(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _root(request: Request) -> str:
    return f"{_host(request)}/ogc"
