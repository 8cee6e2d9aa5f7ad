"""`dss runs` sees and ends the jobs of a server."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.jobs import JobStore, NewJob


@pytest.fixture
def store(cli: CliRunner, tmp_path: Path) -> JobStore:
    """Return the rows of a server's workspace with one job that waits."""
    made = JobStore(tmp_path / "home" / "service")
    made.add(NewJob("a", "run", "m", {"zh": "甲", "en": "Flood"}, {}), 5)
    return made


def test_waiting_and_failed_jobs_are_listed_beside_finished_runs(cli: CliRunner, store: JobStore):
    listed = json.loads(cli.invoke(app, ["runs", "list", "--json"]).stdout)
    assert [(row["run"], row["status"]) for row in listed] == [("a", "queued")]
    assert "waiting" in cli.invoke(app, ["runs", "list"]).stdout
    store.end("a", "failed", {"code": "api_job_died", "values": {}})
    assert json.loads(cli.invoke(app, ["runs", "show", "a"]).stdout)["problem"]["code"] == "api_job_died"


def test_a_job_is_cancelled_in_the_database(cli: CliRunner, store: JobStore):
    assert cli.invoke(app, ["runs", "cancel", "a"]).exit_code == 0
    row = store.get("a")
    assert row is not None
    assert row.state == "cancelled"


def test_a_job_that_is_not_there_cannot_be_cancelled(cli: CliRunner, store: JobStore):
    assert cli.invoke(app, ["runs", "cancel", "b"]).exit_code != 0
