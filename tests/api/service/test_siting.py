"""Siting studies as jobs: sites with what they bring, exclusions with their reason."""

import pytest
from fastapi.testclient import TestClient
from served import wait_until


@pytest.fixture(scope="module")
def token(client: TestClient) -> dict[str, str]:
    return {"Authorization": f"Bearer {client.app.state.service.guard.token()}"}


@pytest.fixture(scope="module")
def study(client: TestClient, token: dict[str, str]) -> dict:
    """Return a finished study, as one with the token sees it."""
    body = {"preset": "shelter", "map": "sample", "sites": 2, "resolution": 8, "time_limit_s": 10}
    answer = client.post("/api/siting", json=body)
    assert answer.status_code == 202
    href, found = answer.json()["href"], {}

    def is_over() -> bool:
        found.update(client.get(href, headers=token).json())
        return found["state"] not in ("queued", "running")

    wait_until(is_over, limit_s=120)
    return found


def test_presets_have_a_limit_with_its_clause(client: TestClient):
    presets = {one["name"]: one for one in client.get("/api/siting/presets").json()["presets"]}
    assert presets["shelter"]["unit"] == "m"
    assert presets["shelter"]["limit_source"]
    assert presets["shelter"]["limit_status"] in ("verified", "derived", "memory", "default")
    assert "flood_zone" in {rule["name"] for rule in presets["shelter"]["rules"]}


def test_a_study_has_sites_catchments_and_exclusions_with_their_reason(
    client: TestClient, study: dict, token: dict[str, str]
):
    assert study["state"] == "done", study["error"]
    assert len(study["figures"]["sites"]) == 2
    layers = {layer["key"]: layer for layer in study["layers"]}
    assert {"sites", "catchments", "cells", "exclusions"} <= set(layers)
    excluded = client.get(layers["exclusions"]["href"], headers=token).json()["features"]
    assert len(excluded) == layers["exclusions"]["features"]
    assert all(one["properties"]["rule"] and one["properties"]["clause"] for one in excluded)
    assert "<html" in client.get(f"/api/siting/{study['run']}/report?lang=en", headers=token).text


def test_a_study_is_as_secret_as_the_land_that_it_looked_at(client: TestClient, study: dict):
    # the sample city's hazardous sites are sensitive, and the rule on distances measures from them
    assert {layer["sensitivity"] for layer in study["layers"]} == {"sensitive"}
    assert client.get(study["layers"][0]["href"]).json()["code"] == "api_token_level"
    shown = client.get(f"/api/siting/{study['run']}").json()
    assert (shown["readable"], shown["figures"], shown["layers"][0]["features"]) == (False, None, None)


def test_a_study_is_no_run(client: TestClient, study: dict):
    assert client.get(f"/api/runs/{study['run']}").status_code == 404
    assert study["run"] in {one["run"] for one in client.get("/api/siting").json()}
    assert client.get("/api/siting/flood").status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [({"preset": "nothing"}, 404), ({"map": "nothing"}, 404), ({"sites": 0}, 422), ({"limit": -1}, 422)],
)
def test_studies_that_make_no_sense_are_refused(client: TestClient, change: dict, status: int):
    body = {"preset": "shelter", "map": "sample", **change}
    assert client.post("/api/siting", json=body).status_code == status


def test_a_study_can_be_cancelled_as_a_run(client: TestClient):
    body = {"preset": "shelter", "map": "sample", "sites": 5}
    run = client.post("/api/siting", json=body).json()["run"]
    assert client.post(f"/api/runs/{run}/cancel").status_code == 202
    wait_until(lambda: client.get(f"/api/siting/{run}").json()["state"] not in ("queued", "running"))
    assert client.get(f"/api/siting/{run}").json()["state"] == "cancelled"
