"""Which protocol a web address speaks, and the layer behind it."""

from typing import Final

from dss.errors import MapError
from dss.onemap.sources.arcgis import SERVER, read_arcgis
from dss.onemap.sources.delivered import Delivered, Request
from dss.onemap.sources.features_api import is_landing_page, read_collection
from dss.onemap.sources.web import Web, WebLimits, shown_url, with_parameters
from dss.onemap.sources.wfs import read_wfs

SCHEMES: Final = ("http://", "https://")
READERS: Final = {"wfs:": read_wfs, "oapif:": read_collection, "arcgis:": read_arcgis}


def is_service(source: str) -> bool:
    """Tell whether a source is the address of a web service, with or without the protocol in front."""
    bare = source.removeprefix(next((one for one in READERS if source.lower().startswith(one)), ""))
    return bare.startswith(SCHEMES)


def read_service(source: str, request: Request, limits: WebLimits) -> Delivered:
    """Read a layer of a WFS, an OGC API Features or an ArcGIS REST server.

    Raises
    ------
    MapError
        If the service is not reached, refuses, or gives anything but the whole layer.
    """
    prefix = next((one for one in READERS if source.lower().startswith(one)), None)
    url = source[len(prefix or "") :]
    with Web(limits) as web:
        reader = READERS[prefix] if prefix else READERS[_protocol(web, url)]
        return reader(web, url, request)


def _protocol(web: Web, url: str) -> str:
    """Tell a protocol by the address, else by the first answer."""
    if SERVER.match(url):
        return "arcgis:"
    parameters = {name.lower(): value.lower() for name, value in with_parameters(url, {}).params.items()}
    path = url.split("?", maxsplit=1)[0].rstrip("/").lower()
    if parameters.get("service") == "wfs" or path.endswith(("/wfs", "/ows")):
        return "wfs:"
    if "/collections" in path or is_landing_page(web.get(url, {"f": "json"})):
        return "oapif:"
    raise MapError("import_service_unknown", url=shown_url(url))
