"""Tiles as GDAL reads them: shapes are where they were, and the file of the base map holds every tile."""

import gzip
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from town import BuildTown, town_layers

from api.coded import code_values
from api.layers import FeatureTable
from api.tiles import pmtiles
from api.tiles.archive import open_archive, read_varints
from api.tiles.base_map import Part, read_part
from api.tiles.cutting import cut_shapes, layer_tile
from api.tiles.encoding import TileLayer, encode_tile, varints
from api.tiles.grid import Tile, tile_at
from api.tiles.pmtiles import tile_number, write_pmtiles

TILE = tile_at(12, 114.3, 30.6)


def read_tile(tile: Tile, content: bytes, folder: Path) -> gpd.GeoDataFrame:
    """Read a tile with GDAL, in degrees."""
    file = folder / f"{tile.z}-{tile.x}-{tile.y}.mvt"
    file.write_bytes(content)
    place = {"X": str(tile.x), "Y": str(tile.y), "Z": str(tile.z), "CLIP": "NO"}
    return pyogrio.read_dataframe(file, **place).to_crs("EPSG:4326")


def holes(shape: shapely.Geometry) -> int:
    return int(shapely.get_num_interior_rings(shapely.get_parts(shape)).sum())


def table_of(shapes: list[shapely.Geometry], **columns: list[object]) -> FeatureTable:
    series = {name: pd.Series(values) for name, values in columns.items()}
    return FeatureTable("x", np.asarray(shapes, dtype=object), series, tuple(series))


def beside(dx_deg: float, dy_deg: float) -> tuple[float, float]:
    """Return a point beside the middle of the tile."""
    west, south, east, north = TILE.bounds
    return (west + east) / 2 + dx_deg, (south + north) / 2 + dy_deg


def test_every_kind_of_shape_comes_back_where_it_was(tmp_path: Path):
    ring = [beside(-0.01, -0.01), beside(0.01, -0.01), beside(0.01, 0.01), beside(-0.01, 0.01)]
    hole = [beside(-0.002, -0.002), beside(0.002, -0.002), beside(0.002, 0.002), beside(-0.002, 0.002)]
    shapes = [
        shapely.Point(beside(0.001, 0.002)),
        shapely.LineString([beside(-0.01, 0), beside(0, 0.005), beside(0.01, 0)]),
        shapely.Polygon(ring, [hole]),
        shapely.MultiPoint([beside(0, 0), beside(0.003, 0)]),
        shapely.MultiLineString([[beside(0, 0), beside(0.01, 0)], [beside(0, 0.004), beside(0.01, 0.004)]]),
        shapely.MultiPolygon([shapely.box(*beside(-0.02, -0.02), *beside(-0.015, -0.015)),
                              shapely.box(*beside(0.015, 0.015), *beside(0.02, 0.02))]),
    ]  # fmt: skip
    for number, shape in enumerate(shapes):
        layer = TileLayer(
            "a", np.array([shape], dtype=object), np.array([7 + number]), {"名": code_values(["甲"])}
        )
        back = read_tile(TILE, encode_tile(TILE, [layer]), tmp_path)
        found = back.geometry.iloc[0]
        assert back["mvt_id"].iloc[0] == 7 + number
        assert back["名"].iloc[0] == "甲"
        assert shapely.hausdorff_distance(found, shape) < 2 * TILE.unit_deg
        assert holes(found) == holes(shape)


def test_values_keep_their_kind(tmp_path: Path):
    table = table_of(
        [shapely.Point(beside(0, 0))] * 2, n=[1, -5], x=[0.5, np.nan], t=["a", None], b=[True, False]
    )
    back = read_tile(TILE, layer_tile(table, TILE, "a"), tmp_path)
    assert back["n"].tolist() == [1, -5]
    assert back["x"].iloc[0] == 0.5
    assert np.isnan(back["x"].iloc[1])
    assert back["t"].iloc[0] == "a"
    assert back["b"].astype(bool).tolist() == [True, False]


def test_what_lies_elsewhere_or_is_too_small_to_see_is_left_out():
    far = shapely.Point(0, 0)
    speck = shapely.box(*beside(0, 0), *beside(1e-7, 1e-7))
    assert layer_tile(table_of([far, speck]), TILE, "a") == b""


