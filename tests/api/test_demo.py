"""`dss demo-real` and what `dss demo` keeps beside the map."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from dss.onemap import OneMap
from dss.sample import TRUTH_FILE


def test_the_truth_about_the_planted_errors_lies_beside_the_map(sample: OneMap):
    lines = (sample.folder / TRUTH_FILE).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "layer,record_id,row,code,note"
    assert len(lines) > 50


def test_demo_real_without_its_package_names_the_way_out(
    cli: CliRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("dss.sample.real.coquimbo.find_spec", lambda _: None)
    result = cli.invoke(app, ["demo-real", "--out", str(tmp_path)])
    assert getattr(result.exception, "code", None) == "real_missing"
    assert not (tmp_path / "maps" / "coquimbo").exists()
