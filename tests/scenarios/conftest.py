"""Runs that several tests look at."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.commands.demo import sample_map
from dss.onemap import OneMap, open_map
from dss.workspace import Workspace
from scenarios.load import find_scenario, load_scenario
from scenarios.run import RunResult, run_scenario

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
