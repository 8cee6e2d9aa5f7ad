"""Time and memory of the main job: the demo on the sample city, and the flood in Wuhan.

    python benchmarks/main_job.py [DATA]

DATA is the folder of the Wuhan data, `../shared/data/wuhan` unless named; without it only the demo is run.
Each job runs in a process of its own, from the command line, as a person would start it; one JSON line each.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DATA = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data" / "wuhan"
SHOWN = (
    "cells_affected",
    "persons_affected",
    "persons_allocated",
    "persons_unmet",
    "shelters_open",
    "gap_percent",
)


def dss(home: Path, *arguments: str) -> tuple[float, dict[str, Any]]:
    """Run a command and return its seconds and its answer."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "api.cli", *arguments, "--json"],
        env={**os.environ, "DSS_HOME": str(home)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        check=True,
    )
    return time.perf_counter() - started, json.loads(done.stdout)


def tell(job: str, seconds: float, answer: dict[str, Any]) -> None:
    """Print one measurement."""
    row: dict[str, Any] = {"job": job, "wall_s": round(seconds, 1)}
    if "figures" in answer:
        row["peak_memory_mb"] = answer["peak_memory_mb"]
        row |= {key: answer["figures"][key] for key in SHOWN}
        row["steps_s"] = answer["seconds"]
    print(json.dumps(row), flush=True)


def main() -> None:
    """Run all jobs."""
    print(
        json.dumps(
            {"machine": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()}
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        tell("demo, 300,000 people, city made anew", *dss(home, "demo"))
        tell("demo again, map kept", *dss(home, "demo"))
        if not DATA.is_dir():
            print(json.dumps({"job": "wuhan", "skipped": f"no data at {DATA}"}))
            return
        tell("wuhan import", *dss(home, "map", "import", "wuhan", str(DATA), "--profile", "wuhan"))
        tell("wuhan flood, first run (network ordered)", *dss(home, "run", "wuhan_flood"))
        time.sleep(1)  # a run is named by its second
        tell("wuhan flood, order kept", *dss(home, "run", "wuhan_flood"))


if __name__ == "__main__":
    main()
