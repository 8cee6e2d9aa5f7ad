"""The response of a run: planned, checked, written beside the allocation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd

from dss.onemap.lineage import Lineage
from models import Violation
from scenarios.allocation.outcome import Figure
from scenarios.progress import Tick
from scenarios.provenance import Provenance
from scenarios.relief.depots import DISTRICTS
from scenarios.response.checking import check_record
from scenarios.response.files import FOLDER, write_record
from scenarios.response.layers import response_layers
from scenarios.response.orders import write_orders
from scenarios.response.planning import plan_response
from scenarios.response.record import Record
from scenarios.response.spec import ResponseSpec
from scenarios.response.tables import described, response_figures
from scenarios.schema import Scenario
from scenarios.situation import Situation

RESTS_ON: Final = ("people", "roads", "hazard", "responders")


@dataclass(frozen=True, slots=True, eq=False)
class Responded:
    """A response with what its check found."""

    situation: Situation
    spec: ResponseSpec
    record: Record
    violations: list[Violation]

    def figures(self) -> tuple[Figure, ...]:
        """Return the figures with the layers that they rest on."""
        keys = self._lineage().keys
        return tuple(
            Figure(value.key, value.value, value.unit, keys) for value in response_figures(self.record)
        )

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Return the layers for maps."""
        return response_layers(self.record)

    def described(self) -> dict[str, Any]:
        """Return the tables as plain data, and what was asked for."""
        return {"aim": self.spec.aim, **described(self.record)}

    def write(self, folder: Path) -> None:
        """Write the plans, their proofs and what units are told into a run folder."""
        write_record(folder, self.record)
        write_orders(folder / FOLDER / "orders", self.record)

    def _lineage(self) -> Lineage:
        spec, provenance = self.spec, Provenance(self.situation)
        named = [*(unit.layer for unit in spec.units if unit.layer), *(one.layer for one in spec.layers)]
        if spec.cover is not None and spec.cover.reserve:
            named += [layer.key for layer in self.situation.onemap.role(DISTRICTS)]
        keys = dict.fromkeys((*provenance.lineage(RESTS_ON).keys, *named))
        return Lineage.of(self.situation.onemap, keys)


def respond(scenario: Scenario, spec: ResponseSpec, situation: Situation, tick: Tick) -> Responded:
    """Plan the response that a scenario asks for.

    Raises
    ------
    ScenarioError
        If the scenario and the map do not fit each other.
    """
    record = plan_response(scenario, spec, situation, tick)
    return Responded(situation, spec, record, check_record(record))
