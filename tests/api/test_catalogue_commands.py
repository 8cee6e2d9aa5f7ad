"""The catalogue on the command line: lists that fit, maps from the template, exports within one's right."""

import json
import time
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from catalogues import write_full_map
from rich.cells import cell_len
from town import town_layers
from typer.testing import CliRunner, Result

from api.cli import app
from dss.onemap import OneMap
from dss.onemap.catalogue import write_catalogue
from scenarios.run import RunResult


@pytest.fixture
def full(tmp_path: Path) -> str:
    write_full_map(tmp_path / "full")
    return str(tmp_path / "full")


BIND = ["map", "bind", "MAP", "dem", "--file", "a.tif"]


def dss(cli: CliRunner, *arguments: str | Path) -> Result:
    return cli.invoke(app, [str(argument) for argument in arguments])


def answer(cli: CliRunner, *arguments: str | Path) -> object:
    done = dss(cli, *arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [100, 140])
def test_tables_fit_the_terminal_in_both_languages(
    full: str, cli: CliRunner, monkeypatch: pytest.MonkeyPatch, language: str, width: int
):
    monkeypatch.setenv("DSS_LANG", language)
    monkeypatch.setenv("COLUMNS", str(width))
    for command, *rest in (["list"], ["search", "a"], ["describe"], ["describe", "fire_stations"]):
        done = dss(cli, "map", command, full, *rest)
        assert done.exit_code == 0, done.output
        assert max(cell_len(line) for line in done.stdout.splitlines()) <= width


def test_dates_levels_and_counts_are_never_cut(full: str, cli: CliRunner, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "100")
    listed = dss(cli, "map", "list", full).stdout
    assert listed.count("2024-01-01") == listed.count("12,345") == 80
    # levels of the template: 15 sensitive, 1 secret
    assert (listed.count("sensitive"), listed.count("secret")) == (15, 1)
    for name in ("As is (26)", "Planned (23)", "Administration (17)", "Society and economy (14)"):
        assert name in listed


def test_eighty_layers_are_listed_in_a_second(full: str, cli: CliRunner):
    dss(cli, "map", "list", full)  # what is imported once
    began = time.perf_counter()
    assert dss(cli, "map", "list", full).exit_code == 0
    assert time.perf_counter() - began < 1.0


