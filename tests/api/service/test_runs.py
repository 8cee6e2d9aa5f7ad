"""A run from the request to the plan, what is refused, and what is said of one that failed."""

import json
import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from served import wait_for_end

from api.jobs import NewJob

QUICK = {"scenario": "sample_flood", "map": "sample", "overrides": {"cells.resolution": 8}}


@pytest.fixture(scope="module")
def finished(client: TestClient) -> dict:
    """Return a run that the service computed."""
    answer = client.post("/api/runs", json=QUICK)
    assert answer.status_code == 202
    assert answer.headers["location"] == answer.json()["href"]
    assert client.get(answer.json()["href"]).json()["state"] in ("queued", "running", "done")
    return wait_for_end(client, answer.json()["run"])


def test_a_run_is_started_followed_and_done(client: TestClient, finished: dict):
    assert finished["state"] == "done"
    assert finished["progress"]["fraction"] == 1.0
    assert finished["manifest"]["status"] == "done"
    assert finished["error"] is None
    assert next(one["run"] for one in client.get("/api/runs").json()) == finished["run"]


def test_events_come_in_order_and_end_with_the_state(client: TestClient, finished: dict):
    text = client.get(f"/api/runs/{finished['run']}/events").text
    numbers = [int(line[4:]) for line in text.splitlines() if line.startswith("id: ")]
    assert numbers == list(range(1, len(numbers) + 1))
    last = [line for line in text.splitlines() if line.startswith("data: ")][-1]
    assert json.loads(last[6:]) == {"state": "done"}


def test_a_stream_is_taken_up_after_the_last_event(client: TestClient, finished: dict):
    text = client.get(f"/api/runs/{finished['run']}/events", headers={"Last-Event-ID": "3"}).text
    assert next(line for line in text.splitlines() if line.startswith("id: ")) == "id: 4"


def test_asking_gives_the_same_events_as_the_stream(client: TestClient, finished: dict):
    asked = client.get(f"/api/runs/{finished['run']}/progress?after=2").json()
    assert asked["state"] == "done"
    assert asked["events"][0]["sequence"] == 3
    fractions = [one["data"]["fraction"] for one in asked["events"] if one["kind"] == "progress"]
    assert fractions == sorted(fractions)


def test_figures_have_unit_words_and_sources(client: TestClient):
    answer = client.get("/api/runs/flood/figures").json()
    figures = {figure["key"]: figure for figure in answer["figures"]}
    assert figures["persons_in_area"]["value"] == 20_000
    assert figures["persons_in_area"]["unit_title"] == {"zh": "人", "en": "persons"}
    known = {source["key"] for source in answer["sources"]}
    assert all(set(figure["sources"]) <= known for figure in figures.values())
    assert "person-hours" in answer["gap"]["en"]


def test_layers_are_geojson_of_six_decimals_and_are_not_sent_twice(client: TestClient):
    layers = client.get("/api/runs/flood/layers").json()["layers"]
    href = next(layer["href"] for layer in layers if layer["key"] == "shelters")
    answer = client.get(href)
    assert answer.headers["content-type"].startswith("application/geo+json")
    features = answer.json()["features"]
    assert len(features) == next(layer["features"] for layer in layers if layer["key"] == "shelters")
    lng, lat = features[0]["geometry"]["coordinates"]
    assert (round(lng, 6), round(lat, 6)) == (lng, lat)
    again = client.get(href, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("language", "words"), [("zh", "虚构城市"), ("en", "invented city")])
def test_reports_come_in_the_language_asked_for(client: TestClient, language: str, words: str):
    assert words in client.get(f"/api/runs/flood/report?lang={language}").text


@pytest.mark.parametrize("name", ["plan.gpkg", "manifest.json", "scenario.yaml", "map.en.png"])
def test_files_of_a_run_can_be_taken(client: TestClient, home: Path, name: str):
    assert client.get(f"/api/runs/flood/files/{name}").content == (home / "runs/flood" / name).read_bytes()


@pytest.mark.parametrize(
    "name", ["..%2f..%2fmaps", "%2e%2e%2ftoken", "events.jsonl", "proof", "a%00b", "token"]
)
def test_no_other_file_can_be_named(client: TestClient, name: str):
    assert client.get(f"/api/runs/flood/files/{name}").status_code in (404, 422)


@pytest.mark.parametrize("name", ["..%2f..%2fetc", "%2e%2e", "a b", "x" * 200, "nothing", "maps"])
def test_a_name_that_is_no_run_s_is_not_found(client: TestClient, name: str):
    assert client.get(f"/api/runs/{name}").status_code in (404, 422)


