"""News that reach a run under way: the rest is planned again, as a new run beside the old one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from api.jobs.rows import JobStore
from api.jobs.running import Tell
from api.jobs.tables import JobRow, State
from api.jobs.work import folder_of
from dss.workspace import Workspace
from models import Limits, Violation
from scenarios.relief import inject as of_relief
from scenarios.relief import replanning as of_relief_again
from scenarios.response import inject as of_response
from scenarios.response import replanning as of_response_again

Request = Mapping[str, Any]
Tick = Callable[[float], None]


def _relief(run: Path, request: Request, out: Path, tick: Tick) -> list[Violation]:
    limits = Limits(float(request["time_limit_s"]))
    inject = of_relief.Inject.model_validate(request["inject"])
    return of_relief_again.replanned_run(run, inject, limits, out, tick).violations


def _response(run: Path, request: Request, out: Path, tick: Tick) -> list[Violation]:
    inject = of_response.Inject.model_validate(request["inject"])
    return of_response_again.replanned_run(run, inject, out, tick).violations


AGAIN: Final[Mapping[str, Callable[[Path, Request, Path, Tick], list[Violation]]]] = {
    "relief": _relief,
    "response": _response,
}
"""Part of a run -> what plans it again and returns what the check found."""


def do_news(row: JobRow, workspace: Workspace, store: JobStore, tell: Tell) -> State:
    """Plan a part of a run again after news; the run's folder is all that is needed."""
    del store
    part = str(row.request["part"])

    def tick(share: float) -> None:
        if share < 1.0:  # the folder has not its name yet
            tell(part, share, None)

    folder = folder_of(workspace, row.kind, row.job)
    violations = AGAIN[part](workspace.runs / str(row.parent), row.request, folder, tick)
    return "check_failed" if violations else "done"
