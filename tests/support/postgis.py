"""A PostgreSQL with PostGIS of the tests' own, on a socket."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class PostGis:
    """A running database: the command that reaches it, and its address."""

    psql: list[str]
    url: str

    def run(self, sql: str) -> str:
        """Run a statement and return what it prints."""
        return subprocess.check_output([*self.psql, sql], text=True, stderr=subprocess.DEVNULL).strip()


@contextmanager
def started_postgis() -> Iterator[PostGis]:
    """Start PostgreSQL, make PostGIS there, and stop it in the end; skips where it is not installed."""
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
        database = PostGis(
            [*as_postgres, "psql", "-h", str(folder), "-At", "-c"],
            f"postgresql://postgres@/postgres?host={folder}",
        )
        database.run("create extension postgis")
        yield database
    finally:
        stop = ["-m", "immediate", "stop"]
        subprocess.run(
            [*as_postgres, tools / "pg_ctl", "-D", folder / "data", *stop], check=False, capture_output=True
        )
        shutil.rmtree(folder)
