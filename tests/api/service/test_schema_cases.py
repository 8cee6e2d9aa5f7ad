"""Requests made up from the description of the API: whatever is asked, the service does not break."""

from concurrent.futures import Future
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from served import LOCAL

from api.app import create_app
from api.builds import Builder
from api.settings import Settings
from dss.workspace import Workspace

pytest.importorskip("schemathesis", reason="it comes with the tests' own lock")


@pytest.fixture
def asked(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Return a client of a service that takes few jobs, computes none, and makes nothing."""
    for part in ("maps", "runs"):
        (tmp_path / part).symlink_to(home / part)
    app = create_app(Settings(Workspace(tmp_path), queue_limit=3, build_wait_s=0.0))
    monkeypatch.setattr(Builder, "begin", lambda *_: Future())
    return TestClient(app, base_url=LOCAL)


def test_no_made_up_request_breaks_the_service(asked: TestClient):
    from made_up import broken  # noqa: PLC0415 - needs schemathesis

    sent, faults = broken(asked, cases_each=3, first_seed=1)
    assert sent > 150
    assert faults == []
