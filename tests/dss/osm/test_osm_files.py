"""One little town in every file format gives the same roads; the answer for Futian gives the known counts.

Nodes 1-2-3 in a row and 4 above 2. Way 10 runs 1-2-3, way 20 runs 4-2 against its one-way sign.
"""

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from osm_pbf import write_pbf
from town import BuildTown

from dss.errors import MapError
from dss.onemap import FileHints, import_file, open_map
from dss.onemap.osm import graph_roads, read_osm
from dss.roads import build_roads
from dss.standards import StandardsReader

PLACES = {1: (114.0, 22.5), 2: (114.001, 22.5), 3: (114.002, 22.5), 4: (114.001, 22.501)}
WAYS = {
    10: ([1, 2, 3], {"highway": "primary", "name": "深南大道", "lanes": "6", "maxspeed": "60"}),
    20: ([4, 2], {"highway": "residential", "oneway": "-1", "bridge": "yes", "layer": "1"}),
    30: ([1, 4], {"building": "yes"}),
}


def write_overpass(path: Path) -> None:
    nodes = [{"type": "node", "id": n, "lon": lng, "lat": lat} for n, (lng, lat) in PLACES.items()]
    ways = [{"type": "way", "id": w, "nodes": path, "tags": tags} for w, (path, tags) in WAYS.items()]
    path.write_text(json.dumps({"version": 0.6, "osm3s": {}, "elements": nodes + ways}), encoding="utf-8")


def write_overpass_with_places(path: Path) -> None:
    ways = [
        {"type": "way", "id": w, "nodes": nodes, "tags": tags,
         "geometry": [{"lon": PLACES[n][0], "lat": PLACES[n][1]} for n in nodes]}
        for w, (nodes, tags) in WAYS.items()
    ]  # fmt: skip
    path.write_text(json.dumps({"elements": ways}), encoding="utf-8")


def write_xml(path: Path) -> None:
    lines = [f'<node id="{n}" lon="{lng}" lat="{lat}"/>' for n, (lng, lat) in PLACES.items()]
    for way, (nodes, tags) in WAYS.items():
        inside = [f'<nd ref="{n}"/>' for n in nodes] + [f'<tag k="{k}" v="{v}"/>' for k, v in tags.items()]
        lines.append(f'<way id="{way}">{"".join(inside)}</way>')
    path.write_text(f'<osm version="0.6">{"".join(lines)}</osm>', encoding="utf-8")


WRITERS = {
    "overpass.json": write_overpass,
    "geom.json": write_overpass_with_places,
    "town.osm": write_xml,
    "town.osm.pbf": lambda path: write_pbf(path, PLACES, WAYS),
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_roads(tmp_path: Path, name: str):
    WRITERS[name](tmp_path / name)
    roads = read_osm(tmp_path / name)
    assert roads["osm_way"].tolist() == [10, 10, 20]  # way 10 is cut where way 20 meets it
    assert roads["one_way"].fillna(0).tolist() == [0, 0, -1]
    assert roads["lanes"].fillna(0).tolist() == [6, 6, 0]
    assert roads["speed_kph"].fillna(0).tolist() == [60, 60, 0]
    assert roads["bridge"].tolist() == [0, 0, 1]
    assert roads["level"].tolist() == [0, 0, 1]
    assert roads["name"].tolist()[:2] == ["深南大道"] * 2
    ends = roads[["from_node", "to_node"]].to_numpy()
    assert ends[0, 1] == ends[1, 0] == ends[2, 1]
    assert len(np.unique(ends)) == 4
    assert np.allclose(shapely.get_coordinates(roads.geometry.iloc[0]), [PLACES[1], PLACES[2]])


def test_a_way_is_cut_where_the_file_lacks_a_node_and_where_it_meets_itself(tmp_path: Path):
    nodes = [
        {"type": "node", "id": n, "lon": 114 + n / 1000, "lat": 22.5 + n % 2 / 1000} for n in range(1, 7)
    ]
    ways = [
        {"type": "way", "id": 1, "nodes": [1, 2, 99, 3, 4], "tags": {"highway": "primary"}},
        {"type": "way", "id": 2, "nodes": [5, 6, 1, 5], "tags": {"highway": "service"}},
    ]
    (tmp_path / "a.json").write_text(json.dumps({"elements": nodes + ways}), encoding="utf-8")
    roads = read_osm(tmp_path / "a.json")
    pieces = list(zip(roads["from_node"], roads["to_node"], strict=True))
    assert pieces == [(1, 2), (3, 4), (5, 1), (1, 5)]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.osm", "<osm><node id='1' lon='0' lat='0'/></osm>", "osm_no_roads"),
        ("a.osm", "<osm><node id='1'", "file_unreadable"),
        ("a.osm", "<html/>", "file_unreadable"),
        ("a.json", '{"elements": 3', "file_unreadable"),
        ("a.json", '{"elements": []}', "osm_no_roads"),
        ("a.graphml", "<graphml", "file_unreadable"),
        ("a.osm.pbf", "no pbf", "file_unreadable"),
    ],
)
def test_a_broken_or_empty_file_is_refused(tmp_path: Path, name: str, content: str, code: str):
    (tmp_path / name).write_text(content)
    with pytest.raises(MapError) as caught:
        read_osm(tmp_path / name)
    assert caught.value.code == code


