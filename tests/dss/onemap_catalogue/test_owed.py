"""What a city owes is a list by itself, and shrinks as layers are bound and delivered."""

from datetime import date
from pathlib import Path

import pytest
from town import CRS, town_layers

from dss.errors import MapError
from dss.onemap import FileHints, OneMap, Title, import_file, init_map, open_map, read_profile
from dss.onemap.owed import Binding, bind_layer, owed_layers, with_template
from dss.onemap.profile import Profile

EMPTY = Profile(title=Title(zh="市", en="City"), crs=CRS, layers=())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    init_map(tmp_path / "map", with_template(EMPTY))
    return tmp_path / "map"


def census(**more: object) -> Binding:
    return Binding(**{"file": "rk.gpkg", "date": date(2024, 1, 1), "fields": {"persons": "RKS"}, **more})


def test_an_empty_map_owes_all_80(folder: Path):
    owed = owed_layers(open_map(folder))
    assert len(owed) == 80
    assert {layer.file for layer in owed} == {None}


def test_a_bound_layer_is_owed_until_its_file_is_imported(folder: Path, tmp_path: Path):
    bind_layer(folder, "census", census())
    owed = {layer.key: layer.file for layer in owed_layers(open_map(folder))}
    assert (len(owed), owed["census"]) == (80, "rk.gpkg")
    town_layers()["census"].to_file(tmp_path / "rk.gpkg")
    import_file(folder, tmp_path / "rk.gpkg", FileHints(key="census"))
    assert "census" not in {layer.key for layer in owed_layers(open_map(folder))}
    layer = open_map(folder).layer("census")
    assert (layer.middle_class, layer.owner.zh, layer.sensitivity) == ("census", "统计", "internal")


def test_another_layer_of_the_same_middle_class_counts_as_delivered(folder: Path, tmp_path: Path):
    bind_layer(folder, "census", census())
    profile = read_profile(folder / "profile.yaml")
    renamed = profile.layers[0].model_copy(update={"key": "my_people"})
    (tmp_path / "second").mkdir()
    init_map(tmp_path / "second" / "map", with_template(EMPTY.model_copy(update={"layers": (renamed,)})))
    assert "census" not in {layer.key for layer in owed_layers(open_map(tmp_path / "second" / "map"))}


def test_a_binding_may_be_corrected(folder: Path):
    bind_layer(folder, "census", census())
    bound = bind_layer(folder, "census", census(file="rk2.gpkg", fields={"elderly_persons": "LNR"}))
    assert bound.file == "rk2.gpkg"
    assert bound.fields == {"persons": "RKS", "elderly_persons": "LNR"}
    assert len(read_profile(folder / "profile.yaml").layers) == 1


@pytest.mark.parametrize(
    ("key", "change", "code"),
    [
        ("castles", {}, "catalogue_not_owed"),
        ("census", {"fields": {"beds": "CW"}}, "profile_field"),
        ("census", {"role": "castle"}, "yaml_key"),
        ("census", {"sensitivity": "cosmic"}, "yaml_key"),
    ],
)
def test_a_wrong_binding_leaves_the_profile_as_it_was(folder: Path, key, change, code):
    before = (folder / "profile.yaml").read_text(encoding="utf-8")
    with pytest.raises(MapError) as caught:
        bind_layer(folder, key, census(**change))
    assert caught.value.code == code
    assert (folder / "profile.yaml").read_text(encoding="utf-8") == before
    assert list(folder.glob("*.partial")) == []


def test_a_folder_without_a_map_cannot_be_bound(tmp_path: Path):
    with pytest.raises(MapError) as caught:
        bind_layer(tmp_path, "census", census())
    assert caught.value.code == "map_missing"


def test_a_middle_class_of_no_template_is_refused(tmp_path: Path):
    path = tmp_path / "profile.yaml"
    path.write_text(
        "title: {zh: 市, en: City}\ncrs: EPSG:4547\nlayers: []\nexpected: [castles]\n", encoding="utf-8"
    )
    with pytest.raises(MapError) as caught:
        read_profile(path)
    assert caught.value.code == "catalogue_middle_class"


def test_a_map_without_a_profile_owes_nothing(town: OneMap):
    (town.folder / "profile.yaml").unlink()
    assert owed_layers(town) == ()
