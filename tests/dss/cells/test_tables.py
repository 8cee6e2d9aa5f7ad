"""Any layer becomes a table of cells that knows its sources, adds up, and can be written and read."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rasterio.transform import from_origin
from town import CRS, X0, Y0, BuildTown, at, square

from dss.cells import (
    CellColumn,
    CellTable,
    area_by_code,
    cell_areas,
    cells_of,
    layer_table,
    majority,
    raster_table,
    rasters,
    read_cells,
    to_parents,
    write_cells,
)
from dss.cells.hexagons import cell_area_m2
from dss.cells.planes import degrees_of
from dss.errors import InputError, MapError
from dss.onemap import FileHints, OneMap, import_file, open_map


def with_layer(town: OneMap, frame: gpd.GeoDataFrame, key: str, role: str) -> OneMap:
    file = town.folder / f"{key}.gpkg"
    frame.to_file(file)
    import_file(town.folder, file, FileHints(key=key, role=role))
    return open_map(town.folder)


def with_raster(town: OneMap, values: np.ndarray, size_deg: float, nodata: float | None = -1) -> OneMap:
    file = town.folder / "values.tif"
    lng_deg, lat_deg = degrees_of(np.array([X0]), np.array([Y0]), CRS)
    with rasterio.open(
        file, "w", driver="GTiff", height=values.shape[0], width=values.shape[1], count=1, dtype="float32",
        crs="EPSG:4326", transform=from_origin(lng_deg[0], lat_deg[0], size_deg, size_deg), nodata=nodata,
    ) as raster:  # fmt: skip
        raster.write(values.astype(np.float32), 1)
    import_file(town.folder, file, FileHints(key="values", role="elevation"))
    return open_map(town.folder)


def test_points_are_counted_and_their_numbers_added_up(town: OneMap):
    found = layer_table(town, town.layer("shelters"), 9, "capacity_persons")
    assert found.table.value_of("count").sum() == 3
    assert found.table.value_of("capacity_persons").sum() == 1100  # 500 + 600 + not stated
    assert found.table.sources == ("shelters",)


def test_lines_give_their_metres(town: OneMap):
    table = layer_table(town, town.layer("roads"), 9).table
    assert table.value_of("length_m").sum() == pytest.approx(2000)  # four arms of 500 m
    assert table.columns["length_m"].unit == "m"


def test_polygons_give_area_and_share_and_spread_their_numbers(town: OneMap):
    table = layer_table(town, town.layer("census"), 9, "persons").table
    area_m2, share = table.value_of("area_m2"), table.value_of("share")
    assert area_m2.sum() == pytest.approx(4 * 300 * 300)
    assert share * cell_area_m2(table.cell, CRS) == pytest.approx(area_m2)
    assert table.value_of("persons").sum() == pytest.approx(1000)


def test_land_use_gives_the_area_of_each_code_and_the_one_with_most(town: OneMap):
    codes = ["0701", "0701", "1401", None]
    places = [square(-100, 0, 40), square(0, 0, 30), square(100, 0, 50), square(200, 0, 10)]
    frame = gpd.GeoDataFrame({"landuse_code": codes}, geometry=places, crs=CRS)
    town = with_layer(town, frame, "landuse", "landuse")
    table = layer_table(town, town.layer("landuse"), 7, "landuse_code").table
    # 80 x 80 + 60 x 60 = 10,000 m2 of housing, 100 x 100 of park, 20 x 20 without a code
    assert table.value_of("area_m2_0701").sum() == pytest.approx(10_000)
    assert table.value_of("area_m2_1401").sum() == pytest.approx(10_000)
    assert table.value_of("area_m2_none").sum() == pytest.approx(400)
    assert set(table.value_of("majority_code")) <= {"0701", "1401", "none"}
    assert (table.value_of("majority_share") <= 1).all()


def test_the_code_with_most_area_wins_and_a_tie_goes_to_the_first():
    cell = np.sort(cells_of(np.array([114.0, 115.0]), np.array([30.6, 30.6]), 9))
    areas = {"area_m2_b": [2.0, 1.0], "area_m2_a": [1.0, 1.0], "area_m2_c": [0.0, 0.5]}
    columns = {name: CellColumn(np.array(value), "m2", ("x",)) for name, value in sorted(areas.items())}
    table = majority(CellTable(cell, 9, CRS, columns))
    assert table.value_of("majority_code").tolist() == ["b", "a"]
    assert table.value_of("majority_share") == pytest.approx([2 / 3, 1 / 2.5])


def test_records_without_a_place_are_left_out_and_counted(town: OneMap):
    frame = gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=[square(0, 0, 50), None], crs=CRS)
    town = with_layer(town, frame, "parks", "parks")
    found = layer_table(town, town.layer("parks"), 10)
    assert found.left_out == 1
    assert found.table.value_of("area_m2").sum() == pytest.approx(10_000)


def test_a_self_crossing_polygon_counts_with_the_area_that_it_has(town: OneMap):
    x, y = at(0, 0)
    bow = shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])
    town = with_layer(town, gpd.GeoDataFrame({"name": ["a"]}, geometry=[bow], crs=CRS), "parks", "parks")
    table = layer_table(town, town.layer("parks"), 10).table
    assert table.value_of("area_m2").sum() == pytest.approx(5_000)  # two triangles of 100 x 50 / 2


def test_a_field_that_the_layer_does_not_bind_is_refused(town: OneMap):
    for field, code in (("beds", "cells_field"), ("name", "cells_no_number")):
        with pytest.raises(MapError) as caught:
            layer_table(town, town.layer("shelters"), 9, field)
        assert caught.value.code == code


def test_a_raster_gives_sum_mean_least_and_greatest(town: OneMap):
    town = with_raster(
        town, np.array([[1, 2], [3, -1]]), 1e-5
    )  # a metre wide: all in one cell; -1 is no data
    table = layer_table(town, town.layer("values"), 9).table
    found = {name: column.value.tolist() for name, column in table.columns.items()}
    assert found == {"pixels": [3], "sum": [6], "mean": [2], "least": [1], "greatest": [3]}


def test_pixels_that_are_no_numbers_are_left_out_and_a_raster_of_them_refused(town: OneMap):
    town = with_raster(town, np.array([[1, np.nan], [3, np.inf]]), 1e-5)
    assert raster_table(town, town.layer("values"), 9).value_of("sum").tolist() == [4]
    town = with_raster(town, np.array([[np.nan, np.nan]]), 1e-5, nodata=None)
    with pytest.raises(MapError) as caught:
        raster_table(town, town.layer("values"), 9)
    assert caught.value.code == "cells_no_pixel"


def test_the_share_of_a_code_is_that_of_its_pixels(town: OneMap):
    town = with_raster(town, np.array([[7, 7], [7, 8]]), 1e-5)
    table = raster_table(town, town.layer("values"), 9, codes=(7, 8, 9))
    assert [table.value_of(f"share_{code}").tolist() for code in (7, 8, 9)] == [[0.75], [0.25], [0.0]]


def test_strips_of_a_raster_add_up_to_the_whole(town: OneMap, monkeypatch: pytest.MonkeyPatch):
    town = with_raster(town, np.random.default_rng(1).random((60, 80)), 0.002)
    whole = raster_table(town, town.layer("values"), 9)
    strip = rasters.read_raster_points
    monkeypatch.setattr(rasters, "MOST_ROWS", 50)
    monkeypatch.setattr(rasters, "read_raster_points", lambda *args: in_pieces(strip(*args)))
    pieces = raster_table(town, town.layer("values"), 9)
    for name, column in whole.columns.items():
        assert pieces.value_of(name) == pytest.approx(column.value)
    assert whole.value_of("pixels").sum() == 4800


def in_pieces(strips):
    for strip in strips:
        for k in range(0, strip[0].size, 100):
            yield tuple(part[k : k + 100] for part in strip)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40, unique=True), st.data())
def test_parents_keep_sums_least_greatest_and_means(places, data):
    spot = np.array(places) / 1e4
    cell = np.unique(cells_of(113 + spot, 30 + spot * 0.7, 9))
    n = cell.size
    numbers = st.lists(st.integers(1, 1000), min_size=n, max_size=n)
    value, weight = np.array(data.draw(numbers)), np.array(data.draw(numbers))
    columns = {
        "persons": CellColumn(value, "persons", ("census",)),
        "weight": CellColumn(weight, "count", ("dem",)),
        "mean": CellColumn(value / 7, "m", ("dem",), "mean", "weight"),
        "least": CellColumn(value, "m", ("dem",), "min"),
        "greatest": CellColumn(value, "m", ("dem",), "max"),
    }
    table = to_parents(CellTable(cell, 9, CRS, columns), 6)
    assert table.value_of("persons").sum() == value.sum()
    assert table.value_of("persons").dtype == np.int64
    assert table.value_of("mean") @ table.value_of("weight") == pytest.approx((value / 7) @ weight)
    assert table.value_of("least").min() == value.min()
    assert table.value_of("greatest").max() == value.max()
    assert table.columns["mean"].sources == ("dem",)


def test_a_share_of_the_cell_becomes_a_share_of_the_parent(town: OneMap):
    fine = layer_table(town, town.layer("census"), 11).table
    table = to_parents(fine, 8)
    assert table.value_of("area_m2").sum() == pytest.approx(360_000)
    expected = table.value_of("area_m2") / cell_area_m2(table.cell, CRS)
    assert table.value_of("share") == pytest.approx(expected)


def test_what_cannot_be_combined_is_refused_by_name(town: OneMap):
    shapes = np.array([square(0, 0, 100)])
    areas = cell_areas(shapes, CRS, 9)
    cell, area_m2 = areas.by_cell()
    table = CellTable(cell, 9, CRS, {"area_m2": CellColumn(area_m2, "m2", ("x",))})
    coded = majority(area_by_code(areas, np.array(["0701"], dtype=object), table))
    with pytest.raises(MapError, match="majority_code"):
        to_parents(coded, 7)


def test_parquet_keeps_cells_values_units_and_sources(town: OneMap, tmp_path: Path):
    table = layer_table(town, town.layer("census"), 9, "persons").table
    for with_geometry in (True, False):
        write_cells(table, tmp_path / "cells.parquet", with_geometry=with_geometry)
        again = read_cells(tmp_path / "cells.parquet")
        assert again.cell.dtype == np.uint64
        assert again.cell.tolist() == table.cell.tolist()
        assert (again.resolution, again.crs, again.sources) == (9, CRS, ("census",))
        for name, column in table.columns.items():
            assert again.value_of(name).tolist() == column.value.tolist()
            assert again.columns[name].unit == column.unit


def test_geoparquet_and_geopackage_hold_the_hexagons(town: OneMap, tmp_path: Path):
    table = layer_table(town, town.layer("shelters"), 9).table
    write_cells(table, tmp_path / "cells.parquet")
    write_cells(table, tmp_path / "cells.gpkg")
    frames = [
        gpd.read_parquet(tmp_path / "cells.parquet"),
        gpd.read_file(tmp_path / "cells.gpkg", layer="cells"),
    ]
    for frame in frames:
        assert frame.crs.to_epsg() == 4326
        assert frame.to_crs(CRS).area.to_numpy() == pytest.approx(cell_area_m2(table.cell, CRS), rel=1e-6)
    facts = pyogrio.read_dataframe(tmp_path / "cells.gpkg", layer="columns")
    assert facts[["name", "sources"]].to_numpy().tolist() == [["count", "shelters"]]


def test_tiles_show_every_cell_with_its_values(town: OneMap, tmp_path: Path):
    table = layer_table(town, town.layer("census"), 9, "persons").table
    write_cells(table, tmp_path / "cells.pmtiles")
    tiles = gpd.read_file(tmp_path / "cells.pmtiles")
    assert {int(name, 16) for name in tiles["cell"]} == set(table.cell.tolist())
    assert tiles.drop_duplicates("cell")["persons"].sum() == pytest.approx(1000)


def test_an_unknown_format_is_refused_and_nothing_is_written(town: OneMap, tmp_path: Path):
    table = layer_table(town, town.layer("shelters"), 9).table
    with pytest.raises(InputError, match=r"\.pmtiles"):
        write_cells(table, tmp_path / "cells.xyz")
    assert not list(tmp_path.glob("*cells*"))


def test_a_failing_write_leaves_the_old_file(town: OneMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    table = layer_table(town, town.layer("shelters"), 9).table
    file = tmp_path / "cells.gpkg"
    write_cells(table, file)
    before = file.read_bytes()
    monkeypatch.setattr(pyogrio, "write_dataframe", lambda *_, **__: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write_cells(table, file)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob(".partial*"))


def test_a_foreign_parquet_file_is_refused(town: OneMap, tmp_path: Path):
    gpd.GeoDataFrame({"a": [1]}, geometry=[shapely.Point(0, 0)]).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(InputError, match=r"other\.parquet"):
        read_cells(tmp_path / "other.parquet")


def test_a_map_of_many_towns_is_still_one_table(build_town: BuildTown):
    far = gpd.GeoDataFrame(
        {"DJ": ["主干路"] * 2, "DX": [0, 0], "QL": [0, 0]},
        geometry=[shapely.LineString([at(0, 0), at(100, 0)]), shapely.LineString([at(0, 2e5), at(100, 2e5)])],
        crs=CRS,
    )
    town = build_town(roads=far)
    table = layer_table(town, town.layer("roads"), 10).table
    assert table.value_of("length_m").sum() == pytest.approx(200)
