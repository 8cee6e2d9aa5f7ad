"""Download the roads of a place from OpenStreetMap with OSMnx, where there is internet."""

from importlib import import_module
from types import ModuleType
from typing import Final

import geopandas as gpd
import networkx as nx

from dss.errors import MapError
from dss.onemap.osm.graphs import graph_roads

PREFIX: Final = "osm:"
NETWORK: Final = "drive"

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


def is_live(source: str) -> bool:
    """Tell whether a source asks for a download: ``osm:`` and a place, or a box in degrees."""
    return source.lower().startswith(PREFIX)


def download_roads(source: str) -> gpd.GeoDataFrame:
    """Download the roads of a place or a box as a road layer.

    Raises
    ------
    MapError
        If OSMnx is not installed, the internet is not reached, or nothing is found under that name.
    """
    place = source[len(PREFIX) :].strip()
    osmnx, box = _osmnx(), _box(place)
    try:
        graph = _graph(osmnx, place, box)
    except (OSError, TimeoutError) as error:  # requests' errors are OSErrors
        why = " ".join(str(error).split())[:200]
        raise MapError("import_osm_offline", place=place, why=why) from error
    except Exception as error:  # OSMnx has kinds of errors of its own
        why = " ".join(str(error).split())[:200] or type(error).__name__
        raise MapError("import_osm_nothing", place=place, why=why) from error
    return graph_roads(graph)


def _osmnx() -> ModuleType:
    try:
        return import_module("osmnx")
    except ImportError as error:
        raise MapError("import_osmnx_missing") from error


def _graph(osmnx: ModuleType, place: str, box: Box | None) -> nx.MultiDiGraph:
    if box is not None:
        return osmnx.graph_from_bbox(box, network_type=NETWORK, simplify=True)
    return osmnx.graph_from_place(place, network_type=NETWORK, simplify=True)


def _box(place: str) -> Box | None:
    """Return west, south, east, north; None where the text is a name."""
    try:
        west, south, east, north = (float(part) for part in place.split(","))
    except ValueError:
        return None
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise MapError("import_osm_box", box=place)
    return west, south, east, north
