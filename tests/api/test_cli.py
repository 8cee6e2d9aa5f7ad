"""The command line answers on stdout, explains on stderr, and its exit codes mean what they should."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.commands import doctor
from dss.onemap import OneMap
from scenarios.run import RunResult

ROOT = Path(__file__).parents[2]


def dss(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does."""
    return subprocess.run(
        [sys.executable, "-m", "api.cli", *map(str, arguments)],
        env={**os.environ, "DSS_LANG": "en", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        cwd=ROOT,
    )


def test_the_demo_does_the_whole_job_and_says_where_the_report_is(tmp_path: Path):
    done = dss("demo", "--out", tmp_path, "--persons", "6000", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    figures = answer["figures"]
    assert figures["persons_in_area"] == 6000
    assert figures["persons_allocated"] + figures["persons_unmet"] == figures["persons_affected"]
    assert Path(answer["report"]).is_file()
    assert "checking" in done.stderr
    verified = dss("run", "--verify", answer["folder"])
    assert verified.returncode == 0
    assert "Verified" in verified.stdout
    again = dss("runs", "list", "--json", DSS_HOME=str(tmp_path))
    assert [entry["run"] for entry in json.loads(again.stdout)] == [answer["run"]]


def test_a_scenario_runs_on_a_named_map_with_overrides(sample: OneMap, tmp_path: Path):
    done = dss(
        "run", "sample_flood", "--map", sample.folder, "--out", tmp_path / "r", "--set", "cells.resolution=9"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "People who must leave" in done.stdout
    assert "GENERATED DATA" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run",), "one of the two"),
        (("run", "atlantis"), "sample_flood"),
        (("run", "sample_flood", "--map", "/no/such/map"), "no map"),
        (("run", "wuhan_flood"), "dss map import"),
        (("run", "--verify", "nothing"), "no finished run"),
        (("map", "list", "nowhere"), "no map"),
        (("map", "init", "m", "--profile", "atlantis"), "wuhan"),
        (("runs", "show", "nothing"), "no finished run"),
        (("schema", "layers"), "scenario"),
        (("demo", "--persons", "3"), "3"),
        (("map", "import", "m", "x.gpkg", "--role", "castle"), "castle"),
    ],
)
def test_bad_input_exits_2_with_a_way_out_and_no_traceback(arguments, words: str, tmp_path: Path):
    done = dss(*arguments, DSS_HOME=str(tmp_path / "home"))
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_errors_speak_chinese_by_default(tmp_path: Path):
    done = dss("map", "list", "nowhere", DSS_LANG="zh", DSS_HOME=str(tmp_path))
    assert "错误" in done.stderr


def test_a_forged_run_exits_4(run: RunResult, tmp_path: Path, cli: CliRunner):
    import shutil  # noqa: PLC0415 - only here

    copy = Path(shutil.copytree(run.folder, tmp_path / "copy"))
    (copy / "report.zh.html").write_text("other", encoding="utf-8")
    done = cli.invoke(app, ["run", "--verify", str(copy)])
    assert done.exit_code == 4
    assert "report.zh.html" in done.stderr


def test_layers_are_listed_searched_and_described(town: OneMap, cli: CliRunner):
    folder = str(town.folder)
    listed = json.loads(cli.invoke(app, ["map", "list", folder, "--json"]).stdout)
    assert [layer["key"] for layer in listed] == ["census", "roads", "shelters", "flood"]
    found = json.loads(cli.invoke(app, ["map", "search", folder, "BUREAU", "--json"]).stdout)
    assert len(found) == 4
    assert json.loads(cli.invoke(app, ["map", "search", folder, "zzz", "--json"]).stdout) == []
    described = json.loads(cli.invoke(app, ["map", "describe", folder, "roads", "--json"]).stdout)
    assert described["recode"]["road_class"]["支路"] == "tertiary"
    assert "census" in cli.invoke(app, ["map", "list", folder]).stdout
    assert "Bureau" in cli.invoke(app, ["map", "describe", folder, "roads"]).stdout


def test_a_delivery_is_imported_and_what_is_missing_is_named(tmp_path: Path, cli: CliRunner, town: OneMap):
    delivery = town.folder.parent / "delivery"
    (delivery / "flood.gpkg").unlink()
    profile = town.folder.parent / "profile.yaml"
    done = cli.invoke(app, ["map", "import", "fresh", str(delivery), "--profile", str(profile)])
    assert done.exit_code == 0
    assert "Imported census" in done.stdout
    assert "flood.gpkg" in done.stderr
    assert "fresh" in os.listdir(tmp_path / "home" / "maps")


def test_a_delivery_that_a_shipped_profile_describes_needs_no_profile(
    tmp_path: Path, cli: CliRunner, shared: Path
):
    data = shared / "data" / "wuhan"
    done = cli.invoke(app, ["map", "import", "city", str(data), "--json"])
    assert done.exit_code == 0
    assert len(json.loads(done.stdout)["imported"]) == 7
    assert "wuhan" in done.stderr


def test_the_schema_names_every_key(cli: CliRunner):
    schema = json.loads(cli.invoke(app, ["schema", "scenario"]).stdout)
    assert {"title", "map", "hazard", "travel", "cells"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False


def test_the_doctor_finds_everything_that_is_needed(cli: CliRunner):
    done = cli.invoke(app, ["doctor", "--json"])
    found = {finding["what"]: finding["state"] for finding in json.loads(done.stdout)}
    assert done.exit_code == (2 if "missing" in found.values() else 0)
    assert found["solver"] == found["projections"] == found["formats"] == found["dispatch"] == "ok"
    assert "PostGIS" in cli.invoke(app, ["doctor"]).stdout


def test_the_doctor_says_what_to_do_about_what_is_missing(cli: CliRunner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "font_file", lambda _: None)
    done = cli.invoke(app, ["doctor"])
    assert done.exit_code == 2
    assert "make clean install" in done.stdout.replace("\n", " ")
