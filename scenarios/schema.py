"""What a scenario file may hold. Unknown keys are refused, with their YAML path."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dss.onemap import Title


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Cells(_Strict):
    """How people are counted."""

    resolution: int = Field(default=9, ge=7, le=11)
    """H3 resolution: 9 is about 0.1 km² a cell, 10 about 0.015 km²."""


class Area(_Strict):
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


class DepthBand(_Strict):
    """Within a distance of the water, an assumed depth."""

    within_m: float = Field(gt=0, le=20000)
    depth_m: float = Field(ge=0, le=20)


class AssumedFlood(_Strict):
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


class Flood(_Strict):
    """A flood, from a depth layer of the map or from assumed bands, or both."""

    kind: Literal["flood"]
    layer: str | None = None
    """Layer of the role flood_depth."""
    assumed: list[AssumedFlood] = []
    area_share: float = Field(default=0.2, gt=0, le=1)
    """A cell is left where at least this share of it is deeper than flood.leave_depth_m."""
    assumed_bridges_within_m: float = Field(default=0, ge=0)
    """Roads inside this distance of an assumed line are taken as bridges, where roads carry no bridge tag."""
    assumed_elevated: list[str] = []
    """Road classes that are taken to run above the water."""

    @model_validator(mode="after")
    def _some_water(self) -> "Flood":
        if self.layer is None and not self.assumed:
            raise ValueError("give a depth layer, assumed bands, or both")
        return self


class Travel(_Strict):
    """How people go."""

    walk_limit_s: float = Field(default=1800, ge=0)
    """People walk where it takes at most this long, and go by car where it takes longer."""
    max_trip_s: float = Field(default=7200, gt=0)
    """No trip may take longer."""
    reach_road_m: float = Field(default=800, gt=0)
    """A cell or shelter farther than this from an open road is outside the network."""


class Solve(_Strict):
    """How long and how exactly to solve."""

    time_limit_s: float = Field(default=60, gt=0)
    relative_gap: float = Field(default=1e-4, ge=0)


class Scenario(_Strict):
    """One scenario: which map, which hazard, what people may do."""

    title: Title
    note: Title | None = None
    map: str | None = None
    """Folder or name of the map; the command line may give another."""
    seed: int = 1
    cells: Cells = Cells()
    area: Area | None = None
    hazard: Flood
    travel: Travel = Travel()
    standards: dict[str, float] = {}
    """Values to use in place of the standards' own, by key; marked as set by the scenario."""
    solve: Solve = Solve()
