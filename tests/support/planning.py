"""Plan a scenario on a map as a run does, without drawing and writing its report."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from dss.onemap import OneMap
from models import Limits, Violation
from scenarios.allocation.check import Proof, check_run
from scenarios.allocation.deciding import decide, gather_proof
from scenarios.allocation.findings import find_more
from scenarios.allocation.layers_out import plan_layers
from scenarios.allocation.outcome import key_figures
from scenarios.allocation.previous import close_roads
from scenarios.allocation.proof_files import FOLDER, read_proof, write_proof
from scenarios.journeys.finding import find_journeys
from scenarios.progress import ProgressTrack
from scenarios.schema import Scenario
from scenarios.situation import survey


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """What a run finds."""

    figures: dict[str, Any]
    proof: Proof
    found: dict[str, Any]
    layers: dict[str, gpd.GeoDataFrame]
    violations: list[Violation]
    standards: set[str]


def plan(scenario: Scenario, onemap: OneMap, folder: Path | None = None) -> Planned:
    """Plan; where a folder is given, write the proof there."""
    situation = survey(scenario, onemap, ProgressTrack())
    if scenario.allocation.previous is not None:
        situation = close_roads(situation, scenario.allocation.previous.roads_closed)
    journeys = find_journeys(scenario, situation, lambda _: None)
    decided = decide(scenario, journeys, Limits(10.0, 1e-4))
    proof = gather_proof(decided)
    more = find_more(scenario, situation, decided, proof)
    if folder is not None:
        folder.mkdir(parents=True)
        write_proof(folder, proof)
        more.write(folder / FOLDER, proof)
        proof = read_proof(folder)
    layers = plan_layers(situation, decided.journeys, proof)
    figures = {figure.key: figure.value for figure in key_figures(situation, decided.journeys, proof)}
    standards = {value.key for value in situation.standards.used}
    return Planned(figures, proof, more.described(), layers, check_run(proof), standards)
