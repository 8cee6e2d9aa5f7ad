"""Safe by default: the token, the levels, other sites, and bodies that nobody should send."""

import stat
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.door import deepest, require_plain_json
from api.faults import BadRequest
from api.settings import Settings, read_settings
from dss.errors import InputError
from dss.workspace import Workspace

MAP = "/api/maps/sample"


@pytest.fixture
def guarded(home: Path) -> TestClient:
    """Return a client of a service that listens to others."""
    return TestClient(create_app(Settings(Workspace(home), host="0.0.0.0")), base_url="http://city.example")


def bearer(client: TestClient) -> dict[str, str]:
    return {"Authorization": f"Bearer {client.app.state.service.guard.token()}"}


def secret_layer(client: TestClient) -> str:
    layers = client.get(f"{MAP}/layers").json()["layers"]
    return next(one["key"] for one in layers if not one["readable"] and one["kind"] != "raster")


def test_the_first_start_makes_a_token_that_only_its_owner_reads(empty: TestClient):
    guard = empty.app.state.service.guard
    token = guard.token()
    assert len(token) >= 40
    assert stat.S_IMODE(guard.file.stat().st_mode) == 0o600
    assert guard.token() == token


@pytest.mark.parametrize(
    "path",
    [
        "/api/maps/sample/layers/{key}/features/1",
        "/api/maps/sample/tiles/{key}",
        "/api/maps/sample/tiles/{key}/10/835/420.mvt",
        "/ogc/collections/sample:{key}",
        "/ogc/collections/sample:{key}/items",
        "/ogc/collections/sample:{key}/items/1",
    ],
)
def test_layers_above_internal_leave_only_with_the_token(client: TestClient, path: str):
    place = path.format(key=secret_layer(client))
    refused = client.get(place)
    assert (refused.status_code, refused.json()["code"]) == (401, "api_token_level")
    assert refused.headers["www-authenticate"] == "Bearer"
    assert set(refused.json()["hints"]) == {"zh", "en"}
    assert client.get(place, headers=bearer(client)).status_code == 200
    assert client.get(place, headers={"Authorization": "Bearer x"}).json()["code"] == "api_token_wrong"


def test_a_tile_kept_for_one_with_the_token_is_not_given_to_another(client: TestClient):
    place = f"{MAP}/tiles/{secret_layer(client)}/10/835/420.mvt"
    assert client.get(place, headers=bearer(client)).status_code == 200
    assert client.get(place).status_code == 401


def test_opening_the_page_with_the_token_keeps_it_as_a_cookie_no_script_can_read(home: Path):
    app = create_app(Settings(Workspace(home)))
    page = TestClient(app, base_url="http://localhost")
    place = f"{MAP}/tiles/{secret_layer(page)}"
    assert page.get("/?token=wrong").json()["code"] == "api_token_wrong"
    opened = page.get(f"/?token={app.state.service.guard.token()}", follow_redirects=False)
    assert (opened.status_code, opened.headers["location"]) == (303, "/")
    assert "HttpOnly" in opened.headers["set-cookie"]
    assert "SameSite=strict" in opened.headers["set-cookie"]
    assert page.get(place).status_code == 200
    page.cookies.set("dss_token", "old")
    assert TestClient(app, base_url="http://localhost").get(place).status_code == 401


def test_layers_above_internal_are_not_listed_to_those_without_the_token(client: TestClient):
    hidden = f"sample:{secret_layer(client)}"
    listed = {one["id"] for one in client.get("/ogc/collections").json()["collections"]}
    told = {one["id"] for one in client.get("/ogc/collections", headers=bearer(client)).json()["collections"]}
    assert hidden not in listed
    assert hidden in told


def test_a_service_open_to_others_asks_everyone_for_the_token(guarded: TestClient):
    assert guarded.get("/api/maps").json()["code"] == "api_token_needed"
    assert guarded.get("/ogc/collections").status_code == 401
    assert guarded.get("/api/health").status_code == 200
    assert guarded.get("/api/maps", headers=bearer(guarded)).status_code == 200


