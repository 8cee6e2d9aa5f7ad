"""Seconds to list, search and describe a map with a layer for each of the 80 middle classes.

    python benchmarks/catalogue.py

Commands run inside one process, after the imports, as often as said; the start of the interpreter and of the
libraries is measured apart, in processes of its own. One JSON line each.
"""

import contextlib
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

REPEATS = 7


def write_map(folder: Path) -> None:
    """Write a map whose layers hold nothing: a catalogue is all that these commands read."""
    from dss.onemap import Title  # noqa: PLC0415 - the imports are measured apart
    from dss.onemap.catalogue import Catalogue, Layer, write_catalogue  # noqa: PLC0415
    from dss.onemap.template import template  # noqa: PLC0415

    (folder / "layers").mkdir(parents=True)
    layers = []
    for entry in template().middle_classes.values():
        path = f"layers/{entry.key}.parquet"
        (folder / path).touch()
        layers.append(
            Layer(
                key=entry.key, layer_class=entry.layer_class, middle_class=entry.key, role=entry.role,
                title=entry.title, file=f"{entry.key}.gpkg", owner=entry.owner, date=date(2024, 1, 1),
                cycle_days=entry.cycle_days, sensitivity=entry.sensitivity, fields={"record_id": "BSM"},
                path=path, kind="polygon", stored_crs="EPSG:4490", records=1000, sha256="0" * 64,
                source_sha256="0" * 64,
            )
        )  # fmt: skip
    title = Title(zh="八十层", en="Eighty layers")
    write_catalogue(folder, Catalogue(title=title, crs="EPSG:4547", layers=tuple(layers)))


def seconds_of(arguments: list[str]) -> list[float]:
    """Return the seconds that a command takes in this process, once for each repeat."""
    from api.cli import app  # noqa: PLC0415

    found = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            app(arguments, standalone_mode=False)
        found.append(time.perf_counter() - began)
    return found


def seconds_of_process(arguments: list[str]) -> float:
    """Return the seconds of a process of its own, the best of three."""
    found = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        found.append(time.perf_counter() - began)
    return min(found)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "map"
        write_map(folder)
        for command in (["list"], ["search", "emergency"], ["describe"]):
            found = seconds_of(["map", command[0], str(folder), *command[1:]])
            row = {
                "command": " ".join(command),
                "layers": 80,
                "first_s": round(found[0], 3),
                "median_s": round(statistics.median(found), 3),
            }
            print(json.dumps(row))
        started = seconds_of_process(["-c", "import api.cli"])
        whole = seconds_of_process(["-m", "api.cli", "map", "list", str(folder)])
        print(json.dumps({"start_of_libraries_s": round(started, 2), "whole_list_s": round(whole, 2)}))


if __name__ == "__main__":
    main()
