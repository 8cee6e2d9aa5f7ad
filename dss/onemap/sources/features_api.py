"""OGC API Features: follow the links `next` of a collection. Source: OGC 17-069r4, sections 7.14 and 7.15."""

import json
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import geopandas as gpd
import pyogrio

from dss.errors import MapError
from dss.onemap.sources.delivered import Delivered, Request
from dss.onemap.sources.opening import opened
from dss.onemap.sources.paging import Pages
from dss.onemap.sources.places import Anchor
from dss.onemap.sources.web import Answer, Web, json_of, shown_url

CRS84: Final = "OGC:CRS84"


def read_collection(web: Web, url: str, request: Request) -> Delivered:
    """Read a collection of an OGC API, by its own address or by the service's and the collection's name."""
    base, name = _split(url, request.table)
    collection = _collection(web, base, name)
    items = f"{base}/collections/{collection['id']}/items"
    first = json_of(web.get(items, {"limit": web.limits.page_features, "f": "json"}))
    said = first.get("numberMatched")
    pages = Pages(items, said if isinstance(said, int) else None, web.limits, request.on_progress)
    page, seen = first, {items}
    while True:
        pages.add(*_features(page, items))
        following = _next(page, items)
        if following is None:
            break
        if following in seen:
            raise MapError("import_service_loops", url=shown_url(items), page=len(seen), feature="next")
        seen.add(following)
        page = json_of(web.get(following, {}))
    frame = pages.finish()
    return Delivered(frame.set_crs(CRS84) if len(frame) else frame, anchor=_anchor(collection))


def _split(url: str, table: str | None) -> tuple[str, str | None]:
    """Return the service's address and the collection named in it, or else by the person."""
    bare = url.split("?", maxsplit=1)[0].rstrip("/").removesuffix("/items")
    base, marker, name = bare.partition("/collections")
    if marker and name.strip("/"):
        return base, name.strip("/")
    return base, table


def _collection(web: Web, base: str, name: str | None) -> dict[str, Any]:
    listed = json_of(web.get(f"{base}/collections", {"f": "json"})).get("collections")
    if not isinstance(listed, list):
        raise MapError("import_service_unknown", url=shown_url(base))
    there = {str(one["id"]): one for one in listed if isinstance(one, dict) and "id" in one}
    names = ", ".join(there) or "-"
    if name is None and len(there) == 1:
        return next(iter(there.values()))
    if name is None:
        raise MapError("import_layers_several", file=shown_url(base), layers=names)
    if name not in there:
        raise MapError("import_table_missing", file=shown_url(base), table=name, tables=names)
    return there[name]


def _features(page: dict[str, Any], items: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    features = page.get("features")
    if page.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise MapError("import_service_answer", url=shown_url(items), why=str(page.get("type"))[:80])
    return frame_of_features(page, items), [str(one["id"]) for one in features if "id" in one]


def frame_of_features(page: dict[str, Any], url: str) -> gpd.GeoDataFrame:
    """Return a GeoJSON feature collection as a frame; empty where it holds nothing."""
    if not page["features"]:
        return gpd.GeoDataFrame(geometry=[])
    content = json.dumps({"type": "FeatureCollection", "features": page["features"]}).encode()
    frame = opened(shown_url(url), lambda: pyogrio.read_dataframe(content))
    if not isinstance(frame, gpd.GeoDataFrame):
        frame = gpd.GeoDataFrame(frame, geometry=[None] * len(frame))
    return frame.set_crs(None, allow_override=True)


def _next(page: dict[str, Any], items: str) -> str | None:
    """Return where the next page is; a link that leads to another host is not followed."""
    links = page.get("links") or []
    found = next(
        (one.get("href") for one in links if isinstance(one, dict) and one.get("rel") == "next"), None
    )
    if not found:
        return None
    following = urljoin(items, str(found))
    if urlsplit(following).hostname != urlsplit(items).hostname:
        raise MapError("import_service_elsewhere", url=shown_url(items), other=shown_url(following))
    return following


def _anchor(collection: dict[str, Any]) -> Anchor | None:
    try:
        box = collection["extent"]["spatial"]["bbox"][0]
        west, south, east, north = (box[0], box[1], box[-3], box[-2]) if len(box) == 6 else box
        return Anchor((float(west), float(south), float(east), float(north)), "service")
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def is_landing_page(answer: Answer) -> bool:
    """Tell whether an answer is the first page, or a collection, of an OGC API."""
    try:
        content = json_of(answer)
    except MapError:
        return False
    relations = {str(link.get("rel", "")) for link in content.get("links") or [] if isinstance(link, dict)}
    return any(one in ("data", "conformance", "items") or one.endswith("/data") for one in relations)
