"""A siting study as a job: the same study as on the command line, told to a job's row."""

import json
from typing import Any

from api.jobs.rows import JobStore
from api.jobs.running import Tell
from api.jobs.tables import JobRow, State
from api.jobs.work import folder_of
from dss.onemap import open_map
from dss.workspace import Workspace
from scenarios.progress import ProgressEvent
from scenarios.siting import StudyOptions, find_preset
from scenarios.siting.making import Question, make_study
from scenarios.siting.verifying import STUDY


def do_siting(row: JobRow, workspace: Workspace, store: JobStore, tell: Tell) -> State:
    """Do a siting study; one without a sound plan has its causes in ``study.json`` and no layers."""
    del store
    folder = folder_of(workspace, row.kind, row.job)

    def listen(event: ProgressEvent) -> None:
        if event.step != "done":  # the folder has not its name yet
            tell(event.step, event.fraction, event.remaining_s)

    wanted: dict[str, Any] = dict(row.request)
    preset, with_frontier = wanted.pop("preset"), wanted.pop("frontier")
    options = StudyOptions(**{**wanted, "without_rules": tuple(wanted["without_rules"])})
    question = Question(find_preset(preset), options, frontier=with_frontier)
    made = make_study(open_map(workspace.maps / row.map), question, folder, [listen])
    if made.folder is None:
        folder.mkdir()
        text = json.dumps(made.figures, ensure_ascii=False, indent=1, default=str)
        (folder / STUDY).write_text(text, encoding="utf-8")
    return "check_failed" if made.study.violations else "done"
