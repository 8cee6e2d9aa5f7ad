"""What a run finds beside its plan: why people have no place, what happens over the stages after."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from models import Limits
from models.shelter import Explanation
from scenarios.allocation.check import Proof
from scenarios.allocation.deciding import Decided
from scenarios.allocation.described import describe_allocation
from scenarios.allocation.stage_files import write_stages
from scenarios.allocation.staging import Staged, plan_stages, stage_layer
from scenarios.allocation.why import Why, explain_run, opened_up
from scenarios.allocation.why_files import write_why
from scenarios.journeys.finding import find_journeys
from scenarios.journeys.journeys import Journeys
from scenarios.schema import Scenario
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class More:
    """What was asked and found of an allocation, why people have no place, and its stages."""

    allocation: dict[str, Any]
    why: tuple[Why, Explanation] | None
    staged: Staged | None

    def described(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "allocation": self.allocation,
            "why": None if self.why is None else self.why[0].described(),
            "stages": None if self.staged is None else self.staged.described(),
        }

    def layers(self, situation: Situation, journeys: Journeys) -> dict[str, gpd.GeoDataFrame]:
        """Return the layer of the stages, where there are any."""
        return {} if self.staged is None else {"stages": stage_layer(self.staged, situation, journeys)}

    def write(self, proof_folder: Path, proof: Proof) -> None:
        """Write what proves it."""
        if self.why is not None:
            write_why(proof_folder, proof.problem, self.why[1])
        if self.staged is not None:
            write_stages(proof_folder, self.staged)


def find_more(scenario: Scenario, situation: Situation, decided: Decided, proof: Proof) -> More:
    """Explain who has no place, and plan the stages, where the scenario asks for them.

    Raises
    ------
    ScenarioError
        If there are too many communities and shelters for a plan over stages.
    """
    journeys, spec = decided.journeys, scenario.allocation
    closed = None
    if proof.allocating.rows.cause.max(initial=-1) >= 0:
        there = opened_up(scenario, situation)
        closed = None if there is None else find_journeys(*there, lambda *_: None)
    why = explain_run(scenario, situation, journeys, proof, closed)
    staged = None
    if spec.stages:
        limits = Limits(scenario.solve.time_limit_s, scenario.solve.relative_gap)
        staged = plan_stages(spec.stages, situation, journeys, proof, limits)
    return More(describe_allocation(spec, journeys, proof), why, staged)
