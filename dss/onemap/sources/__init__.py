"""Readers: what a department delivers, in whatever form, as a frame and what is known of it."""

from pathlib import Path
from typing import Final

from dss.errors import MapError
from dss.onemap.osm import ROLE as OSM_ROLE
from dss.onemap.osm import is_osm_file, read_osm
from dss.onemap.osm.live import download_roads, is_live
from dss.onemap.sources.database import is_database, read_database
from dss.onemap.sources.dates import file_day
from dss.onemap.sources.delivered import Delivered, Request
from dss.onemap.sources.files import read_file
from dss.onemap.sources.placing import place_rows
from dss.onemap.sources.services import is_service, read_service
from dss.onemap.sources.tables import TABLE_SUFFIXES, read_table
from dss.onemap.sources.web import WebLimits

WEB_LIMITS: Final = WebLimits()


def read_source(source: str, role: str, request: Request) -> Delivered:
    """Read a layer from wherever it is.

    Raises
    ------
    MapError
        If it cannot be read whole; names what is wrong and the way out.
    """
    if is_live(source):
        return Delivered(download_roads(source))
    if is_database(source):
        return read_database(source, request)
    if is_service(source):
        return read_service(source, request, WEB_LIMITS)
    file = Path(source)
    if not file.exists():
        raise MapError("file_missing", file=file)
    if role == OSM_ROLE and is_osm_file(file):
        return Delivered(read_osm(file), date=file_day(file))
    if file.suffix.lower() in TABLE_SUFFIXES:
        table = read_table(file, request.table, request.encoding)
        placed = place_rows(table.frame, request, file)
        return Delivered(placed.frame, (*table.guesses, *placed.guesses), table.encoding, table.date)
    return read_file(file, request)


__all__ = ["Delivered", "Request", "read_source"]
