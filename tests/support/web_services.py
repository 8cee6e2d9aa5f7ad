"""Web services on this machine that speak WFS, OGC API Features and ArcGIS REST, and may lie.

Every service serves the same numbered points: point i lies at (114 + i/1000, 30 + i/2000) degrees, its code
is i with leading zeros.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Reply:
    """What a service answers: a body, its kind, a status."""

    body: bytes | str
    kind: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Service = Callable[[str, dict[str, str]], Reply]


@contextmanager
def served(service: Service) -> Iterator[str]:
    """Serve on a free port of this machine; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["content-length"])).decode())

        def _answer(self, query: str) -> None:
            parameters = {name.lower(): values[0] for name, values in parse_qs(query).items()}
            reply = service(urlsplit(self.path).path, parameters)
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            self.send_header("content-type", reply.kind)
            self.send_header("content-length", reply.headers.pop("content-length", str(len(body))))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def place(i: int) -> tuple[float, float]:
    """Return where point i is."""
    return round(114 + i / 1000, 6), round(30 + i / 2000, 6)


def feature(i: int, **more: object) -> dict[str, Any]:
    """Return point i as GeoJSON."""
    return {
        "type": "Feature", "id": f"p.{i}", "properties": {"code": f"{i:04}", "name": f"点{i}"},
        "geometry": {"type": "Point", "coordinates": place(i)}, **more,
    }  # fmt: skip


def as_json(content: object) -> Reply:
    """Return a JSON answer."""
    return Reply(json.dumps(content, ensure_ascii=False))


@dataclass
class FeaturesApi:
    """An OGC API Features with one collection; `lie` says how it misbehaves."""

    count: int = 25
    limit: int = 10
    lie: str = ""

    def __call__(self, path: str, query: dict[str, str]) -> Reply:
        """Answer a request."""
        if path == "/":
            return as_json({"title": "t", "links": [{"rel": "conformance", "href": "/conformance"}]})
        if path == "/collections":
            extent = {"spatial": {"bbox": [[113.9, 29.9, 114.2, 30.2]]}}
            return as_json({"collections": [{"id": "points", "extent": extent, "links": []}]})
        return self._items(int(query.get("offset", 0)))

    def _items(self, start: int) -> Reply:
        end, base = min(start + self.limit, self.count), "/collections/points/items?offset="
        numbers = range(start, end)
        links = [{"rel": "next", "href": f"{base}{end}"}] if end < self.count else []
        said = self.count + (5 if self.lie == "more" else -5 if self.lie == "fewer" else 0)
        if self.lie == "same_link":
            links = [{"rel": "next", "href": f"{base}10"}]
        if self.lie == "same_page":
            numbers, links = range(10), [{"rel": "next", "href": f"{base}{end}"}]
        if self.lie == "forever":
            numbers = range(start, start + self.limit)
            links = [{"rel": "next", "href": f"{base}{start + self.limit}"}]
        if self.lie == "empty_forever":
            numbers, links = (
                range(0),
                [{"rel": "next", "href": f"{base}{start + 1}"}],
            )
        if self.lie == "elsewhere":
            links = [{"rel": "next", "href": "http://192.0.2.1/steal"}]
        features = [feature(i) for i in numbers]
        page: dict[str, Any] = {"type": "FeatureCollection", "features": features, "links": links}
        if self.lie not in ("forever", "empty_forever", "same_link", "same_page", "no_count"):
            page["numberMatched"] = said
        return as_json(page)


@dataclass
class ArcGis:
    """A FeatureServer with one layer in EPSG:4547; `lie` says how it misbehaves."""

    count: int = 25
    lie: str = ""

    def __call__(self, path: str, query: dict[str, str]) -> Reply:
        """Answer a request."""
        if path.endswith("/FeatureServer"):
            return as_json({"layers": [{"id": 3, "name": "points"}]})
        if self.lie == "token":
            return as_json({"error": {"code": 499, "message": "Token Required", "details": []}})
        if not path.endswith("/query"):
            return as_json(
                {
                    "id": 3, "name": "points", "type": "Feature Layer", "geometryType": "esriGeometryPoint",
                    "maxRecordCount": 10, "objectIdField": "OBJECTID",
                    "extent": {"spatialReference": {"wkid": 4547, "latestWkid": 4547}},
                    "editingInfo": {"lastEditDate": 1646352000000},
                }
            )  # fmt: skip
        numbers = list(range(1, self.count + 1))
        if "returncountonly" in query:
            return as_json({"count": self.count + (7 if self.lie == "count" else 0)})
        if "returnidsonly" in query:
            return as_json({"objectIdFieldName": "OBJECTID", "objectIds": numbers})
        asked = [int(one) for one in query["objectids"].split(",")]
        return self._features(asked[:-1] if self.lie == "lost" else asked)

    def _features(self, numbers: list[int]) -> Reply:
        fields = [
            {"name": "OBJECTID", "type": "esriFieldTypeOID"},
            {"name": "code", "type": "esriFieldTypeString", "length": 10},
        ]
        features = [
            {
                "attributes": {"OBJECTID": i, "code": f"{i:04}"},
                "geometry": {"x": 500_000.0 + 100 * i, "y": 3_320_000.0},
            }
            for i in numbers
        ]
        return as_json(
            {
                "objectIdFieldName": "OBJECTID", "geometryType": "esriGeometryPoint",
                "spatialReference": {"wkid": 4547, "latestWkid": 4547}, "fields": fields,
                "features": features,
            }
        )  # fmt: skip


