"""News that reach a relief under way: the rest is planned again, as a new run beside the old one."""

from typing import Final

from api.jobs.rows import JobStore
from api.jobs.running import Tell
from api.jobs.tables import JobRow, State
from api.jobs.work import folder_of
from dss.workspace import Workspace
from models import Limits
from scenarios.relief.inject import Inject
from scenarios.relief.replanning import replanned_run

STEP: Final = "relief"


def do_news(row: JobRow, workspace: Workspace, store: JobStore, tell: Tell) -> State:
    """Plan a run's relief again after news; the run's folder is all that is needed."""
    del store

    def tick(share: float) -> None:
        if share < 1.0:  # the folder has not its name yet
            tell(STEP, share, None)

    limits = Limits(float(row.request["time_limit_s"]))
    inject = Inject.model_validate(row.request["inject"])
    folder = folder_of(workspace, row.kind, row.job)
    made = replanned_run(workspace.runs / str(row.parent), inject, limits, folder, tick)
    return "check_failed" if made.violations else "done"
