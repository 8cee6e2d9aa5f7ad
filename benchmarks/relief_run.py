"""Relief inside a run: planned, proven again, and planned again after a bridge is lost.

    python benchmarks/relief_run.py [--persons 20000] [--time-limit-s 5]

Makes a sample city, runs sample_relief on it, closes the bridge that most drives take at 02:10 and plans
again, then once more after a vehicle is lost at 03:30. One JSON line each: what, seconds of wall clock and of
the processor, seconds of each step as the run states them, trips, driving, bound, and whether its folder
proves it. The first line is what it takes to import the command. Nothing is read.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from json_lines import say

from dss.onemap import OneMap, import_folder, init_map, open_map, read_profile
from dss.sample import write_sample
from models import Limits
from scenarios.load import find_scenario, load_scenario
from scenarios.relief.inject import Inject
from scenarios.relief.record import Told, read_record
from scenarios.relief.replanning import replanned_run
from scenarios.run import run_scenario
from scenarios.verify import verify_run

FIGURES = (
    "relief_trips", "relief_driving_h", "relief_driving_bound_h", "relief_ahead_driving_h",
    "relief_ahead_bound_h", "relief_brought_t", "relief_lost_t", "relief_kept_percent",
)  # fmt: skip


def imported_s(module: str) -> float:
    """Return the processor seconds of a Python that imports a module and ends."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def made_city(home: Path, persons: int) -> OneMap:
    """Return a sample city."""
    profile = write_sample(home / "delivery", persons=persons, seed=1)
    init_map(home / "map", read_profile(profile))
    import_folder(home / "map", home / "delivery")
    return open_map(home / "map")


def busiest_bridge(told: Told) -> str:
    """Return the bridge of the sample city's river that most drives lead over, else the busiest street."""
    drives = told.record.drives
    count = Counter(
        name
        for leg in range(drives.trip.size)
        for name in {told.streets.name_of(int(edge)) for edge in drives.legs.of(leg)[0]} - {""}
    )
    return max(count, key=lambda name: (name.startswith("澜江"), count[name], name))


def measured(what: str, began: tuple[float, float], folder: Path, manifest: dict[str, Any]) -> None:
    """Print how long a run took, what it states, and how long its proof took."""
    wall_s, processor_s = time.perf_counter() - began[0], time.process_time() - began[1]
    values = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    begun = time.process_time()
    passed = verify_run(folder).passed
    say(
        what=what, wall_s=wall_s, processor_s=processor_s, steps=manifest["seconds"],
        **{key: values[key] for key in FIGURES if key in values}, proven=passed,
        proof_processor_s=time.process_time() - begun,
    )  # fmt: skip


def main() -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--time-limit-s", type=float, default=5.0)
    asked = parser.parse_args()
    say(what="import", processor_s=imported_s("api.commands.relief_replan"))
    with TemporaryDirectory() as name:
        home = Path(name)
        onemap = made_city(home, asked.persons)
        scenario = load_scenario(
            find_scenario("sample_relief"), [f"relief.time_limit_s={asked.time_limit_s}"]
        )
        began = time.perf_counter(), time.process_time()
        run = run_scenario(scenario, onemap, home / "run")
        measured("run", began, run.folder, run.manifest)
        told = read_record(run.folder)
        news = Inject(at="02:10", roads_closed=[busiest_bridge(told)])
        after, limits = run.folder, Limits(asked.time_limit_s)
        label = told.record.garage.label[0]
        for what, inject in (
            ("bridge lost", news),
            ("vehicle lost", Inject(at="03:30", lost_vehicles=[label])),
        ):
            began = time.perf_counter(), time.process_time()
            again = replanned_run(after, inject, limits, home / what)
            measured(what, began, again.folder, again.manifest)
            after = again.folder


if __name__ == "__main__":
    main()