@dataclass
class Wfs:
    """A WFS with one feature type; `order` is how its coordinates come, `lie` how it misbehaves."""

    version: str = "2.0.0"
    json: bool = False
    order: str = "lat_lng"
    count: int = 25
    limit: int = 10
    lie: str = ""

    def __call__(self, _: str, query: dict[str, str]) -> Reply:
        """Answer a request."""
        request = query.get("request", "").lower()
        if request == "getcapabilities":
            return self._xml(self._capabilities())
        if request == "describefeaturetype":
            return self._xml(SCHEMA)
        if query.get("resulttype") == "hits":
            return self._xml(self._page(range(0), self._said()))
        size = int(query.get("count") or query.get("maxfeatures") or 10**6)
        start = 0 if self.lie == "no_paging" else int(query.get("startindex", 0))
        numbers = range(start, min(start + min(size, self.limit), self.count))
        if "json" in query.get("outputformat", ""):
            features = [feature(i) for i in numbers]
            page = {"type": "FeatureCollection", "features": features, "numberMatched": self._said()}
            return as_json(page)
        return self._xml(self._page(numbers, self._said()))

    def _said(self) -> int:
        return self.count + {"more": 5, "fewer": -5}.get(self.lie, 0)

    def _xml(self, body: str) -> Reply:
        return Reply('<?xml version="1.0" encoding="UTF-8"?>' + body, "text/xml")

    def _capabilities(self) -> str:
        two = self.version == "2.0.0"
        space = "http://www.opengis.net/wfs/2.0" if two else "http://www.opengis.net/wfs"
        crs = "DefaultCRS" if two else "DefaultSRS"
        form = "<ows:Value>application/json</ows:Value>" if self.json else "<ows:Value>text/xml</ows:Value>"
        return (
            f'<wfs:WFS_Capabilities version="{self.version}" xmlns:wfs="{space}" '
            'xmlns:ows="http://www.opengis.net/ows/1.1">'
            f'<ows:OperationsMetadata><ows:Parameter name="outputFormat">{form}</ows:Parameter>'
            "</ows:OperationsMetadata><wfs:FeatureTypeList><wfs:FeatureType><wfs:Name>app:points</wfs:Name>"
            f"<wfs:{crs}>urn:ogc:def:crs:EPSG::4490</wfs:{crs}><ows:WGS84BoundingBox>"
            "<ows:LowerCorner>113.9 29.9</ows:LowerCorner><ows:UpperCorner>114.2 30.2</ows:UpperCorner>"
            "</ows:WGS84BoundingBox></wfs:FeatureType></wfs:FeatureTypeList></wfs:WFS_Capabilities>"
        )

    def _page(self, numbers: range, said: int) -> str:
        two = self.version == "2.0.0"
        space = "http://www.opengis.net/wfs/2.0" if two else "http://www.opengis.net/wfs"
        gml = "http://www.opengis.net/gml/3.2" if two else "http://www.opengis.net/gml"
        counted = (
            f'numberMatched="{said}" numberReturned="{len(numbers)}"' if two else f'numberOfFeatures="{said}"'
        )
        member = "wfs:member" if two else "gml:featureMember"
        members = "".join(f"<{member}>{self._point(i)}</{member}>" for i in numbers)
        return (
            f'<wfs:FeatureCollection {counted} xmlns:wfs="{space}" xmlns:gml="{gml}" xmlns:app="http://app">'
            f"{members}</wfs:FeatureCollection>"
        )

    def _point(self, i: int) -> str:
        lng, lat = place(i)
        position = f"{lat} {lng}" if self.order == "lat_lng" else f"{lng} {lat}"
        return (
            f'<app:points gml:id="points.{i}"><app:code>{i:04}</app:code><app:name>点{i}</app:name><app:geom>'
            f'<gml:Point srsName="urn:ogc:def:crs:EPSG::4490" gml:id="g.{i}"><gml:pos>{position}</gml:pos>'
            "</gml:Point></app:geom></app:points>"
        )


SCHEMA = (
    '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:app="http://app" '
    'xmlns:gml="http://www.opengis.net/gml/3.2" elementFormDefault="qualified" targetNamespace="http://app">'
    '<xsd:import namespace="http://www.opengis.net/gml/3.2"/><xsd:complexType name="pointsType">'
    '<xsd:complexContent><xsd:extension base="gml:AbstractFeatureType"><xsd:sequence>'
    '<xsd:element name="code" type="xsd:string"/><xsd:element name="name" type="xsd:string"/>'
    '<xsd:element name="geom" type="gml:PointPropertyType"/></xsd:sequence></xsd:extension>'
    '</xsd:complexContent></xsd:complexType><xsd:element name="points" type="app:pointsType" '
    'substitutionGroup="gml:AbstractFeature"/></xsd:schema>'
)
