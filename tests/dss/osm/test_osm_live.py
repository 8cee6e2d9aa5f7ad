"""A download of OpenStreetMap says what it needs where it cannot be made, and gives roads where it can."""

import sys
from pathlib import Path
from types import ModuleType

import networkx as nx
import pytest
from deliveries import empty_map, refused

from dss.errors import MapError
from dss.onemap import FileHints, import_source
from dss.onemap.osm.live import download_roads


def install(monkeypatch: pytest.MonkeyPatch, answer: object) -> list[object]:
    """Put a module in the place of OSMnx that answers, or raises; returns what it was asked."""
    asked: list[object] = []

    def ask(what: object, **options: object) -> object:
        asked.append((what, options))
        if isinstance(answer, Exception):
            raise answer
        return answer

    module = ModuleType("osmnx")
    module.graph_from_place = module.graph_from_bbox = ask  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "osmnx", module)
    return asked


def little_graph() -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, (x, y) in {1: (114.0, 30.0), 2: (114.01, 30.0), 3: (114.01, 30.01)}.items():
        graph.add_node(node, x=x, y=y)
    for u, v in ((1, 2), (2, 1), (2, 3)):
        graph.add_edge(u, v, highway="primary", osmid=1, oneway=False, length=1000.0)
    return graph


@pytest.mark.parametrize("place", ["osm:武汉市", "osm:113.9,29.9,114.1,30.1"])
def test_the_roads_of_a_place_come_into_the_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str):
    asked = install(monkeypatch, little_graph())
    (layer,) = import_source(empty_map(tmp_path / "map"), place, FileHints()).imported
    assert (layer.role, layer.records, layer.stored_crs) == ("roads", 2, "EPSG:4326")
    assert layer.licence == "ODbL 1.0"
    box = (113.9, 29.9, 114.1, 30.1)
    assert asked == [("武汉市" if "武" in place else box, {"network_type": "drive", "simplify": True})]


def test_without_osmnx_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "osmnx", None)
    error = refused(empty_map(tmp_path / "map"), "osm:Wuhan", key="roads", role="roads")
    assert error.code == "import_osmnx_missing"
    assert "onemap-dss[online]" in str(error)


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (ConnectionError("no route"), "import_osm_offline"),
        (TimeoutError("late"), "import_osm_offline"),
        (ValueError("nothing of that name"), "import_osm_nothing"),
    ],
)
def test_no_internet_and_no_such_place_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, raised: Exception, code: str
):
    install(monkeypatch, raised)
    with pytest.raises(MapError) as caught:
        download_roads("osm:Atlantis")
    assert caught.value.code == code


@pytest.mark.parametrize("box", ["osm:114,30,113,31", "osm:0,0,0,0", "osm:1,2,3,400"])
def test_a_box_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, box: str):
    install(monkeypatch, little_graph())
    with pytest.raises(MapError) as caught:
        download_roads(box)
    assert caught.value.code == "import_osm_box"
