"""Every vector format comes in with its texts, codes and places; what is broken is refused."""

import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from deliveries import CODES, NAMES, PLACES, bring, districts, empty_map, refused, rules, stored, wuhan_map
from shapely import GeometryCollection, LineString, Point, box

from dss.onemap import FileHints, import_source, open_map


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return empty_map(tmp_path / "map")


FORMATS = {
    "a.shp": {"encoding": "UTF-8"},
    "a.gdb": {"driver": "OpenFileGDB"},
    "a.gpkg": {},
    "a.geojson": {},
    "a.fgb": {"driver": "FlatGeobuf"},
    "a.parquet": None,
    "a.kml": {"driver": "KML"},
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_keeps_names_codes_and_places(folder: Path, tmp_path: Path, name: str):
    options, frame = FORMATS[name], districts("EPSG:4326" if name.endswith("kml") else "EPSG:4490")
    if options is None:
        frame.to_parquet(tmp_path / name)
    else:
        frame.to_file(tmp_path / name, **options)
    layer = bring(folder, tmp_path / name)
    kept = stored(folder).sort_values("DM")
    assert set(kept["MC"]) == set(NAMES)
    assert set(kept["DM"]) == set(CODES)
    assert (layer.kind, layer.records) == ("point", 3)
    found = {(round(point.x, 6), round(point.y, 6)) for point in kept.geometry}
    assert found == set(PLACES)


def test_a_zipped_file_geodatabase_is_read_where_it_lies(folder: Path, tmp_path: Path):
    districts().to_file(tmp_path / "a.gdb", driver="OpenFileGDB", layer="DLTB")
    shutil.make_archive(str(tmp_path / "a.gdb"), "zip", tmp_path, "a.gdb")
    assert bring(folder, tmp_path / "a.gdb.zip").records == 3


def test_a_file_with_several_layers_wants_one_named(folder: Path, tmp_path: Path):
    for name in ("one", "two"):
        districts().to_file(tmp_path / "a.gpkg", layer=name)
    error = refused(folder, tmp_path / "a.gpkg")
    assert (error.code, "one" in str(error), "two" in str(error)) == ("import_layers_several", True, True)
    assert bring(folder, tmp_path / "a.gpkg", tables=("two",)).file_layer == "two"


def test_several_layers_come_in_together_or_not_at_all(folder: Path, tmp_path: Path):
    districts().to_file(tmp_path / "a.gpkg", layer="good")
    districts().to_file(tmp_path / "a.gpkg", layer="also_good")
    districts().head(0).to_file(tmp_path / "a.gpkg", layer="empty")
    both = {"key": None, "tables": ("good", "empty")}
    assert refused(folder, tmp_path / "a.gpkg", **both).code == "layer_empty"
    hints = FileHints(role="reference", tables=("good", "also_good"))
    keys = {layer.key for layer in import_source(folder, str(tmp_path / "a.gpkg"), hints).imported}
    assert {layer.key for layer in open_map(folder).layers} == keys
    assert len(keys) == 2


def test_a_file_of_several_chunks_is_whole_and_shows_how_far_it_is(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("dss.onemap.sources.files.CHUNK_ROWS", 7)
    frame = gpd.GeoDataFrame(
        {"n": range(24)}, geometry=gpd.points_from_xy(range(100, 124), [30] * 24), crs=4490
    )
    frame.to_file(tmp_path / "a.gpkg")
    seen: list[float] = []
    import_source(folder, str(tmp_path / "a.gpkg"), FileHints(key="new", role="reference"), seen.append)
    assert stored(folder)["n"].tolist() == list(range(24))
    assert seen == sorted(seen)
    assert len(seen) >= 4
    assert seen[-1] == 1.0


def test_an_empty_layer_is_refused(folder: Path, tmp_path: Path):
    districts().head(0).to_file(tmp_path / "a.gpkg")
    assert refused(folder, tmp_path / "a.gpkg").code == "layer_empty"


@pytest.mark.parametrize("name", ["a.shp", "a.gpkg", "a.geojson", "a.fgb", "a.parquet", "a.gdb.zip", "a.tif"])
@pytest.mark.parametrize("content", [b"", b"not what the name says", b"\x00\xff" * 500])
def test_a_broken_file_is_refused(folder: Path, tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)
    assert refused(folder, tmp_path / name).code in ("file_unreadable", "import_encoding_unknown")


def test_a_truncated_file_is_refused(folder: Path, tmp_path: Path):
    districts().to_file(tmp_path / "a.geojson")
    content = (tmp_path / "a.geojson").read_bytes()
    (tmp_path / "a.geojson").write_bytes(content[: len(content) // 2])
    assert refused(folder, tmp_path / "a.geojson").code == "file_unreadable"


def test_a_virtual_file_that_points_elsewhere_is_not_read(folder: Path, tmp_path: Path):
    districts().to_file(tmp_path / "secret.gpkg")
    inside = f'<OGRVRTLayer name="secret"><SrcDataSource>{tmp_path}/secret.gpkg</SrcDataSource></OGRVRTLayer>'
    (tmp_path / "a.gpkg").write_text(f"<OGRVRTDataSource>{inside}</OGRVRTDataSource>")
    assert refused(folder, tmp_path / "a.gpkg").code in ("import_driver", "file_unreadable")


def test_a_table_without_geometry_is_refused_with_the_way_out(folder: Path, tmp_path: Path):
    import pyogrio  # noqa: PLC0415 - only here

    pyogrio.write_dataframe(
        districts().drop(columns="geometry"), tmp_path / "a.gpkg", driver="GPKG", layer="t"
    )
    assert refused(folder, tmp_path / "a.gpkg").code == "import_no_geometry"


def test_points_with_polygons_are_refused_until_one_kind_is_chosen(folder: Path, tmp_path: Path):
    shapes = [Point(114, 30), box(114, 30, 115, 31), Point(115, 30)]
    gpd.GeoDataFrame({"n": [1, 2, 3]}, geometry=shapes, crs=4490).to_file(tmp_path / "a.geojson")
    error = refused(folder, tmp_path / "a.geojson")
    assert error.code == "import_geometry_mixed"
    assert "point: 2" in str(error)
    layer = bring(folder, tmp_path / "a.geojson", only="polygon")
    assert stored(folder)["n"].tolist() == [2]
    assert rules(layer) == ["kept_only"]


def test_heights_go_and_collections_keep_their_areas(folder: Path, tmp_path: Path):
    mixed = GeometryCollection([box(114, 30, 115, 31), LineString([(114, 30), (116, 30)])])
    shapes = [mixed, shapely.force_3d(box(114, 30, 115, 31), 5.0)]
    gpd.GeoDataFrame({"n": [1, 2]}, geometry=shapes, crs=4490).to_file(tmp_path / "a.gpkg")
    layer = bring(folder, tmp_path / "a.gpkg")
    assert rules(layer) == ["heights_dropped", "collections_reduced"]
    assert shapely.area(stored(folder).geometry.array).round(9).tolist() == [1.0, 1.0]
    assert not stored(folder).has_z.any()


def test_curves_become_lines(folder: Path, tmp_path: Path):
    # a half circle of radius 1 round (115, 30): its line is shorter than pi, and longer than its diameter 2
    gml = (
        '<?xml version="1.0"?><c:FeatureCollection xmlns:c="http://www.opengis.net/gml" '
        'xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><f><g><gml:Curve srsName="EPSG:4490">'
        "<gml:segments><gml:Arc><gml:posList>114 30 115 31 116 30</gml:posList></gml:Arc></gml:segments>"
        "</gml:Curve></g></f></gml:featureMember></c:FeatureCollection>"
    )
    (tmp_path / "a.gml").write_text(gml)
    bring(folder, tmp_path / "a.gml")
    assert 2.0 < shapely.length(stored(folder).geometry.array)[0] < 3.1416


def test_the_date_is_what_the_source_says(folder: Path, tmp_path: Path):
    districts().to_file(tmp_path / "a.shp", encoding="UTF-8", DBF_DATE_LAST_UPDATE="2021-07-20")
    layer = bring(folder, tmp_path / "a.shp")
    assert str(layer.date) == "2021-07-20"
    assert layer.guesses[-1].rule == "date_from_dbf"
    districts().to_file(tmp_path / "a.gpkg")
    assert bring(folder, tmp_path / "a.gpkg").guesses[-1].rule == "date_from_gpkg"
    districts().to_file(tmp_path / "a.fgb", driver="FlatGeobuf")
    assert bring(folder, tmp_path / "a.fgb").guesses[-1].rule == "date_from_file_time"


@pytest.mark.parametrize("key", ["../escape", "a/b", "a'; drop table x; --", "A", "", "a\n", "数据"])
def test_a_key_never_becomes_a_path(folder: Path, tmp_path: Path, key: str):
    districts().to_file(tmp_path / "a.gpkg")
    assert refused(folder, tmp_path / "a.gpkg", key=key).code == "import_key"


def test_a_layer_name_with_quotes_and_dots_stays_a_name(folder: Path, tmp_path: Path):
    evil = "../../x'; drop table \"y"
    point = "<Placemark><Point><coordinates>114,30</coordinates></Point></Placemark>"
    kml = f"<kml><Document><Folder><name>{evil}</name>{point}</Folder></Document></kml>"
    (tmp_path / "a.kml").write_text(kml)
    (layer,) = import_source(folder, str(tmp_path / "a.kml"), FileHints(role="reference")).imported
    assert (folder / layer.path).resolve().parent == (folder / "layers").resolve()
    named = import_source(folder, str(tmp_path / "a.kml"), FileHints(role="reference", tables=(evil,)))
    assert named.imported[0].title.en == evil
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.kml", "map", "map_profile.yaml"]


def test_dxf_lines_come_in_with_a_crs_that_the_map_tells(tmp_path: Path):
    folder = wuhan_map(tmp_path / "map")
    lines = gpd.GeoDataFrame(geometry=[LineString(PLACES)], crs=4490).to_crs(4547)
    lines.to_file(tmp_path / "a.dxf", driver="DXF")
    layer = bring(folder, tmp_path / "a.dxf")
    assert (layer.stored_crs, rules(layer)) == ("EPSG:4547", ["crs_from_place"])
