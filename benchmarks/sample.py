"""Time and memory of the sample city: drawn, made wrong and written, and imported, at several sizes.

    python benchmarks/sample.py [PERSONS ...]

300,000, 1,000,000 and 5,000,000 people unless named. Each size runs in a process of its own, one JSON
line each. Processor seconds stand beside wall seconds, since the machine may be shared.
"""

import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (300_000, 1_000_000, 5_000_000)
ROOT = Path(__file__).parents[1]


def measure(persons: int) -> dict[str, object]:
    """Write and import one city in this process."""
    sys.path.insert(0, str(ROOT))
    from dss.onemap import import_folder, init_map, read_profile  # noqa: PLC0415 - not part of what is timed
    from dss.sample import write_sample  # noqa: PLC0415
    from dss.sample.city import build_city  # noqa: PLC0415

    seconds: dict[str, float] = {}
    processor: dict[str, float] = {}

    def timed(step: str, started: tuple[float, float]) -> None:
        seconds[step] = round(time.perf_counter() - started[0], 1)
        processor[step] = round(time.process_time() - started[1], 1)

    with tempfile.TemporaryDirectory() as home:
        begun = time.perf_counter(), time.process_time()
        build_city(persons, 1)
        timed("drawn", begun)
        begun = time.perf_counter(), time.process_time()
        profile = write_sample(Path(home) / "city", persons=persons)
        timed("written", begun)
        begun = time.perf_counter(), time.process_time()
        init_map(Path(home) / "map", read_profile(profile))
        layers = import_folder(Path(home) / "map", Path(home) / "city").imported
        timed("imported", begun)
        planted = len((Path(home) / "city" / "truth.csv").read_text(encoding="utf-8").splitlines()) - 1
        size = sum(file.stat().st_size for file in (Path(home) / "city").iterdir())
    return {
        "persons": persons,
        "wall_s": seconds,
        "processor_s": processor,
        "peak_memory_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "layers": len(layers),
        "records": sum(layer.records for layer in layers if layer.kind != "raster"),
        "planted": planted,
        "delivery_mb": round(size / 1e6, 1),
    }


def main() -> None:
    """Measure every size, each in a process of its own."""
    print(
        json.dumps(
            {"machine": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()}
        )
    )
    for persons in [int(one) for one in sys.argv[1:]] or SIZES:
        command = [sys.executable, "-c", f"import sample, json; print(json.dumps(sample.measure({persons})))"]
        subprocess.run(command, cwd=Path(__file__).parent, check=True)


if __name__ == "__main__":
    main()
