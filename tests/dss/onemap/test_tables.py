"""Tables get their places from coordinates, WKT or codes; codes keep their zeros and all their digits."""

from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from deliveries import CODES, NAMES, PLACES, bring, districts, empty_map, refused, rules, stored, wuhan_map
from pyproj import Transformer
from shapely import box

from dss.onemap import open_map
from dss.onemap.sources.tables import as_numbers

VALUES = "values"  # of a guess, a field of the model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return wuhan_map(tmp_path / "map")


def write(
    folder: Path, head: str, places: list[tuple[object, object]] = PLACES, encoding: str = "utf-8"
) -> Path:
    rows = [f"{name},{code},{a},{b}" for name, code, (a, b) in zip(NAMES, CODES, places, strict=True)]
    (folder / "t.csv").write_text("\n".join([f"名称,代码,{head}", *rows]), encoding=encoding)
    return folder / "t.csv"


def found(folder: Path) -> list[tuple[float, float]]:
    return [(round(p.x, 5), round(p.y, 5)) for p in stored(folder).to_crs(4490).geometry]


@pytest.mark.parametrize(
    "head",
    [
        "lng,lat",
        "LON,LAT",
        "Longitude,Latitude",
        "经度,纬度",
        "东经,北纬",
        "经度（°）,纬度（°）",
        "x,y",
        "POINT_X,POINT_Y",
        "JD,WD",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-8-sig", "utf-16"])
def test_columns_of_degrees_are_found_by_their_names(folder: Path, tmp_path: Path, head: str, encoding: str):
    layer = bring(folder, write(tmp_path, head, encoding=encoding))
    assert found(folder) == PLACES
    assert stored(folder)["代码"].tolist() == CODES  # not 420106
    assert stored(folder)["名称"].tolist() == NAMES
    assert layer.guesses[0].rule in ("encoding_from_bytes", "coordinate_columns")


def test_latitudes_under_the_name_of_longitudes_are_turned(folder: Path, tmp_path: Path):
    layer = bring(folder, write(tmp_path, "lng,lat", [(y, x) for x, y in PLACES]))
    assert found(folder) == PLACES
    assert "axes_of_guess" in rules(layer)


@pytest.mark.parametrize("epsg", [4547, 4526])
@pytest.mark.parametrize("north_first", [False, True])
def test_metres_in_x_and_y_are_placed_even_where_x_is_north(
    folder: Path, tmp_path: Path, epsg: int, north_first: bool
):
    """Chinese surveyors call the northing X and the easting Y."""
    to_metres = Transformer.from_crs(4490, epsg, always_xy=True)
    places = [to_metres.transform(*place) for place in PLACES]
    layer = bring(folder, write(tmp_path, "X,Y", [(y, x) for x, y in places] if north_first else places))
    assert found(folder) == PLACES
    assert layer.stored_crs == f"EPSG:{epsg}"


def test_degrees_minutes_and_seconds_are_read(folder: Path, tmp_path: Path):
    # 114 + 18/60 + 36/3600 = 114.31; 30 + 33/60 = 30.55
    places = [("114°18′36″", "30°33′0″"), ("114.34", "30.5"), ("东经114度16分12秒", "北纬30度36分")]
    bring(folder, write(tmp_path, "经度,纬度", places))
    assert found(folder) == PLACES


def test_rows_without_a_place_are_kept_and_counted(folder: Path, tmp_path: Path):
    layer = bring(folder, write(tmp_path, "lng,lat", [PLACES[0], ("", ""), PLACES[2]]))
    assert layer.records == 3
    assert stored(folder).geometry.isna().tolist() == [False, True, False]
    assert dict(layer.guesses[2])[VALUES] == {"count": 1, "total": 3}
    assert (
        refused(folder, write(tmp_path, "lng,lat", [PLACES[0], ("?", ""), ("-", 1)])).code
        == "import_rows_unplaced"
    )


def test_a_wkt_column_gives_areas(folder: Path, tmp_path: Path):
    areas = [box(x, y, x + 0.01, y + 0.01) for x, y in PLACES]
    pd.DataFrame({"name": NAMES, "WKT": shapely.to_wkt(areas)}).to_csv(tmp_path / "t.csv", index=False)
    layer = bring(folder, tmp_path / "t.csv")
    assert (layer.kind, "wkt_column" in rules(layer)) == ("polygon", True)
    assert shapely.area(stored(folder).geometry.array).round(9).tolist() == [0.0001] * 3


def test_the_offset_copy_of_the_coordinates_is_left_and_the_true_one_taken(folder: Path, shared: Path):
    file = shared / "data" / "wuhan" / "covid2020_facilities_bd09.csv"
    layer = bring(folder, file)
    assert dict(layer.guesses[1])[VALUES]["x"] == "lon_wgs84"
    assert layer.stored_crs == "EPSG:4326"
    shifted = bring(folder, file, key="bd09", x="lon_bd09", y="lat_bd09")
    assert "datum_by_name" in rules(shifted)
    gap_m = stored(folder).to_crs(4547).distance(stored(folder, "bd09").to_crs(4547))
    assert 1000 < gap_m.median() < 1500


def community_map(folder: Path, tmp_path: Path) -> None:
    areas = gpd.GeoDataFrame(
        {"SQDM": CODES, "SQMC": NAMES}, geometry=[box(x, y, x + 0.01, y + 0.01) for x, y in PLACES], crs=4490
    )
    areas.to_file(tmp_path / "communities.gpkg")
    bring(folder, tmp_path / "communities.gpkg", key="communities", role="communities")


def test_codes_find_the_areas_of_another_layer(folder: Path, tmp_path: Path):
    community_map(folder, tmp_path)
    (tmp_path / "t.csv").write_text(
        "社区代码,persons\n" + "\n".join(f"{code},{i}00" for i, code in enumerate(CODES))
    )
    layer = bring(folder, tmp_path / "t.csv", role="population")
    assert (layer.kind, layer.fields) == ("polygon", {"persons": "persons"})
    assert layer.guesses[1].rule == "place_of_code"
    assert dict(layer.guesses[1])[VALUES]["matched"] == 3
    assert found_areas(folder) == pytest.approx([0.0001] * 3)


def found_areas(folder: Path) -> list[float]:
    return shapely.area(stored(folder).geometry.array).tolist()


def test_a_facility_gets_a_point_inside_the_area_of_its_code(folder: Path, tmp_path: Path):
    community_map(folder, tmp_path)
    (tmp_path / "t.csv").write_text("医院,所在社区\n甲,武昌区\n乙,江汉区\n丙,江汉区\n", encoding="gbk")
    layer = bring(folder, tmp_path / "t.csv", role="hospitals")
    assert layer.kind == "point"
    assert "point_of_code" in rules(layer)
    areas = stored(folder, "communities").geometry.to_numpy()[[0, 2, 2]]
    assert shapely.contains(areas, stored(folder).geometry.to_numpy()).all()


def test_a_join_that_is_told_must_make_sense(folder: Path, tmp_path: Path):
    community_map(folder, tmp_path)
    (tmp_path / "t.csv").write_text("code\n00420106\n00420111\n")
    assert bring(folder, tmp_path / "t.csv", join="code=communities.SQDM").records == 2
    for join, code in {
        "code": "import_join_form",
        "no=communities.SQDM": "import_column_missing",
        "code=communities.no": "import_column_missing",
        "code=nowhere.SQDM": "layer_missing",
        "code=communities.SQMC": "import_rows_unplaced",
    }.items():
        assert refused(folder, tmp_path / "t.csv", join=join).code == code


def test_a_table_that_says_no_place_is_refused_with_its_columns(folder: Path, tmp_path: Path):
    (tmp_path / "t.csv").write_text("name,beds\na,1\nb,2\n")
    error = refused(folder, tmp_path / "t.csv")
    assert (error.code, "beds" in str(error)) == ("import_no_place", True)
    assert refused(folder, tmp_path / "t.csv", x="name").code == "import_one_coordinate"
    assert refused(folder, tmp_path / "t.csv", x="name", y="none").code == "import_column_missing"


def workbook(path: Path, rows: list[list[object]], *more: str) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name in more:
        book.create_sheet(name).append(["x"])
    book.save(path)
    return path


def test_a_workbook_with_a_title_above_its_header_is_read(folder: Path, tmp_path: Path):
    rows = [[name, code, x, y] for name, code, (x, y) in zip(NAMES, CODES, PLACES, strict=True)]
    file = workbook(tmp_path / "t.xlsx", [["2024年避难场所一览表"], ["名称", "代码", "经度", "纬度"], *rows])
    layer = bring(folder, file)
    assert found(folder) == PLACES
    assert stored(folder)["代码"].tolist() == CODES
    assert rules(layer)[0] == "header_row"
    assert layer.guesses[-1].rule == "date_from_workbook"


def test_a_workbook_of_several_sheets_wants_one_named(folder: Path, tmp_path: Path):
    rows = [["lng", "lat", "n"], *[[x, y, 1] for x, y in PLACES]]
    file = workbook(tmp_path / "t.xlsx", rows, "说明")
    assert refused(folder, file).code == "import_layers_several"
    assert bring(folder, file, tables=("Sheet",)).records == 3
    assert refused(folder, file, tables=("没有",)).code == "import_table_missing"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("t.csv", b"", "import_table_headless"),
        ("t.csv", b"lng,lat\n", "import_table_empty"),
        ("t.csv", b"lng,lat\n1,2,3\n", "import_table_ragged"),
        ("t.csv", b"a\x00b\n1\n", "file_unreadable"),
        ("t.csv", b"lng,lng\n114,30\n", "import_table_headless"),
        ("t.xlsx", b"\xd0\xcf\x11\xe0 old workbook", "import_workbook_old"),
        ("t.xlsx", b"PK\x05\x06" + b"\0" * 18, "file_unreadable"),
    ],
)
def test_a_broken_table_is_refused(folder: Path, tmp_path: Path, name: str, content: bytes, code: str):
    (tmp_path / name).write_bytes(content)
    assert refused(folder, tmp_path / name).code == code


def test_numbers_become_numbers_and_codes_stay_texts():
    table = pd.DataFrame(
        {
            "n": ["1", "2.5", ""],
            "zeros": ["007", "1", "2"],
            "long": ["420106001001000001"] * 3,
            "mixed": ["1", "a", None],
        },
        dtype=object,
    )
    even = as_numbers(table)
    assert even["n"].tolist()[:2] == [1.0, 2.5]
    assert even["zeros"].tolist() == ["007", "1", "2"]
    assert even["long"].tolist() == ["420106001001000001"] * 3
    assert even["mixed"].tolist() == ["1", "a", None]


def test_without_a_map_around_it_a_table_needs_coordinates(tmp_path: Path):
    folder = empty_map(tmp_path / "bare")
    (tmp_path / "t.csv").write_text("code\n1\n2\n")
    assert refused(folder, tmp_path / "t.csv").code == "import_no_place"
    assert open_map(folder).layers == ()
    districts().to_file(tmp_path / "a.gpkg")
    assert bring(folder, tmp_path / "a.gpkg").records == 3
