"""The relief of a run: planned, checked, written beside the allocation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from models import Violation
from models.shelter import AllocationDecision
from scenarios.allocation.outcome import Figure
from scenarios.journeys.journeys import Journeys
from scenarios.progress import Tick, part_of
from scenarios.provenance import EVERYTHING, Provenance
from scenarios.relief.checking import check_record
from scenarios.relief.layers import relief_layers
from scenarios.relief.orders import write_orders
from scenarios.relief.planning import plan_relief, settle
from scenarios.relief.record import FOLDER, Told, record_of, write_record
from scenarios.relief.spec import ReliefSpec
from scenarios.relief.tables import described, relief_figures
from scenarios.schema import Scenario
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Relieved:
    """A relief with what its check found."""

    situation: Situation
    spec: ReliefSpec
    record: Told
    violations: list[Violation]

    def figures(self) -> tuple[Figure, ...]:
        """Return the figures with the layers that they rest on: depots and districts beside all others."""
        keys = Provenance(self.situation).lineage((*EVERYTHING, "depots")).keys
        return tuple(
            Figure(value.key, value.value, value.unit, keys) for value in relief_figures(self.record.record)
        )

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Return the layers for maps."""
        return relief_layers(self.record)

    def described(self) -> dict[str, Any]:
        """Return the tables as plain data, and what was asked for."""
        spec, garage = self.spec, self.record.record.garage
        asked = {
            "days_count": spec.days,
            "due_h": spec.due_h,
            "shift_h": spec.shift_h,
            "aid": spec.aid,
            "clock": None if spec.clock is None else spec.clock.isoformat(),
            "fleet_assumed": garage.assumed,
        }
        return {**asked, **described(self.record.record)}

    def write(self, folder: Path) -> None:
        """Write the plan with its proof, and the orders, into a run folder."""
        write_record(folder, self.record)
        write_orders(folder / FOLDER / "orders", self.record)


def relieve(
    asked: tuple[Scenario, ReliefSpec],
    situation: Situation,
    allocated: tuple[Journeys, AllocationDecision],
    tick: Tick,
) -> Relieved:
    """Plan the relief that a scenario asks for.

    Raises
    ------
    ScenarioError, MapError
        If the scenario and the map do not fit each other.
    """
    scenario, spec = asked
    setting = settle(scenario, spec, situation, allocated)
    tick(0.1)
    planned = plan_relief(setting, spec, scenario.seed, part_of(tick, 0.1, 0.8))
    told = record_of(setting, planned, spec)
    tick(0.9)
    return Relieved(situation, spec, told, check_record(told))
