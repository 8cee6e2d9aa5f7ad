"""What a scenario file may say of its hazard: one of six kinds, told apart by ``kind``."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from dss.onemap import Title
from scenarios.places import Place, TimedShape
from scenarios.strict import Strict

AreaShare = Annotated[float, Field(gt=0, le=1)]


class DepthBand(Strict):
    """Within a distance of the water, an assumed depth."""

    within_m: float = Field(gt=0, le=20000)
    depth_m: float = Field(ge=0, le=20)


class AssumedFlood(Strict):
    """Flood bands around a line or a layer; an assumption, called so in every report."""

    title: Title
    line: list[tuple[float, float]] | None = None
    """A line as [longitude, latitude] in degrees."""
    layer: str | None = None
    """A layer of the map."""
    bands: list[DepthBand] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_place(self) -> "AssumedFlood":
        if (self.line is None) == (self.layer is None):
            raise ValueError("give exactly one of line, layer")
        if self.line is not None and len(self.line) < 2:
            raise ValueError("a line needs two points")
        return self


class WaterStep(Strict):
    """From a time on the water stands like this, until the next step."""

    from_s: float
    factor: float | None = Field(default=None, gt=0, le=10)
    """Everywhere this many times as deep as the flood itself."""
    lower_m: float | None = Field(default=None, ge=0, le=20)
    """Its surface this much lower than the flood itself."""
    layer: str | None = None
    """A depth layer of its own."""

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> "WaterStep":
        if sum(value is not None for value in (self.factor, self.lower_m, self.layer)) != 1:
            raise ValueError("give exactly one of factor, lower_m, layer")
        return self


class Planned(Strict):
    """What hazards with a course in time have in common."""

    at_s: float | None = None
    """The plan is made for the state at this time; for the worst over all steps where it is not given."""
    area_share: AreaShare = 0.2
    """A cell is left where at least this share of it is in danger."""


class Flood(Planned):
    """A flood, from a depth layer of the map or from assumed bands, or both; steady or in steps."""

    kind: Literal["flood"]
    layer: str | None = None
    """Layer of the role flood_depth."""
    assumed: tuple[AssumedFlood, ...] = ()
    steps: tuple[WaterStep, ...] = ()
    """How the water rises; a steady flood where there are none."""
    assumed_bridges_within_m: float = Field(default=0, ge=0)
    """Roads inside this distance of an assumed line are taken as bridges, where roads carry no bridge tag."""
    assumed_elevated: tuple[str, ...] = ()
    """Road classes that are taken to run above the water."""

    @model_validator(mode="after")
    def _some_water(self) -> "Flood":
        in_steps = bool(self.steps) and all(step.layer for step in self.steps)
        if self.layer is None and not self.assumed and not in_steps:
            raise ValueError("give a depth layer, assumed bands, or both")
        return self


class Earthquake(Strict):
    """An earthquake with intensities after GB 18306-2015."""

    kind: Literal["earthquake"]
    epicentre: Place
    magnitude: float
    region: Literal["east_strong", "medium_strong", "xinjiang", "qinghai_tibet"]
    """Region of the attenuation: 东部强震区, 中强地震区, 新疆区, 青藏区."""
    strike_deg: float = 0
    """Direction of the long axis, clockwise from north."""


class Toxic(Planned):
    """A steady release of a gas into the wind."""

    kind: Literal["toxic"]
    source: Place
    substance: str
    rate_kg_s: float
    height_m: float = 0
    wind_mps: float
    wind_from_deg: float
    """Where the wind comes from, clockwise from north."""
    stability: Literal["A", "B", "C", "D", "E", "F"]
    """Pasquill class: A very unstable to F very stable."""
    terrain: Literal["rural", "urban"] = "urban"
    duration_s: float = 3600
    """Time since the release began that the plan looks at."""
    step_s: float = 600


class Fire(Planned):
    """A fire that spreads from a point, or whose perimeters are given."""

    kind: Literal["fire"]
    ignition: Place | None = None
    head_m_min: float = 2
    """Spread of the fire's head."""
    wind_kmh: float = 0
    wind_from_deg: float = 0
    duration_s: float = 7200
    step_s: float = 1800
    perimeters: tuple[TimedShape, ...] = ()

    @model_validator(mode="after")
    def _one_way_to_say_it(self) -> "Fire":
        if (self.ignition is None) == (not self.perimeters):
            raise ValueError("give exactly one of ignition, perimeters")
        return self


class TrackPoint(Strict):
    """Where the centre of a typhoon is at a time, and how strong it is."""

    time_s: float
    at: Place
    wind_ms: float
    """Greatest mean wind near the centre."""
    pressure_hpa: float


class Typhoon(Planned):
    """A typhoon along a track."""

    kind: Literal["typhoon"]
    track: list[TrackPoint]
    step_s: float = 3600
    elevated: tuple[str, ...] = ()
    """Road classes that close in the wind like bridges."""


class Polygon(Planned):
    """A landslide, or any area with a rule."""

    kind: Literal["polygon"]
    zones: tuple[TimedShape, ...] = Field(min_length=1)
    roads: Literal["closed", "slowed", "open"] = "closed"
    speed_factor: float = 0.5
    """Share of the free speed on slowed roads."""
    people: Literal["leave", "stay"] = "leave"


AnyHazard = Annotated[Flood | Earthquake | Toxic | Fire | Typhoon | Polygon, Field(discriminator="kind")]
