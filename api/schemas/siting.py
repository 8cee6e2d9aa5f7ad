"""Bodies of siting studies."""

from typing import Any, Literal

from api.schemas.runs import JobState, Progress
from api.schemas.shared import Answer, Level, Problem, Words
from scenarios.siting.demand import Who


class PresetRule(Answer):
    """A rule that candidates keep."""

    name: str
    kind: str
    standard: str | None


class Preset(Answer):
    """A ready question of siting."""

    name: str
    title: Words
    demand: Who
    measure: str
    unit: Literal["m", "s"]
    limit: float
    limit_status: str
    limit_source: str
    model: str
    rules: list[PresetRule]


class Presets(Answer):
    """The presets."""

    presets: list[Preset]


class StudyLayer(Answer):
    """A layer of a study."""

    key: str
    title: Words
    features: int | None
    sensitivity: Level
    """Of the study: a study that looked at sensitive land is as secret as that."""
    href: str


class StudyAnswer(Answer):
    """A siting study."""

    run: str
    state: JobState
    title: Words
    map: str
    created: str
    progress: Progress
    request: dict[str, Any]
    error: Problem | None
    sensitivity: Level
    readable: bool
    """Whether this request may read what the study found; without, the token is asked for."""
    figures: dict[str, Any] | None
    """What the study found, as `dss site --json` tells it: sites, gains, exclusions, causes, frontier."""
    layers: list[StudyLayer]
    """sites, catchments, cells, exclusions with their reason, frontier_sites; empty without a plan."""
    links: dict[str, str]


class StudyHead(Answer):
    """A siting study in a list."""

    run: str
    state: JobState
    title: Words
    map: str
    created: str
    progress: Progress
