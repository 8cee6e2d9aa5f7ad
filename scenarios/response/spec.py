"""What a scenario may say of its response: incidents, units, hospitals, cover, and the clearing of roads."""

from typing import Final, Literal

from pydantic import Field, model_validator

from dss.onemap import Title
from scenarios.places import Place
from scenarios.strict import Strict

Kind = Literal["fire_engine", "ambulance", "rescue_team", "pump", "generator", "excavator"]
KINDS: Final[tuple[Kind, ...]] = (
    "fire_engine", "ambulance", "rescue_team", "pump", "generator", "excavator",
)  # fmt: skip
"""What a unit is, and what it can do."""
Role = Literal["fire_stations", "hospitals", "teams", "depots", "fleet", "shelters"]


class PatientCount(Strict):
    """Patients by class of triage."""

    red: int = Field(default=0, ge=0, le=100_000)
    """Severe: an intensive bed, soon."""
    yellow: int = Field(default=0, ge=0, le=100_000)
    green: int = Field(default=0, ge=0, le=100_000)
    """Slight: treated and let go."""


class Demanded(Strict):
    """What an incident asks for."""

    needs: dict[Kind, int] = Field(default_factory=dict)
    """Units by kind."""
    priority: int = Field(default=1, ge=1, le=9)
    """Larger is more urgent: its needs are met first."""
    latest_min: float | None = Field(default=None, gt=0)
    """Units that would come later are not sent."""
    work_min: float = Field(default=120, ge=0)
    """How long units are kept there; a shift must last as long."""
    patients: PatientCount = PatientCount()

    @model_validator(mode="after")
    def _counted(self) -> "Demanded":
        if any(not 0 <= units <= 1000 for units in self.needs.values()):
            raise ValueError("needs are units, 0 to 1000 of each kind")
        return self


class Incident(Demanded):
    """An incident at a place."""

    name: Title
    at: Place


class IncidentLayer(Demanded):
    """An incident at each feature of a layer, those with most people to leave around them first."""

    layer: str
    most: int = Field(default=10, ge=1, le=500)


class UnitSource(Strict):
    """Where units of a kind stand; named kinds replace what is taken for granted of them."""

    kind: Kind
    role: Role | None = None
    layer: str | None = None
    each: int | None = Field(default=None, ge=0, le=200)
    """Units at every place; without it what the layer counts, or the standards' value."""
    also: list[Kind] = Field(default=[])
    """What these units can do besides."""
    shift_h: float | None = Field(default=None, gt=0, le=72)
    """When their shift ends; none does without it."""

    @model_validator(mode="after")
    def _one_place(self) -> "UnitSource":
        if (self.role is None) == (self.layer is None):
            raise ValueError("give exactly one of role, layer")
        return self


class Cover(Strict):
    """Idle units move so that the next call is covered."""

    kinds: list[Kind] = Field(default=["fire_engine", "ambulance"])
    most_moves: int = Field(default=4, ge=0, le=500)
    """Units of each kind that may move."""
    standard_min: dict[Kind, float] = Field(default_factory=dict)
    """A home is covered by a unit that is there within this time; without it the standards'."""
    reserve: dict[Kind, int] = Field(default_factory=dict)
    """Idle units of a kind that stay in each district, where there are enough; before cover."""

    @model_validator(mode="after")
    def _planned(self) -> "Cover":
        if any(kind not in self.kinds or not 0 <= units <= 1000 for kind, units in self.reserve.items()):
            raise ValueError("a reserve is of the kinds of cover, 0 to 1000 units of each")
        return self


class RoadClearing(Strict):
    """Blocked roads are opened by few crews, so that people get to a service again."""

    crews: int | None = Field(default=None, ge=0, le=100)
    """Without it, a crew for each excavator that is not sent to an incident."""
    services: list[Role] = Field(default=["hospitals"], min_length=1)
    most_roads: int = Field(default=24, ge=1, le=200)
    """Roads that are planned, those that most people need first."""
    most_way_min: float = Field(default=120, gt=0)
    """What having no way counts as."""
    m_per_h: float | None = Field(default=None, gt=0)
    """Metres of road that a crew clears in an hour; without it the standards'."""


class ResponseSpec(Strict):
    """How units respond."""

    incidents: list[Incident] = Field(default=[])
    layers: list[IncidentLayer] = Field(default=[])
    units: list[UnitSource] = Field(default=[])
    aim: Literal["total", "last"] = "total"
    """The least sum of arrivals by priority, or the least latest arrival first."""
    cover: Cover | None = Cover()
    clearing: RoadClearing | None = RoadClearing()
    kept_share: float | None = Field(default=None, ge=0, le=1)
    """Part of the idle ambulances that stay for the next call and fetch nobody; without it the standards'."""
    time_limit_s: float = Field(default=20, gt=0)
    """Seconds for the shuttles of ambulances, for cover, and for clearing."""

    @model_validator(mode="after")
    def _something(self) -> "ResponseSpec":
        if not (self.incidents or self.layers):
            raise ValueError("name incidents or layers of them")
        return self
