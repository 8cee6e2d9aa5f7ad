"""The parts of the system that tests stand on really work where they are installed."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import visit


@pytest.fixture
def postgis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Start a PostgreSQL of its own on a socket; give the psql command that reaches it."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not binaries or shutil.which("runuser") is None:
        pytest.skip("PostgreSQL with PostGIS is not installed (make system-parts)")
    folder = Path(subprocess.check_output(["mktemp", "-d"], text=True).strip())
    shutil.chown(folder, "postgres")
    as_postgres, tools = ["runuser", "-u", "postgres", "--"], binaries[-1]
    start = ["-o", f"-c listen_addresses='' -k {folder}", "-w", "-l", str(folder / "log"), "start"]
    subprocess.run([*as_postgres, tools / "initdb", "-D", folder / "data"], check=True, capture_output=True)
    subprocess.run(
        [*as_postgres, tools / "pg_ctl", "-D", folder / "data", *start], check=True, capture_output=True
    )
    try:
        yield [*as_postgres, "psql", "-h", str(folder), "-At", "-c"]
    finally:
        stop = ["-m", "immediate", "stop"]
        subprocess.run(
            [*as_postgres, tools / "pg_ctl", "-D", folder / "data", *stop], check=False, capture_output=True
        )
        shutil.rmtree(folder)


def test_postgis_measures_a_distance(postgis: list[str]):
    subprocess.run([*postgis, "create extension postgis"], check=True, capture_output=True)
    sql = "select st_distance('POINT(0 0)'::geometry, 'POINT(3 4)'::geometry)"
    assert subprocess.check_output([*postgis, sql], text=True).strip() == "5"


def test_the_browser_draws_a_page():
    with visit("data:text/html,<title>here</title>", 800, 600) as seen:
        assert seen.page.title() == "here"
