"""Seconds to list, search and describe a map with a layer for each of the 80 middle classes.

    python benchmarks/catalogue.py

Commands run inside one process, after the imports, as often as said; then as a person starts them, each in a
process of its own, with the start of the interpreter and of the libraries. One JSON line each.
"""

import contextlib
import io
import json
import os
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


def seconds_of_process(arguments: list[str]) -> tuple[float, float]:
    """Return wall clock and CPU seconds of the program in a process of its own, each the best of five."""
    wall_s, cpu_s = [], []
    for _ in range(5):
        before, began = os.times(), time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "api.cli", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
        wall_s.append(time.perf_counter() - began)
        after = os.times()
        spent = after.children_user - before.children_user, after.children_system - before.children_system
        cpu_s.append(sum(spent))
    return min(wall_s), min(cpu_s)


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
        at = str(folder)
        for arguments in (
            ["--help"],
            ["map", "--help"],
            ["map", "list", at],
            ["map", "search", at, "emergency"],
            ["map", "describe", at],
            ["map", "describe", at, "fire_stations"],
            ["runs", "list"],
            ["map", "import", "--help"],
            ["run", "--help"],
        ):
            wall_s, cpu_s = seconds_of_process(arguments)
            words = " ".join(word for word in arguments if word != at)
            print(json.dumps({"process": words, "wall_s": round(wall_s, 2), "cpu_s": round(cpu_s, 2)}))


if __name__ == "__main__":
    main()
