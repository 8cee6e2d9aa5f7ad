"""How the service bears load: features, tiles, kills, and requests that nobody should send.

Run from the project folder, `python benchmarks/service.py [load|killed|schema] [--persons N]`; it makes what
it needs in a folder of its own (`--out`). The load is measured over HTTP from another process, at a fixed
rate, while the server computes. Prints one JSON line for each measurement.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import numpy as np
import psutil

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from served import free_port, wait_until  # noqa: E402 - its folder is named above

from api.commands.demo import sample_map  # noqa: E402
from api.tiles.grid import tile_at  # noqa: E402
from dss.workspace import Workspace  # noqa: E402

FEATURES_PER_S = 200
TILES_PER_S = 150
LOAD_S = 20
KILLS = 50
CASES_EACH = 60


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["load", "killed", "schema"], nargs="?", default="load")
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=Path("workspace-service"))
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument(
        "--cases", type=int, default=CASES_EACH, help="of each operation, right and wrong"
    )
    parser.add_argument("--seconds", type=int, default=LOAD_S)
    parser.add_argument("--seed", type=int, default=1, help="of the moments of kills and of the cases")
    asked = parser.parse_args()
    name = sample_map(Workspace(asked.out), asked.persons, 1).name
    if asked.what == "load":
        measure_load(asked.out, name, asked.seconds)
    elif asked.what == "killed":
        measure_kills(asked.out, name, asked.kills, asked.seed)
    else:
        measure_cases(asked.out, asked.cases, asked.seed)


@contextmanager
def served(home: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start a server over a workspace; its log is kept beside."""
    port = free_port()
    command = [sys.executable, "-m", "api.cli", "serve", "--port", str(port)]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            command, env={**os.environ, "DSS_HOME": str(home)}, cwd=ROOT, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: is_up(address), limit_s=120)
        yield address, process
    finally:
        process.kill()
        process.wait()


