"""ArcGIS REST servers: ask for the numbers of all objects, then for the features by their numbers.

Numbers do not depend on a server's paging or its order, and what is missing is known by number. Source:
ArcGIS REST API, Query (Feature Service/Layer): returnIdsOnly, returnCountOnly, objectIds.
"""

import json
import re
from typing import Any, Final

import geopandas as gpd
import pyogrio
from pyproj import CRS

from dss.errors import MapError
from dss.onemap.sources.crs_names import parse_crs
from dss.onemap.sources.dates import day_of_milliseconds
from dss.onemap.sources.delivered import Delivered, Request, SourceDate
from dss.onemap.sources.opening import opened
from dss.onemap.sources.paging import Pages
from dss.onemap.sources.web import Web, json_of, shown_url

SERVER: Final = re.compile(
    r"^(.*/(?:FeatureServer|MapServer))(?:/(\d+))?(?:/query)?/?(?:\?.*)?$", re.IGNORECASE
)


def read_arcgis(web: Web, url: str, request: Request) -> Delivered:
    """Read a layer of a server, by its number in the address, or by its number or name."""
    layer = _layer_url(web, url, request.table)
    facts = json_of(web.get(layer, {"f": "json"}))
    if "geometryType" not in facts:
        raise MapError("import_no_geometry", file=shown_url(layer), fields=str(facts.get("type", "?")))
    query, everything = f"{layer}/query", {"where": "1=1", "f": "json"}
    said = json_of(web.get(query, {**everything, "returnCountOnly": "true"})).get("count")
    listed = json_of(web.get(query, {**everything, "returnIdsOnly": "true"}))
    numbers = sorted(set(listed.get("objectIds") or []))
    if not isinstance(said, int) or len(numbers) != said:
        raise MapError("import_service_count", url=shown_url(layer), said=said, received=len(numbers))
    pages = Pages(layer, len(numbers), web.limits, request.on_progress)
    size = max(1, min(web.limits.page_features, int(facts.get("maxRecordCount") or 1000)))
    name = str(listed.get("objectIdFieldName") or "OBJECTID")
    for start in range(0, len(numbers), size):
        pages.add(*_page(web, query, numbers[start : start + size], name))
    edited = (facts.get("editingInfo") or {}).get("lastEditDate")
    day = SourceDate(day_of_milliseconds(edited), "service") if edited else None
    frame = pages.finish()
    crs = _crs(facts)
    return Delivered(frame.set_crs(crs, allow_override=True) if len(frame) else frame, date=day)


def _layer_url(web: Web, url: str, table: str | None) -> str:
    found = SERVER.match(url)
    if found is None:
        raise MapError("import_service_unknown", url=shown_url(url))
    server, number = found.groups()
    if number is not None:
        return f"{server}/{number}"
    content = json_of(web.get(server, {"f": "json"}))
    there = {str(one["id"]): str(one.get("name", "")) for one in content.get("layers") or []}
    names = ", ".join(f"{key} ({name})" for key, name in there.items()) or "-"
    if table is None and len(there) == 1:
        return f"{server}/{next(iter(there))}"
    if table is None:
        raise MapError("import_layers_several", file=shown_url(server), layers=names)
    fitting = [key for key, name in there.items() if table in (key, name)]
    if len(fitting) != 1:
        raise MapError("import_table_missing", file=shown_url(server), table=table, tables=names)
    return f"{server}/{fitting[0]}"


def _page(web: Web, query: str, numbers: list[int], name: str) -> tuple[gpd.GeoDataFrame, list[int]]:
    form = {"objectIds": ",".join(map(str, numbers)), "outFields": "*", "f": "json",
            "returnGeometry": "true", "returnTrueCurves": "false"}  # fmt: skip
    content = json_of(web.post(query, form))
    features = content.get("features")
    if not isinstance(features, list):
        raise MapError("import_service_answer", url=shown_url(query), why=", ".join(content)[:80])
    came = [int(one["attributes"][name]) for one in features]
    lost = set(numbers) - set(came)
    if lost:
        raise MapError("import_service_lost", url=shown_url(query), count=len(lost), example=min(lost))
    return opened(shown_url(query), lambda: _frame(content)), came


def _frame(content: dict[str, Any]) -> gpd.GeoDataFrame:
    frame = pyogrio.read_dataframe(json.dumps(content).encode())
    if not isinstance(frame, gpd.GeoDataFrame):
        return gpd.GeoDataFrame(frame, geometry=[None] * len(frame))
    return frame.set_crs(None, allow_override=True)


def _crs(facts: dict[str, Any]) -> CRS | None:
    extent = facts.get("extent") or {}
    reference = extent.get("spatialReference") or facts.get("sourceSpatialReference") or {}
    code = reference.get("latestWkid") or reference.get("wkid")
    if code:
        authority = "ESRI" if int(code) >= 100_000 else "EPSG"
        return parse_crs("EPSG:3857" if int(code) in (102100, 102113) else f"{authority}:{code}")
    return parse_crs(str(reference["wkt"])) if reference.get("wkt") else None
