"""What the kinds of jobs do, in the worker's process."""

from collections.abc import Callable, Mapping
from typing import Final

from api.jobs.news import do_news
from api.jobs.rows import JobStore
from api.jobs.running import Tell, run_into
from api.jobs.study import do_siting
from api.jobs.tables import JobRow, State
from api.jobs.what_if import do_what_if
from api.jobs.work import folder_of
from dss.onemap import open_map
from dss.workspace import Workspace


def do_run(row: JobRow, workspace: Workspace, store: JobStore, tell: Tell) -> State:
    """Run a scenario on a map of the workspace."""
    del store
    onemap = open_map(workspace.maps / row.map)
    return run_into(folder_of(workspace, row.kind, row.job), row.request["scenario"], onemap, tell)


DOING: Final[Mapping[str, Callable[[JobRow, Workspace, JobStore, Tell], State]]] = {
    "run": do_run,
    "whatif": do_what_if,
    "siting": do_siting,
    "news": do_news,
}
"""Kind of a job -> what does it and returns how it ended."""