@pytest.fixture
def unsound(home: Path) -> str:
    """Return the name of a run whose plan failed its check."""
    folder = home / "runs" / "unsound"
    if not folder.exists():
        shutil.copytree(home / "runs" / "flood", folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest |= {"run": "unsound", "status": "failed_check"}
        manifest["check"] = {"passed": False, "violations": [], "violation_count": 3}
        (folder / "manifest.json").write_text(json.dumps(manifest))
    return "unsound"


def test_a_plan_that_failed_its_check_is_shown_as_failed(client: TestClient, unsound: str):
    shown = client.get(f"/api/runs/{unsound}").json()
    assert shown["state"] == "check_failed"
    assert shown["error"]["code"] == "api_check_failed"
    assert "3" in shown["error"]["title"]
    assert shown["figures"] == {}
    assert client.get(f"/api/runs/{unsound}/figures").json()["check_passed"] is False
    names = {one["id"] for one in client.get("/ogc/collections").json()["collections"]}
    assert not any(name.startswith("run:unsound:") for name in names)


def test_nothing_is_built_on_a_plan_that_failed_its_check(client: TestClient, unsound: str):
    answer = client.post(f"/api/runs/{unsound}/whatif", json={"close_shelters": ["x"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "api_what_if_unsound")


def test_a_run_that_cannot_be_computed_says_why(client: TestClient):
    body = {**QUICK, "overrides": {"area.layer": "nothing_here"}}
    row = wait_for_end(client, client.post("/api/runs", json=body).json()["run"])
    assert (row["state"], row["error"]["code"]) == ("failed", "layer_missing")
    assert client.get(f"/api/runs/{row['run']}/figures").status_code == 409


def test_a_run_is_over_when_it_is_over(client: TestClient, finished: dict):
    assert client.post(f"/api/runs/{finished['run']}/cancel").json()["code"] == "api_run_over"
    assert client.post("/api/runs/flood/cancel").status_code == 409
    assert client.post("/api/runs/nothing/cancel").status_code == 404


@pytest.fixture
def interrupted(client: TestClient) -> str:
    """Return the name of a run that a restart interrupted."""
    store = client.app.state.service.store
    request = {"scenario": {"title": {"zh": "洪水", "en": "Flood"}}, "source": "x"}
    name = store.add(NewJob("20260101-101010-x-2", "run", "nowhere", {"zh": "甲", "en": "A"}, request), 100)
    store.end(name, "failed", {"code": "api_job_interrupted", "values": {}})
    return name


def test_an_interrupted_run_is_started_once_more_with_one_request(client: TestClient, interrupted: str):
    row = client.get(f"/api/runs/{interrupted}").json()
    assert "again" in row["error"]["hint"]
    answer = client.post(row["links"]["again"])
    assert answer.status_code == 202
    assert answer.headers["location"].endswith("-x")
    new = client.get(answer.json()["href"]).json()
    assert (new["again_of"], new["request"]) == (interrupted, row["request"])
    assert client.get(f"/api/runs/{interrupted}").json()["again"] == new["run"]


def test_a_run_is_started_once_more_only_when_it_has_no_result_and_once_at_a_time(empty: TestClient):
    store = empty.app.state.service.store
    name = store.add(NewJob("a", "run", "m", {"zh": "甲", "en": "A"}, {}), 5)
    assert empty.post(f"/api/runs/{name}/again").json()["code"] == "api_run_not_again"
    store.end(name, "cancelled")
    assert empty.post(f"/api/runs/{name}/again").status_code == 202
    assert empty.post(f"/api/runs/{name}/again").json()["code"] == "api_run_again_there"
    assert empty.post("/api/runs/nothing/again").status_code == 404


def test_a_computing_run_can_be_cancelled(client: TestClient, home: Path):
    body = {**QUICK, "overrides": {"cells.resolution": 10}}
    run = client.post("/api/runs", json=body).json()["run"]
    assert client.post(f"/api/runs/{run}/cancel").status_code == 202
    assert wait_for_end(client, run)["state"] == "cancelled"
    assert not list((home / "runs").glob(f"{run}*"))


def test_shutting_the_fullest_shelter_gives_a_plan_beside_the_old_one(client: TestClient, finished: dict):
    base = finished["run"]
    shelters = client.get(f"/api/runs/{base}/layers/shelters").json()["features"]
    fullest = max(shelters, key=lambda one: one["properties"]["load_persons"])["properties"]["name"]
    answer = client.post(f"/api/runs/{base}/whatif", json={"close_shelters": [fullest]})
    new = wait_for_end(client, answer.json()["run"])
    assert (new["state"], new["parent"]) == ("done", base)
    assert new["found"]["check_passed"]
    loads = client.get(f"/api/runs/{new['run']}/layers/shelters").json()["features"]
    assert (
        sum(one["properties"]["load_persons"] for one in loads if one["properties"]["name"] == fullest) == 0
    )
    both = client.get(f"/api/runs/{base}/compare/{new['run']}").json()
    assert fullest in {shelter["name"] for shelter in both["shelters"]}
    figures = {figure["key"]: figure for figure in both["figures"]}
    assert (
        figures["persons_unmet"]["difference"] == new["found"]["unmet_after"] - new["found"]["unmet_before"]
    )
    assert len({len(column) for column in both["cells"].values()}) == 1


@pytest.fixture(scope="module")
def changed(client: TestClient, finished: dict) -> dict:
    """Return a what-if that closes a road, shuts a shelter and opens another, all in one request."""
    base = finished["run"]
    shelters = client.get(f"/api/runs/{base}/layers/shelters").json()["features"]
    shut, used = sorted(shelters, key=lambda one: one["properties"]["load_persons"])[-2:]
    roads = client.get(f"/api/runs/{base}/layers/roads").json()["features"]
    line = next(one["geometry"] for one in roads if one["properties"]["state"] == "open")["coordinates"]
    new = {"name": "新场所", "at": used["geometry"]["coordinates"], "capacity_persons": 5000}
    body = {
        "close_roads": [line[len(line) // 2]],
        "close_shelters": [shut["properties"]["name"]],
        "open_shelters": [new],
    }
    row = wait_for_end(client, client.post(f"/api/runs/{base}/whatif", json=body).json()["run"])
    assert row["state"] == "done", row["error"]
    return row


def loads(client: TestClient, run: str) -> dict[str, int]:
    features = client.get(f"/api/runs/{run}/layers/shelters").json()["features"]
    return {one["properties"]["name"]: one["properties"]["load_persons"] for one in features}


def figures_of(row: dict) -> dict[str, float]:
    return {figure["key"]: figure["value"] for figure in row["manifest"]["figures"]}


def test_one_what_if_closes_roads_and_shuts_and_opens_shelters(
    client: TestClient, finished: dict, changed: dict
):
    before, after = loads(client, finished["run"]), loads(client, changed["run"])
    assert set(after) - set(before) == {"新场所"}
    assert after["新场所"] > 0
    assert after[changed["request"]["close_shelters"][0]] == 0
    assert figures_of(changed)["roads_closed"] > figures_of(finished)["roads_closed"]


def test_a_what_if_keeps_the_changes_of_the_one_before(client: TestClient, changed: dict):
    fullest = max(loads(client, changed["run"]).items(), key=lambda one: one[1])[0]
    answer = client.post(f"/api/runs/{changed['run']}/whatif", json={"close_shelters": [fullest]})
    new = wait_for_end(client, answer.json()["run"])
    assert new["state"] == "done", new["error"]
    assert set(loads(client, new["run"])) == set(loads(client, changed["run"]))
    assert figures_of(new)["roads_closed"] == figures_of(changed)["roads_closed"]
    assert loads(client, new["run"])[changed["request"]["close_shelters"][0]] == 0


def test_closing_a_road_tells_people_anew_only_where_it_is_worth_it(client: TestClient, finished: dict):
    base = finished["run"]
    roads = client.get(f"/api/runs/{base}/layers/roads").json()["features"]
    busy = max(roads, key=lambda one: one["properties"]["persons_walking"])["geometry"]["coordinates"]
    body = {"close_roads": [busy[len(busy) // 2]]}
    new = wait_for_end(client, client.post(f"/api/runs/{base}/whatif", json=body).json()["run"])
    assert new["state"] == "done", new["error"]
    assert new["manifest"]["files"]["whatif.json"]
    closed = {figure["key"]: figure["value"] for figure in new["manifest"]["figures"]}["roads_closed"]
    before = {figure["key"]: figure["value"] for figure in finished["manifest"]["figures"]}["roads_closed"]
    assert closed >= before


def test_a_run_before_is_a_run_of_the_workspace(client: TestClient):
    for run in ("../../etc", "/etc", "nothing"):
        body = {**QUICK, "overrides": {"allocation.previous": {"run": run}}}
        assert client.post("/api/runs", json=body).json()["code"] == "api_run"


def test_too_many_waiting_jobs_are_refused(empty: TestClient, home: Path):
    service = empty.app.state.service
    for number in range(service.settings.queue_limit):
        service.jobs.submit(NewJob(f"a{number}", "run", "m", {"zh": "", "en": ""}, {}))
    (service.settings.workspace.root / "maps").symlink_to(home / "maps")
    answer = empty.post("/api/runs", json=QUICK)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "10")
