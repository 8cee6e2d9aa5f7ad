"""Recorded fixes: what they mend, what they refuse, and that originals stay as they were."""

from datetime import UTC, date, datetime

import geopandas as gpd
import numpy as np
import pytest
import yaml
from audit_town import DAY, PLANTS, build_town, shifted_layer, town_frames

from dss.errors import MapError
from dss.onemap import open_map
from dss.onemap.audit import check_map, propose_fixes
from dss.onemap.fixes import fix_map, read_fixes
from dss.onemap.fixes.replay import rehearse

TODAY = date.fromisoformat(DAY)
NOW = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def town(tmp_path):
    return build_town(tmp_path, town_frames())


def planted(tmp_path, *codes):
    frames = town_frames()
    for code in codes:
        PLANTS[code](frames)
    return build_town(tmp_path, frames)


def replay(onemap, *entries):
    path = onemap.folder / "wanted.yaml"
    path.write_text(
        yaml.safe_dump({"by": "陈", "fixes": list(entries)}, allow_unicode=True), encoding="utf-8"
    )
    results = fix_map(onemap, read_fixes(path), path, by="陈", on=NOW)
    return open_map(onemap.folder), results


def stored(onemap, key):
    return gpd.read_parquet(onemap.folder / onemap.layer(key).path)


def codes_of(onemap):
    return sorted(set(check_map(onemap, TODAY).faults["code"]))


def test_a_value_is_set_by_identifier_and_the_original_stays(town):
    original = town.folder / town.layer("shelters").path
    before = original.read_bytes()
    fixed, results = replay(
        town, {"do": "set", "layer": "shelters", "field": "capacity_persons", "values": {"YB000001": 900}}
    )
    assert stored(fixed, "shelters")["RNRS"].tolist() == [900, 800]
    assert original.read_bytes() == before
    assert [(one.layer, one.changed, one.dropped, one.added) for one in results] == [("shelters", 1, 0, 0)]


def test_the_catalogue_names_the_original_who_mended_it_and_by_what(town):
    fixed, _ = replay(town, {"do": "drop", "layer": "roads", "rows": [2]})
    layer = fixed.layer("roads")
    assert layer.records == 21
    assert layer.fixed is not None
    assert (layer.fixed.by, layer.fixed.on, layer.fixed.dropped) == ("陈", NOW, 1)
    assert layer.fixed.sha256 == town.layer("roads").sha256
    assert len(layer.fixed.fixes_sha256) == 64


def test_taking_a_line_out_and_replaying_undoes_the_fix(town):
    drop = {"do": "drop", "layer": "roads", "rows": [2]}
    date_of = {"do": "set_date", "layer": "roads", "date": "2026-05-01"}
    fixed, _ = replay(town, drop, date_of)
    assert str(fixed.layer("roads").date) == "2026-05-01"
    fixed, _ = replay(fixed, drop)
    assert (fixed.layer("roads").date, fixed.layer("roads").records) == (town.layer("roads").date, 21)
    fixed, results = replay(fixed)
    assert fixed.layer("roads") == town.layer("roads")
    assert results[0].restored
    assert list((town.folder / "layers").glob("*.fixed-*")) == []


def test_rows_are_those_of_the_original_whatever_was_dropped_before(town):
    fixed, _ = replay(
        town,
        {"do": "drop", "layer": "roads", "rows": [1, 2]},
        {"do": "set", "layer": "roads", "field": "road_class", "row_values": {3: "支路"}},
    )
    assert stored(fixed, "roads")[["BSM", "DJ"]].iloc[0].tolist() == ["DL000003", "支路"]


def road_class(value):
    return {"do": "set", "layer": "roads", "field": "road_class", "values": {"DL000001": value}}


def capacity(value):
    return {"do": "set", "layer": "shelters", "field": "capacity_persons", "values": {"YB000001": value}}


RECODE = {"do": "recode", "layer": "roads", "field": "road_class", "from": "大道", "to": "支路"}
REFUSED = [
    ({"do": "drop", "layer": "roads", "records": ["none"]}, "fixes_no_match"),
    ({"do": "drop", "layer": "roads", "rows": [99]}, "fixes_no_match"),
    (RECODE, "fixes_no_match"),
    (road_class("大道"), "fixes_value"),
    (capacity("多"), "fixes_value"),
    ({"do": "set", "layer": "roads", "field": "beds", "values": {"DL000001": 1}}, "fixes_field"),
    (road_class("主干路"), "fixes_useless"),
    ({"do": "make_valid", "layer": "buildings", "all": True}, "fixes_useless"),
    ({"do": "move_to", "layer": "shelters", "to": "hospitals", "rows": [1]}, "fixes_target"),
    ({"do": "drop", "layer": "nowhere", "rows": [1]}, "layer_missing"),
]


