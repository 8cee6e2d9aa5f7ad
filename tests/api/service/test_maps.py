"""Maps over HTTP: layers, records, cells, tiles, audit, what is owed."""

import struct

import numpy as np
import pytest
from fastapi.testclient import TestClient
from served import wait_until

from api.layers import map_layer
from api.tiles.cutting import layer_tile
from api.tiles.grid import tile_at
from dss.cells import index_population
from dss.onemap import OneMap, read_vector

MAP = "/api/maps/sample"


def test_maps_say_what_they_hold_and_where_they_lie(client: TestClient, sample: OneMap):
    found = client.get("/api/maps").json()["maps"][0]
    assert (found["map"], found["generated"], found["layers"]) == ("sample", True, len(sample.layers))
    west, south, east, north = found["bounds"]
    assert 73 < west < east < 135
    assert 18 < south < north < 54


def test_every_layer_has_class_owner_date_age_and_level(client: TestClient, sample: OneMap):
    layers = client.get(f"{MAP}/layers").json()["layers"]
    assert [layer["key"] for layer in layers] == [layer.key for layer in sample.layers]
    assert {layer["layer_class"] for layer in layers} == {"现状", "规划", "管理", "社会经济"}
    assert all(layer["owner"]["zh"] and layer["owner"]["en"] and layer["age_days"] >= 0 for layer in layers)


def test_a_card_has_a_legend_of_the_bound_fields(client: TestClient):
    card = client.get(f"{MAP}/layers/roads").json()
    fields = {field["name"]: field for field in card["legend"]}
    assert dict(fields["road_class"]["values"])["primary"] > 0
    assert fields["road_class"]["delivered"] != "road_class"


def test_a_record_comes_with_its_source(client: TestClient, sample: OneMap):
    card = client.get(f"{MAP}/layers/shelters/features/1").json()
    first = read_vector(sample, sample.layer("shelters")).iloc[0]
    assert card["feature"]["properties"]["name"] == first["name"]
    assert card["source"]["owner"]["en"] == "Emergency Management Bureau"
    assert card["source"]["status"] == "generated"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/maps/nothing", "api_map"),
        ("/api/maps/..%2f..", "api_path"),
        ("/api/maps/nothing/layers", "api_map"),
        (f"{MAP}/layers/nothing", "layer_missing"),
        (f"{MAP}/layers/shelters/features/999999", "api_record"),
        (f"{MAP}/tiles/roads/2/9/0.mvt", "api_tile"),
        (f"{MAP}/cells/9/values/nothing", "api_figure"),
    ],
)
def test_what_is_not_there_is_not_found_in_words(client: TestClient, path: str, code: str):
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == answer.json()["titles"]["en"]


def test_a_raster_has_no_tiles_and_says_so(client: TestClient):
    assert client.get(f"{MAP}/tiles/flood_depth").json()["code"] == "api_raster"


def test_cells_are_octets_in_the_order_of_the_index(client: TestClient, sample: OneMap):
    card = client.get(f"{MAP}/cells/9").json()
    index = np.frombuffer(client.get(card["index"]).content, dtype="<u8")
    figures = {figure["key"]: figure for figure in card["figures"]}
    persons = np.frombuffer(client.get(figures["persons"]["values"]).content, dtype="<f4")
    expected = index_population(sample, 9)
    assert (np.diff(index) > 0).all()
    assert index.size == persons.size == card["cells"]
    assert persons.sum() == figures["persons"]["total"] == 20_000
    np.testing.assert_array_equal(persons[np.searchsorted(index, expected.cell)], expected.persons)
    assert struct.unpack("<Q", index[:1].tobytes())[0] == int(index[0])


def test_figures_on_cells_have_classes_unit_sources_and_status(client: TestClient):
    for figure in client.get(f"{MAP}/cells/9").json()["figures"]:
        assert figure["status"] == "generated"
        assert figure["sources"]
        for limits in figure["classes"].values():
            assert limits == sorted(set(limits))
            if limits:
                assert limits[-1] == pytest.approx(figure["max"], abs=1e-5)


