"""What a scenario file may hold. Unknown keys are refused, with their YAML path."""

from pydantic import Field, model_validator

from dss.onemap import Title
from scenarios.allocation.spec import AllocationSpec
from scenarios.evacuation.spec import EvacuationSpec
from scenarios.hazard.spec import AnyHazard
from scenarios.relief.spec import ReliefSpec
from scenarios.response.spec import ResponseSpec
from scenarios.strict import Strict


class Cells(Strict):
    """How people are counted."""

    resolution: int = Field(default=9, ge=7, le=11)
    """H3 resolution: 9 is about 0.1 km² a cell, 10 about 0.015 km²."""


class Area(Strict):
    """Which part of the map is studied; persons outside are counted apart."""

    hull_of: str | None = None
    """Layer whose convex hull is the area."""
    layer: str | None = None
    """Polygon layer that is the area."""
    polygon: list[tuple[float, float]] | None = None
    """Corners as [longitude, latitude] in degrees."""

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> "Area":
        if sum(value is not None for value in (self.hull_of, self.layer, self.polygon)) != 1:
            raise ValueError("give exactly one of hull_of, layer, polygon")
        return self


class Travel(Strict):
    """How people go."""

    walk_limit_s: float = Field(default=1800, ge=0)
    """People walk where it takes at most this long, and go by car where it takes longer."""
    board_s: float = Field(default=600, ge=0)
    """What getting into a vehicle takes, before a trip by car begins."""
    max_trip_s: float = Field(default=7200, gt=0)
    """No trip may take longer."""
    depart_s: float | None = Field(default=None, ge=0)
    """When people leave, on the hazard's clock; roads then serve for as long as they are open. Without it,
    people move on the roads that the hazard leaves open."""
    reach_road_m: float = Field(default=800, gt=0)
    """A cell or shelter farther than this from an open road is outside the network."""


class Solve(Strict):
    """How long and how exactly to solve."""

    time_limit_s: float = Field(default=60, gt=0)
    relative_gap: float = Field(default=1e-4, ge=0)


class Scenario(Strict):
    """One scenario: which map, which hazard, what people may do."""

    title: Title
    note: Title | None = None
    map: str | None = None
    """Folder or name of the map; the command line may give another."""
    seed: int = 1
    cells: Cells = Cells()
    area: Area | None = None
    hazard: AnyHazard
    travel: Travel = Travel()
    standards: dict[str, float] = Field(default_factory=dict)
    """Values to use in place of the standards' own, by key; marked as set by the scenario."""
    allocation: AllocationSpec = AllocationSpec()
    evacuation: EvacuationSpec | None = None
    """Plan the evacuation beside the allocation: who leaves when, by which road."""
    relief: ReliefSpec | None = None
    """Supply the people in the shelters: what they need, who brings it when."""
    response: ResponseSpec | None = None
    """Send units to incidents, patients to hospitals, and crews to blocked roads."""
    solve: Solve = Solve()
