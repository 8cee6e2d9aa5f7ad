"""The evacuation of a run: planned, checked, written beside the allocation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd

from models import Violation
from models.shelter import AllocationDecision
from scenarios.allocation.outcome import Figure
from scenarios.evacuation.animation import write_animation
from scenarios.evacuation.checking import check_record
from scenarios.evacuation.files import write_record
from scenarios.evacuation.layers import evacuation_layers
from scenarios.evacuation.making import make_record
from scenarios.evacuation.orders import orders_of, write_orders
from scenarios.evacuation.orders.fetching import fetched_of
from scenarios.evacuation.plan_files import FOLDER, plan_folders, read_plan
from scenarios.evacuation.planning import Setting, settle
from scenarios.evacuation.record import Record
from scenarios.evacuation.spec import EvacuationSpec
from scenarios.evacuation.tables import described, evacuation_figures
from scenarios.evacuation.travellers import HOSPITALS
from scenarios.journeys.journeys import Journeys
from scenarios.progress import Tick
from scenarios.provenance import EVERYTHING, Provenance
from scenarios.schema import Scenario
from scenarios.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Evacuated:
    """An evacuation with what its check found."""

    setting: Setting
    record: Record
    violations: list[Violation]

    def figures(self) -> tuple[Figure, ...]:
        """Return the figures with the layers that they rest on."""
        provenance = Provenance(self.setting.situation)
        keys = provenance.lineage(EVERYTHING).keys
        more = tuple(layer.key for layer in self.setting.situation.onemap.role(HOSPITALS))
        return tuple(
            Figure(value.key, value.value, value.unit, (*keys, *more) if value.unit == "beds" else keys)
            for value in evacuation_figures(self.record)
        )

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Return the layers for maps."""
        return evacuation_layers(self.setting, self.record)

    def described(self) -> dict[str, Any]:
        """Return the tables as plain data, and what was asked for."""
        spec = self.setting.spec
        asked = {
            "objective": spec.objective,
            "step_s": spec.step_s,
            "start_s": spec.start_s,
            "deadline": spec.deadline.kind,
            "departures": spec.departures.kind,
            "contraflow": spec.contraflow.kind,
            "disabled_counted": self.setting.travellers.disabled_counted,
        }
        return {**asked, **described(self.record)}

    def write(self, folder: Path) -> None:
        """Write the plan, its proof, the data of its animation and what people are told into a run folder."""
        write_record(folder, self.record)
        write_animation(folder, self.record)
        plans = [read_plan(path) for path in plan_folders(folder).values()]
        told = [orders_of(plan) for plan in plans if plan.groups.origin.size]
        if told:
            fetched = [row for kind, one in self.record.carried.items() for row in fetched_of(kind, one)]
            write_orders(folder / FOLDER / "orders", told, fetched)


def evacuate(
    asked: tuple[Scenario, EvacuationSpec],
    situation: Situation,
    allocated: tuple[Journeys, AllocationDecision],
    tick: Tick,
) -> Evacuated:
    """Plan the evacuation that a scenario asks for.

    Raises
    ------
    ScenarioError
        If the scenario and the map do not fit each other.
    """
    scenario, spec = asked
    setting = settle(scenario, spec, situation, allocated)
    record = make_record(setting, tick)
    return Evacuated(setting, record, check_record(record))
