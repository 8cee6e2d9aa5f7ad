"""A layer goes out whole, with its values, no finer than it may, and beside it its source."""

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
from rasterio.transform import from_origin
from town import CRS, X0, Y0, BuildTown, town_layers

from dss.errors import DssError, InputError
from dss.onemap import FileHints, OneMap, import_file, open_map
from dss.onemap.catalogue import write_catalogue
from dss.onemap.export import Exported, ExportRequest, export_format, export_layer, scale_warning
from dss.onemap.rights import AccessLog


def export(town: OneMap, out: Path, layer: str = "census", **more: object) -> Exported:
    request = ExportRequest(layer, out, export_format(out, None), **more)
    return export_layer(town, request, "internal", AccessLog(out.parent / "access.jsonl"))


def change_layer(town: OneMap, key: str, **change: object) -> OneMap:
    layers = tuple(
        layer.model_copy(update=change) if layer.key == key else layer for layer in town.catalogue.layers
    )
    write_catalogue(town.folder, town.catalogue.model_copy(update={"layers": layers}))
    return open_map(town.folder)


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "geojson", "shp", "parquet"])
def test_every_format_gives_the_values_back(town: OneMap, tmp_path: Path, ending: str):
    done = export(town, tmp_path / f"out.{ending}")
    read = gpd.read_parquet if ending == "parquet" else gpd.read_file
    back = read(tmp_path / f"out.{ending}").to_crs(CRS)
    before = town_layers()["census"]
    assert sorted(back["RKS"]) == [100, 200, 300, 400]
    assert back.area.sum() == pytest.approx(before.area.sum(), rel=1e-6)
    assert done.records == 4


def test_a_table_holds_shapes_as_text_that_excel_reads(town: OneMap, tmp_path: Path):
    export(town, tmp_path / "out.csv", layer="shelters")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(tmp_path / "out.csv", encoding="utf-8-sig")
    assert table["MC"].tolist() == ["东", "西", "无"]
    assert table["geometry_wkt"].str.startswith("POINT").all()


def test_the_source_lies_beside_the_export(town: OneMap, tmp_path: Path):
    export(town, tmp_path / "out.gpkg")
    record = json.loads((tmp_path / "out.gpkg.source.json").read_text(encoding="utf-8"))
    assert record["lineage"][0]["owner"] == {"zh": "市局", "en": "Bureau"}
    assert record["sensitivity"] == "public"


def test_coordinates_go_out_no_finer_than_the_layer_allows(town: OneMap, tmp_path: Path):
    town = change_layer(town, "shelters", precision_m=100.0)
    done = export(town, tmp_path / "out.gpkg", layer="shelters", precision_m=10.0)
    assert done.precision_m == 100.0  # the request is finer than the layer allows
    back = gpd.read_file(tmp_path / "out.gpkg")
    assert np.allclose(back.geometry.x % 100, 0)
    coarser = export(town, tmp_path / "coarse.gpkg", layer="shelters", precision_m=1000.0)
    assert coarser.precision_m == 1000.0
    assert gpd.read_file(tmp_path / "coarse.gpkg").geometry.x.nunique() < 3


def test_a_layer_above_the_right_is_refused_and_nothing_is_written(town: OneMap, tmp_path: Path):
    town = change_layer(town, "census", sensitivity="sensitive")
    with pytest.raises(InputError) as caught:
        export(town, tmp_path / "out.gpkg")
    assert caught.value.code == "rights_refused"
    assert [path.name for path in tmp_path.glob("out*")] == []
    assert AccessLog(tmp_path / "access.jsonl").records()[0]["outcome"] == "refused"


def test_what_was_made_from_a_secret_is_refused_too(town: OneMap, tmp_path: Path):
    change_layer(town, "roads", sensitivity="secret")
    town = change_layer(open_map(town.folder), "census", derived_from=("roads",))
    with pytest.raises(InputError) as caught:
        export(town, tmp_path / "out.gpkg")
    assert "level is secret" in caught.value.message("en")


def test_long_field_names_of_a_shapefile_are_cut_apart(build_town: BuildTown, tmp_path: Path):
    census = town_layers()["census"].assign(population_total=1, population_elderly=2, 常住人口数量=3)
    town = build_town(census=census)
    done = export(town, tmp_path / "out.shp")
    back = gpd.read_file(tmp_path / "out.shp")
    assert set(done.renamed.values()) <= set(back.columns)
    assert len(set(done.renamed.values())) == 3
    assert back[done.renamed["population_elderly"]].tolist() == [2] * 4


@pytest.mark.parametrize(
    ("name", "more", "code"),
    [
        ("there.gpkg", {}, "export_exists"),
        ("no/out.gpkg", {}, "export_folder"),
        ("out.gpkg", {"crs": "EPSG:99"}, "export_crs"),
        ("out.geojson", {"crs": "EPSG:4547"}, "export_geojson_crs"),
        ("out.tif", {}, "export_kind"),
        ("out.gpkg", {"precision_m": 0.0}, "export_precision"),
        ("out.gpkg", {"precision_m": float("nan")}, "export_precision"),
        ("out.gpkg", {"layer": "hydrants"}, "layer_missing"),
    ],
)
def test_a_wrong_export_is_refused_and_leaves_nothing(town: OneMap, tmp_path: Path, name, more, code):
    (tmp_path / "there.gpkg").write_text("mine", encoding="utf-8")
    with pytest.raises(DssError) as caught:
        export(town, tmp_path / name, **more)
    assert caught.value.code == code
    assert {path.name for path in tmp_path.iterdir()} <= {
        "there.gpkg", "access.jsonl", "map", "delivery", "profile.yaml",
    }  # fmt: skip


def test_a_format_that_is_not_known_is_refused():
    assert export_format(Path("a.JSON"), None) == "geojson"
    assert export_format(Path("a.xyz"), "GPKG") == "gpkg"
    with pytest.raises(InputError) as caught:
        export_format(Path("a.dwg"), None)
    assert caught.value.code == "export_format"


def test_a_raster_goes_out_as_it_is(town: OneMap, tmp_path: Path):
    with rasterio.open(
        tmp_path / "dem.tif", "w", driver="GTiff", width=4, height=3, count=1, dtype="float32", crs=CRS,
        transform=from_origin(X0, Y0, 10, 10),
    ) as raster:  # fmt: skip
        raster.write(np.arange(12, dtype=np.float32).reshape(3, 4), 1)
    import_file(town.folder, tmp_path / "dem.tif", FileHints(key="dem", role="elevation"))
    town = open_map(town.folder)
    done = export(town, tmp_path / "out.tif", layer="dem")
    with rasterio.open(tmp_path / "out.tif") as back:
        assert back.read(1).sum() == 66.0
    assert done.crs == CRS
    with pytest.raises(DssError) as caught:
        export(town, tmp_path / "other.tif", layer="dem", crs="EPSG:4326")
    assert caught.value.code == "export_raster_crs"


def test_large_maps_of_a_large_scale_are_warned_of():
    # the rule: larger than 1:5000 and more than 25 km2
    assert scale_warning(26.0, 2000) is not None
    assert scale_warning(25.0, 2000) is None
    assert scale_warning(26.0, 5000) is None
    assert scale_warning(26.0, 10000) is None
    unknown = scale_warning(26.0, None)
    assert unknown is not None
    assert {limit.status for limit in unknown.limits} == {"verified"}


def test_a_small_layer_is_not_warned_of(town: OneMap, tmp_path: Path):
    # four squares of 300 m within 800 m x 800 m: 0.64 km2
    assert export(town, tmp_path / "out.gpkg").warning is None
