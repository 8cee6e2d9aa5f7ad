"""Layers come into the map whole or not at all, and bad ones are refused in words."""

from pathlib import Path

import geopandas as gpd
import pytest
import yaml
from town import BuildTown, town_layers, town_profile

from dss.errors import DssError, MapError
from dss.language import LANGUAGES
from dss.onemap import (
    FileHints,
    OneMap,
    import_file,
    import_folder,
    init_map,
    open_map,
    read_profile,
    read_vector,
)  # fmt: skip
from dss.onemap.importing import sha256_of


def deliver(folder: Path, frame: gpd.GeoDataFrame, name: str = "census.gpkg") -> Path:
    folder.mkdir(exist_ok=True)
    frame.to_file(folder / name)
    return folder / name


def refuse(town: OneMap, file: Path, hints: FileHints = FileHints()) -> DssError:  # noqa: B008
    before = {path: sha256_of(path) for path in town.folder.rglob("*") if path.is_file()}
    with pytest.raises(MapError) as caught:
        import_file(town.folder, file, hints)
    after = {path: sha256_of(path) for path in before}
    assert after == before, "a refused import must leave the map as it was"
    return caught.value


def test_a_layer_is_read_with_our_names_and_codes(town: OneMap):
    roads = read_vector(town, town.layer("roads"))
    assert roads["road_class"].tolist() == ["primary", "secondary", "secondary", "tertiary"]
    assert roads["lanes"].isna().all()
    assert str(roads.crs) == town.crs


def test_the_catalogue_knows_owner_date_hash_and_count(town: OneMap):
    census = open_map(town.folder).layer("census")
    assert (census.records, census.kind, census.stored_crs) == (4, "polygon", "EPSG:4547")
    assert census.owner.en == "Bureau"
    assert census.sha256 == sha256_of(town.folder / census.path)


def test_a_layer_without_crs_is_refused_where_its_place_does_not_tell_it(town: OneMap, tmp_path: Path):
    frame = town_layers()["census"]
    shapes = tmp_path / "new" / "census.shp"
    shapes.parent.mkdir()
    frame.set_geometry(frame.translate(-400_000, -3_000_000)).to_file(shapes)  # 100 km east, 400 km north
    shapes.with_suffix(".prj").unlink()
    assert refuse(town, shapes, FileHints(key="census")).code == "crs_missing"
    import_file(town.folder, shapes, FileHints(key="census", crs="EPSG:4547"))
    assert open_map(town.folder).layer("census").stored_crs == "EPSG:4547"


def test_wrong_geometry_missing_field_and_no_features_are_refused(town: OneMap, tmp_path: Path):
    census = town_layers()["census"]
    points = census.set_geometry(census.centroid)
    assert refuse(town, deliver(tmp_path / "a", points)).code == "geometry_type"
    assert refuse(town, deliver(tmp_path / "b", census.drop(columns="RKS"))).code == "field_missing"
    assert refuse(town, deliver(tmp_path / "c", census.head(0))).code in ("layer_empty", "geometry_type")


def test_a_broken_file_and_an_absent_one_are_refused(town: OneMap, tmp_path: Path):
    broken = tmp_path / "census.gpkg"
    broken.write_bytes(b"not a geopackage")
    assert refuse(town, broken).code == "file_unreadable"
    assert refuse(town, tmp_path / "none" / "census.gpkg").code == "file_missing"


def test_a_file_that_nothing_binds_needs_a_role(town: OneMap, tmp_path: Path):
    file = deliver(tmp_path / "new", town_layers()["census"], "other.gpkg")
    assert refuse(town, file).code == "file_unbound"
    result = import_file(town.folder, file, FileHints(key="other", role="reference"))
    assert result.imported[0].key == "other"


def test_a_folder_with_one_bad_layer_imports_nothing(town: OneMap, tmp_path: Path):
    deliver(tmp_path / "next", town_layers()["census"].head(2))
    deliver(tmp_path / "next", town_layers()["roads"].drop(columns="DJ"), "roads.gpkg")
    with pytest.raises(MapError):
        import_folder(town.folder, tmp_path / "next")
    assert open_map(town.folder).layer("census").records == 4


def test_an_empty_delivery_is_refused(town: OneMap, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(MapError) as caught:
        import_folder(town.folder, tmp_path / "empty")
    assert caught.value.code == "nothing_delivered"


def test_a_missing_layer_is_named_with_those_there_are(town: OneMap):
    with pytest.raises(MapError) as caught:
        town.layer("hydrants")
    for language in LANGUAGES:
        assert "hydrants" in caught.value.message(language)
        assert "census" in caught.value.message(language)


def test_no_map_a_broken_one_and_a_lost_file_are_told_apart(town: OneMap, tmp_path: Path):
    with pytest.raises(MapError) as caught:
        open_map(tmp_path / "nowhere")
    assert caught.value.code == "map_missing"
    (town.folder / town.layer("roads").path).unlink()
    with pytest.raises(MapError) as caught:
        open_map(town.folder)
    assert caught.value.code == "layer_file_missing"
    (town.folder / "map.yaml").write_text("title: [", encoding="utf-8")
    with pytest.raises(MapError) as caught:
        open_map(town.folder)
    assert caught.value.code == "map_broken"


def test_a_map_is_not_made_twice(build_town: BuildTown):
    town = build_town()
    with pytest.raises(MapError) as caught:
        init_map(town.folder, read_profile("wuhan"))
    assert caught.value.code == "map_exists"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tilte": "x"}, "yaml_key"),
        ({"layers": [{"key": "a"}]}, "yaml_key"),
    ],
)
def test_a_profile_with_a_wrong_key_is_refused_with_its_path(tmp_path: Path, change, code):
    path = tmp_path / "profile.yaml"
    path.write_text(yaml.safe_dump({**town_profile(), **change}), encoding="utf-8")
    with pytest.raises(MapError) as caught:
        read_profile(path)
    assert caught.value.code == code


def test_a_profile_may_not_bind_a_field_that_its_role_lacks(tmp_path: Path):
    profile = town_profile()
    profile["layers"][0]["fields"]["depth_m"] = "X"
    path = tmp_path / "profile.yaml"
    path.write_text(yaml.safe_dump(profile), encoding="utf-8")
    with pytest.raises(MapError) as caught:
        read_profile(path)
    assert caught.value.code == "profile_field"


def test_a_profile_that_is_not_there_names_the_shipped_ones():
    with pytest.raises(MapError, match="wuhan"):
        read_profile("atlantis")
