"""How a job ended, as its folder tells."""

import json

from api.jobs.tables import State
from api.jobs.work import result_file
from dss.workspace import Workspace


def state_of_result(workspace: Workspace, kind: str, job: str) -> State:
    """Return the state of a job whose folder is whole; a failed check is no plan."""
    result = json.loads(result_file(workspace, kind, job).read_text(encoding="utf-8"))
    failed = bool(result["violations"]) if kind == "siting" else result["status"] != "done"
    return "check_failed" if failed else "done"
