"""One run: from a scenario and a map to a folder with a checked plan and its report.

The folder is written as `NAME.partial` and gets its name when it is whole; what a crash or a cancelled run
leaves behind keeps the ending.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio

from dss.errors import InputError
from dss.onemap import OneMap
from models import Limits, Violation
from scenarios.allocation.check import check_run
from scenarios.allocation.deciding import decide, gather_proof
from scenarios.allocation.findings import find_more
from scenarios.allocation.layers_out import plan_layers
from scenarios.allocation.outcome import Figure, key_figures
from scenarios.allocation.plan_figures import decided as decision_of
from scenarios.allocation.previous import close_roads
from scenarios.allocation.proof_files import FOLDER as PROOF
from scenarios.allocation.proof_files import write_proof
from scenarios.journeys.finding import find_journeys
from scenarios.manifest import EVENTS, Findings, describe_run, scenario_text, write_manifest
from scenarios.parts import PARTS, Part, parts_asked
from scenarios.progress import Listener, ProgressEvent, ProgressTrack, steps_with
from scenarios.report.write import write_reports
from scenarios.schema import Scenario
from scenarios.situation import survey


@dataclass(frozen=True, slots=True, eq=False)
class RunResult:
    """A finished run: its folder, its figures, and what its check found."""

    folder: Path
    manifest: dict[str, Any]
    figures: tuple[Figure, ...]
    violations: list[Violation]


def run_scenario(
    scenario: Scenario, onemap: OneMap, folder: Path, listeners: Sequence[Listener] = ()
) -> RunResult:
    """Run a scenario on a map and write the run folder.

    Parameters
    ----------
    folder
        Where the run is written; must not exist yet.
    listeners
        Called with every sign of life; one that raises stops the run.

    Raises
    ------
    InputError
        If the folder exists, or the scenario and the map do not fit each other.
    """
    if folder.exists():
        raise InputError("run_exists", folder=folder)
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    progress = ProgressTrack(_EventLog(partial), *listeners, steps=steps_with(parts_asked(scenario)))
    result = _fill(scenario, onemap, partial, folder.name, progress)
    progress.finish()
    partial.replace(folder)
    return RunResult(folder, result.manifest, result.figures, result.violations)


def new_run_id(scenario_name: str, now: datetime) -> str:
    """Return a name for a run: when it began and of which scenario."""
    return f"{now:%Y%m%d-%H%M%S}-{scenario_name}"


def _fill(
    scenario: Scenario, onemap: OneMap, folder: Path, run_id: str, progress: ProgressTrack
) -> RunResult:
    (folder / "scenario.yaml").write_text(scenario_text(scenario), encoding="utf-8")
    situation = survey(scenario, onemap.afresh(), progress)
    previous = scenario.allocation.previous
    since = [] if previous is None else previous.roads_closed
    situation = close_roads(situation, [*scenario.allocation.roads_closed, *since])
    journeys = find_journeys(scenario, situation, progress.start("trips"))
    progress.start("solve")
    limits = Limits(scenario.solve.time_limit_s, scenario.solve.relative_gap)
    decided = decide(scenario, journeys, limits)
    tick = progress.start("check")
    proof = gather_proof(decided)
    violations = check_run(proof)
    tick(0.3)
    more = find_more(scenario, situation, decided, proof)
    figures = key_figures(situation, decided.journeys, proof)
    parts: dict[str, Part] = {}
    for name in parts_asked(scenario):
        allocated = (decided.journeys, decision_of(decided.plan))
        parts[name] = PARTS[name](scenario, situation, allocated, progress.start(name))
    tick = progress.start("write")
    layers = plan_layers(situation, decided.journeys, proof) | more.layers(situation, decided.journeys)
    described = more.described() | dict.fromkeys(PARTS)
    for name, part in parts.items():
        figures, layers = (*figures, *part.figures()), layers | part.layers()
        described[name] = part.described()
        violations = [*violations, *part.violations]
        part.write(folder)
    write_layers(folder, layers)
    tick(0.6)
    write_proof(folder, proof)
    more.write(folder / PROOF, proof)
    tick = progress.start("report")
    findings = Findings(figures, violations, progress.seconds, layers, described)
    manifest = describe_run(run_id, scenario, situation, findings)
    records = {name: part.record for name, part in parts.items()}
    write_reports(folder, manifest, layers, (situation, records), tick)
    write_manifest(folder, {**manifest, "seconds": dict(progress.seconds)})
    return RunResult(folder, manifest, figures, violations)


def write_layers(folder: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    """Write the plan's layers as one GeoPackage and as a GeoParquet file each."""
    for name, layer in layers.items():
        layer.to_parquet(folder / f"{name}.parquet", compression="zstd")
        pyogrio.write_dataframe(
            layer, folder / "plan.gpkg", layer=name, append=(folder / "plan.gpkg").exists()
        )


class _EventLog:
    """Keeps the signs of life in the run folder, a line each."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / EVENTS

    def __call__(self, event: ProgressEvent) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(event)) + "\n")