def test_filters_and_search_narrow_the_list(full: str, cli: CliRunner):
    assert len(answer(cli, "map", "list", full)) == 80
    assert len(answer(cli, "map", "list", full, "--class", "规划")) == 23
    assert [row["key"] for row in answer(cli, "map", "list", full, "--role", "faults")] == ["faults"]
    assert [row["key"] for row in answer(cli, "map", "list", full, "--sensitivity", "secret")] == [
        "civil_defence"
    ]
    assert {row["owner"]["zh"] for row in answer(cli, "map", "list", full, "--owner", "health")} == {"卫健"}
    assert all(row["overdue_days"] for row in answer(cli, "map", "list", full, "--overdue"))
    assert [row["key"] for row in answer(cli, "map", "search", full, "消防站")] == ["fire_stations"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["map", "list", "MAP", "--class", "castle"], "现状"),
        (["map", "list", "MAP", "--sensitivity", "cosmic"], "secret"),
        (["map", "init", "new"], "--template"),
        (["map", "init", "new", "--template"], "EPSG:4547"),
        (["map", "init", "new", "--template", "--crs", "EPSG:4490"], "projected"),
        ([*BIND, "--date", "soon"], "2026-06-30"),
        ([*BIND, "--date", "2026-01-01", "--field", "x"], "persons=RKS"),
        (["map", "export", "MAP", "dem", "out.gpkg", "--right", "cosmic"], "DSS_RIGHT"),
        (["map", "export", "MAP", "dem", "out.dwg"], "gpkg"),
        (["runs", "export", "nothing", "out.zip"], "no finished run"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_the_way_out(full: str, cli: CliRunner, arguments: list[str], words: str):
    done = dss(cli, *[full if argument == "MAP" else argument for argument in arguments])
    assert done.exit_code == 1  # the error reaches `main`, which says it and exits 2
    assert words in str(done.exception)


def test_a_map_from_the_template_is_bound_layer_by_layer(cli: CliRunner, tmp_path: Path):
    assert dss(cli, "map", "init", "city", "--template", "--crs", "EPSG:4547").exit_code == 0
    assert len(answer(cli, "map", "list", "city", "--owed")) == 80
    assert "80 layers not delivered" in dss(cli, "map", "list", "city").stdout
    town_layers()["census"].to_file(tmp_path / "rk.gpkg")
    what = ["--file", "rk.gpkg", "--date", "2024-01-01", "--field", "persons=RKS"]
    bound = dss(cli, "map", "bind", "city", "census", *what)
    assert "waiting for rk.gpkg" in bound.stdout
    assert dss(cli, "map", "import", "city", tmp_path / "rk.gpkg").exit_code == 0
    assert len(answer(cli, "map", "list", "city", "--owed")) == 79
    described = answer(cli, "map", "describe", "city")
    assert described["middle_classes"] == {"covered": 1, "of": 80, "status": "memory"}


def test_a_profile_and_the_template_go_together(cli: CliRunner):
    made = dss(cli, "map", "init", "plan", "--profile", "mnr2021", "--template", "--title", "市图")
    assert made.exit_code == 0
    owed = answer(cli, "map", "list", "plan", "--owed")
    waiting = [row for row in owed if row["file"]]
    assert len(waiting) == 17  # layers of the profile; what they do not cover is owed without a file
    covered = {row["middle_class"] for row in waiting}
    assert len(owed) == 17 + 80 - len(covered)


def test_an_export_above_the_right_is_refused_and_logged(town: OneMap, cli: CliRunner, tmp_path: Path):
    layers = tuple(layer.model_copy(update={"sensitivity": "sensitive"}) for layer in town.layers)
    write_catalogue(town.folder, town.catalogue.model_copy(update={"layers": layers}))
    out = tmp_path / "out.gpkg"
    assert dss(cli, "map", "export", town.folder, "census", out).exit_code == 1
    assert not out.exists()
    done = answer(cli, "map", "export", town.folder, "census", out, "--right", "sensitive")
    assert done["sensitivity"] == "sensitive"
    log = (tmp_path / "home" / "access.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["outcome"] for line in log] == ["refused", "allowed"]


def test_a_large_map_is_warned_of_at_export(cli: CliRunner, sample: OneMap, tmp_path: Path):
    done = dss(cli, "map", "export", sample.folder, "boundary", tmp_path / "b.gpkg", "--precision-m", "10")
    assert done.exit_code == 0
    assert "Coordinates rounded to 10 m" in done.stderr
    assert ("state secret" in done.stderr) == (_hull_km2(sample) > 25)


def _hull_km2(sample: OneMap) -> float:
    frame = gpd.read_parquet(sample.folder / sample.layer("boundary").path).to_crs(sample.crs)
    return float(frame.union_all().convex_hull.area) / 1e6


def test_a_run_is_as_secret_as_its_sources(run: RunResult, cli: CliRunner, tmp_path: Path):
    out = tmp_path / "run.zip"
    refused = dss(cli, "runs", "export", run.folder, out, "--right", "public")
    assert refused.exit_code == 1
    assert not out.exists()
    packed = answer(cli, "runs", "export", run.folder, out)
    assert packed["sensitivity"] == "internal"
    with zipfile.ZipFile(out) as content:
        names = content.namelist()
        level = content.read(f"{run.folder.name}/LEVEL.txt").decode("utf-8")
    assert "内部" in level
    assert "internal" in level
    assert len(names) == packed["files"]
    shown = dss(cli, "runs", "show", run.folder).stdout
    assert "LEVEL: internal" in shown
    assert "2020-11-01" in shown