def test_an_osm_file_becomes_the_map_s_road_layer(build_town: BuildTown, tmp_path: Path):
    town = build_town()
    write_overpass(tmp_path / "overpass.json")
    import_file(town.folder, tmp_path / "overpass.json", FileHints(key="roads"))
    town = open_map(town.folder)
    assert town.layer("roads").records == 3
    roads = build_roads(town, StandardsReader())
    assert (roads.network.n_nodes, roads.network.n_edges) == (4, 6)
    assert np.isfinite(roads.drive_s).tolist() == [True] * 4 + [False, True]


def test_an_osm_file_without_a_binding_is_a_road_layer(build_town: BuildTown, tmp_path: Path):
    town = build_town()
    write_xml(tmp_path / "other.osm")
    layer = import_file(town.folder, tmp_path / "other.osm", FileHints(key="osm_roads")).imported[0]
    assert (layer.role, layer.licence, layer.stored_crs) == ("roads", "ODbL 1.0", "EPSG:4326")


def test_futian_gives_the_known_counts(shared: Path):
    roads = read_osm(shared / "data/shenzhen_futian/overpass_drive_20241006.json")
    segments = shapely.get_num_coordinates(roads.geometry.array) - 1
    assert roads["osm_way"].nunique() == 4272
    assert len(np.unique(shapely.get_coordinates(roads.geometry.array), axis=0)) == 30_370
    assert segments.sum() == 32_688
    # the known 43,221 directed segments count tags alone; 7 lie on a roundabout that is one-way by being one
    directed = segments * np.where(roads["one_way"].fillna(0) == 0, 2, 1)
    assert directed.sum() == 43_221 - 7


def test_futian_s_graph_gives_the_known_counts(shared: Path):
    roads = read_osm(shared / "data/shenzhen_futian/futian_simplified.graphml")
    assert len(set(roads["from_node"]) | set(roads["to_node"])) == 1970
    assert np.where(roads["one_way"] == 0, 2, 1).sum() == 3908


def test_two_edges_along_one_line_are_a_two_way_road_and_others_are_not():
    graph = nx.MultiDiGraph(crs="EPSG:4547")
    graph.add_nodes_from([(0, {"x": 0, "y": 0}), (1, {"x": 100, "y": 0})])
    bend = shapely.LineString([(0, 0), (50, 20), (100, 0)])
    for u, v, line in [(0, 1, None), (1, 0, None), (0, 1, bend), (1, 1, None)]:
        graph.add_edge(u, v, highway=["primary", "trunk"], **({} if line is None else {"geometry": line}))
    roads = graph_roads(graph)
    assert roads["one_way"].tolist() == [0, 1, 1]
    assert roads["road_class"].tolist() == ["primary"] * 3


def test_a_graph_without_directions_or_places_is_refused():
    nowhere = nx.MultiDiGraph()
    nowhere.add_node(0, x="east", y=0)
    for graph, code in [(nx.MultiGraph(), "graph_undirected"), (nowhere, "graph_place")]:
        with pytest.raises(MapError) as caught:
            graph_roads(graph)
        assert caught.value.code == code
