"""What a scenario may ask for beside the allocation, each a part of the run with its own room."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import geopandas as gpd

from models import Violation
from models.shelter import AllocationDecision
from scenarios.allocation.outcome import Figure
from scenarios.evacuation.evacuating import evacuate
from scenarios.journeys.journeys import Journeys
from scenarios.progress import Tick
from scenarios.relief.relieving import relieve
from scenarios.response.responding import respond
from scenarios.schema import Scenario
from scenarios.situation import Situation

Allocated = tuple[Journeys, AllocationDecision]


class Part(Protocol):
    """A part of a run: planned and checked, and ready to be written into the run's folder."""

    @property
    def record(self) -> Any:
        """What its pictures are drawn from."""

    @property
    def violations(self) -> list[Violation]:
        """What its check found."""

    def figures(self) -> tuple[Figure, ...]:
        """Return the figures with the layers that they rest on."""

    def layers(self) -> dict[str, gpd.GeoDataFrame]:
        """Return the layers for maps."""

    def described(self) -> dict[str, Any]:
        """Return what the manifest holds of it, as plain data."""

    def write(self, folder: Path) -> None:
        """Write the plan, its proof and what people are told into a run folder."""


Planning = Callable[[Scenario, Situation, Allocated, Tick], Part]


def _evacuation(scenario: Scenario, situation: Situation, allocated: Allocated, tick: Tick) -> Part:
    assert scenario.evacuation is not None
    return evacuate((scenario, scenario.evacuation), situation, allocated, tick)


def _relief(scenario: Scenario, situation: Situation, allocated: Allocated, tick: Tick) -> Part:
    assert scenario.relief is not None
    return relieve((scenario, scenario.relief), situation, allocated, tick)


def _response(scenario: Scenario, situation: Situation, allocated: Allocated, tick: Tick) -> Part:
    del allocated  # units go to incidents wherever people sleep
    assert scenario.response is not None
    return respond(scenario, scenario.response, situation, tick)


PARTS: Final[dict[str, Planning]] = {"evacuation": _evacuation, "relief": _relief, "response": _response}
"""How each part is planned, by its key in the scenario, in their order in a run."""


def parts_asked(scenario: Scenario) -> tuple[str, ...]:
    """Return the parts that a scenario asks for, in the order in which they are planned."""
    return tuple(name for name in PARTS if getattr(scenario, name) is not None)
