"""A CRS is what the source says, or what one rule and one anchor leave; two that fit are refused."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from deliveries import PLACES, bring, districts, empty_map, refused, rules, stored, wuhan_map
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely import Point

from dss.errors import MapError
from dss.onemap.sources.crs import Declared, settle_crs
from dss.onemap.sources.crs_names import MERIDIANS_DEG, SERIES, ZONES, parse_crs
from dss.onemap.sources.places import CHINA, Anchor

WUHAN = Anchor((113.7, 29.9, 115.1, 31.4), "layers")


def without_prj(folder: Path, crs: object, turned: bool = False) -> Path:
    frame = districts(crs)
    if turned:
        frame = frame.set_geometry(gpd.GeoSeries([Point(p.y, p.x) for p in frame.geometry], crs=frame.crs))
    frame.to_file(folder / "a.shp", encoding="UTF-8")
    (folder / "a.prj").unlink()
    return folder / "a.shp"


def in_degrees(folder: Path) -> list[tuple[float, float]]:
    return [(round(p.x, 6), round(p.y, 6)) for p in stored(folder).to_crs(4490).geometry]


@pytest.mark.parametrize("datum", SERIES)
def test_the_series_are_those_of_the_registry(datum: str):
    series = SERIES[datum]
    geographic = CRS.from_epsg(series.geographic)
    for zone in ZONES:
        crs = CRS.from_epsg(series.with_zone(zone))
        values = {one.name: one.value for one in crs.coordinate_operation.params}
        assert crs.geodetic_crs == geographic
        assert values["False easting"] == zone * 1_000_000 + 500_000
        assert values["Longitude of natural origin"] == (3 * zone if zone >= 25 else 6 * zone - 3)
    for meridian in MERIDIANS_DEG:
        crs = CRS.from_epsg(series.on_meridian(meridian))
        values = {one.name: one.value for one in crs.coordinate_operation.params}
        assert crs.geodetic_crs == geographic
        assert (values["False easting"], values["Longitude of natural origin"]) == (500_000, meridian)


@pytest.mark.parametrize(
    ("written", "epsg"),
    [
        ("EPSG:4547", 4547),
        ("CGCS2000_3_Degree_GK_CM_114E", 4547),
        ("Xian 1980 / 3-degree Gauss-Kruger CM 114E", 2383),
        ("西安80 中央经线114", 2383),
        ("国家2000 38带", 4526),
        ("CGCS2000 带号19", 4497),
        ("北京54", 4214),
        ("2000国家大地坐标系", 4490),
    ],
)
def test_names_that_people_write_are_understood(written: str, epsg: int):
    assert parse_crs(written).to_epsg() == epsg


@pytest.mark.parametrize(
    "written", ["EPSG:999999", "西安80 中央经线115", "国家2000 99带", "harbour grid", ""]
)
def test_a_name_that_nobody_knows_is_refused(written: str):
    with pytest.raises(MapError) as caught:
        parse_crs(written)
    assert caught.value.code == "import_crs_unknown"


# each of these is Wuhan; only the numbers differ
@pytest.mark.parametrize("epsg", [4490, 4547, 4526, 4497, 3857])
@pytest.mark.parametrize("turned", [False, True])
def test_where_the_map_is_tells_the_crs_of_a_file_without_prj(tmp_path: Path, epsg: int, turned: bool):
    folder = wuhan_map(tmp_path / "map")
    layer = bring(folder, without_prj(tmp_path, epsg, turned))
    assert rules(layer) == ["crs_from_place", "axes_of_guess"][: 1 + turned]
    assert layer.stored_crs == f"EPSG:{epsg}"
    assert in_degrees(folder) == PLACES
    assert f"EPSG:{epsg}" in layer.guesses[0].text("zh")


def test_without_an_anchor_degrees_and_zone_numbers_are_told_by_china_alone(tmp_path: Path):
    one, two, three = (empty_map(tmp_path / name) for name in ("one", "two", "three"))
    assert rules(bring(one, without_prj(tmp_path, 4490))) == ["crs_from_china"]
    assert bring(two, without_prj(tmp_path, 4526)).stored_crs == "EPSG:4526"
    told = rules(bring(three, without_prj(tmp_path, 4490, turned=True)))
    assert told == ["crs_from_china", "axes_of_guess"]
    assert in_degrees(one) == in_degrees(two) == in_degrees(three) == PLACES


def test_an_easting_without_zone_number_or_anchor_is_refused(tmp_path: Path):
    # 500 km east of a meridian: any of 21 meridians puts it in China
    folder = empty_map(tmp_path / "map")
    error = refused(folder, without_prj(tmp_path, 4547))
    assert error.code == "import_crs_ambiguous"
    assert "EPSG:4547" in str(error)
    assert rules(bring(folder, tmp_path / "a.shp", crs="EPSG:4547")) == []


def test_a_meridian_of_utm_and_of_gauss_krueger_cannot_be_told_apart(tmp_path: Path):
    # at 117 degrees east UTM zone 50 and CM 117E differ by the scale 0.9996 alone: 1.4 km at 31 degrees north
    at_117 = Transformer.from_crs(4490, 4548, always_xy=True).transform(117.1, 31.0)
    anchor = Anchor((116.9, 30.9, 117.3, 31.1), "layers")
    with pytest.raises(MapError) as caught:
        settle_crs((*at_117, *at_117), Declared(None), anchor, layer="a", file="a")
    assert caught.value.code == "import_crs_ambiguous"
    assert "EPSG:32650" in str(caught.value)


def test_numbers_that_fit_nowhere_are_refused(tmp_path: Path):
    folder = wuhan_map(tmp_path / "map")
    grid = gpd.GeoDataFrame({"n": [1]}, geometry=[Point(12.5, 3300.0)], crs=4547)  # a city's own grid
    grid.to_file(tmp_path / "a.shp", encoding="UTF-8")
    (tmp_path / "a.prj").unlink()
    assert refused(folder, tmp_path / "a.shp").code == "crs_missing"


def test_a_zone_number_in_the_eastings_mends_the_declared_crs(tmp_path: Path):
    folder = empty_map(tmp_path / "map")
    for said, meant in ((4547, 4526), (4526, 4547), (2383, 2362)):
        frame = districts(meant).set_crs(said, allow_override=True)
        frame.to_file(tmp_path / f"{said}.gpkg")
        layer = bring(folder, tmp_path / f"{said}.gpkg")
        assert (layer.stored_crs, rules(layer)[0]) == (f"EPSG:{meant}", "crs_zone_number")


def test_latitude_first_under_a_declared_crs_is_turned(tmp_path: Path):
    folder = empty_map(tmp_path / "map")
    turned = gpd.GeoDataFrame(geometry=[Point(y, x) for x, y in PLACES], crs=4490)
    turned.to_file(tmp_path / "a.gpkg")
    layer = bring(folder, tmp_path / "a.gpkg")
    assert rules(layer) == ["axes_exchanged"]
    assert in_degrees(folder) == PLACES


def test_metres_under_a_crs_of_degrees_are_refused_until_the_crs_is_told(tmp_path: Path):
    folder = empty_map(tmp_path / "map")
    districts(4547).set_crs(4490, allow_override=True).to_file(tmp_path / "a.gpkg")
    assert refused(folder, tmp_path / "a.gpkg").code == "import_crs_contradicted"
    layer = bring(folder, tmp_path / "a.gpkg", crs="EPSG:4547")
    assert (layer.stored_crs, rules(layer)) == ("EPSG:4547", ["crs_told"])
    assert refused(folder, tmp_path / "a.gpkg", crs="EPSG:nonsense").code == "import_crs_unknown"


def test_an_old_datum_comes_with_a_warning(tmp_path: Path):
    folder = empty_map(tmp_path / "map")
    districts(2383).to_file(tmp_path / "a.gpkg")
    layer = bring(folder, tmp_path / "a.gpkg")
    assert rules(layer) == ["datum_without_parameters"]
    assert "Xian80" in layer.guesses[0].text("en")


def test_strays_do_not_decide_on_the_crs(tmp_path: Path):
    folder = empty_map(tmp_path / "map")
    points = [Point(114 + i / 1000, 30) for i in range(200)] + [Point(0, 0), Point(5000, 5000)]
    gpd.GeoDataFrame(geometry=points, crs=4490).to_file(tmp_path / "a.gpkg")
    bring(folder, tmp_path / "a.gpkg")
    assert len(stored(folder)) == 202


def test_a_foreign_city_is_not_turned_into_china(tmp_path: Path):
    folder = empty_map(tmp_path / "map")
    place = gpd.GeoDataFrame(geometry=[Point(-71.25, -29.9)], crs=4326)  # La Serena
    place.to_file(tmp_path / "a.gpkg")
    assert rules(bring(folder, tmp_path / "a.gpkg")) == []


@settings(max_examples=25)
@given(st.floats(111, 117), st.floats(4, 53), st.sampled_from([4490, 4526, 4547, 32650]), st.booleans())
def test_a_guess_is_right_or_refused(lng_deg: float, lat_deg: float, epsg: int, turned: bool):
    """Whatever place, CRS and order of axes: what comes out is the place itself, or nothing."""
    anchor = Anchor((lng_deg - 0.3, lat_deg - 0.3, lng_deg + 0.3, lat_deg + 0.3), "layers")
    x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(lng_deg, lat_deg)
    assume(abs(x) < 1e8)
    bounds = (y, x, y, x) if turned else (x, y, x, y)
    try:
        found_crs = settle_crs(bounds, Declared(None), anchor, layer="a", file="a")
    except MapError:
        return
    at = (bounds[1], bounds[0]) if found_crs.swapped else bounds[:2]
    found = Transformer.from_crs(found_crs.crs, 4326, always_xy=True).transform(*at)
    assert shapely.distance(Point(found), Point(lng_deg, lat_deg)) < 1.0
    assert anchor.admits((*found, *found))


def test_china_wants_all_of_the_data():
    assert CHINA.admits((113.0, 22.0, 115.0, 24.0))
    assert not CHINA.admits((113.0, 22.0, 215.0, 24.0))
    assert not WUHAN.admits((113.0, float("nan"), 114.0, 30.0))
