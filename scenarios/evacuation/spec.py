"""What a scenario may say of its evacuation: departures, deadline, contraflow, means of travel, objective."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from scenarios.strict import Strict


def _by_kind(value: object) -> object:
    """Return a kind without values as a mapping; YAML reads a bare ``off`` as false."""
    if value is False:
        return {"kind": "off"}
    return {"kind": value} if isinstance(value, str) else value


class AtOnce(Strict):
    """Everyone is ready at the start; the plan says who waits at home and for how long."""

    kind: Literal["at_once"] = "at_once"


class Curve(Strict):
    """People become ready along a curve, whatever they are told."""

    kind: Literal["curve"] = "curve"
    curve: Literal["logistic", "rayleigh", "lognormal"] = "logistic"
    slope_per_min: float | None = Field(default=None, gt=0, le=10)
    """Of the logistic curve; without it the standards'."""
    middle_min: float | None = Field(default=None, ge=0, le=1440)
    """When half are ready: middle of the logistic, median of the log-normal curve; else the standards'."""
    scale_min: float | None = Field(default=None, gt=0, le=1440)
    """Of the Rayleigh curve; without it the standards'."""
    sigma: float | None = Field(default=None, gt=0, le=5)
    """Spread of the log-normal curve; without it the standards'."""
    compliance: float | None = Field(default=None, ge=0, le=1)
    """Share who leave at all; without it the standards' for an order."""


class Staged(Strict):
    """Zones are called one after the other; nobody is to leave before the call."""

    kind: Literal["staged"] = "staged"
    zones: Literal["hazard", "census", "community", "street", "district"] = "hazard"
    """By when the hazard comes (its steps), or areas of the map by their role."""
    every_min: float = Field(default=15, gt=0, le=1440)
    """Minutes from one call to the next."""
    groups: int = Field(default=4, ge=2, le=24)
    """Calls; areas are spread over them, those that the hazard reaches first being called first."""


Departures = Annotated[
    Annotated[AtOnce | Curve | Staged, Field(discriminator="kind")], BeforeValidator(_by_kind)
]


class NoDeadline(Strict):
    """Roads are as the hazard leaves them, and there is no hurry."""

    kind: Literal["none"] = "none"


class HazardDeadline(Strict):
    """Roads and homes close when the hazard comes to them."""

    kind: Literal["hazard"] = "hazard"


class TimeDeadline(Strict):
    """A time by which people should be safe; roads are as the hazard leaves them."""

    kind: Literal["time"] = "time"
    minutes: float = Field(gt=0, le=10_080)


class BothDeadlines(Strict):
    """Roads and homes close when the hazard comes, and people should be safe by a time."""

    kind: Literal["hazard_and_time"] = "hazard_and_time"
    minutes: float = Field(gt=0, le=10_080)


Deadline = Annotated[
    Annotated[NoDeadline | HazardDeadline | TimeDeadline | BothDeadlines, Field(discriminator="kind")],
    BeforeValidator(_by_kind),
]


class NoContraflow(Strict):
    """Every lane keeps its direction."""

    kind: Literal["off"] = "off"


class ChosenContraflow(Strict):
    """The model may turn the opposite lanes of roads, where that lets people be safe sooner."""

    kind: Literal["choose"] = "choose"
    classes: list[str] = Field(default=["motorway", "trunk", "primary"])
    """Road classes whose lanes may be turned."""
    names: list[str] = Field(default=[])
    """Further roads by name."""
    clearing_min: float = Field(default=20, ge=0, le=1440)
    """What clearing the turned lanes takes before anyone may use them."""
    police_points: int | None = Field(default=None, ge=0, le=100_000)
    """Junctions that police can be sent to: no more are needed by the lanes turned; else the standards'."""


class GivenContraflow(Strict):
    """Roads whose opposite lanes are turned, come what may."""

    kind: Literal["roads"] = "roads"
    classes: list[str] = Field(default=[])
    names: list[str] = Field(default=[])
    clearing_min: float = Field(default=20, ge=0, le=1440)

    @model_validator(mode="after")
    def _some(self) -> "GivenContraflow":
        if not (self.classes or self.names):
            raise ValueError("name roads or road classes")
        return self