def test_octets_are_kept_by_browsers_for_ever_under_their_version_alone(client: TestClient):
    card = client.get(f"{MAP}/cells/9").json()
    assert "immutable" in client.get(card["index"]).headers["cache-control"]
    plain = client.get(card["index"].split("?")[0])
    assert "immutable" not in plain.headers["cache-control"]
    again = client.get(card["index"].split("?")[0], headers={"If-None-Match": plain.headers["etag"]})
    assert again.status_code == 304


def test_the_base_map_is_read_by_ranges(client: TestClient):
    base = client.get(f"{MAP}/base").json()
    head = client.get(base["href"], headers={"Range": "bytes=0-6"})
    assert (head.status_code, head.content) == (206, b"PMTiles")
    assert int(head.headers["content-range"].split("/")[1]) == base["bytes"]
    assert {"roads", "water", "land", "labels"} <= {layer["id"] for layer in base["layers"]}


def test_the_audit_is_by_rule_layer_and_department_and_on_the_map(client: TestClient):
    audit = client.get(f"{MAP}/audit").json()
    assert 0 < audit["score"] < 100
    assert (
        sum(rule["count"] for rule in audit["rules"]) == audit["errors"] + audit["warnings"] + audit["infos"]
    )
    grave = audit["rules"][0]
    page = client.get(f"{MAP}/audit/features?rule={grave['code']}&limit=1000").json()
    open_layers = {
        layer["key"] for layer in client.get(f"{MAP}/layers").json()["layers"] if layer["readable"]
    }
    shown = sum(count for layer, count in grave["layers"].items() if layer in open_layers)
    assert page["numberMatched"] == shown
    assert all(one["properties"]["code"] == grave["code"] for one in page["features"])


def test_a_record_tells_what_the_audit_found_of_it(client: TestClient):
    faults = client.get(f"{MAP}/audit/features?layer=shelters&limit=1000").json()["features"]
    own = next(one["properties"] for one in faults if one["properties"]["row"])
    card = client.get(f"{MAP}/layers/shelters/features/{own['row']}").json()
    assert own["code"] in {found["code"] for found in card["audit"]}


def test_what_departments_owe_is_overdue_or_not_delivered(client: TestClient, sample: OneMap):
    owed = client.get(f"{MAP}/owed").json()
    late = {entry["key"] for one in owed["departments"] for entry in one["overdue"]}
    assert late == {
        layer["key"] for layer in client.get(f"{MAP}/layers").json()["layers"] if layer["overdue_days"]
    }
    counts = [len(one["overdue"]) for one in owed["departments"]]
    assert counts == sorted(counts, reverse=True)
    assert {layer.key for layer in sample.layers} >= late


def test_a_tile_kept_on_disk_is_the_one_that_was_cut_when_nothing_was_kept(client: TestClient):
    service = client.app.state.service
    onemap, layer = service.maps.layer("sample", "roads")
    west, south, east, north = client.get(MAP).json()["bounds"]
    low, deep = (tile_at(zoom, (west + east) / 2, (south + north) / 2) for zoom in (12, 15))
    wait_until(lambda: service.archive(onemap, layer) is not None)
    for tile, is_kept in ((low, True), (deep, False)):
        answer = client.get(f"{MAP}/tiles/roads/{tile.z}/{tile.x}/{tile.y}.mvt")
        assert answer.content == layer_tile(map_layer(onemap, layer), tile, "roads") != b""
        assert (answer.headers.get("content-encoding") == "gzip") == is_kept
    plain = client.get(
        f"{MAP}/tiles/roads/{low.z}/{low.x}/{low.y}.mvt", headers={"Accept-Encoding": "identity"}
    )
    assert "content-encoding" not in plain.headers
    elsewhere = tile_at(12, west - 3, south)
    assert client.get(f"{MAP}/tiles/roads/12/{elsewhere.x}/{elsewhere.y}.mvt").content == b""
