"""Roads of a NetworkX graph in the manner of OSMnx, as a road layer.

OSMnx names ``x, y`` on nodes, ``crs`` on the graph, and ``highway, lanes, maxspeed, length, geometry`` on
edges; a value may be a list where streets were merged. After GraphML everything is text.
"""

import ast
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, Final

import geopandas as gpd
import networkx as nx
import pandas as pd
import shapely

from dss import columns as col
from dss.errors import MapError
from dss.onemap.osm.tags import road_facts
from dss.onemap.osm.ways import COLUMNS, NUMBERS, OSM_WAY

TAGS: Final = (
    "name",
    "highway",
    "oneway",
    "junction",
    "lanes",
    "maxspeed",
    "width",
    "bridge",
    "tunnel",
    "layer",
)
COORDINATE_DIGITS: Final = 7


def graph_roads(graph: nx.MultiDiGraph) -> gpd.GeoDataFrame:
    """Return the roads of a directed graph, one row per street piece, in the graph's CRS.

    A pair of edges that run the same line in both directions becomes one two-way road. Every other edge is
    one-way along its line, whatever its tag ``oneway`` says: the graph is what was made of the tags.

    Parameters
    ----------
    graph
        With ``x`` and ``y`` on every node; ``crs`` on the graph, EPSG:4326 where absent.

    Raises
    ------
    MapError
        If the graph is undirected, or a node has no place.
    """
    if not graph.is_directed():
        raise MapError("graph_undirected")
    places = {node: _place(node, facts) for node, facts in graph.nodes(data=True)}
    rows: dict[tuple[object, ...], dict[str, Any]] = {}
    for u, v, facts in graph.edges(data=True):
        line = _line(places[u], places[v], facts.get("geometry"))
        found = rows.get(_key(v, u, line.reverse(), facts))
        if found is not None and found[col.ONE_WAY] == 1 and u != v:
            found[col.ONE_WAY] = 0
            continue
        rows[_free_key(rows, _key(u, v, line, facts))] = _row(u, v, line, facts)
    crs = graph.graph.get("crs", "EPSG:4326")
    columns = [*COLUMNS, col.FROM_NODE, col.TO_NODE, OSM_WAY, "geometry"]
    frame = pd.DataFrame(list(rows.values()), columns=columns).astype(NUMBERS)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=crs)


def _place(node: Hashable, facts: Mapping[str, Any]) -> tuple[float, float]:
    try:
        return float(facts["x"]), float(facts["y"])
    except (KeyError, TypeError, ValueError) as error:
        raise MapError("graph_place", node=node) from error


def _line(start: tuple[float, float], end: tuple[float, float], geometry: object) -> shapely.LineString:
    if geometry is None:
        return shapely.LineString([start, end])
    return shapely.from_wkt(geometry) if isinstance(geometry, str) else geometry


def _key(u: Hashable, v: Hashable, line: shapely.LineString, facts: Mapping[str, Any]) -> tuple[object, ...]:
    """Tell edges apart by ends and course; level and class keep stacked roads apart."""
    course = shapely.set_precision(line, 10.0**-COORDINATE_DIGITS, mode="pointwise").wkb
    return u, v, course, str(facts.get("layer")), str(facts.get("highway"))


def _free_key(taken: Mapping[tuple[object, ...], object], key: tuple[object, ...]) -> tuple[object, ...]:
    while key in taken:  # the same edge twice: kept, the repair reports it
        key = (*key, "again")
    return key


def _row(u: Hashable, v: Hashable, line: shapely.LineString, facts: Mapping[str, Any]) -> dict[str, Any]:
    tags = {name: _text(facts[name]) for name in TAGS if name in facts}
    osm_way = pd.to_numeric(_text(facts.get("osmid", "")), errors="coerce")
    row = road_facts({"highway": "road", **tags})
    return {**row, col.ONE_WAY: 1, col.FROM_NODE: u, col.TO_NODE: v, OSM_WAY: osm_way, "geometry": line}


def _text(value: object) -> str:
    """Return a tag as text; of a list (streets that were merged) the first."""
    if isinstance(value, str) and value.startswith("["):
        value = ast.literal_eval(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return str(next(iter(value), ""))
    return str(value)
