"""Fixtures of all tests."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from browser import launch
from hypothesis import settings
from playwright.sync_api import Browser, Playwright, sync_playwright
from postgis import PostGis, started_postgis
from town import BuildTown, make_town
from typer.testing import CliRunner

from api.commands.demo import sample_map
from dss.onemap import OneMap, open_map
from dss.workspace import Workspace
from scenarios.load import find_scenario, load_scenario
from scenarios.run import RunResult, run_scenario


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put those that take minutes before all others."""
    items.sort(key=lambda item: item.get_closest_marker("first") is None)


@pytest.fixture
def build_town(tmp_path: Path) -> BuildTown:
    """Return a function that makes the town's map; keyword arguments replace its layers."""

    def build(**replaced: gpd.GeoDataFrame) -> OneMap:
        return make_town(tmp_path, **replaced)

    return build


@pytest.fixture
def town(build_town: BuildTown) -> OneMap:
    """Return the town's map as it is."""
    return build_town()


# examples are the same on every machine, and a slow machine fails no test
settings.register_profile("project", deadline=None, derandomize=True)
settings.load_profile("project")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real data beside the project."""
    if not (SHARED / "data" / "wuhan").is_dir():
        pytest.skip("real data is not beside the project (../shared/data)")
    return SHARED


@pytest.fixture(scope="session")
def postgis() -> Iterator[PostGis]:
    """Return a PostGIS of the tests' own."""
    with started_postgis() as database:
        yield database


PERSONS = 20_000


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    """Return the map of a small sample city."""
    return open_map(sample_map(Workspace(tmp_path_factory.mktemp("home")), PERSONS, 1))


@pytest.fixture(scope="session")
def run(sample: OneMap, tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Return a finished run of the flood on it."""
    folder = tmp_path_factory.mktemp("runs") / "flood"
    return run_scenario(load_scenario(find_scenario("sample_flood")), sample, folder)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Return a command line in a workspace of its own, in English."""
    monkeypatch.setenv("DSS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DSS_LANG", "en")
    return CliRunner()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return what starts browsers; a process may have one."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def opened(playwright: Playwright) -> Iterator[Browser]:
    """Return a browser."""
    started = launch(playwright)
    yield started
    started.close()
