"""OGC API - Features as GDAL reads it from a server that really runs."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import httpx2
import pyogrio
import pytest
import shapely
from fastapi.testclient import TestClient
from served import started

from dss.onemap import OneMap


@pytest.fixture(scope="module")
def address(sample: OneMap, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    own = tmp_path_factory.mktemp("ogc")
    for part in ("maps", "runs"):
        (own / part).symlink_to(home / part)
    with started(own) as (address, _):
        yield address


def read(address: str, layer: str, **more: object) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(f"OAPIF:{address}/ogc", layer=layer, **more)


def test_gdal_lists_layers_of_the_map_and_of_the_plan(address: str):
    names = set(pyogrio.list_layers(f"OAPIF:{address}/ogc")[:, 0])
    assert {"sample:roads", "sample:shelters", "run:flood:shelters", "run:flood:cells"} <= names


def test_gdal_pages_through_every_feature(address: str, sample: OneMap):
    layer = sample.layer("roads")
    found = read(address, "sample:roads", PAGE_SIZE="100", INITIAL_REQUEST_PAGE_SIZE="10")
    assert len(found) == layer.records > 200
    stored = gpd.read_parquet(sample.folder / layer.path).to_crs("EPSG:4326")
    assert found.geometry.iloc[0].equals_exact(stored.geometry.iloc[0], 1e-5)


def test_gdal_filters_by_a_box(address: str, sample: OneMap):
    layer = sample.layer("shelters")
    stored = gpd.read_parquet(sample.folder / layer.path).to_crs("EPSG:4326")
    west, south, east, north = stored.total_bounds
    box = (west, south, (west + east) / 2, (south + north) / 2)
    expected = stored.intersects(shapely.box(*box)).sum()
    assert 0 < expected < len(stored)
    assert len(read(address, "sample:shelters", bbox=box)) == expected


def test_gdal_reads_a_plan(address: str, home: Path):
    found = read(address, "run:flood:shelters")
    stored = gpd.read_parquet(home / "runs" / "flood" / "shelters.parquet")
    assert sorted(found["name"]) == sorted(stored["name"])
    assert found["load_persons"].sum() == stored["load_persons"].sum()


def test_a_stream_of_events_comes_from_a_running_server(address: str):
    body = {"scenario": "sample_flood", "map": "sample", "overrides": {"cells.resolution": 8}}
    run = httpx2.post(f"{address}/api/runs", json=body).json()["run"]
    kinds = []
    with httpx2.stream("GET", f"{address}/api/runs/{run}/events", timeout=120) as stream:
        kinds = [line[7:] for line in stream.iter_lines() if line.startswith("event: ")]
    assert kinds[0] == kinds[-1] == "state"
    assert "progress" in kinds
    assert httpx2.get(f"{address}/api/runs/{run}").json()["state"] == "done"


ITEMS = "/ogc/collections/sample:shelters/items"


def test_pages_join_without_gap_or_double(client: TestClient):
    place, seen = f"{ITEMS}?limit=7", []
    while place:
        page = client.get(place).json()
        assert page["numberReturned"] == len(page["features"]) <= 7
        seen += [one["id"] for one in page["features"]]
        place = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert seen == list(range(1, page["numberMatched"] + 1))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("bbox=1,2,3", "bbox"),
        ("bbox=a,b,c,d", "bbox"),
        ("bbox=nan,0,1,1", "bbox"),
        ("bbox=523000,3384000,524000,3385000", "bbox"),
        ("crs=http://www.opengis.net/def/crs/EPSG/0/4547", "crs"),
        ("what=1", "what"),
        ("limit=0", "query.limit"),
        ("offset=-1", "query.offset"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(client: TestClient, query: str, field: str):
    answer = client.get(f"{ITEMS}?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize("name", ["nothing", "sample:nothing", "nothing:roads", "run:x:cells", "a:b:c"])
def test_what_is_no_collection_is_not_found(client: TestClient, name: str):
    assert client.get(f"/ogc/collections/{name}/items").status_code in (404, 422)


def test_the_landing_page_links_to_what_the_standard_asks_for(client: TestClient):
    links = {link["rel"]: link["href"] for link in client.get("/ogc").json()["links"]}
    for rel in ("service-desc", "conformance", "data"):
        assert client.get(links[rel]).status_code == 200
    assert client.get("/ogc/collections/sample:roads/items/1").json()["type"] == "Feature"
