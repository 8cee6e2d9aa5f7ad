"""Bodies of what is told of a response."""

from pydantic import Field, model_validator

from api.schemas.runs import LngLat, ShortText
from api.schemas.shared import Answer, Body, Words
from scenarios.response.inject import MoreNeeds, NewIncident, UnitName

Place = tuple[float, float]


class ResponseNewsRequest(Body):
    """News that reach a response under way."""

    at: str = Field(pattern=r"^\d{1,3}:[0-5]\d$", examples=["00:20"])
    """When, hours and minutes after the response began."""
    incidents: list[NewIncident] = Field(default=[], max_length=200)
    """Incidents that nobody knew of."""
    more: list[MoreNeeds] = Field(default=[], max_length=200)
    """Incidents that need more than was known."""
    over: list[ShortText] = Field(default=[], max_length=200)
    """Incidents that need nobody any more."""
    lost_units: list[UnitName] = Field(default=[], max_length=500)
    roads_closed: list[ShortText | LngLat] = Field(default=[], max_length=200)
    """Roads by name or by number on the map, or by a point on each."""
    hospitals_full: list[ShortText] = Field(default=[], max_length=200)
    diversion_min: float | None = Field(default=None, ge=0, le=1440)
    """Price of diverting a unit on its way; without it the standards'."""

    @model_validator(mode="after")
    def _some_news(self) -> "ResponseNewsRequest":
        told = (self.incidents, self.more, self.over, self.lost_units, self.roads_closed, self.hospitals_full)
        if not any(told):
            raise ValueError("name at least one incident, unit, road or hospital")
        return self


class SentUnits(Answer):
    """Units of one kind that go from one place to an incident."""

    kind: str
    kind_title: Words
    as_title: Words | None
    """What they go as, where that is another kind."""
    home: str
    numbers: list[int]
    arrive_min: float
    standard_min: float | None
    """Within which a call is to be reached by this kind; null where no standard says it."""
    length_m: float
    streets: list[str]


class SentPatients(Answer):
    """Patients of one class who go from an incident to a hospital."""

    class_title: Words
    hospital: str
    persons: int
    trip_min: float


class Incident(Answer):
    """What an incident asks for and gets."""

    key: str
    """As layers name it."""
    name: Words
    at: Place
    priority: int
    needed: int
    sent: int
    why: Words | None
    """What it lacks and why; null where it lacks nothing."""
    first_min: float | None
    last_min: float | None
    units: list[SentUnits]
    patients: list[SentPatients]


class ResponseHospital(Answer):
    """A hospital: beds in all, free ones by kind, and patients who come by class."""

    name: str
    at: Place
    beds: int
    intensive: int
    ward: int
    treatment: int
    red: int
    yellow: int
    green: int


class Move(Answer):
    """Idle units that go to stand by elsewhere."""

    start: str
    goal: str
    units: int
    minutes: float


class Cover(Answer):
    """What idle units of a kind cover for the next call."""

    kind: str
    kind_title: Words
    idle: int
    standard_min: float
    persons: int
    before: int
    covered: int
    bound: int
    proven: int | None
    """A bound on the covered by prices alone; null where there are none."""
    moving_min: float
    moves: list[Move]


class ClearingStep(Answer):
    """A road that is opened."""

    step: int
    name: str | None
    length_m: float
    reason: Words
    crew: int
    crew_home: str
    depart_min: float
    begin_min: float
    open_min: float
    way_hours: float
    """Person-hours of all ways once it is open."""
    saved_hours: float


class Clearing(Answer):
    """Blocked roads in the order in which they open."""

    persons: int
    crews: int
    before_hours: float
    lost: float
    """Person-hours times hours that this order loses, and what any order loses at least."""
    bound: float
    proven: float
    gap_percent: float | None
    steps: list[ClearingStep]


class ResponseAnswer(Answer):
    """The response of a run."""

    run: str
    sentences: list[Words]
    """Who is sent and when the last arrives, then what is proven."""
    incidents: list[Incident]
    patients_text: Words
    patients_left: list[Words]
    hospitals: list[ResponseHospital]
    cover: list[Cover]
    clearing_text: list[Words]
    clearing: Clearing | None
    faults: list[Words]
    """What of the map could not be used, and why."""
