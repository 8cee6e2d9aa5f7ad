"""WFS 2.0 and 1.1: page through a feature type, as GeoJSON where the server gives it, else as GML.

Coordinates of a CRS named by an urn come in the order of the CRS (latitude first for EPSG:4490), but servers
differ and GeoJSON has its own order; the import holds them against the box that the server gives in degrees.
Source: OGC 09-025r2 (2.0.0), sections 7.9 and 11; OGC 04-094 (1.1.0), section 9.
"""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from xml.etree.ElementTree import Element

import geopandas as gpd
import pyogrio

from dss.errors import MapError
from dss.onemap.sources.crs_names import parse_crs
from dss.onemap.sources.delivered import Delivered, Request
from dss.onemap.sources.features_api import frame_of_features
from dss.onemap.sources.opening import opened
from dss.onemap.sources.paging import Pages
from dss.onemap.sources.places import Anchor
from dss.onemap.sources.web import Web, json_of, shown_url, with_parameters, xml_of

VERSIONS: Final = ("2.0.0", "1.1.0")
JSON_FORMATS: Final = ("application/json", "json", "application/geo+json", "geojson")


@dataclass(frozen=True, slots=True)
class _Type:
    url: str
    version: str
    name: str
    crs: str | None
    anchor: Anchor | None
    json_format: str | None

    @property
    def parameters(self) -> dict[str, str | int]:
        key = "typeNames" if self.version == "2.0.0" else "typeName"
        return {"service": "WFS", "version": self.version, key: self.name}


def read_wfs(web: Web, url: str, request: Request) -> Delivered:
    """Read a feature type of a WFS."""
    kind = _describe(web, url, request.table)
    said = _count(web, kind)
    pages = Pages(kind.url, said, web.limits, request.on_progress)
    schema = None if kind.json_format else _schema(web, kind)
    while True:
        frame, names = _page(web, kind, pages.received, schema)
        pages.add(frame, names)
        if not len(frame):
            break
        if pages.complete:
            if len(frame) >= web.limits.page_features:  # a full page: what was said may be too few
                pages.expect_no_more(*_page(web, kind, pages.received, schema))
            break
    frame = pages.finish()
    if frame.crs is None and len(frame) and kind.crs is not None:
        frame = frame.set_crs(parse_crs(kind.crs))
    return Delivered(frame, anchor=kind.anchor)


def _describe(web: Web, url: str, wanted: str | None) -> _Type:
    asked = {
        "service": "WFS",
        "request": "GetCapabilities",
        "version": VERSIONS[0],
        "acceptVersions": ",".join(VERSIONS),
    }
    root = xml_of(web.get(url, asked))
    version = root.get("version", "")
    version = "2.0.0" if version.startswith("2.") else version
    if _local(root) not in ("WFS_Capabilities",) or version not in VERSIONS:
        raise MapError("import_service_unknown", url=shown_url(url))
    types = {name: one for one in _all(root, "FeatureType") if (name := _text(one, "Name"))}
    wanted = wanted or str(
        with_parameters(url, {}).params.get("typeNames")
        or with_parameters(url, {}).params.get("typeName")
        or ""
    )
    names = ", ".join(types) or "-"
    fitting = [name for name in types if wanted in (name, name.rpartition(":")[2])] if wanted else list(types)
    if wanted and len(fitting) != 1:
        raise MapError("import_table_missing", file=shown_url(url), table=wanted, tables=names)
    if len(fitting) != 1:
        raise MapError("import_layers_several", file=shown_url(url), layers=names)
    found = types[fitting[0]]
    crs = _text(found, "DefaultCRS") or _text(found, "DefaultSRS")
    return _Type(url, version, fitting[0], crs, _anchor(found), _json_format(root))


def _json_format(root: Element) -> str | None:
    offered = {(value.text or "").strip() for value in (*_all(root, "Value"), *_all(root, "Format"))}
    return next((name for name in offered if name.split(";")[0].lower() in JSON_FORMATS), None)


def _anchor(found: Element) -> Anchor | None:
    box = next(iter(_all(found, "WGS84BoundingBox")), None)
    corners = [_text(box, name).split() for name in ("LowerCorner", "UpperCorner")] if box is not None else []
    try:
        (west, south), (east, north) = ((float(x), float(y)) for x, y in corners)
    except ValueError:
        return None
    return Anchor((west, south, east, north), "service")


def _count(web: Web, kind: _Type) -> int | None:
    """Return how many features the server says there are; None where it does not say."""
    root = xml_of(web.get(kind.url, {**kind.parameters, "request": "GetFeature", "resultType": "hits"}))
    said = root.get("numberMatched") or root.get("numberOfFeatures") or ""
    return int(said) if said.isdigit() else None


def _schema(web: Web, kind: _Type) -> bytes | None:
    """Return the types of the fields, so that codes of digits stay text; None where the server has none."""
    try:
        return web.get(kind.url, {**kind.parameters, "request": "DescribeFeatureType"}).content
    except MapError:
        return None


def _page(web: Web, kind: _Type, start: int, schema: bytes | None) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Get the features from a number on. WFS 1.1 has no paging by standard; where ignored, ids repeat."""
    size = "count" if kind.version == "2.0.0" else "maxFeatures"
    asked = {**kind.parameters, "request": "GetFeature", size: web.limits.page_features}
    if start:
        asked["startIndex"] = start
    if kind.crs is not None:
        asked["srsName"] = kind.crs
    if kind.json_format is not None:
        page = json_of(web.get(kind.url, {**asked, "outputFormat": kind.json_format}))
        if not isinstance(page.get("features"), list):
            raise MapError("import_service_answer", url=shown_url(kind.url), why=str(page.get("type"))[:80])
        names = [str(one["id"]) for one in page["features"] if "id" in one]
        return frame_of_features(page, kind.url), names
    answer = web.get(kind.url, asked)
    root = xml_of(answer)
    members = [
        one
        for holder in root.iter()
        if _local(holder) in ("member", "featureMember", "featureMembers")
        for one in holder
    ]
    if not members:
        return gpd.GeoDataFrame(geometry=[]), []
    names = [name for one in members if (name := _identifier(one))]
    return opened(shown_url(kind.url), lambda: _read_gml(answer.content, schema)), names


def _read_gml(content: bytes, schema: bytes | None) -> gpd.GeoDataFrame:
    """Read GML through GDAL, which turns coordinates to x, y by the axes of their CRS."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "page.gml"
        file.write_bytes(content)
        if schema is not None and b"schema" in schema[:2000]:
            file.with_suffix(".xsd").write_bytes(schema)
        frame: Any = pyogrio.read_dataframe(file)
    frame = frame.drop(columns=[name for name in ("gml_id", "fid") if name in frame.columns])
    return (
        frame
        if isinstance(frame, gpd.GeoDataFrame)
        else gpd.GeoDataFrame(frame, geometry=[None] * len(frame))
    )


def _identifier(member: Element) -> str | None:
    return next(
        (value for key, value in member.attrib.items() if key.rpartition("}")[2] in ("id", "fid")), None
    )


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _all(element: Element, name: str) -> list[Element]:
    return [one for one in element.iter() if _local(one) == name]


def _text(element: Element, name: str) -> str:
    return next(((one.text or "").strip() for one in element if _local(one) == name), "")
