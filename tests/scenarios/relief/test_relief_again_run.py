"""A relief that was planned again is a run: listed, told, and proven from its folder alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import yaml
from typer.testing import CliRunner

from api.cli import app
from dss.errors import InputError
from dss.onemap.staging import sha256_of
from models import Limits
from scenarios.finished import read_manifest
from scenarios.injects import find_inject, read_inject
from scenarios.relief.inject import Inject
from scenarios.relief.record import Told
from scenarios.relief.replanning import ReplannedRun, replanned_run
from scenarios.run import RunResult
from scenarios.verify import verify_run

LIMITS = Limits(0.5)


@pytest.fixture(scope="module")
def inject(told: Told) -> Inject:
    drives = told.record.drives
    road = int(told.streets.road[drives.legs.of(0)[0][-1]])
    need = {"shelter": told.record.stops.name[0], "commodity": "water", "amount": 60, "unit": "l"}
    return Inject.model_validate({"at": "02:10", "roads_closed": [str(road + 1)], "needs": [need]})


@pytest.fixture(scope="module")
def again(finished: RunResult, inject: Inject, tmp_path_factory: pytest.TempPathFactory) -> ReplannedRun:
    return replanned_run(finished.folder, inject, LIMITS, tmp_path_factory.mktemp("again") / "first")


@pytest.fixture(scope="module")
def twice(again: ReplannedRun, tmp_path_factory: pytest.TempPathFactory) -> ReplannedRun:
    label = again.changed.again.told.record.garage.label[0]
    inject = Inject.model_validate({"at": "03:30", "lost_vehicles": [label]})
    return replanned_run(again.folder, inject, LIMITS, tmp_path_factory.mktemp("twice") / "second")


def test_it_is_proven_from_its_folder_alone(again: ReplannedRun, tmp_path: Path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(again.folder, moved)
    assert verify_run(moved).passed
    assert again.violations == []


def test_it_names_the_run_that_it_follows_and_keeps_the_news_as_given(
    again: ReplannedRun, finished: RunResult, inject: Inject
):
    follows = again.manifest["follows"]
    assert follows["run"] == finished.manifest["run"]
    assert follows["manifest_sha256"] == sha256_of(finished.folder / "manifest.json")
    given = yaml.safe_load((again.folder / "relief" / "inject.yaml").read_text(encoding="utf-8"))
    assert Inject.model_validate(given) == inject


def test_its_figures_are_as_secret_and_as_old_as_those_before(again: ReplannedRun, finished: RunResult):
    before = {figure["key"]: figure for figure in finished.manifest["figures"]}["relief_need_t"]
    own = [figure for figure in again.manifest["figures"] if figure["key"].startswith("relief_")]
    assert {"relief_lost_t", "relief_ahead_bound_h"} <= {figure["key"] for figure in own}
    for figure in own:
        for fact in ("sources", "sensitivity", "oldest_source"):
            assert figure[fact] == before[fact]
    assert again.manifest["sensitivity"] == finished.manifest["sensitivity"] == "internal"
    assert again.manifest["standards"] == finished.manifest["standards"]


def test_what_is_needed_is_brought_or_missing_with_its_cause(again: ReplannedRun):
    for row in again.manifest["relief"]["goods"]:
        assert row["brought"] + row["short"] + row["short_of_vehicles"] == pytest.approx(row["need"])
        assert row["missing"] == pytest.approx(row["need"] - row["brought"])


def test_its_layers_are_those_of_the_new_plan(again: ReplannedRun):
    trips = gpd.read_parquet(again.folder / "relief_trips.parquet")
    assert len(trips) == again.changed.again.made.whole.trip_vehicle.size
    packed = pyogrio.read_dataframe(again.folder / "plan.gpkg", layer="relief_trips")
    assert len(packed) == len(trips)
    assert set(again.manifest["columns"]["relief_trips"]) == set(trips.columns) - {"geometry"}


def test_its_report_shows_the_news_in_both_languages(again: ReplannedRun):
    (road,) = again.manifest["relief"]["again"]["roads_closed"]
    for language, heading in (("zh", "消息与重新安排"), ("en", "The news, and what was planned again")):
        page = (again.folder / f"report.{language}.html").read_text(encoding="utf-8")
        assert heading in page
        assert road in page
        assert (again.folder / f"relief_news.{language}.png").stat().st_size > 10_000


def test_paper_workbook_and_table_tell_the_same_changes(again: ReplannedRun):
    ahead = [trip for vehicle in again.manifest["relief"]["again"]["vehicles"] for trip in vehicle["after"]]
    for language, fresh, stays in (("zh", "新安排", "照旧"), ("en", "new", "as before")):
        path = again.folder / "relief" / f"changes.{language}"
        table = pd.read_csv(path.with_suffix(f"{path.suffix}.csv"))
        assert table.iloc[:, 2].isin([fresh, stays]).sum() == len(ahead)
        book = openpyxl.load_workbook(path.with_suffix(f"{path.suffix}.xlsx"))
        rows = [[cell.value for cell in row] for row in book.worksheets[2].iter_rows(min_row=4)]
        assert [row[0] for row in rows] == table.iloc[:, 0].tolist()
        assert path.with_suffix(f"{path.suffix}.pdf").read_bytes().startswith(b"%PDF")


def test_the_orders_before_lie_beside_the_new_ones(again: ReplannedRun, finished: RunResult):
    relief = again.folder / "relief"
    before = finished.folder / "relief" / "orders"
    for path in before.iterdir():
        assert (relief / "orders_before" / path.name).read_bytes() == path.read_bytes()
        assert (relief / "orders" / path.name).is_file()


def test_it_is_planned_again_after_more_news_and_that_is_proven_too(twice: ReplannedRun, again: ReplannedRun):
    assert verify_run(twice.folder).passed
    assert twice.manifest["follows"]["run"] == again.manifest["run"]
    assert twice.manifest["title"]["en"].count("planned again") == 1
    assert (twice.folder / "followed" / "2.json").is_file()


def _edit(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def edit(folder: Path) -> None:
        path = folder / name
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
        manifest = read_manifest(folder)
        manifest["files"][name] = sha256_of(path)  # a forger would not forget the hash
        (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")

    return edit


def _swap(folder: Path) -> None:
    """Put the record before in the place of the new one."""
    manifest = read_manifest(folder)
    for name in ("record.json", "record.npz"):
        shutil.copyfile(folder / "relief" / "before" / name, folder / "relief" / name)
        manifest["files"][f"relief/{name}"] = sha256_of(folder / "relief" / name)
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def _forge_figure(folder: Path) -> None:
    manifest = read_manifest(folder)
    next(figure for figure in manifest["figures"] if figure["key"] == "persons_unmet")["value"] += 1
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


@pytest.mark.parametrize(
    "forge",
    [
        _edit("relief/inject.yaml", lambda text: text.replace("02:10", "02:11")),
        _edit("followed/1.json", lambda text: text.replace("flood", "fl00d")),
        _edit("scenario.yaml", lambda text: text + "\n"),
        _edit("relief/before/record.json", lambda text: text + "\n"),
        _edit("relief/ahead.json", lambda text: text.replace('"seed": 1', '"seed": 2')),
        _forge_figure,
    ],
)
def test_a_forged_folder_fails(again: ReplannedRun, tmp_path: Path, forge: Callable[[Path], None]):
    forged = tmp_path / "forged"
    shutil.copytree(again.folder, forged)
    forge(forged)
    assert not verify_run(forged).passed


def test_a_plan_that_is_not_of_these_news_is_refused(again: ReplannedRun, tmp_path: Path):
    forged = tmp_path / "forged"
    shutil.copytree(again.folder, forged)
    _swap(forged)
    with pytest.raises(InputError) as refused:
        verify_run(forged)
    assert refused.value.code == "proof_unreadable"


def test_a_folder_without_a_run_is_refused(inject: Inject, tmp_path: Path):
    with pytest.raises(InputError) as refused:
        replanned_run(tmp_path, inject, LIMITS, tmp_path / "out")
    assert refused.value.code == "run_missing"


def test_the_shipped_news_are_found_by_name_and_others_refused():
    assert read_inject(find_inject("bridge_lost"), Inject).at == "02:10"
    with pytest.raises(InputError) as refused:
        find_inject("no such news")
    assert refused.value.code == "inject_missing"


def test_a_name_that_is_taken_is_refused(finished: RunResult, inject: Inject, again: ReplannedRun):
    with pytest.raises(InputError) as refused:
        replanned_run(finished.folder, inject, LIMITS, again.folder)
    assert refused.value.code == "run_exists"


def test_the_command_line_tells_orders_and_plans_again(finished: RunResult, tmp_path: Path, cli: CliRunner):
    run = str(finished.folder)
    told = json.loads(cli.invoke(app, ["relief", "orders", run, "--json"]).stdout)
    label = told["vehicles"][0]["vehicle"]
    shown = cli.invoke(app, ["relief", "orders", run, "--vehicle", label, "--lang", "en"]).stdout
    assert "Back to" in shown
    inject = tmp_path / "inject.yaml"
    inject.write_text("at: '02:10'\n", encoding="utf-8")
    out = tmp_path / "again"
    command = ["relief", "replan", run, str(inject), "--out", str(out), "--time-limit-s", "0.5", "--json"]
    answer = cli.invoke(app, command)
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["check"]["passed"]
    assert (out / "relief" / "changes.zh.csv").is_file()
    assert verify_run(out).passed
    assert (out / "relief" / "orders" / "orders.zh.pdf").is_file()
