"""A server of the tests' own: a small sample city with a finished flood, served on a free port."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError

from dss.onemap import OneMap
from dss.workspace import Workspace
from scenarios.finished import MANIFEST
from scenarios.run import RunResult

CITY = "sample"
TOWN = "town"
ROOT = Path(__file__).parents[2]


def furnish(home: Path, name: str, onemap: OneMap, run: RunResult) -> None:
    """Put a map under a name into a workspace, and a finished run as though it were made on it there."""
    workspace = Workspace(home)
    for folder in (workspace.maps, workspace.runs):
        folder.mkdir(parents=True, exist_ok=True)
    if not (workspace.maps / name).is_symlink():
        (workspace.maps / name).symlink_to(onemap.folder)
    manifest = shutil.copytree(run.folder, workspace.runs / run.folder.name) / MANIFEST
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["map"]["name"] = name
    manifest.write_text(json.dumps(content), encoding="utf-8")


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve a workspace in a process of its own; returns the address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    log = (home / "server.log").open("wb")
    # what is made once is waited for: an answer to come again would be a complaint of the browser
    environment = {**os.environ, "DSS_HOME": str(home), "DSS_SERVE_BUILD_WAIT_S": "300"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_until_it_answers(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def wait_until_it_answers(address: str, process: "subprocess.Popen[bytes]", seconds: float = 60) -> None:
    """Wait for a server; fails if it ends or is not there in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=2):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError("the server did not answer in time")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