def test_another_host_s_name_is_refused_on_this_machine(client: TestClient):
    answer = client.get("/api/health", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (403, "api_host")


def test_requests_from_other_sites_are_refused(client: TestClient):
    answer = client.post("/api/runs", json={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, answer.json()["code"]) == (403, "api_other_site")


def test_a_link_from_another_site_may_be_followed(client: TestClient):
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert client.get("/", headers=headers).status_code == 200
    assert client.post("/api/runs", json={}, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["/", "/api", "/nowhere", "/api/runs/nothing"])
def test_every_answer_has_secure_headers_and_no_cors(client: TestClient, path: str):
    answer = client.get(path, headers={"Origin": "http://evil.example"})
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[" * 100_000 + b"]" * 100_000, 400, "api_too_deep"),
        (b'{"scenario": "' + b"x" * 2_000_000 + b'"}', 413, "api_too_large"),
        (b'{"scenario": NaN}', 400, "api_body"),
        (b'{"scenario": "a", "overrides": {"seed": 1e999}}', 400, "api_body"),
        (b'{"scenario": "\\ud800"}', 400, "api_body"),
        (b"\xff\xfe", 400, "api_body"),
        (b"{", 400, "api_body"),
        (b"[]", 422, "api_field"),
        (b'{"scenario": "sample_flood", "what": 1}', 422, "api_field"),
        (b'{"scenario": "../../etc/passwd", "map": "sample"}', 404, "api_scenario"),
        (b'{"scenario": "sample_flood", "map": "../sample"}', 404, "api_map"),
        (b'{"scenario": "sample_flood", "overrides": {"title.zh.x": 1}}', 422, "override_form"),
        (b'{"scenario": {}, "map": "sample"}', 422, "yaml_key"),
        (b'{"scenario": "sample_flood", "map": "sample", "overrides": {"x": 1}}', 422, "yaml_unknown_key"),
        (
            b'{"scenario": "sample_flood", "map": "sample", "overrides": {"title.zh.x": 1}}',
            422,
            "override_form",
        ),
    ],
)
def test_bad_bodies_are_refused_in_words(client: TestClient, body: bytes, status: int, code: str):
    answer = client.post("/api/runs", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["titles"]["zh"]
    assert answer.json()["hint"]


@pytest.mark.parametrize(
    ("ring", "code"),
    [
        ([[10, 10], [11, 10], [11, 11]], "api_shape_elsewhere"),
        ([[0, 0], [1, 1], [1, 0], [0, 1]], "api_shape_broken"),
        ([[0, 0], [1, 1], [2, 2]], "api_shape_broken"),
        ([[0, 0], [1, 1]], "api_shape_broken"),
        ([[523000, 3384000], [524000, 3384000], [524000, 3385000]], "api_shape_degrees"),
    ],
)
def test_shapes_that_make_no_sense_are_refused_with_their_field(client: TestClient, ring: list, code: str):
    body = {"scenario": "sample_flood", "map": "sample", "overrides": {"area": {"polygon": ring}}}
    answer = client.post("/api/runs", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["field"] == "area.polygon"


def test_a_drawn_hazard_is_looked_at_too(client: TestClient):
    zone = {"geometry": {"type": "Polygon", "coordinates": [[[10, 10], [11, 10], [11, 11], [10, 10]]]}}
    body = {
        "scenario": "sample_flood",
        "map": "sample",
        "overrides": {"hazard": {"kind": "polygon", "zones": [zone]}},
    }
    assert client.post("/api/runs", json=body).json()["field"] == "hazard.zones.0.geometry"


def test_a_fault_of_the_service_has_a_number_and_no_text(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    def broken() -> list[str]:
        raise RuntimeError("password in the text")

    monkeypatch.setattr(client.app.state.service.maps, "names", broken)
    answer = client.get("/api/maps")
    assert (answer.status_code, answer.json()["code"]) == (500, "api_unforeseen")
    assert "password" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_depth_is_counted_outside_of_texts():
    assert deepest(b'{"a": "[[[[\\"[", "b": [1, [2]]}') == 3
    with pytest.raises(BadRequest):
        require_plain_json(b"[[[1]]]", 2)


def test_settings_come_from_the_environment_and_are_checked(tmp_path: Path):
    settings = read_settings(
        {"DSS_SERVE_SLOTS": "3", "DSS_SERVE_PORT": "9000"}, workspace=Workspace(tmp_path)
    )
    assert (settings.slots, settings.port, settings.host) == (3, 9000, "127.0.0.1")
    for wrong in ("x", "0", "-1"):
        with pytest.raises(InputError):
            read_settings({"DSS_SERVE_SLOTS": wrong}, workspace=Workspace(tmp_path))


def test_the_page_says_so_where_it_was_not_built_or_there_is_nothing(
    empty: TestClient, monkeypatch, tmp_path
):
    monkeypatch.setattr("api.routes.page.FOLDER", tmp_path)
    monkeypatch.setattr("api.routes.docs.FOLDER", tmp_path)
    assert "No runs yet" in empty.get("/?lang=en").text
    assert "/api/openapi.json" in empty.get("/api/docs?lang=en").text


def test_files_of_the_page_are_served_and_no_others(empty: TestClient, monkeypatch, tmp_path: Path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<p>page</p>")
    (tmp_path / "assets" / "a.js").write_text("1")
    monkeypatch.setattr("api.routes.page.FOLDER", tmp_path)
    assert empty.get("/").text == "<p>page</p>"
    assert empty.get("/assets/a.js").headers["content-type"].startswith("text/javascript")
    for path in ("/assets/..%2findex.html", "/assets/%2e%2e/index.html", "/assets/x.js", "/assets/"):
        assert empty.get(path).status_code == 404
