"""A workspace with a map and a finished run, and a client of the service over it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from served import LOCAL

from api.app import create_app
from api.settings import Settings
from dss.onemap import OneMap
from dss.workspace import Workspace
from scenarios.run import RunResult


@pytest.fixture(scope="session")
def home(sample: OneMap, run: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with the map `sample` and the run `flood`."""
    root = tmp_path_factory.mktemp("service")
    (root / "maps").mkdir()
    (root / "maps" / "sample").symlink_to(sample.folder)
    (root / "runs").mkdir()
    shutil.copytree(run.folder, root / "runs" / "flood")
    return root


@pytest.fixture(scope="session")
def client(home: Path) -> Iterator[TestClient]:
    """Return a client of a service that computes."""
    settings = Settings(Workspace(home), build_wait_s=120.0, jobs_nice=0)
    with TestClient(create_app(settings), base_url=LOCAL) as opened:
        yield opened


@pytest.fixture
def empty(tmp_path: Path) -> TestClient:
    """Return a client of a service over an empty workspace; it computes nothing."""
    return TestClient(create_app(Settings(Workspace(tmp_path))), base_url=LOCAL)
