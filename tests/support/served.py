"""A server of the tests' own: in this process, or a real one that can be killed."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
from fastapi.testclient import TestClient

ROOT = Path(__file__).parents[2]
QUICK = {"DSS_LANG": "en", "DSS_SERVE_JOBS_NICE": "0"}
LOCAL = "http://localhost"


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


@contextmanager
def started(home: Path, **environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start `dss serve` over a workspace; yields its address and process, ends both with the block."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "serve", "--port", str(port)],
        env={**os.environ, **QUICK, "DSS_HOME": str(home), **environment},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(address), limit_s=60)
        yield address, process
    finally:
        process.kill()
        process.wait()


def answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/api/health", timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False


def wait_until(holds: Any, limit_s: float = 60, every_s: float = 0.1) -> None:
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(every_s)


def wait_for_end(client: TestClient | httpx2.Client, run: str, limit_s: float = 90) -> dict[str, Any]:
    """Wait until a run is over and return it."""
    found: dict[str, Any] = {}

    def is_over() -> bool:
        found.update(client.get(f"/api/runs/{run}").json())
        return found["state"] not in ("queued", "running")

    wait_until(is_over, limit_s)
    return found
