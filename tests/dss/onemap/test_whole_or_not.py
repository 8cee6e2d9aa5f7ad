"""An import lands whole or not at all, whatever stops it and whenever."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import yaml
from deliveries import bring, districts, empty_map, refused, state, stored

from dss.errors import MapError
from dss.onemap import FileHints, import_folder, import_source, init_map, open_map, read_profile
from dss.onemap.catalogue import write_catalogue


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a map that holds one layer, and a second delivery of it with one record less."""
    folder = empty_map(tmp_path / "map")
    districts().to_file(tmp_path / "first.gpkg")
    bring(folder, tmp_path / "first.gpkg")
    districts().head(2).to_file(tmp_path / "second.gpkg")
    return folder


STOPS = ["dss.onemap.taking.sha256_of", "dss.onemap.importing.commit", "dss.onemap.staging.write_catalogue"]


@pytest.mark.parametrize("place", STOPS)
@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError("no space left on device"), MemoryError])
def test_what_stops_in_the_middle_leaves_the_map_as_it_was(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, error: type[BaseException]
):
    def stop(*_: object) -> None:
        raise error

    before = state(folder)
    with monkeypatch.context() as changed:
        changed.setattr(place, stop)
        with pytest.raises((KeyboardInterrupt, OSError, MemoryError)):
            bring(folder, tmp_path / "second.gpkg")
    assert state(folder) == before
    assert bring(folder, tmp_path / "second.gpkg").records == 2


def test_what_stops_after_the_catalogue_is_written_is_in(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def write_and_stop(*content: object) -> None:
        write_catalogue(*content)
        raise KeyboardInterrupt

    with monkeypatch.context() as changed:
        changed.setattr("dss.onemap.staging.write_catalogue", write_and_stop)
        with pytest.raises(KeyboardInterrupt):
            bring(folder, tmp_path / "second.gpkg")
    assert open_map(folder).layer("new").records == len(stored(folder)) == 2


KILLED = """
import os, signal, sys
import dss.onemap.staging as staging
from dss.onemap import FileHints, import_source
from pathlib import Path

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(staging, sys.argv[3], die) if sys.argv[3] != "Path.replace" else setattr(Path, "replace", die)
import_source(Path(sys.argv[1]), sys.argv[2], FileHints(key="new", role="reference"))
"""


@pytest.mark.parametrize("step", ["open_map", "write_catalogue", "Path.replace"])
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is of POSIX")
def test_a_killed_import_leaves_the_map_as_it_was_and_the_next_one_tidies_up(
    folder: Path, tmp_path: Path, step: str
):
    catalogue = (folder / "map.yaml").read_bytes()
    command = [sys.executable, "-c", KILLED, str(folder), str(tmp_path / "second.gpkg"), step]
    done = subprocess.run(command, check=False, cwd=Path(__file__).parents[3], capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (folder / "map.yaml").read_bytes() == catalogue
    assert len(stored(folder)) == open_map(folder).layer("new").records == 3
    bring(folder, tmp_path / "second.gpkg")
    names = [path.name for path in (folder / "layers").iterdir()]
    assert names == [Path(open_map(folder).layer("new").path).name]
    assert not list(folder.glob(".importing-*"))


def heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_on_the_command_line_leaves_nothing(folder: Path, tmp_path: Path):
    """The process is interrupted while it waits for a service that never answers."""
    import socket  # noqa: PLC0415 - only here

    before = state(folder)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"wfs:http://127.0.0.1:{silent.getsockname()[1]}/wfs"
        command = [sys.executable, "-m", "api.cli", "map", "import", str(folder), url, "--role", "reference"]
        running = subprocess.Popen(
            command,
            cwd=Path(__file__).parents[3],
            stderr=subprocess.PIPE,
            env={**os.environ, "DSS_LANG": "en"},
            preexec_fn=heed_interrupts,  # noqa: PLW1509 - the shell of a background job has interrupts ignored
        )
        silent.settimeout(120)
        asked, _ = silent.accept()
        with asked:
            time.sleep(0.2)
            running.send_signal(signal.SIGINT)
            _, said = running.communicate(timeout=120)
    assert running.returncode == 130
    assert b"Traceback" not in said
    assert state(folder) == before


def test_two_imports_at_once_both_land(folder: Path, tmp_path: Path):
    keys = [f"layer_{i}" for i in range(4)]
    threads = [
        threading.Thread(
            target=import_source, args=(folder, str(tmp_path / "first.gpkg"), FileHints(key, "reference"))
        )
        for key in keys
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {layer.key for layer in open_map(folder).layers} == {"new", *keys}


def test_a_map_that_another_import_holds_is_busy_not_broken(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    import sqlite3  # noqa: PLC0415 - only here

    monkeypatch.setattr("dss.onemap.staging.LOCK_WAIT_S", 0.05)
    holder = sqlite3.connect(folder / ".lock", isolation_level=None)
    holder.execute("begin exclusive")
    try:
        assert refused(folder, tmp_path / "second.gpkg").code == "import_map_busy"
    finally:
        holder.close()


def test_the_same_delivery_twice_is_one_file(folder: Path, tmp_path: Path):
    before = sorted(path.name for path in (folder / "layers").iterdir())
    bring(folder, tmp_path / "first.gpkg")
    assert sorted(path.name for path in (folder / "layers").iterdir()) == before


def test_a_source_that_is_not_there_is_missing(folder: Path, tmp_path: Path):
    assert refused(folder, tmp_path / "none.gpkg").code == "file_missing"
    with pytest.raises(MapError):
        FileHints(role="king")
    with pytest.raises(MapError):
        FileHints(only="square")
    with pytest.raises(MapError):
        FileHints(key="a", tables=("b", "c"))


def test_a_profile_may_not_reach_outside_its_delivery(tmp_path: Path):
    profile = {
        "title": {"zh": "空", "en": "empty"}, "crs": "EPSG:4547",
        "layers": [
            {"key": "a", "class": "现状", "role": "reference", "title": {"zh": "a", "en": "a"},
             "file": "../first.gpkg", "owner": {"zh": "a", "en": "a"}, "date": "2024-01-01"}
        ],
    }  # fmt: skip
    (tmp_path / "profile.yaml").write_text(yaml.safe_dump(profile, allow_unicode=True), encoding="utf-8")
    districts().to_file(tmp_path / "first.gpkg")
    (tmp_path / "delivery").mkdir()
    init_map(tmp_path / "map", read_profile(tmp_path / "profile.yaml"))
    with pytest.raises(MapError) as caught:
        import_folder(tmp_path / "map", tmp_path / "delivery")
    assert caught.value.code == "import_outside"