def is_up(address: str) -> bool:
    """Tell whether a server answers."""
    try:
        return httpx2.get(f"{address}/api/health", timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False


def start_run(address: str, name: str) -> str:
    """Start a flood and return its name."""
    return str(
        httpx2.post(f"{address}/api/runs", json={"scenario": "sample_flood", "map": name}).json()["run"]
    )


def state_of(address: str, run: str) -> str:
    """Return the state of a run."""
    return str(httpx2.get(f"{address}/api/runs/{run}", timeout=30).json()["state"])


def measure_load(home: Path, name: str, seconds: int) -> None:
    """Ask for features and tiles at a fixed rate while the server computes; at first no tile is kept."""
    for kept in (home / "service" / "built").glob("tiles-*"):
        kept.unlink()
    with served(home) as (address, process):
        server = psutil.Process(process.pid)
        bounds = httpx2.get(f"{address}/api/maps/{name}", timeout=60).json()["bounds"]
        features, tiles = feature_addresses(name, bounds), tile_addresses(name, bounds)
        for layer in ("roads", "shelters", "residential_buildings"):
            httpx2.get(f"{address}/ogc/collections/{name}:{layer}/items?limit=1", timeout=120)
        asked = (
            ("features", features, FEATURES_PER_S),
            ("tiles", tiles, TILES_PER_S),
            ("tiles again", tiles, TILES_PER_S),
        )
        for what, places, rate in asked:
            run = start_run(address, name)
            wait_until(lambda run=run: state_of(address, run) != "queued")
            before_s, load = cpu_s(server), os.getloadavg()[0]
            found = asyncio.run(ask_at_rate(address, places, rate, seconds))
            cpu_ms = (cpu_s(server) - before_s) / (rate * seconds) * 1000
            computing = state_of(address, run)
            wait_until(lambda run=run: state_of(address, run) != "running", limit_s=600)
            print(json.dumps({"what": what, **found, "run_at_the_end": computing,
                              "server_cpu_ms_each": round(cpu_ms, 2), "load_before": round(load, 1),
                              "server_mb": round(server.memory_info().rss / 1e6)}))  # fmt: skip


def cpu_s(process: psutil.Process) -> float:
    """Return the processor seconds that a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def feature_addresses(name: str, bounds: list[float]) -> Callable[[random.Random], str]:
    """Return what makes up requests for pages of features in small boxes."""
    west, south, east, north = bounds

    def make(rng: random.Random) -> str:
        lng, lat = rng.uniform(west, east), rng.uniform(south, north)
        layer = rng.choice(["roads", "shelters", "residential_buildings"])
        box = f"{lng:.4f},{lat:.4f},{min(lng + 0.01, 180):.4f},{lat + 0.01:.4f}"
        return f"/ogc/collections/{name}:{layer}/items?bbox={box}&limit=10"

    return make


def tile_addresses(name: str, bounds: list[float]) -> Callable[[random.Random], str]:
    """Return what makes up requests for tiles of the city at the zooms that people look at."""
    west, south, east, north = bounds

    def make(rng: random.Random) -> str:
        tile = tile_at(rng.randint(11, 15), rng.uniform(west, east), rng.uniform(south, north))
        layer = rng.choice(["roads", "residential_buildings", "landuse"])
        return f"/api/maps/{name}/tiles/{layer}/{tile.z}/{tile.x}/{tile.y}.mvt"

    return make


async def ask_at_rate(
    address: str, make: Callable[[random.Random], str], rate: int, seconds: int
) -> dict[str, object]:
    """Send requests at a fixed rate, however slow the answers; return what their times were."""
    rng, times, faults = random.Random(1), [], 0
    limits = httpx2.Limits(max_connections=200, max_keepalive_connections=200)
    async with httpx2.AsyncClient(base_url=address, timeout=60, limits=limits) as client:

        async def ask(place: str) -> None:
            nonlocal faults
            begun = time.perf_counter()
            try:
                answer = await client.get(place)
            except httpx2.HTTPError:
                faults += 1
                return
            times.append(time.perf_counter() - begun)
            faults += answer.status_code != 200

        begun, waiting = time.perf_counter(), []
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, begun + number / rate - time.perf_counter()))
            waiting.append(asyncio.create_task(ask(make(rng))))
        await asyncio.gather(*waiting)
        took_s = time.perf_counter() - begun
    p50, p95, p99 = np.percentile(np.array(times) * 1000, [50, 95, 99])
    return {
        "asked_per_s": rate, "answered_per_s": round(len(times) / took_s, 1), "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1), "p99_ms": round(p99, 1), "not_200": faults,
    }  # fmt: skip


def measure_kills(home: Path, name: str, kills: int, seed: int) -> None:
    """Kill the server at random moments of a run; count how each run stands after the next start."""
    rng, states, half = random.Random(seed), [], 0
    for _ in range(kills):
        with served(home) as (address, process):
            run = start_run(address, name)
            time.sleep(rng.uniform(0.0, 12.0))
            process.kill()
            process.wait()
        with served(home) as (address, _):
            state = state_of(address, run)
            states.append(state)
            folder = home / "runs" / run
            is_whole = (folder / "manifest.json").is_file()
            half += is_whole != (state in ("done", "check_failed"))
            half += folder.with_name(f"{run}.partial").exists() and state not in ("queued", "running")
            print(json.dumps({"run": run, "state": state, "half_there": half}), file=sys.stderr)
            httpx2.post(f"{address}/api/runs/{run}/cancel")
            wait_until(lambda run=run, at=address: state_of(at, run) not in ("queued", "running"))
    counted = {state: states.count(state) for state in sorted(set(states))}
    print(
        json.dumps(
            {"what": "killed", "kills": kills, "seed": seed, "after_restart": counted, "half_there": half}
        )
    )


def measure_cases(home: Path, cases: int, seed: int) -> None:
    """Send requests that schemathesis makes up from the description, to a service that computes nothing."""
    from fastapi.testclient import TestClient  # noqa: PLC0415
    from made_up import broken  # noqa: PLC0415 - needs schemathesis

    from api.app import create_app  # noqa: PLC0415
    from api.settings import Settings  # noqa: PLC0415

    settings = Settings(Workspace(home), queue_limit=3, build_wait_s=0.0)
    app = create_app(settings)
    begun = time.perf_counter()
    sent, faults = broken(TestClient(app, base_url="http://localhost"), cases, seed)
    app.state.service.builder.stop()
    took_s = round(time.perf_counter() - begun, 1)
    print(
        json.dumps({"what": "schema", "requests": sent, "status_500_or_more": len(faults), "took_s": took_s})
    )
    for fault in faults[:20]:
        print(json.dumps(fault))


if __name__ == "__main__":
    main()
