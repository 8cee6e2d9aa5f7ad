"""`dss doctor`: what is installed, what is missing, and what to do about it."""

import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Literal

import numpy as np
import psutil
import pyogrio
import typer
from pyproj import Transformer
from rich.console import Console
from rich.table import Table

from api.commands.say import answer_json, say
from dss.network import RoadNetwork
from dss.routing import Router
from dss.workspace import default_workspace
from models import Termination, dispatch, shelter
from models.dispatch.small import small_problems, solve_small
from scenarios.manifest import PACKAGES
from scenarios.report.fonts import font_file

State = Literal["ok", "missing", "optional"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one examination found: ``optional`` is missing, but nothing in daily use needs it."""

    what: str
    state: State
    detail: str
    hint: str


def doctor(as_json: Annotated[bool, typer.Option("--json", help=say("opt_json"))] = False) -> None:
    """Examine the installation; exit 2 when something that is needed is missing."""
    findings = examine()
    if as_json:
        answer_json([asdict(finding) for finding in findings])
    else:
        _print(findings)
    if any(finding.state == "missing" for finding in findings):
        raise typer.Exit(2)


def examine() -> list[Finding]:
    """Examine everything, needed things first."""
    needed: tuple[tuple[str, Callable[[], str]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("projections", _projections),
        ("formats", _formats),
        ("solver", _solver),
        ("routing", _routing),
        ("dispatch", _dispatch),
        ("fonts", _fonts),
        ("workspace", _workspace),
        ("memory", _memory),
    )
    optional = (
        ("chromium", lambda: _program("chromium", "chromium-browser", "google-chrome")),
        ("postgis", _postgis),
    )
    return [_examine(name, look, "missing") for name, look in needed] + [
        _examine(name, look, "optional") for name, look in optional
    ]


def _examine(name: str, look: Callable[[], str], otherwise: State) -> Finding:
    try:
        return Finding(name, "ok", look(), "")
    except Exception as error:  # whatever is broken here is the finding
        return Finding(name, otherwise, str(error), say(f"hint_{name}"))


def _python() -> str:
    return f"{platform.python_version()} ({sys.executable})"


def _packages() -> str:
    return ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def _projections() -> str:
    """Convert a known point: 30 N on the central meridian of CM 114E has easting 500,000."""
    easting, _ = Transformer.from_crs("EPSG:4490", "EPSG:4547", always_xy=True).transform(114.0, 30.0)
    if abs(easting - 500_000) > 0.001:
        raise ValueError(f"EPSG:4547 easting {easting}")
    return "EPSG:4490, EPSG:4547"


def _formats() -> str:
    drivers = pyogrio.list_drivers()
    wanted = ("GPKG", "ESRI Shapefile", "OpenFileGDB", "GeoJSON", "FlatGeobuf")
    missing = [name for name in wanted if name not in drivers]
    if missing:
        raise ValueError(", ".join(missing))
    return f"GDAL {pyogrio.__gdal_version_string__}: {', '.join(wanted)}"


def _solver() -> str:
    """Solve a known case: two cells, one place at the near shelter, 10 + 60 seconds."""
    problem = shelter.Allocation(
        np.array([1, 1]),
        np.array([1, 1]),
        np.array([0, 0, 1]),
        np.array([0, 1, 0]),
        np.array([10.0, 60.0, 10.0]),
    )
    plan = shelter.solve(problem)
    if plan.report.termination is not Termination.OPTIMAL or plan.report.objective != 70.0:
        raise ValueError(str(plan.report))
    return f"OR-Tools {version('ortools')}"


def _routing() -> str:
    """Route across a grid of 70 x 70 junctions, 1 s apart; compiles the kernels if that is still to do."""
    side = 70
    node = np.arange(side * side).reshape(side, side)
    across, down = (node[:, :-1].ravel(), node[:, 1:].ravel()), (node[:-1].ravel(), node[1:].ravel())
    tail, head = (np.concatenate([across[k], down[k], across[1 - k], down[1 - k]]) for k in (0, 1))
    y_m, x_m = np.divmod(np.arange(side * side, dtype=np.float64), side)
    router = Router(RoadNetwork(tail, head, np.ones(tail.size), x_m, y_m)).customise(np.full(tail.size, 1.0))
    ends = np.array([0, side * side - 1])
    time_s = router.travel_times_to(ends[1:], ends)[0, 0]
    steps = router.paths(ends[:1], ends[1:]).edges.size
    if (time_s, steps) != (2 * side - 2, 2 * side - 2):
        raise ValueError(f"{time_s} s, {steps} steps")
    return f"numba {version('numba')}"


def _dispatch() -> str:
    """Plan a small problem of each kind; compiles the kernels if that is still to do."""
    for problem in small_problems():
        for violation in dispatch.check(problem, solve_small(problem)):
            raise ValueError(str(violation))
    return f"numba {version('numba')}"


def _fonts() -> str:
    path = font_file("Regular")
    if path is None:
        raise FileNotFoundError("NotoSansSC-Regular.ttf")
    return path.name


def _workspace() -> str:
    root = default_workspace().root.resolve()
    existing = next(folder for folder in (root, *root.parents) if folder.exists())
    if not os.access(existing, os.W_OK):
        raise PermissionError(str(existing))
    free_gb = shutil.disk_usage(existing).free / 1e9
    if free_gb < 2:
        raise OSError(f"{root}: {free_gb:.1f} GB")
    return say("disk_free", folder=root, free=f"{free_gb:.0f}")


def _memory() -> str:
    total_gb = psutil.virtual_memory().total / 1e9
    if total_gb < 3.5:
        raise MemoryError(f"{total_gb:.1f} GB")
    return say("memory_has", total=f"{total_gb:.0f}", cores=os.cpu_count() or 1)


def _program(*names: str) -> str:
    for name in names:
        if path := shutil.which(name):
            return path
    raise FileNotFoundError(names[0])


def _postgis() -> str:
    for control in Path("/usr/share/postgresql").glob("*/extension/postgis.control"):
        return f"PostgreSQL {control.parts[-3]}, PostGIS"
    raise FileNotFoundError("postgis.control")


def _print(findings: list[Finding]) -> None:
    colours = {"ok": "green", "missing": "bold red", "optional": "yellow"}
    table = Table(show_header=False, box=None, padding=(0, 1))
    for finding in findings:
        table.add_row(
            f"[{colours[finding.state]}]{say(f'state_{finding.state}')}[/]",
            say(f"look_{finding.what}"),
            finding.detail + (f"\n→ {finding.hint}" if finding.hint else ""),
        )
    Console(highlight=False).print(table)
