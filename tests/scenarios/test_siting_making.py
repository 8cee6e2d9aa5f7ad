"""A whole study: its folder, its progress, what a cancelled one leaves, and its proof again."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
from siting_town import build_siting_town

from dss.errors import InputError
from dss.onemap import OneMap
from dss.onemap.importing import sha256_of
from scenarios.progress import ProgressEvent
from scenarios.siting import StudyOptions, find_preset
from scenarios.siting.making import MadeStudy, Question, make_study
from scenarios.siting.verifying import verify_study

OPTIONS = StudyOptions(2, keep_existing=False, resolution=10, without_rules=("eco_redline",))
QUESTION = Question(find_preset("shelter"), OPTIONS, draws=2)


@pytest.fixture(scope="module")
def onemap(tmp_path_factory: pytest.TempPathFactory) -> OneMap:
    return build_siting_town(tmp_path_factory.mktemp("siting"))


@pytest.fixture(scope="module")
def heard() -> list[ProgressEvent]:
    return []


@pytest.fixture(scope="module")
def made(onemap: OneMap, heard: list[ProgressEvent], tmp_path_factory: pytest.TempPathFactory) -> MadeStudy:
    return make_study(onemap, QUESTION, tmp_path_factory.mktemp("studies") / "one", [heard.append])


@pytest.fixture
def copy(made: MadeStudy, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made.folder, tmp_path / "copy"))


def forge(folder: Path, file: str, column: str, row: int, value: object) -> None:
    """Change one stored value, and its hash too, as a careful forger would."""
    path = folder / "proof" / file
    frame = pd.read_parquet(path)
    frame.loc[row, column] = value
    frame.to_parquet(path)
    rehash(folder, f"proof/{file}")


def forge_json(folder: Path, file: str, **values: object) -> None:
    path = folder / file
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **values}), encoding="utf-8")
    rehash(folder, file)


def rehash(folder: Path, name: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] = sha256_of(folder / name)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_study_writes_layers_maps_reports_and_figures(made: MadeStudy):
    layers = {name for name, _ in pyogrio.list_layers(made.folder / "plan.gpkg")}
    assert layers >= {"sites", "catchments", "cells", "exclusions", "frontier_sites", "robust_sites"}
    for language, words in (("zh", "生态保护红线"), ("en", "ecological red line")):
        page = (made.folder / f"report.{language}.html").read_text(encoding="utf-8")
        assert words in page
        assert "<script" not in page
        assert (made.folder / f"map.{language}.png").stat().st_size > 10_000
    assert json.loads((made.folder / "study.json").read_text(encoding="utf-8"))["covered"] == 1000
    assert not made.folder.with_name("one.partial").exists()


def test_every_efficient_point_and_every_choice_over_cases_is_drawn(made: MadeStudy):
    page = (made.folder / "report.en.html").read_text(encoding="utf-8")
    points = [point for point in made.figures["frontier"] if point["efficient"]]
    choices = made.figures["robust"]["choices"]
    assert page.count('<figure class="card">') == len(points) + len(choices)
    built = sum(len(one["candidates"]) for one in points + choices)
    assert page.count('class="built"') == built > 0


def test_progress_names_every_step_and_only_rises(made: MadeStudy, heard: list[ProgressEvent]):
    steps = list(dict.fromkeys(event.step for event in heard))
    assert steps == ["candidates", "ways", "choose", "explain", "frontier", "cases", "last", "report", "done"]
    assert (np.diff([event.fraction for event in heard]) > -1e-9).all()
    assert heard[-1].fraction == 1
    assert any(event.gap is not None for event in heard)
    assert heard[-2].remaining_s is not None


EXPLAINED = {"study.json", "plan.gpkg", "sources.json", "proof"} | {
    f"{layer}.parquet" for layer in ("sites", "catchments", "cells", "exclusions")
}


@pytest.mark.parametrize(("step", "kept"), [("ways", set()), ("frontier", EXPLAINED)])
def test_a_cancelled_study_keeps_what_was_finished_and_not_its_name(
    onemap: OneMap, tmp_path: Path, step: str, kept: set[str]
):
    def stop(event: ProgressEvent) -> None:
        if event.step == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_study(onemap, QUESTION, tmp_path / "one", [stop])
    assert not (tmp_path / "one").exists()
    left = {path.name for path in (tmp_path / "one.partial").iterdir()}
    assert left == kept


def test_a_solve_is_cancelled_while_it_goes_on(onemap: OneMap, tmp_path: Path):
    def stop(event: ProgressEvent) -> None:
        if event.gap is not None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_study(onemap, QUESTION, tmp_path / "one", [stop])
    assert list((tmp_path / "one.partial").iterdir()) == []


def test_a_folder_that_exists_is_not_written_over(onemap: OneMap, tmp_path: Path):
    with pytest.raises(InputError) as error:
        make_study(onemap, QUESTION, tmp_path)
    assert error.value.code == "siting_study_exists"


def test_an_untouched_study_is_proven_from_its_folder_alone(copy: Path):
    found = verify_study(copy)
    assert found.passed
    assert found.bound in ("proof", "solved_again")


def test_changed_and_missing_files_are_named(copy: Path):
    (copy / "map.en.png").write_bytes(b"x")
    (copy / "report.en.html").unlink()
    assert set(verify_study(copy).changed) == {"map.en.png", "report.en.html"}


def test_a_forged_figure_is_found(copy: Path):
    forge_json(copy, "study.json", covered=1001)
    found = verify_study(copy)
    assert found.changed == ()
    assert found.differing == ("covered",)


def test_a_forged_site_is_found(copy: Path):
    sites = pd.read_parquet(copy / "proof" / "sites.parquet")
    forge(copy, "sites.parquet", "is_open", int(np.flatnonzero(sites["is_open"])[0]), False)
    assert "(3) number" in {violation.constraint for violation in verify_study(copy).violations}


def test_a_forged_assignment_is_found(copy: Path):
    forge(copy, "assignment.parquet", "share", 0, 1.5)
    assert "(1) served" in {violation.constraint for violation in verify_study(copy).violations}


def test_a_forged_bound_is_found(onemap: OneMap, tmp_path: Path):
    # One site within 300 m serves fewer than all who could be: a bound below them is beaten by nobody's word.
    options = replace(OPTIONS, sites=1, limit=300.0)
    made = make_study(onemap, replace(QUESTION, options=options, draws=0, frontier=False), tmp_path / "one")
    forge_json(made.folder, "proof/facts.json", bound=made.figures["objective"] - 50)
    assert [v.constraint for v in verify_study(made.folder).violations] == ["bound"]


def test_persons_who_were_moved_change_the_figures(copy: Path):
    cells = pd.read_parquet(copy / "proof" / "cells.parquet")
    row = int(cells["persons"].to_numpy().argmax())
    forge(copy, "cells.parquet", "persons", row, float(cells["persons"][row]) + 10)
    found = verify_study(copy)
    assert found.violations or "persons" in found.differing


def test_a_folder_without_a_proof_is_refused(copy: Path):
    (copy / "proof" / "cost.parquet").unlink()
    with pytest.raises(InputError) as error:
        verify_study(copy)
    assert error.value.code == "proof_unreadable"


def test_a_half_study_proves_nothing(tmp_path: Path):
    with pytest.raises(InputError):
        verify_study(tmp_path)