@given(
    st.lists(
        st.tuples(
            st.floats(-0.03, 0.03), st.floats(-0.03, 0.03), st.floats(0.002, 0.02), st.floats(0.002, 0.02)
        ),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_areas_in_a_tile_are_those_of_the_shapes_cut_to_it(tmp_path_factory, boxes):
    shapes = [shapely.box(*beside(x, y), *beside(x + w, y + h)) for x, y, w, h in boxes]
    expected = [shape for shape in cut_shapes(np.array(shapes, dtype=object), TILE) if not shape.is_empty]
    content = layer_tile(table_of(shapes), TILE, "a")
    if not expected:
        assert content == b""
        return
    back = read_tile(TILE, content, tmp_path_factory.mktemp("tile"))
    # each side is rounded to half a unit at most
    rim = sum(shape.length for shape in expected) * TILE.unit_deg
    areas = shapely.area(np.asarray(back.geometry.array))
    assert areas.sum() == pytest.approx(sum(shape.area for shape in expected), abs=2 * rim)
    assert back.is_valid.all()


@given(st.integers(0, 14), st.data())
def test_a_tile_holds_its_own_middle(z: int, data: st.DataObject):
    x, y = (data.draw(st.integers(0, 2**z - 1)) for _ in "xy")
    west, south, east, north = Tile(z, x, y).bounds
    found = tile_at(z, (west + east) / 2, (south + north) / 2)
    # at the edge of the world the buffer is cut, and the middle moves with it, but by less than a tile
    assert (found.x, found.y) == (x, y)


@given(st.lists(st.integers(0, 2**50), max_size=30))
def test_varints_say_the_numbers(numbers: list[int]):
    octets, end = varints(np.array(numbers, dtype=np.int64))
    found, number, shift = [], 0, 0
    for octet in octets.tolist():
        number |= (octet & 0x7F) << shift
        shift += 7
        if octet < 0x80:
            found.append(number)
            number = shift = 0
    assert found == numbers == read_varints(octets.tobytes()).tolist()
    assert end.size == len(numbers)


def test_the_numbers_of_a_zoom_are_each_used_once():
    numbers = sorted(tile_number(Tile(3, x, y)) for x in range(8) for y in range(8))
    # zooms 0, 1 and 2 have 1 + 4 + 16 tiles before them
    assert numbers == list(range(21, 85))


def test_neighbours_on_the_curve_are_neighbours_on_the_ground():
    place = {tile_number(Tile(4, x, y)): (x, y) for x in range(16) for y in range(16)}
    first = min(place)
    steps = [
        abs(place[n][0] - place[n + 1][0]) + abs(place[n][1] - place[n + 1][1])
        for n in range(first, first + 255)
    ]
    assert set(steps) == {1}


def test_gdal_finds_every_tile_of_a_file_that_needs_leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pmtiles, "ROOT_BYTES", 100)
    monkeypatch.setattr(pmtiles, "LEAF_ENTRIES", 20)
    tiles = {}
    for x in range(20):
        for y in range(20):
            tile = Tile(14, 13_000 + x, 6_700 + y)
            west, south, east, north = tile.bounds
            point = shapely.Point((west + east) / 2, (south + north) / 2)
            layer = TileLayer(
                "a", np.array([point], dtype=object), np.array([1]), {"t": code_values(["x" * (x * y)])}
            )
            tiles[tile] = encode_tile(tile, [layer])
    corners = [Tile(14, 13_000, 6_719).bounds, Tile(14, 13_019, 6_700).bounds]
    bounds = (corners[0][0], corners[0][1], corners[1][2], corners[1][3])
    file = tmp_path / "a.pmtiles"
    write_pmtiles(file, tiles, bounds, {"vector_layers": [{"id": "a", "fields": {"t": "String"}}]})
    assert int.from_bytes(file.read_bytes()[48:56], "little") > 0  # the leaves' length
    assert len(pyogrio.read_dataframe(file, layer="a")) == 400
    archive = open_archive(file)
    assert {tile: gzip.decompress(archive.packed(tile)) for tile in tiles} == tiles
    assert archive.packed(Tile(14, 13_000, 6_720)) is None
    assert archive.deepest_zoom == 14


LABELS = Part("labels", ("shelters",), None, labels=True)


@pytest.mark.parametrize(
    ("delivered", "shown"), [({"Name_EN": ["East", " ", None]}, ["East", None, None]), ({}, [None] * 3)]
)
def test_labels_have_the_english_names_that_were_delivered_and_no_others(
    build_town: BuildTown, delivered: dict[str, list[str | None]], shown: list[str | None]
):
    table = read_part(build_town(shelters=town_layers()["shelters"].assign(**delivered)), LABELS)
    assert [table.properties(row)["name_zh"] for row in range(3)] == ["东", "西", "无"]
    assert [table.properties(row)["name_en"] for row in range(3)] == shown
