"""Texts are read in the encoding that their bytes are in, or refused; never shown as mojibake."""

from pathlib import Path

import geopandas as gpd
import pytest
from deliveries import NAMES, bring, districts, empty_map, refused, rules, stored
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from dss.errors import MapError
from dss.onemap.sources.encoding import decodes, find_encoding

LEVEL_ONE = [bytes([high, low]).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return empty_map(tmp_path / "map")


def write(folder: Path, encoding: str, cpg: str | None = None, names: list[str] = NAMES) -> Path:
    shapes = folder / "a.shp"
    frame = gpd.GeoDataFrame({"名称": names}, geometry=[Point(114, 30)] * len(names), crs=4490)
    frame.to_file(shapes, encoding=encoding)
    shapes.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg is not None:
        shapes.with_suffix(".cpg").write_text(cpg)
    return shapes


@pytest.mark.parametrize(("encoding", "found"), [("GBK", "GBK"), ("UTF-8", "UTF-8")])
def test_a_shapefile_without_cpg_is_read_by_its_bytes(
    folder: Path, tmp_path: Path, encoding: str, found: str
):
    layer = bring(folder, write(tmp_path, encoding))
    assert stored(folder)["名称"].tolist() == NAMES
    assert (layer.encoding, rules(layer)) == (found, ["encoding_from_bytes"])
    assert found in layer.guesses[0].text("en")
    assert "武昌区" in layer.guesses[0].text("zh") or "名称" in layer.guesses[0].text("zh")


def test_a_rare_character_makes_it_gb18030(folder: Path, tmp_path: Path):
    names = ["㐂来街道", "武昌区", "洪山区"]  # the first character has four bytes in GB 18030
    assert bring(folder, write(tmp_path, "GB18030", names=names)).encoding == "GB18030"
    assert stored(folder)["名称"].tolist() == names


def test_a_cpg_that_holds_is_believed_and_one_that_lies_is_not(folder: Path, tmp_path: Path):
    assert rules(bring(folder, write(tmp_path, "GBK", cpg="936"))) == []
    layer = bring(folder, write(tmp_path, "GBK", cpg="UTF-8"))
    assert (layer.encoding, rules(layer)) == ("GBK", ["encoding_against_declared"])
    assert bring(folder, write(tmp_path, "GBK", cpg="ISO-8859-1")).encoding == "GBK"
    assert stored(folder)["名称"].tolist() == NAMES


def test_what_a_person_says_is_held_against_the_bytes(folder: Path, tmp_path: Path):
    shapes = write(tmp_path, "GBK")
    assert refused(folder, shapes, encoding="UTF-8").code == "import_encoding_wrong"
    assert refused(folder, shapes, encoding="klingon").code == "import_encoding_name"
    assert rules(bring(folder, shapes, encoding="GBK")) == []


def test_the_districts_of_shenzhen_have_their_names(folder: Path, shared: Path):
    layer = bring(folder, shared / "data" / "shenzhen_futian" / "sz_districts.shp")
    assert "福田" in stored(folder)["qh"].tolist()
    assert (layer.encoding, layer.stored_crs) == ("UTF-8", "EPSG:4490")
    assert rules(layer) == ["encoding_from_bytes", "crs_from_china"]


def test_a_geojson_in_gbk_is_read_all_the_same(folder: Path, tmp_path: Path):
    content = districts().to_json(ensure_ascii=False).encode("gbk")
    (tmp_path / "a.geojson").write_bytes(content)
    assert bring(folder, tmp_path / "a.geojson").encoding == "GBK"
    assert stored(folder)["MC"].tolist() == NAMES


def test_latin_texts_are_not_taken_for_chinese():
    assert find_encoding(["Peñuelas".encode()], file="a").name == "UTF-8"  # n-tilde is a GBK pair too
    assert find_encoding(["Ärzte, Übergang".encode()], file="a").name == "UTF-8"
    with pytest.raises(MapError) as caught:
        find_encoding(["Peñuelas".encode("latin-1")], file="a")
    assert caught.value.code == "import_encoding_unknown"
    assert find_encoding(["Peñuelas".encode("latin-1")], file="a", declared="ISO-8859-1").name == "ISO-8859-1"


def test_chinese_that_also_spells_greek_is_refused():
    # GBK pairs C2-DF, A1-BF are all two-byte UTF-8 as well
    with pytest.raises(MapError):
        find_encoding([bytes([0xC3, 0xB1, 0xCE, 0xB1])], file="a")


def test_big5_is_refused_rather_than_shown_as_other_characters():
    with pytest.raises(MapError):
        find_encoding(["臺北市政府警察局".encode("big5"), "國立臺灣大學".encode("big5")], file="a")


TEXTS = st.lists(st.text(st.sampled_from(LEVEL_ONE), min_size=4, max_size=8), min_size=3, max_size=6)


@given(TEXTS, st.sampled_from(["UTF-8", "GB18030"]), st.integers(0, 3))
def test_common_chinese_is_never_misread(texts: list[str], encoding: str, cut: int):
    """Texts cut off within a character, as fields of fixed width cut them, are told, or refused."""
    told = [text.encode(encoding)[: len(text.encode(encoding)) - cut] for text in texts]
    try:
        found = find_encoding(told, file="a").name
    except MapError:
        return
    read = [text.decode(found, errors="ignore") for text in told]
    assert all(text.startswith(part) for text, part in zip(texts, read, strict=True))


@given(st.text(min_size=1), st.integers(0, 3))
def test_a_text_cut_within_a_character_still_follows_its_encoding(text: str, cut: int):
    try:
        content = text.encode("gb18030")
    except UnicodeEncodeError:
        return
    assert decodes(content[: max(0, len(content) - cut)], "gb18030") or cut
