"""Bodies of runs, what-ifs, comparisons and siting studies."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from api.schemas.shared import Answer, Body, Figure, Level, Problem, SourceRecord, Words

JobState = Literal["queued", "running", "done", "check_failed", "failed", "cancelled"]
JobKind = Literal["run", "whatif", "siting", "news"]
ShortText = Annotated[str, Field(min_length=1, max_length=200)]
LngLat = tuple[Annotated[float, Field(ge=-180, le=180)], Annotated[float, Field(ge=-90, le=90)]]


class RunRequest(Body):
    """Start a run."""

    scenario: ShortText | dict[str, Any] = Field(examples=["sample_flood"])
    """Name of a scenario of the library, or a whole scenario as `/api/scenarios/schema` describes it."""
    map: ShortText | None = Field(default=None, examples=["sample"])
    """Name of the map; without it the scenario's own."""
    overrides: dict[ShortText, Any] = Field(default={}, max_length=100, examples=[{"cells.resolution": 9}])
    """Keys of the scenario with dots, and the values to use in their place."""


class NewShelter(Body):
    """A place that is to be a shelter."""

    name: ShortText
    at: LngLat = Field(examples=[(114.3, 30.6)])
    capacity_persons: int = Field(ge=1, le=1_000_000)


class WhatIfRequest(Body):
    """What is changed of a finished run."""

    close_roads: list[ShortText | LngLat] = Field(default=[], max_length=200)
    """Roads by name, or by a point on each."""
    close_shelters: list[ShortText] = Field(default=[], max_length=200)
    """Shelters by name."""
    open_shelters: list[ShortText | NewShelter] = Field(default=[], max_length=200)
    """Shelters that the run had shut, by name, or new places."""
    stability_s: float = Field(default=300, ge=0, le=1e6)
    """Seconds that telling one person anew counts."""

    @model_validator(mode="after")
    def _some_change(self) -> "WhatIfRequest":
        if not (self.close_roads or self.close_shelters or self.open_shelters):
            raise ValueError("name at least one road or shelter")
        return self


class SitingRequest(Body):
    """Start a siting study."""

    preset: ShortText = Field(examples=["shelter"])
    map: ShortText = Field(examples=["sample"])
    sites: int = Field(default=10, ge=1, le=500)
    limit: float | None = Field(default=None, gt=0, le=1e6)
    """Metres or seconds in place of the preset's."""
    model: Literal["coverage", "median", "center", "cover"] | None = None
    planned: bool = False
    """Whether land that exists only in the plan may hold sites."""
    keep_existing: bool = True
    """Whether what exists stays open."""
    without_rules: list[ShortText] = Field(default=[], max_length=50)
    """Rules to leave out: what the red lines cost."""
    resolution: int | None = Field(default=None, ge=7, le=11)
    time_limit_s: float = Field(default=60, gt=0, le=3600)
    seed: int = Field(default=1, ge=0, le=2**31)
    frontier: bool = False
    """Whether to look at other numbers of sites too."""


class Accepted(Answer):
    """A job was taken; its row is written."""

    run: str
    kind: JobKind
    state: JobState
    href: str
    """Where to look after it, the same as the header `Location`."""


class Progress(Answer):
    """How far a job is."""

    step: str | None
    step_title: Words | None
    fraction: float = Field(ge=0, le=1)
    elapsed_s: float | None
    remaining_s: float | None
    """An estimate; null while nothing can be said."""


class ShelterChange(Answer):
    """How many a shelter had, and how many it is to take."""

    shelter: str
    before: int
    after: int


class QuickFound(Answer):
    """The quick answer of a what-if: trips as they were, people given places anew."""

    kept: int
    """Persons who keep the shelter that they were told."""
    told_anew: int
    forced: int
    """Of those, whom no plan can keep."""
    unmet_before: int
    unmet_after: int
    hours_before: float
    hours_after: float
    changes: list[ShelterChange]
    check_passed: bool
    seconds: float


class RunHead(Answer):
    """A run in a list."""

    run: str
    kind: JobKind
    state: JobState
    title: Words
    map: str
    generated: bool | None
    created: str
    parent: str | None
    """The run that a what-if, or news, started from."""
    sensitivity: Level
    """As the highest layer that it rests on."""
    readable: bool
    """Whether this request may read its content; without, the token is asked for."""
    again_of: str | None
    """The run that this one does once more, as that one was interrupted, failed or was cancelled."""
    progress: Progress
    figures: dict[str, float | int | None]
    """A few key figures; empty unless the run is over and its plan passed its check."""


class Run(RunHead):
    """A run with all that is known of it."""

    started: str | None
    ended: str | None
    request: dict[str, Any] | None
    found: QuickFound | None
    error: Problem | None
    """Why it failed."""
    again: str | None
    """The newest run that does this one once more."""
    manifest: dict[str, Any] | None
    """What the run was made of; null until it is over."""
    links: dict[str, str]


class Event(Answer):
    """One event of a run; the data of its kind."""

    sequence: int
    kind: Literal["state", "progress", "found"]
    data: dict[str, Any]


class Events(Answer):
    """Events after a number, for those whose network lets no stream through."""

    state: JobState
    events: list[Event]


class RunFigures(Answer):
    """The figures of a plan, and the layers that they rest on."""

    run: str
    check_passed: bool
    sensitivity: Level
    figures: list[Figure]
    sources: list[SourceRecord]
    gap: Words | None
    """The proven gap in plain words."""


class PlanLayer(Answer):
    """A layer of a plan."""

    key: str
    title: Words
    features: int | None
    """Null for those who may not read it."""
    columns: list[str]
    sensitivity: Level
    href: str


class PlanLayers(Answer):
    """The layers of a plan."""

    run: str
    layers: list[PlanLayer]


class ComparedFigure(Answer):
    """A figure of two runs side by side."""

    key: str
    title: Words
    unit: str
    unit_title: Words | None
    value: float | int | None
    other: float | int | None
    difference: float | None
    """Other less this; null where one of them is missing."""


class ComparedShelter(Answer):
    """A shelter whose load differs."""

    name: str
    load: int
    other: int
    at: tuple[float, float]


class Comparison(Answer):
    """Two runs side by side."""

    run: str
    other: str
    same_map: bool
    figures: list[ComparedFigure]
    shelters: list[ComparedShelter]
    cells: dict[str, list[Any]]
    """Cells that changed, as columns of one length: cell, persons_allocated, persons_unmet and trip_mean_s
    as differences (other less this), and shelter_changed."""
    shelters_changed: int
