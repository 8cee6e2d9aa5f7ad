"""Read OpenStreetMap files: Overpass answers, OSM XML, PBF, and graphs as GraphML."""

import json
from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element, iterparse

import geopandas as gpd
import networkx as nx
import numpy as np
import pyogrio
import shapely

from dss.errors import MapError
from dss.onemap.osm.graphs import graph_roads
from dss.onemap.osm.ways import OsmExtract, Way, road_layer

DEGREE_STEPS: Final = 10_000_000
"""OpenStreetMap keeps coordinates in steps of 1e-7 degrees."""

# What JSON, XML, GraphML and GDAL raise when a file is not what its name says.
READING_ERRORS: Final = (
    OSError, RuntimeError, ValueError, LookupError, TypeError, SyntaxError, nx.NetworkXError
)  # fmt: skip


def is_osm_file(file: Path) -> bool:
    """Tell by a file's name, and for JSON by its beginning, whether it is of OpenStreetMap or a graph."""
    name = file.name.lower()
    if name.endswith(".json"):
        return file.is_file() and _is_overpass(file)
    return name.endswith(tuple(SUFFIXES))


def read_osm(file: Path) -> gpd.GeoDataFrame:
    """Read the roads of a file as a road layer in EPSG:4326 with the columns of the role ``roads``.

    Formats: an Overpass answer (``.json``, with node numbers or with ``out geom``), OSM XML (``.osm``), PBF
    (``.osm.pbf``, through GDAL's OSM driver) and GraphML as OSMnx writes it (``.graphml``).

    Raises
    ------
    MapError
        If the file cannot be read, or holds no road.
    """
    ending = next((end for end in SUFFIXES if file.name.lower().endswith(end)), ".json")
    try:
        roads = SUFFIXES[ending](file)
    except READING_ERRORS as error:
        why = f"{type(error).__name__}: {error}"
        raise MapError("file_unreadable", file=file, why=" ".join(why.split())[:300]) from error
    if roads.empty:
        raise MapError("osm_no_roads", file=file)
    return roads


def _is_overpass(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as stream:
        head = stream.read(4096)
    return '"FeatureCollection"' not in head and ('"osm3s"' in head or '"elements"' in head)


def _read_overpass(file: Path) -> gpd.GeoDataFrame:
    elements = json.loads(file.read_text(encoding="utf-8"))["elements"]
    nodes = [(e["id"], e["lon"], e["lat"]) for e in elements if e["type"] == "node"]
    ways = [e for e in elements if e["type"] == "way" and "highway" in e.get("tags", {})]
    for way in ways:  # "out geom" puts the places beside the numbers
        found = zip(way["nodes"], way.get("geometry", ()), strict="geometry" in way)
        nodes.extend((n, place["lon"], place["lat"]) for n, place in found if place)
    return road_layer(_extract(nodes, [Way(way["id"], way["nodes"], way["tags"]) for way in ways]))


def _read_xml(file: Path) -> gpd.GeoDataFrame:
    nodes: list[tuple[int, float, float]] = []
    ways: list[Way] = []
    for element in _elements(file):
        if element.tag == "node":
            nodes.append(
                (int(element.attrib["id"]), float(element.attrib["lon"]), float(element.attrib["lat"]))
            )
        else:
            tags = {tag.attrib["k"]: tag.attrib["v"] for tag in element.iter("tag")}
            if "highway" in tags:
                path = [int(nd.attrib["ref"]) for nd in element.iter("nd")]
                ways.append(Way(int(element.attrib["id"]), path, tags))
    return road_layer(_extract(nodes, ways))


def _elements(file: Path) -> Iterator[Element]:
    """Yield nodes and ways one by one; what was read is forgotten, so that memory stays bounded."""
    root: Element | None = None
    for event, element in iterparse(file, events=("start", "end")):
        if root is None:
            root = element
            if root.tag != "osm":
                raise ValueError(f"<{root.tag}> in place of <osm>")
        if event == "end" and element.tag in ("node", "way"):
            yield element
            root.clear()


def _extract(nodes: list[tuple[int, float, float]], ways: list[Way]) -> OsmExtract:
    table = np.array([number for number, _, _ in nodes], dtype=np.int64)
    place = np.array([(lng, lat) for _, lng, lat in nodes], dtype=np.float64).reshape(-1, 2)
    node, first = np.unique(table, return_index=True)
    return OsmExtract(node, place[first, 0], place[first, 1], ways)


def _read_pbf(file: Path) -> gpd.GeoDataFrame:
    """Read the lines through GDAL, which drops the numbers of nodes: nodes at one place count as one."""
    with as_file(files(__package__).joinpath("osmconf.ini")) as settings:
        lines = pyogrio.read_dataframe(
            file, layer="lines", where="highway IS NOT NULL", CONFIG_FILE=str(settings)
        )
    points, owner = shapely.get_coordinates(lines.geometry.array, return_index=True)
    steps = np.round(points * DEGREE_STEPS).astype(np.int64)
    places, number = np.unique(steps, axis=0, return_inverse=True)
    nodes = np.split(number.ravel(), np.cumsum(np.bincount(owner, minlength=len(lines)))[:-1])
    tags = lines.drop(columns=["geometry", "osm_id"]).to_dict("records")
    ways = [
        Way(int(way), path.tolist(), {key: value for key, value in row.items() if isinstance(value, str)})
        for way, path, row in zip(lines["osm_id"], nodes, tags, strict=True)
    ]
    lng_deg, lat_deg = (places / DEGREE_STEPS).T
    return road_layer(OsmExtract(np.arange(len(places)), lng_deg, lat_deg, ways))


def _read_graphml(file: Path) -> gpd.GeoDataFrame:
    return graph_roads(nx.read_graphml(file, force_multigraph=True))


SUFFIXES: Final[dict[str, Callable[[Path], Any]]] = {
    ".osm.pbf": _read_pbf,
    ".pbf": _read_pbf,
    ".osm": _read_xml,
    ".osm.xml": _read_xml,
    ".graphml": _read_graphml,
    ".json": _read_overpass,
}
