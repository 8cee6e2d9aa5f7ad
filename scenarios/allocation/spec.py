"""How a scenario wants people to be given places: the aim, who stays together, groups, districts, stages."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from dss.onemap import Title
from scenarios.strict import Strict

INDOOR_WORDS = [
    "学校",
    "中学",
    "小学",
    "大学",
    "学院",
    "教育",
    "体育馆",
    "游泳馆",
    "会展",
    "礼堂",
    "School",
    "Gym",
    "Hall",
]
MEDICAL_WORDS = ["医院", "卫生", "Hospital", "Clinic"]


class TotalTime(Strict):
    """The fewest without a place, then the least travel of all together."""

    kind: Literal["total_time"] = "total_time"


class LongestTrip(Strict):
    """The fewest without a place, then the shortest longest trip, then the least travel."""

    kind: Literal["longest_trip"] = "longest_trip"


class ShareWithin(Strict):
    """The fewest without a place, then the shortest time within which a share of the people arrives."""

    kind: Literal["share_within"] = "share_within"
    share: float = Field(default=0.95, gt=0, lt=1)
    """Share of those with a place: 0.95 is the 95th percentile of trips, the project's measure of equity."""


class WithinMinutes(Strict):
    """As many as possible within a time: each later arrival counts so much more."""

    kind: Literal["within"] = "within"
    minutes: float = Field(gt=0)
    """The time that people should need at most."""
    late_s: float = Field(default=36_000, gt=0, le=1e6)
    """Seconds that each later arrival counts beside its trip."""


class Weighed(Strict):
    """Total travel and the longest trip, weighed against each other."""

    kind: Literal["weighed"] = "weighed"
    total: float = Field(default=1.0, gt=0)
    """Weight of the travel of all together."""
    longest: float = Field(default=1.0, gt=0)
    """Weight of the longest trip, counted as though everyone made it."""


def _by_name(value: object) -> object:
    return {"kind": value} if isinstance(value, str) else value


Objective = Annotated[
    Annotated[TotalTime | LongestTrip | ShareWithin | WithinMinutes | Weighed, Field(discriminator="kind")],
    BeforeValidator(_by_name),
]
"""What the plan is to achieve; a kind without values may be given by its name alone."""


class ZoneLayer(Strict):
    """A polygon layer of the map whose areas stay together."""

    layer: str


Whole = Literal["none", "cell", "census", "community", "street", "district"] | ZoneLayer


class Group(Strict):
    """People who need something else than others: counted apart, with their own pace and shelters."""

    key: Literal["elderly", "children", "disabled", "patients", "other"]
    title: Title | None = None
    """What to call the group; needed for ``other``."""
    share: float | None = Field(default=None, ge=0, le=1)
    """Share of the people where the map does not count the group; without it the map must."""
    walk_speed_mps: float | None = Field(default=None, gt=0, le=3)
    """Walking speed; without it the standards' speed of the group, or that of adults."""
    priority: float = Field(default=1.0, ge=0, le=1000)
    """Weight of a person, 1 for everyone else: 2 counts as two, on the way and without a place."""
    suitable: list[Literal["indoor", "medical"]] = Field(default=[])
    """What a shelter must be for the group."""
    max_trip_s: float | None = Field(default=None, gt=0)
    """Their longest trip, where it is shorter than that of others."""
    accompanied_by: float = Field(default=0, ge=0, le=3)
    """Persons of the same cell who go along with each of the group, at its pace."""
    with_community: bool = True
    """Whether they stay with their community where communities stay whole."""

    @model_validator(mode="after")
    def _named(self) -> "Group":
        if self.key == "other" and self.title is None:
            raise ValueError("a group of the key other needs a title")
        return self


class Districts(Strict):
    """People stay in their own district unless crossing its border saves enough."""

    layer: str | None = None
    """Polygon layer of the districts; without it the map's layer of the role ``districts``."""
    border_s: float | None = Field(default=None, ge=0, le=1e6)
    """Seconds that crossing must save; without it nobody crosses but by an agreement."""
    agreements: list[tuple[str, str]] = Field(default=[])
    """Pairs of districts that have agreed to take in each other's people, by name."""
    agreed_s: float = Field(default=0, ge=0, le=1e6)
    """Seconds that crossing must save between two that have agreed."""


class Shelter(Strict):
    """Which shelters serve, and how many they take."""

    service_distance: bool = False
    """Whether each class serves only as far as the standards say, in a straight line."""
    indoor_words: list[str] = Field(default=INDOOR_WORDS)
    """Words in the name, or the kind of place, of a shelter under a roof."""
    medical_words: list[str] = Field(default=MEDICAL_WORDS)
    """Words in the name of a shelter with medical care; a hospital within 300 m serves as well."""
    only: Literal["any", "indoor", "outdoor"] = "any"
    """Which shelters may be used: under a roof for floods by night, open ground for earthquakes."""
    outside_debris: bool = False
    """Whether the ground within reach of rubble is taken off a shelter's capacity."""
    lost: list[str] = Field(default=[])
    """Shelters that are lost besides those the hazard takes, by name."""
    reserve: list[str] = Field(default=[])
    """Layers of places that could be opened; looked at where people stay without a place."""
    reserve_share: float = Field(default=0.3, gt=0, le=1)
    """Share of such a place's ground that can be used, where the layer does not state it."""


class Stage(Strict):
    """A stage of sheltering: how long it lasts, who still needs a place, which shelters serve."""

    term: Literal["emergency", "short", "medium", "long"]
    until_day: float | None = Field(default=None, gt=0)
    """Day after the event on which it ends; without it the longest stay of the standards' class."""
    share_in_need: float = Field(default=1.0, ge=0, le=1)
    """Share of the people who still need a place."""


class Previous(Strict):
    """A plan that people have been told already."""

    run: str
    """Folder or name of the run."""
    stability_s: float = Field(default=300, ge=0, le=1e6)
    """Seconds that telling one person anew counts."""
    roads_closed: list[str] = Field(default=[])
    """Roads that have closed since, by name or by number of the road layer."""


class AllocationSpec(Strict):
    """How people are given places."""

    objective: Objective = TotalTime()
    whole: Whole = "none"
    """What stays together in one shelter: nothing, cells, census units, communities, streets, districts, or
    the areas of a layer. A cell belongs to the area that most of its people live in."""
    contiguous: bool = False
    """Whether the cells that each shelter answers for hang together; only with ``whole``."""
    groups: list[Group] = Field(default=[])
    """In the order in which people are counted: who is in an earlier group is in no later one."""
    districts: Districts | None = None
    shelters: Shelter = Shelter()
    stages: list[Stage] = Field(default=[])
    roads_closed: list[str] = Field(default=[])
    """Roads that are closed besides those the hazard closes, by name or by number of the road layer."""
    previous: Previous | None = None

    @model_validator(mode="after")
    def _that_goes_together(self) -> "AllocationSpec":
        if self.contiguous and self.whole == "none":
            raise ValueError("contiguous areas are made of whole communities; say which with whole")
        if self.stages and self.whole == "none":
            raise ValueError("stages move whole communities; say which with whole")
        if self.objective.kind == "share_within" and any(group.priority != 1 for group in self.groups):
            raise ValueError("objective share_within counts everyone alike; leave the groups' priority at 1")
        keys = [group.key for group in self.groups if group.key != "other"]
        if len(set(keys)) != len(keys):
            raise ValueError("each group once")
        return self
