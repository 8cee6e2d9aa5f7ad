"""A server that is killed in the middle of a run: after the next start nothing is half there."""

from pathlib import Path

import httpx2
from served import started, wait_until

BODY = {"scenario": "sample_flood", "map": "sample", "overrides": {"cells.resolution": 8}}
KILLED_AT = (0.0, 0.3, 0.8)
"""Shares of a run after which the server is killed."""


def start(address: str) -> str:
    return str(httpx2.post(f"{address}/api/runs", json=BODY).json()["run"])


def is_at(address: str, run: str, fraction: float) -> bool:
    row = httpx2.get(f"{address}/api/runs/{run}").json()
    return row["progress"]["fraction"] >= fraction and row["state"] != "queued"


def test_after_a_kill_a_run_is_done_or_failed_and_what_waited_behind_it_is_computed(
    home: Path, tmp_path: Path
):
    (tmp_path / "maps").symlink_to(home / "maps")
    killed = []
    for fraction in KILLED_AT:
        with started(tmp_path) as (address, process):
            killed.append(start(address))
            behind = start(address) if fraction == KILLED_AT[-1] else None
            wait_until(lambda at=address, share=fraction: is_at(at, killed[-1], share), every_s=0.02)
            process.kill()
            process.wait()
    with started(tmp_path) as (address, _):
        for run in killed:
            row = httpx2.get(f"{address}/api/runs/{run}").json()
            assert row["state"] in ("done", "failed")
            assert (tmp_path / "runs" / run / "manifest.json").is_file() == (row["state"] == "done")
            assert row["state"] == "done" or row["error"]["code"] == "api_job_interrupted"
        wait_until(lambda: httpx2.get(f"{address}/api/runs/{behind}").json()["state"] == "done", limit_s=90)
    assert not list((tmp_path / "runs").glob("*.partial"))
