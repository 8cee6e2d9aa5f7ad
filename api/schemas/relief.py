"""Bodies of what is told of a relief."""

from typing import Literal

from pydantic import Field, model_validator

from api.schemas.runs import LngLat, ShortText
from api.schemas.shared import Answer, Body, Words


class NewNeed(Body):
    """Something that a shelter needs beside what was planned."""

    shelter: ShortText
    commodity: ShortText
    amount: float = Field(gt=0, le=1e9)
    unit: ShortText | None = None
    due_h: float = Field(default=12, gt=0, le=240)
    """By when, hours after the news."""


class NewStock(Body):
    """What a depot turns out to have had at the beginning, what has left included."""

    depot: ShortText
    commodity: ShortText
    amount: float = Field(ge=0, le=1e9)
    unit: ShortText | None = None


class NewsRequest(Body):
    """News that reach a relief under way."""

    at: str = Field(pattern=r"^\d{1,3}:[0-5]\d$", examples=["02:10"])
    """When, hours and minutes after the relief began."""
    roads_closed: list[ShortText | LngLat] = Field(default=[], max_length=200)
    """Roads by name or by number on the map, or by a point on each."""
    lost_vehicles: list[ShortText] = Field(default=[], max_length=500)
    """Labels of vehicles that drive no further."""
    needs: list[NewNeed] = Field(default=[], max_length=500)
    stock: list[NewStock] = Field(default=[], max_length=500)
    time_limit_s: float = Field(default=5, ge=0.1, le=600)
    """Seconds for the new plan."""

    @model_validator(mode="after")
    def _some_news(self) -> "NewsRequest":
        if not (self.roads_closed or self.lost_vehicles or self.needs or self.stock):
            raise ValueError("name at least one road, vehicle, need or stock")
        return self


class ReliefGood(Answer):
    """A commodity over all days, in its own unit."""

    key: str
    title: Words
    unit: str
    unit_title: Words
    known: bool
    """Whether map or scenario say what any depot has; unknown counts as none."""
    stated: bool
    """Whether the scenario says it."""
    need: float
    stock: float
    """In depots that can be used."""
    free: float
    """Of that, what may leave: a reserve stays."""
    brought: float
    short: float
    """What the stock lacks, with mutual aid."""
    short_without_aid: float
    short_of_vehicles: float
    """What is there and no vehicle brings."""
    brought_before: float | None
    """What the plan before the news brought; null where none came."""
    worst_share: float
    """The greatest share of its need that any shelter lacks, in percent."""


class ReliefVehicle(Answer):
    """A vehicle and how much it does."""

    label: str
    kind: str
    kind_title: Words
    depot: str
    trips: int
    driving_h: float
    brought_t: float


class ReliefStop(Answer):
    """A shelter that is to be supplied."""

    name: str
    persons: int


class ToldTrip(Answer):
    """A trip in short."""

    start_s: float
    end_s: float
    stops: list[str]
    load: Words


class ChangedVehicle(Answer):
    """What news change for a vehicle: its trips that were not over then, before and after."""

    vehicle: str
    what: Literal["same", "changed", "new", "freed", "stopped"]
    what_title: Words
    going_on: int
    """Trips under way that go on as ordered."""
    before: list[ToldTrip]
    after: list[ToldTrip]


class ToldNeed(Answer):
    """Something that a shelter needs beside what was planned."""

    stop: str
    title: Words
    amount: float
    unit_title: Words


class ReliefNews(Answer):
    """The news that a relief was planned again after, and what they changed."""

    follows: str
    """The run before."""
    at_s: float
    roads_closed: list[str]
    lost_vehicles: list[str]
    needs: list[ToldNeed]
    stops_moved: list[str]
    """Shelters that another vehicle comes to now."""
    legs_kept: int
    kept_percent: float
    """Of the stops ahead, those that keep their vehicle."""
    vehicles: list[ChangedVehicle]
    """Those first that change most."""


class ReliefAnswer(Answer):
    """The relief of a run."""

    run: str
    clock: str | None
    """Local time at which it begins; null where times count from the beginning."""
    days: int
    short: Words
    """What is short, by commodity, or that nothing is."""
    sentences: list[Words]
    """What is needed and brought, what is proven, who is left out and why."""
    goods: list[ReliefGood]
    vehicles: list[ReliefVehicle]
    stops: list[ReliefStop]
    news: ReliefNews | None
    """Null where no news came."""


class Bar(Answer):
    """Something that a vehicle does, in seconds after the beginning."""

    trip: int
    what: Literal["load", "drive", "unload", "wait"]
    place: str
    """Where it is, or drives to."""
    from_s: float
    until_s: float


class VehicleBars(Answer):
    """What a vehicle does when, in the order of time."""

    vehicle: str
    kind: str
    kind_title: Words
    depot: str
    bars: list[Bar]


class GanttAnswer(Answer):
    """What all vehicles do when."""

    run: str
    clock: str | None
    days: int
    vehicles: list[VehicleBars]


class SheetStop(Answer):
    """A stop of a trip."""

    number: int
    """On the map of the sheet."""
    name: str
    arrive: Words
    leave: Words
    load: Words
    """What is handed over."""


class SheetDrive(Answer):
    """A drive in words."""

    to: Words
    length: Words
    turns: list[Words]


class SheetTrip(Answer):
    """A trip of a vehicle."""

    trip: int
    load_from_s: float
    start_s: float
    end_s: float
    title: Words
    loading: Words
    stops: list[SheetStop]
    drives: list[SheetDrive]
    """To each stop, then home."""


class SheetAnswer(Answer):
    """What one vehicle does."""

    run: str
    vehicle: str
    kind_title: Words
    lead: Words
    trips: list[SheetTrip]
