"""Bodies of what is told of a response."""

from typing import Literal

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
    """Those at work there included."""
    there: int
    """Of them, how many are at work there."""
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


class AmbulanceTrip(Answer):
    """A trip of an ambulance with patients of one class; minutes count from the beginning."""

    number: int
    """Of the ambulance at its home."""
    home: str
    incident: Words
    class_title: Words
    persons: int
    hospital: str
    begun: bool
    """Whether it had begun to load before the plan was made."""
    depart_min: float
    load_from_min: float
    leave_min: float
    arrive_min: float
    """At the hospital."""
    free_min: float
    late_min: float | None
    """After the limit of the class; null for a trip that had begun."""


class CarriedClass(Answer):
    """Patients of a class, and when they are in hospital."""

    class_title: Words
    carried: int
    first_min: float | None
    half_min: float | None
    last_min: float | None
    limit_min: float
    late: int


class Shuttles(Answer):
    """What the ambulances do."""

    sentences: list[Words]
    ambulances: int
    """That drive, of the fleet."""
    fleet: int
    waiting: int
    late: int
    last_min: float | None
    last_bound_min: float | None
    """Before then no plan brings the last patient."""
    gap_percent: float | None
    by_class: list[CarriedClass]
    trips: list[AmbulanceTrip]


class NamedUnit(Answer):
    """A unit by its kind, its home and its number there."""

    kind: str
    kind_title: Words
    number: int
    home: str


class UnitAtWork(NamedUnit):
    """A unit that has arrived, and stays."""

    incident: Words
    arrived_min: float


class ChangedUnit(NamedUnit):
    """What a unit was to do, and is to do after the news."""

    what: Literal["out", "diverted", "recalled", "freed", "done", "sent", "trips", "moved", "same"]
    what_title: Words
    before: Words
    after: Words


class ResponseNews(Answer):
    """The news that a response was planned again after, and what they changed."""

    follows: str
    """The run before."""
    at_min: float
    sentences: list[Words]
    kept: int
    diverted: int
    recalled: int
    freed: int
    changed: int
    at_work: list[UnitAtWork]
    units: list[ChangedUnit]
    """All that had or have anything to do, those first that matter most."""


class UnitBar(Answer):
    """Something that a unit does, in seconds after the beginning."""

    trip: int
    what: Literal["drive", "work", "come", "load", "carry", "hand_over"]
    place: str
    """Where it is, or drives to, as layers name it."""
    place_title: Words
    from_s: float
    until_s: float


class UnitBars(NamedUnit):
    """What a unit does when, in the order of time."""

    bars: list[UnitBar]


class ResponseGantt(Answer):
    """What all units that are told anything do when."""

    run: str
    at_s: float
    """When the plan was made."""
    units: list[UnitBars]


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
    shuttles: Shuttles | None
    """Null where nobody is hurt."""
    news: ResponseNews | None
    """Null where no news came."""
