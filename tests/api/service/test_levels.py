"""Nothing of a plan or study above 内部 leaves without the token, by whatever route."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from served import LOCAL

from api.app import create_app
from api.description import FILE
from api.jobs import NewJob
from api.settings import Settings
from dss.workspace import Workspace

NUMBER, WORDS = 987_654_321, "机密标记"
LEVEL = "secret"
NAMES = {
    "run": "hidden", "other": "flood", "study": "hidden-study", "map": "sample", "resolution": "9",
    "layer": "shelters", "figure": "persons", "name": "manifest.json", "collection": "run:hidden:shelters",
    "number": "1", "z": "0", "x": "0", "y": "0", "means": "car", "label": "1-01",
}  # fmt: skip
OF_MAP = {"layer": "hazmat", "figure": "hazmat.share", "collection": "sample:hazmat"}
"""Of the map, what is above 内部 in the sample city."""
READS = [path for path, methods in json.loads(FILE.read_text(encoding="utf-8"))["paths"].items()
         if "get" in methods]  # fmt: skip
STATES = ("/progress", "/api/siting/{study}", "/api/runs/{run}", "/layers", "/cells", "/events")
"""Routes that say what there is, without its content, to everyone."""


def hide_run(root: Path) -> None:
    """Copy the run, as secret as can be, with figures and words that are easily found."""
    folder = shutil.copytree(root / "runs" / "flood", root / "runs" / "hidden")
    manifest = json.loads((folder / "manifest.json").read_text())
    for figure in manifest["figures"]:
        figure["value"] = NUMBER
    for source in manifest["sources"]:
        source["sensitivity"] = LEVEL
    manifest |= {"run": "hidden", "sensitivity": LEVEL, "note": {"zh": WORDS, "en": WORDS}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "evacuation").mkdir()
    (folder / "evacuation" / "arrivals.parquet").touch()  # a run with an evacuation, as far as can be seen


def hide_study(root: Path) -> None:
    unstated = root / "studies" / "unstated"
    unstated.mkdir(parents=True)
    (unstated / "study.json").write_text(json.dumps({"sites": NUMBER}))
    folder = root / "studies" / "hidden-study"
    folder.mkdir()
    shutil.copy(root / "runs" / "flood" / "shelters.parquet", folder)
    (folder / "study.json").write_text(json.dumps({"sites": NUMBER}))
    (folder / "sources.json").write_text(json.dumps({"sensitivity": LEVEL}))
    for language in ("zh", "en"):
        (folder / f"report.{language}.html").write_text(WORDS)


@pytest.fixture(scope="module")
def hidden(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Return a client of a service with a secret run and a secret study, each with a row."""
    root = tmp_path_factory.mktemp("levels")
    for part in ("runs", "service"):
        (root / part).mkdir()
    (home / "service" / "built").mkdir(parents=True, exist_ok=True)
    for part in ("maps", "runs/flood", "service/built"):
        (root / part).symlink_to(home / part)
    hide_run(root)
    hide_study(root)
    app = create_app(Settings(Workspace(root), build_wait_s=120.0, jobs_nice=0))
    store, title = app.state.service.store, {"zh": "甲", "en": "A"}
    quick = dict.fromkeys(
        ("kept", "told_anew", "forced", "unmet_before", "unmet_after", "hours_before", "hours_after"), NUMBER
    )
    store.add(NewJob("hidden", "whatif", "sample", title, {"close_shelters": [WORDS]}, parent="hidden"), 9)
    store.tell_found("hidden", {**quick, "changes": [], "check_passed": True, "seconds": 1.0})
    for name in ("hidden-study", "unstated"):
        store.add(NewJob(name, "siting", "sample", title, {}), 9)
    for name in ("hidden", "hidden-study", "unstated"):
        store.end(name, "done")
    yield TestClient(app, base_url=LOCAL)
    app.state.service.builder.stop()


def place(path: str) -> str:
    names = NAMES | (OF_MAP if "{map}" in path else {})
    return path.format(**names)


@pytest.mark.parametrize("path", READS)
def test_no_route_tells_what_is_above_internal(hidden: TestClient, path: str):
    answer = hidden.get(place(path))
    assert str(NUMBER) not in answer.text
    assert WORDS not in answer.text
    if any(name in path for name in ("{run}", "{study}")) and not path.endswith(STATES):
        assert (answer.status_code, answer.json()["code"]) == (401, "api_token_level")


@pytest.mark.parametrize(
    "path",
    [
        "/api/runs", "/api/runs/hidden", "/api/runs/hidden/figures", "/api/runs/hidden/events",
        "/api/runs/hidden/progress", "/api/runs/hidden/files/manifest.json", "/api/siting/hidden-study",
    ],
)  # fmt: skip
def test_with_the_token_it_is_told(hidden: TestClient, path: str):
    token = {"Authorization": f"Bearer {hidden.app.state.service.guard.token()}"}
    assert str(NUMBER) in hidden.get(path, headers=token).text
    assert str(NUMBER) not in hidden.get(path).text


def test_a_run_that_one_may_not_read_says_so(hidden: TestClient):
    run = hidden.get("/api/runs/hidden").json()
    assert (run["readable"], run["sensitivity"], run["figures"], run["manifest"]) == (False, LEVEL, {}, None)
    assert {layer["features"] for layer in hidden.get("/api/runs/hidden/layers").json()["layers"]} == {None}
    assert hidden.get("/api/siting/hidden-study").json()["figures"] is None


def test_nothing_is_built_on_a_run_that_one_may_not_read(hidden: TestClient):
    answer = hidden.post("/api/runs/hidden/whatif", json={"close_shelters": ["x"]})
    assert (answer.status_code, answer.json()["code"]) == (401, "api_token_level")


def test_plans_above_internal_are_not_listed_as_collections(hidden: TestClient):
    names = {one["id"] for one in hidden.get("/ogc/collections").json()["collections"]}
    assert any(name.startswith("run:flood:") for name in names)
    assert not any(name.startswith("run:hidden:") for name in names)


def test_the_range_of_a_figure_above_internal_is_left_out(hidden: TestClient):
    figures = {one["key"]: one for one in hidden.get("/api/maps/sample/cells/9").json()["figures"]}
    secret = figures["hazmat.share"]
    assert (secret["readable"], secret["min"], secret["max"], secret["classes"]) == (False, None, None, {})
    assert figures["persons"]["readable"]
    assert figures["persons"]["max"] > 0


def test_a_study_that_says_not_what_it_rests_on_is_secret(hidden: TestClient):
    study = hidden.get("/api/siting/unstated").json()
    assert (study["sensitivity"], study["figures"]) == ("secret", None)
