"""What a worker process does: one job, from its row to its folder; the server only watches.

A worker ends itself when its server is gone: what it leaves is put right when the next server starts.
"""

import contextlib
import logging
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psutil

from api.jobs.rows import JobStore
from api.jobs.tables import State
from dss.errors import Cancelled, DssError
from dss.workspace import Workspace

logger = logging.getLogger(__name__)

PARENT_EVERY_S: Final = 0.2
TELL_EVERY_S: Final = 0.2
PARTIAL: Final = ".partial"


def begin_work(parent: int, nice: int) -> None:
    """Stand back behind the server, and end this process as soon as its parent is gone."""
    if hasattr(os, "nice"):  # not on Windows
        os.nice(nice)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_EVERY_S)
    os._exit(1)  # nothing may be tidied up: the next server does it


def process_id() -> int:
    """Return the number of the worker's process."""
    return os.getpid()


def warm_up() -> None:
    """Import what jobs need, so that the first one does not wait for it."""
    import api.jobs.kinds  # noqa: F401, PLC0415 - the server itself never needs it


def do_job(service: Path, root: Path, job: str) -> None:
    """Do a job whose row is ``running``, and write how it ended.

    Parameters
    ----------
    service
        Folder of the database.
    root
        The workspace.
    """
    store = JobStore(service)
    store.note_process(job, os.getpid(), psutil.Process().create_time())
    workspace = Workspace(root)
    row = store.get(job)
    assert row is not None
    try:
        from api.jobs.kinds import DOING  # noqa: PLC0415 - see warm_up

        state = DOING[row.kind](row, workspace, store, listener_of(store, job))
        store.end(job, state)
    except Cancelled:
        tidy(workspace, row.kind, job)
        store.end(job, "cancelled")
    except DssError as error:
        tidy(workspace, row.kind, job)
        store.end(job, "failed", problem_record(error))
    except MemoryError:
        tidy(workspace, row.kind, job)
        store.end(job, "failed", {"code": "api_job_memory", "values": {}})
    except Exception:
        number = uuid.uuid4().hex[:12]
        logger.exception("%s: job %s failed", number, job)
        tidy(workspace, row.kind, job)
        store.end(job, "failed", {"code": "api_unforeseen", "values": {"number": number}})


def listener_of(store: JobStore, job: str) -> Callable[[str, float, float | None], None]:
    """Return what a job tells its progress to: step, share done, seconds left; raises once it is cancelled.

    Ticks that follow each other faster than anyone can read are left out, steps never.
    """
    told_s, step_told = -1.0, ""

    def tell(step: str, fraction: float, remaining_s: float | None) -> None:
        nonlocal told_s, step_told
        now_s = time.monotonic()
        if step == step_told and now_s - told_s < TELL_EVERY_S:
            return
        told_s, step_told = now_s, step
        if store.cancel_asked(job):
            raise Cancelled("api_job_cancelled", job=job)
        store.progress(job, step=step, fraction=fraction, remaining_s=remaining_s)

    return tell


def folder_of(workspace: Workspace, kind: str, job: str) -> Path:
    """Return where a job's result lies when it is whole."""
    return (workspace.root / "studies" if kind == "siting" else workspace.runs) / job


def result_file(workspace: Workspace, kind: str, job: str) -> Path:
    """Return the file that exists only when the result is whole."""
    return folder_of(workspace, kind, job) / ("study.json" if kind == "siting" else "manifest.json")


def tidy(workspace: Workspace, kind: str, job: str) -> None:
    """Remove what an unfinished job has left."""
    folder = folder_of(workspace, kind, job)
    shutil.rmtree(folder.with_name(folder.name + PARTIAL), ignore_errors=True)


def settle(store: JobStore, workspace: Workspace, job: str, state: State, problem: dict[str, Any]) -> None:
    """Write how a job ended whose process is gone: its whole result counts, else it ends as stated."""
    row = store.get(job)
    if row is None or row.state not in ("queued", "running"):
        return
    if result_file(workspace, row.kind, job).is_file():
        from api.jobs.results import state_of_result  # noqa: PLC0415 - only after an accident

        store.end(job, state_of_result(workspace, row.kind, job))
        return
    tidy(workspace, row.kind, job)
    store.end(job, state, problem if state == "failed" else None)


def problem_record(error: DssError) -> dict[str, Any]:
    """Return an error as a row can hold it."""
    return {"code": error.code, "values": {name: str(value) for name, value in error.values.items()}}


def end_process(pid: int | None, pid_started: float | None) -> None:
    """Kill a process if it is still the one that was meant, and wait until it is gone."""
    if pid is None:
        return
    with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        process = psutil.Process(pid)
        if pid_started is None or abs(process.create_time() - pid_started) < 1.0:
            process.kill()
            process.wait(timeout=10)
