"""Road networks to NetworkX and back, and in the manner of OSMnx."""

from typing import Any, Final

import networkx as nx
import numpy as np
import shapely

from dss import columns as col
from dss.errors import NetworkError
from dss.network import EDGE_AMOUNTS, RoadNetwork
from dss.roads.building import Roads

EDGE: Final = "edge"
TIMES: Final = ("travel_time_s", "travel_time")


def to_networkx(network: RoadNetwork, crs: str | None = None) -> nx.MultiDiGraph:
    """Return a network as a graph: nodes 0 to n - 1 with ``x, y``, edges with their numbers and amounts.

    Parameters
    ----------
    crs
        Name of the coordinates' CRS, kept on the graph as OSMnx does.
    """
    graph = nx.MultiDiGraph(**({} if crs is None else {"crs": crs}))
    if network.x_m is None or network.y_m is None:
        graph.add_nodes_from(range(network.n_nodes))
    else:
        places = zip(network.x_m.tolist(), network.y_m.tolist(), strict=True)
        graph.add_nodes_from((v, {"x": x, "y": y}) for v, (x, y) in enumerate(places))
    names = [
        "travel_time_s",
        *(name for name in (*EDGE_AMOUNTS, "feature") if getattr(network, name) is not None),
    ]
    columns = [getattr(network, name).tolist() for name in names]
    for e, (u, v, *values) in enumerate(
        zip(network.tail.tolist(), network.head.tolist(), *columns, strict=True)
    ):
        graph.add_edge(u, v, key=e, **{EDGE: e}, **dict(zip(names, values, strict=True)))
    return graph


def from_networkx(graph: nx.MultiDiGraph | nx.DiGraph) -> RoadNetwork:
    """Return a graph as a network; nodes are numbered in the graph's order.

    Edges need ``travel_time_s`` or OSMnx's ``travel_time``, both in seconds; they keep the order of the
    number ``edge`` where all have one. Nodes may have ``x, y`` in metres, edges ``length_m`` (or OSMnx's
    ``length``), ``lanes``, ``capacity_pcu_h``, ``width_m`` and ``feature``. What is not a number on every
    node or edge is left out: read a GraphML file by :func:`dss.onemap.osm.graph_roads` instead.

    Raises
    ------
    NetworkError
        If an edge has no time, or the arrays do not make a network.
    """
    number = {node: v for v, node in enumerate(graph)}
    edges = [(u, v, facts) for u, v, facts in graph.edges(data=True)]
    if all(EDGE in facts for _, _, facts in edges):
        edges.sort(key=lambda edge: edge[2][EDGE])
    for u, v, facts in edges:
        if not any(name in facts for name in TIMES):
            raise NetworkError("graph_time", tail=u, head=v)
    facts_of = [facts for _, _, facts in edges]
    places = {axis: _column([facts for _, facts in graph.nodes(data=True)], axis) for axis in "xy"}
    feature = _column(facts_of, "feature")
    time_s = [facts.get(TIMES[0], facts.get(TIMES[1])) for facts in facts_of]
    return RoadNetwork(
        tail=np.array([number[u] for u, _, _ in edges], dtype=np.int32),
        head=np.array([number[v] for _, v, _ in edges], dtype=np.int32),
        travel_time_s=np.array(time_s, dtype=np.float64),
        x_m=places["x"],
        y_m=places["y"],
        length_m=_column(facts_of, "length_m", "length"),
        feature=None if feature is None else feature.astype(np.int32),
        lanes=_column(facts_of, "lanes"),
        capacity_pcu_h=_column(facts_of, "capacity_pcu_h"),
        width_m=_column(facts_of, "width_m"),
    )


def to_osmnx(roads: Roads) -> nx.MultiDiGraph:
    """Return the roads that cars may use as OSMnx keeps them, in the map's projected CRS.

    Edges bear ``osmid`` (the road feature's row), ``highway``, ``name``, ``oneway``, ``reversed``, ``length``
    in metres, ``speed_kph``, ``travel_time`` in seconds, ``lanes``, ``bridge``, ``tunnel`` and ``geometry``.
    """
    network, features = roads.network, roads.features
    assert network.x_m is not None
    assert network.y_m is not None
    graph = nx.MultiDiGraph(crs=str(features.crs))
    open_edges = np.flatnonzero(np.isfinite(roads.drive_s))
    used = np.unique(np.concatenate([network.tail[open_edges], network.head[open_edges]]))
    graph.add_nodes_from((int(v), {"x": float(network.x_m[v]), "y": float(network.y_m[v])}) for v in used)
    for e in open_edges.tolist():
        graph.add_edge(int(network.tail[e]), int(network.head[e]), **_osmnx_facts(roads, e))
    return graph


def _osmnx_facts(roads: Roads, e: int) -> dict[str, Any]:
    network, f = roads.network, e // 2
    assert network.length_m is not None
    assert network.lanes is not None
    row = roads.features.iloc[f]
    length_m, time_s = float(network.length_m[e]), float(roads.drive_s[e])
    against = e % 2 == 1
    return {
        "osmid": f,
        "highway": row[col.ROAD_CLASS],
        "name": row[col.NAME],
        "oneway": not np.isfinite(roads.drive_s[e ^ 1]),
        "reversed": against,
        "length": length_m,
        "speed_kph": length_m / time_s * 3.6 if time_s > 0 else None,
        "travel_time": time_s,
        "lanes": float(network.lanes[e]),
        "bridge": bool(row[col.BRIDGE]),
        "tunnel": bool(row[col.TUNNEL]),
        "geometry": shapely.reverse(row.geometry) if against else row.geometry,
    }


def _column(facts_of: list[dict[str, Any]], *names: str) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    """Return the first attribute that is a number everywhere; None where none is."""
    for name in names:
        if facts_of and all(isinstance(facts.get(name), int | float) for facts in facts_of):
            return np.array([facts[name] for facts in facts_of], dtype=np.float64)
    return None
