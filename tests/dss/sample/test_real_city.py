"""Coquimbo out of its package: streets and zones arrive whole, and what is assumed says so."""

import sqlite3
import struct
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from dss.errors import InputError
from dss.onemap import open_map, read_profile, read_vector
from dss.onemap.importing import import_folder, init_map
from dss.sample.real import unpack_coquimbo

BOX = shapely.MultiPolygon(
    [shapely.box(-71.27, -29.92, -71.20, -29.90), shapely.box(-71.19, -29.92, -71.18, -29.90)]
)
TWO_WAY = shapely.LineString([(-71.21, -29.91), (-71.20, -29.91)])
ONE_WAY = shapely.LineString([(-71.20, -29.91), (-71.18, -29.91), (-71.18, -29.905)])


def spatialite(shape: shapely.Geometry) -> bytes:
    """Write a geometry as SpatiaLite stores it: its specification, not the code under test, is the source."""
    head = b"\x00\x01" + struct.pack("<i4d", 4326, *shape.bounds) + b"\x7c"
    if shape.geom_type == "LineString":
        return head + line_body(2, shape.coords) + b"\xfe"
    parts = b"".join(b"\x69" + polygon_body(part) for part in shape.geoms)
    return head + struct.pack("<ii", 6, len(shape.geoms)) + parts + b"\xfe"


def line_body(kind: int, coords) -> bytes:
    return struct.pack("<ii", kind, len(coords)) + b"".join(struct.pack("<2d", *xy) for xy in coords)


def polygon_body(shape: shapely.Polygon) -> bytes:
    ring = shape.exterior.coords
    points = b"".join(struct.pack("<2d", *xy) for xy in ring)
    return struct.pack("<iii", 3, 1, len(ring)) + points


def build_package(site: Path, *, name: str = "project_database.sqlite") -> None:
    database = site / "made.sqlite"
    site.mkdir(parents=True)
    connection = sqlite3.connect(database)
    connection.execute(
        "create table links (link_id, a_node, b_node, direction, link_type, name, speed_ab, lanes_ab, "
        "lanes_ba, geometry)"
    )
    rows = [
        (1, 10, 11, 0, "primary", "Balmaceda", 50, 2, 1, spatialite(TWO_WAY)),
        (2, 11, 12, 1, "residential", None, None, 2, 1, spatialite(ONE_WAY)),
        (3, 10, 12, 0, "centroid_connector", None, None, None, None, spatialite(ONE_WAY)),
    ]
    connection.executemany("insert into links values (?,?,?,?,?,?,?,?,?,?)", rows)
    connection.execute("create table zones (zone_id, population, geometry)")
    connection.execute("insert into zones values (7, 1234.6, ?)", (spatialite(BOX),))
    connection.commit()
    connection.close()
    package = site / "aequilibrae"
    (package / "reference_files").mkdir(parents=True)
    (package / "__init__.py").write_text("raise AssertionError('imported')\n", encoding="utf-8")
    with zipfile.ZipFile(package / "reference_files" / "coquimbo.zip", "w") as packed:
        packed.write(database, name)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    return tmp_path / "site"


def test_the_package_is_read_without_being_imported(site, tmp_path):
    build_package(site)
    unpack_coquimbo(tmp_path / "delivery")
    assert "aequilibrae" not in sys.modules
    assert {path.name for path in (tmp_path / "delivery").iterdir()} == {
        "roads.gpkg", "zones.gpkg", "coast.gpkg", "assembly.gpkg",
    }  # fmt: skip


def test_streets_keep_direction_lanes_and_shape_and_connectors_are_none(site, tmp_path):
    build_package(site)
    unpack_coquimbo(tmp_path / "delivery")
    roads = gpd.read_file(tmp_path / "delivery" / "roads.gpkg")
    assert list(roads["link_id"]) == [1, 2]
    assert list(roads["lanes"]) == [
        3,
        2,
    ]  # two and one on the street with both directions; two on the one way
    assert list(roads["direction"]) == [0, 1]
    assert roads["speed_kph"].iloc[0] == 50
    assert shapely.equals(roads.geometry.to_numpy(), [TWO_WAY, ONE_WAY]).all()


def test_zones_keep_every_part_and_whole_persons(site, tmp_path):
    build_package(site)
    unpack_coquimbo(tmp_path / "delivery")
    zones = gpd.read_file(tmp_path / "delivery" / "zones.gpkg")
    assert list(zones["population"]) == [1234]
    assert shapely.equals(zones.geometry.iloc[0], BOX)


def test_what_is_assumed_says_so_in_both_languages(site, tmp_path):
    build_package(site)
    unpack_coquimbo(tmp_path / "delivery")
    init_map(tmp_path / "map", read_profile("coquimbo"))
    import_folder(tmp_path / "map", tmp_path / "delivery")
    onemap = open_map(tmp_path / "map")
    for key in ("coast", "assembly"):
        layer = onemap.layer(key)
        assert "假设" in layer.title.zh
        assert "假设" in layer.caveat.zh
        assert "assumed" in layer.title.en
        assert "assumed" in layer.owner.en
    assert "OpenStreetMap contributors" in onemap.layer("roads").owner.en
    assembly = read_vector(onemap, onemap.layer("assembly"))
    coast = read_vector(onemap, onemap.layer("coast")).union_all()
    assert (assembly.distance(coast) > 1_700).all()


def test_without_the_package_the_way_out_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("dss.sample.real.coquimbo.find_spec", lambda _: None)
    with pytest.raises(InputError, match="demo-real"):
        unpack_coquimbo(tmp_path / "delivery")


def test_a_package_with_other_contents_is_refused(site, tmp_path):
    build_package(site, name="other.sqlite")
    with pytest.raises(InputError) as caught:
        unpack_coquimbo(tmp_path / "delivery")
    assert caught.value.code == "real_contents"
    assert not list((tmp_path / "delivery").glob("*.gpkg"))