@pytest.mark.parametrize(("entry", "code"), REFUSED)
def test_a_fix_that_matches_nothing_is_refused_and_the_map_stays(town, entry, code):
    good = {"do": "drop", "layer": "hospitals", "rows": [1]}
    with pytest.raises(MapError) as caught:
        replay(town, good, entry)
    assert caught.value.code == code
    assert open_map(town.folder).layers == town.layers


def test_an_identifier_that_two_records_have_names_neither(tmp_path):
    onemap = planted(tmp_path, "ID_DUPLICATE")
    with pytest.raises(MapError) as caught:
        replay(onemap, {"do": "drop", "layer": "roads", "records": ["DL000001"]})
    assert caught.value.code == "fixes_ambiguous"


@pytest.mark.parametrize(
    "content",
    ["fixes: [{do: fly, layer: a}]", "fixes: [{do: drop, layer: a}]", "fixes: 3", "a: [", "no: 1",
     "fixes: [{do: drop, layer: a, all: true}]", "fixes: [{do: drop, layer: a, rows: [0]}]"],
)  # fmt: skip
def test_a_broken_file_of_fixes_is_refused(tmp_path, content):
    path = tmp_path / "fixes.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(MapError) as caught:
        read_fixes(path)
    assert caught.value.code == "fixes_broken"


def test_a_rehearsal_writes_nothing(town):
    path = town.folder / "wanted.yaml"
    path.write_text("fixes: [{do: drop, layer: roads, rows: [1]}]", encoding="utf-8")
    drafts = rehearse(town, read_fixes(path))
    assert len(drafts["roads"].finished()) == 21
    assert open_map(town.folder).layers == town.layers


def test_a_shelter_that_is_only_planned_moves_to_the_plan(tmp_path):
    onemap = planted(tmp_path, "PLANNED_AS_EXISTING")
    fixed, _ = replay(onemap, {"do": "move_to", "layer": "shelters", "to": "shelter_plan", "rows": [1]})
    assert (fixed.layer("shelters").records, fixed.layer("shelter_plan").records) == (1, 2)
    moved = stored(fixed, "shelter_plan").iloc[1]
    assert (moved["BSM"], moved["ZT"]) == ("YB000001", "在建")


MENDED = ("GEOM_INVALID", "DATUM_OFFSET", "AREA_MISMATCH", "DISTRICT_MISMATCH", "GEOM_DUPLICATE")


def test_proposed_fixes_mend_what_can_be_mended_mechanically(tmp_path):
    onemap = planted(tmp_path, *MENDED)
    assert set(codes_of(onemap)) == set(MENDED)
    path = onemap.folder / "proposed.yaml"
    propose_fixes(check_map(onemap, TODAY), path)
    fix_map(onemap, read_fixes(path), path, by="", on=NOW)
    # a crossed house becomes two triangles, and is no longer as large as it says
    assert codes_of(open_map(onemap.folder)) == ["AREA_MISMATCH"]


def test_a_layer_of_baidu_coordinates_comes_back_to_its_place(tmp_path):
    frames = town_frames()
    shifted_layer(frames)
    onemap = build_town(tmp_path, frames)
    path = onemap.folder / "proposed.yaml"
    assert propose_fixes(check_map(onemap, TODAY), path) == 1
    fix_map(onemap, read_fixes(path), path, by="", on=NOW)
    fixed = open_map(onemap.folder)
    assert codes_of(fixed) == []
    there, here = town_frames()["buildings"].geometry, stored(fixed, "buildings").geometry
    assert np.abs(there.bounds.to_numpy() - here.bounds.to_numpy()).max() < 0.01


def test_a_lost_zero_is_put_back(tmp_path):
    frames = town_frames()
    frames["landuse"] = frames["landuse"].assign(
        DM=frames["landuse"]["DM"].where(lambda s: s != "0101", "101")
    )
    onemap = build_town(tmp_path, frames)
    path = onemap.folder / "proposed.yaml"
    propose_fixes(check_map(onemap, TODAY), path)
    fix_map(onemap, read_fixes(path), path, by="", on=NOW)
    assert codes_of(open_map(onemap.folder)) == []