Contraflow = Annotated[
    Annotated[NoContraflow | ChosenContraflow | GivenContraflow, Field(discriminator="kind")],
    BeforeValidator(_by_kind),
]


class Means(Strict):
    """By which means people go; what is left out comes from the standards and the census."""

    persons_per_car: float | None = Field(default=None, ge=1, le=60)
    persons_per_bus: int | None = Field(default=None, ge=1, le=300)
    carless_share: float | None = Field(default=None, ge=0, le=1)
    """Share of those who do not walk and have no car: they are taken by bus."""
    special_share: float | None = Field(default=None, ge=0, le=1)
    """Share of disabled people who need an ambulance or a lift van."""
    crowd_density: float | None = Field(default=None, gt=0, lt=5.4)
    """Persons per m² planned for on foot: it sets how fast they walk and how many pass."""
    pickup_m: float = Field(default=400, gt=0, le=5000)
    """Cells are gathered at pick-up points no farther apart than about this."""
    pickup_walk_m: float | None = Field(default=None, gt=0, le=20_000)
    """How far from home the nearest road with a pick-up point may be; without it the standards'."""


class Service(Strict):
    """Vehicles that fetch people; what is left out comes from the map and the standards."""

    count: int | None = Field(default=None, ge=0, le=10_000)
    """Vehicles in all."""
    depots: list[tuple[float, float]] = Field(default=[], max_length=1000)
    """Where they stand, [longitude, latitude] each; without it those of the map."""
    stop_s: float | None = Field(default=None, ge=0, le=7200)
    """How long one stands at a pick-up point or a shelter each time."""


class Buses(Service):
    """Buses for people without a car."""

    fleet_share: float | None = Field(default=None, gt=0, le=1)
    """Share of the vehicles of the map's operators that can be had, where no count is given."""


class Special(Service):
    """Ambulances and lift vans, which stand at hospitals."""

    seats: int | None = Field(default=None, ge=1, le=60)
    """Persons in one."""


class Routes(Strict):
    """How many routes people are told."""

    most: int | None = Field(default=3, ge=1, le=100)
    """Routes from each home; more only where its people would be too late. Null: as many as the plan uses."""
    later_share: float = Field(default=0.1, ge=0, le=10)
    """How much later the last of all may be safe for it, as a share of the clearance with any routes."""


class EvacuationSpec(Strict):
    """How the affected people are to leave."""

    objective: Literal["clearance", "total_arrival", "most_safe"] = "clearance"
    """The last one safe as soon as possible; the least sum of arrivals; the most safe by the deadline."""
    step_s: float = Field(default=15, ge=1, le=600)
    """Seconds in a step of the plan."""
    start_s: float = Field(default=0, ge=0)
    """When the evacuation begins, on the hazard's clock."""
    departures: Departures = AtOnce()
    deadline: Deadline = NoDeadline()
    contraflow: Contraflow = NoContraflow()
    intersection_factor: float | None = Field(default=None, gt=0, le=1)
    """Share of a lane's capacity that intersections leave on any road; without it the standards' by class."""
    background_share: float | None = Field(default=None, ge=0, lt=1)
    """Share of the roads' capacity that other traffic keeps; without it the standards'."""
    means: Means = Means()
    buses: Buses = Buses()
    special: Special = Special()
    routes: Routes = Routes()
    time_limit_s: float = Field(default=60, gt=0)
    """Seconds for each plan; those that it is compared with have a third of them."""

    @model_validator(mode="after")
    def _deadline_for_the_most(self) -> "EvacuationSpec":
        if self.objective == "most_safe" and self.deadline_min is None:
            raise ValueError("most_safe needs a deadline in minutes: kind time or hazard_and_time")
        return self

    @property
    def deadline_min(self) -> float | None:
        """The time by which people should be safe, where one is given."""
        return self.deadline.minutes if isinstance(self.deadline, TimeDeadline | BothDeadlines) else None

    @property
    def follows_hazard(self) -> bool:
        """Whether roads and homes close over time."""
        return isinstance(self.deadline, HazardDeadline | BothDeadlines)
