"""The runs over HTTP."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from dss.workspace import Workspace
from scenarios.run import RunResult


@pytest.fixture
def client(run: RunResult, tmp_path: Path) -> TestClient:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "flood").symlink_to(run.folder)
    return TestClient(create_app(Workspace(tmp_path)))


def test_runs_and_their_reports_are_served(client: TestClient):
    assert [run["run"] for run in client.get("/runs").json()] == ["flood"]
    assert client.get("/runs/flood").json()["status"] == "done"
    assert "虚构城市" in client.get("/runs/flood/report").text
    assert "invented city" in client.get("/runs/flood/report?lang=en").text
    assert "/runs/flood/report?lang=en" in client.get("/", headers={"accept-language": "en"}).text


def test_an_unknown_run_is_a_404_in_words(client: TestClient):
    answer = client.get("/runs/nothing", headers={"accept-language": "en-GB,en"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "no finished run" in answer.json()["title"]


@pytest.mark.parametrize("name", ["..%2f..%2fetc", "%2e%2e", "a b", "x" * 200])
def test_a_name_that_is_no_run_s_is_refused(client: TestClient, name: str):
    assert client.get(f"/runs/{name}").status_code in (404, 422)


def test_the_start_page_says_so_when_there_is_nothing(tmp_path: Path):
    page = TestClient(create_app(Workspace(tmp_path))).get("/?lang=en").text
    assert "No runs yet" in page
