"""The rows of jobs and their events, in SQLite with a write-ahead log.

A row is written before anyone is told of the job; an ended job never changes again.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import JSON, Connection, create_engine, event, func, insert, inspect, literal, select, update
from sqlalchemy.pool import NullPool

from api.jobs.tables import EVENTS, JOBS, METADATA, OPEN, STATES, EventRow, JobRow, NewJob, State

DATABASE: Final = "jobs.sqlite"
BUSY_S: Final = 30.0


class JobStore:
    """The database of jobs; any number of processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # no connection is kept: a process that is killed leaves none behind, and threads share none
        self._engine = create_engine(
            f"sqlite:///{folder / DATABASE}", poolclass=NullPool, connect_args={"timeout": BUSY_S}
        )
        event.listen(self._engine, "connect", _prepare)
        METADATA.create_all(self._engine)
        self._add_columns()

    def _add_columns(self) -> None:
        """Add the columns that a database of an earlier version lacks."""
        with self._writing() as connection:
            there = {column["name"] for column in inspect(connection).get_columns("jobs")}
            if "again_of" not in there:
                connection.exec_driver_sql("ALTER TABLE jobs ADD COLUMN again_of VARCHAR")

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            yield connection

    def add(self, job: NewJob, queue_limit: int) -> str | None:
        """Write a job's row and its first event; returns its name, None where too many wait.

        A name that is taken gets a number.
        """
        with self._writing() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            waiting = select(func.count()).select_from(JOBS).where(JOBS.c.state == "queued")
            if connection.execute(waiting).scalar_one() >= queue_limit:
                return None
            name = self._free_name(connection, job.name)
            connection.execute(
                insert(JOBS).values(
                    job=name, kind=job.kind, state="queued", map=job.map, title=dict(job.title),
                    request=dict(job.request), parent=job.parent, again_of=job.again_of, created=_now(),
                )
            )  # fmt: skip
            _add_event(connection, name, "state", {"state": "queued"})
        return name

    def _free_name(self, connection: Connection, wanted: str) -> str:
        taken = set(connection.execute(select(JOBS.c.job).where(JOBS.c.job.like(f"{wanted}%"))).scalars())
        name, number = wanted, 1
        while name in taken:
            number += 1
            name = f"{wanted}-{number}"
        return name

    def get(self, job: str) -> JobRow | None:
        """Return the row of a job; None where there is none."""
        with self._engine.connect() as connection:
            found = connection.execute(select(*_SHOWN).where(JOBS.c.job == job)).mappings().first()
        return None if found is None else JobRow(**found)

    def again(self, job: str) -> JobRow | None:
        """Return the newest job that does a job once more; None where there is none."""
        wanted = select(*_SHOWN).where(JOBS.c.again_of == job).order_by(JOBS.c.number.desc()).limit(1)
        with self._engine.connect() as connection:
            found = connection.execute(wanted).mappings().first()
        return None if found is None else JobRow(**found)

    def rows(self, states: tuple[State, ...] = STATES, limit: int = 1000) -> list[JobRow]:
        """Return the jobs in some states, the newest first."""
        wanted = select(*_SHOWN).where(JOBS.c.state.in_(states)).order_by(JOBS.c.number.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [JobRow(**found) for found in connection.execute(wanted).mappings()]

    def claim(self) -> str | None:
        """Take the job that waits longest: it is running from now on; None where none waits."""
        first = select(JOBS.c.number).where(JOBS.c.state == "queued").order_by(JOBS.c.number).limit(1)
        taken = (
            update(JOBS)
            .where(JOBS.c.number == first.scalar_subquery())
            .values(state="running", started=_now())
            .returning(JOBS.c.job)
        )
        with self._writing() as connection:
            job: str | None = connection.execute(taken).scalar_one_or_none()
            if job is not None:
                _add_event(connection, job, "state", {"state": "running"})
        return job

    def note_process(self, job: str, pid: int, pid_started: float) -> None:
        """Write which process computes a job."""
        with self._writing() as connection:
            connection.execute(update(JOBS).where(JOBS.c.job == job).values(pid=pid, pid_started=pid_started))

    def progress(self, job: str, *, step: str, fraction: float, remaining_s: float | None) -> None:
        """Write how far a running job is, as an event too."""
        fraction = round(fraction, 4)
        left = None if remaining_s is None else round(remaining_s, 1)
        data = {"step": step, "fraction": fraction, "remaining_s": left}
        with self._writing() as connection:
            running = update(JOBS).where(JOBS.c.job == job, JOBS.c.state == "running")
            if connection.execute(running.values(**data)).rowcount:
                _add_event(connection, job, "progress", data)

    def tell_found(self, job: str, found: Mapping[str, Any]) -> None:
        """Write what is known before a job is over."""
        with self._writing() as connection:
            connection.execute(update(JOBS).where(JOBS.c.job == job).values(found=dict(found)))
            _add_event(connection, job, "found", found)

    def ask_cancel(self, job: str) -> None:
        """Ask to end a job: one that waits ends at once, one that runs is ended by its server."""
        if not self.end(job, "cancelled", only=("queued",)):
            with self._writing() as connection:
                connection.execute(
                    update(JOBS).where(JOBS.c.job == job, JOBS.c.state == "running").values(cancel=True)
                )

    def end(
        self,
        job: str,
        state: State,
        problem: Mapping[str, Any] | None = None,
        only: tuple[State, ...] = OPEN,
    ) -> bool:
        """End a job that is not over yet; returns whether this call did."""
        values: dict[str, Any] = {"state": state, "ended": _now(), "remaining_s": None}
        if problem is not None:
            values["problem"] = dict(problem)
        if state in ("done", "check_failed"):
            values["fraction"] = 1.0
        with self._writing() as connection:
            open_row = update(JOBS).where(JOBS.c.job == job, JOBS.c.state.in_(only))
            if not connection.execute(open_row.values(**values)).rowcount:
                return False
            _add_event(connection, job, "state", {"state": state})
        return True

    def cancel_asked(self, job: str) -> bool:
        """Tell whether somebody asked to end a job."""
        with self._engine.connect() as connection:
            asked = connection.execute(select(JOBS.c.cancel).where(JOBS.c.job == job)).scalar_one_or_none()
        return bool(asked)

    def events(self, job: str, after: int = 0, limit: int = 500) -> list[EventRow]:
        """Return the events of a job after a number, in order."""
        wanted = (
            select(EVENTS.c.sequence, EVENTS.c.kind, EVENTS.c.data)
            .where(EVENTS.c.job == job, EVENTS.c.sequence > after)
            .order_by(EVENTS.c.sequence)
            .limit(limit)
        )
        with self._engine.connect() as connection:
            return [EventRow(*found) for found in connection.execute(wanted)]


def _add_event(connection: Connection, job: str, kind: str, data: Mapping[str, Any]) -> None:
    following = (
        select(func.coalesce(func.max(EVENTS.c.sequence), 0) + 1).where(EVENTS.c.job == job).scalar_subquery()
    )
    row = select(literal(job), following, literal(kind), literal(dict(data), JSON))
    connection.execute(insert(EVENTS).from_select(["job", "sequence", "kind", "data"], row))


def _prepare(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


_SHOWN: Final = [column for column in JOBS.c if column.name != "number"]
