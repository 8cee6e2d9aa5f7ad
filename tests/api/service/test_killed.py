"""A server that is killed in the middle of a run: after the next start nothing is half there."""

from pathlib import Path

import httpx2
import pytest
from served import started, wait_until

BODY = {"scenario": "sample_flood", "map": "sample", "overrides": {"cells.resolution": 8}}


def lost_at(address: str, run: str, fraction: float) -> bool:
    row = httpx2.get(f"{address}/api/runs/{run}").json()
    return row["progress"]["fraction"] >= fraction and row["state"] != "queued"


@pytest.mark.parametrize("fraction", [0.0, 0.3, 0.8])
def test_after_a_kill_the_run_is_done_or_failed_and_the_one_behind_it_is_computed(
    home: Path, tmp_path: Path, fraction: float
):
    (tmp_path / "maps").symlink_to(home / "maps")
    with started(tmp_path) as (address, process):
        run, behind = (httpx2.post(f"{address}/api/runs", json=BODY).json()["run"] for _ in range(2))
        wait_until(lambda: lost_at(address, run, fraction), every_s=0.02)
        process.kill()
        process.wait()
    with started(tmp_path) as (address, _):
        state = httpx2.get(f"{address}/api/runs/{run}").json()
        assert state["state"] in ("done", "failed")
        assert (tmp_path / "runs" / run / "manifest.json").is_file() == (state["state"] == "done")
        if state["state"] == "failed":
            assert state["error"]["code"] == "api_job_interrupted"
        wait_until(lambda: httpx2.get(f"{address}/api/runs/{behind}").json()["state"] == "done", limit_s=90)
    assert not list((tmp_path / "runs").glob("*.partial"))
