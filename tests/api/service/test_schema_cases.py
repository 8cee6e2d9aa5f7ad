"""Requests made up from the description of the API: whatever is asked, the service does not break."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from served import LOCAL

from api.app import create_app
from api.settings import Settings
from dss.workspace import Workspace

pytest.importorskip("schemathesis", reason="it comes with the tests' own lock")


@pytest.fixture
def asked(home: Path, tmp_path: Path) -> TestClient:
    """Return a client of a service that takes few jobs, computes none, and waits for nothing."""
    for part in ("maps", "runs"):
        (tmp_path / part).symlink_to(home / part)
    settings = Settings(Workspace(tmp_path), queue_limit=3, build_wait_s=0.0)
    return TestClient(create_app(settings), base_url=LOCAL)


def test_no_made_up_request_breaks_the_service(asked: TestClient):
    from made_up import broken  # noqa: PLC0415 - needs schemathesis

    sent, faults = broken(asked, cases_each=4, first_seed=1)
    asked.app.state.service.builder.stop()
    assert sent > 200
    assert faults == []
