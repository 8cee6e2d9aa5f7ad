"""The tables of jobs and of their events, and what a row says.

States: ``queued`` -> ``running`` -> ``done``, ``check_failed``, ``failed`` or ``cancelled``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import JSON, Boolean, Column, Float, Integer, MetaData, String, Table

State = Literal["queued", "running", "done", "check_failed", "failed", "cancelled"]
Kind = Literal["run", "whatif", "siting", "news"]
STATES: Final[tuple[State, ...]] = get_args(State)
OPEN: Final[tuple[State, ...]] = ("queued", "running")
ENDED: Final[tuple[State, ...]] = ("done", "check_failed", "failed", "cancelled")

METADATA: Final = MetaData()
JOBS: Final = Table(
    "jobs",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("job", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False, index=True),
    Column("map", String, nullable=False),
    Column("title", JSON, nullable=False),
    Column("request", JSON, nullable=False),
    Column("parent", String),
    Column("again_of", String),
    Column("created", String, nullable=False),
    Column("started", String),
    Column("ended", String),
    Column("step", String),
    Column("fraction", Float, nullable=False, default=0.0),
    Column("remaining_s", Float),
    Column("problem", JSON),
    Column("found", JSON),
    Column("cancel", Boolean, nullable=False, default=False),
    Column("pid", Integer),
    Column("pid_started", Float),
)
EVENTS: Final = Table(
    "events",
    METADATA,
    Column("job", String, primary_key=True),
    Column("sequence", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("data", JSON, nullable=False),
)


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is written of a job when it is asked for.

    Parameters
    ----------
    parent
        The run that a what-if, or news, start from.
    again_of
        The job that is done once more.
    """

    name: str
    kind: Kind
    map: str
    title: Mapping[str, str]
    request: Mapping[str, Any]
    parent: str | None = None
    again_of: str | None = None


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job as it stands.

    Parameters
    ----------
    problem
        Code and values of the error that ended it.
    found
        What is known before the job is over: the quick answer of a what-if.
    cancel
        Whether somebody asked to end it.
    pid, pid_started
        Process that computes it, and when that began, seconds since 1970.
    """

    job: str
    kind: Kind
    state: State
    map: str
    title: dict[str, str]
    request: dict[str, Any]
    parent: str | None
    again_of: str | None
    created: str
    started: str | None
    ended: str | None
    step: str | None
    fraction: float
    remaining_s: float | None
    problem: dict[str, Any] | None
    found: dict[str, Any] | None
    cancel: bool
    pid: int | None
    pid_started: float | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event of a job; ``sequence`` counts from 1 in its job."""

    sequence: int
    kind: str
    data: dict[str, Any]
