"""Slots that jobs compute in: each is a process pool of one, so that a hung solver can be killed alone."""

import logging
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from api.jobs.rows import JobStore
from api.jobs.tables import NewJob, State
from api.jobs.work import begin_work, do_job, end_process, process_id, settle, warm_up
from api.settings import Settings

logger = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 0.2
INTERRUPTED: Final = "api_job_interrupted"


Work = Callable[[Path, Path, str], None]
"""Does a job: folder of the database, workspace, name of the job."""


def single_process(nice: int) -> ProcessPoolExecutor:
    """Return a pool of one spawned process that stands behind its server and ends with it."""
    return ProcessPoolExecutor(
        max_workers=1, mp_context=get_context("spawn"), initializer=begin_work, initargs=(os.getpid(), nice)
    )


class JobPool:
    """Takes jobs from the database and computes them, as many at once as there are slots."""

    def __init__(self, settings: Settings, store: JobStore, work: Work = do_job) -> None:
        self._settings = settings
        self._work = work
        self.store = store
        self._wake = threading.Condition()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Put right what an earlier server left behind, then begin to take jobs.

        Jobs that waited are taken; of jobs that ran, a whole result counts, the others have failed.
        """
        for row in self.store.rows(("running",)):
            end_process(row.pid, row.pid_started)
            settle(self.store, self._settings.workspace, row.job, "failed", _problem(INTERRUPTED))
        for slot in range(self._settings.slots):
            thread = threading.Thread(target=self._serve, name=f"slot-{slot}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End the jobs that compute and take no more; those that wait stay in the database."""
        self._stopping.set()
        self._notify()
        for thread in self._threads:
            thread.join(timeout=15)

    def submit(self, job: NewJob) -> str | None:
        """Write a job's row and wake a slot; returns its name, None where too many wait."""
        name = self.store.add(job, self._settings.queue_limit)
        self._notify()
        return name

    def cancel(self, job: str) -> None:
        """Ask to end a job; a process that does not stop by itself is killed."""
        self.store.ask_cancel(job)
        self._notify()

    def _notify(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def _serve(self) -> None:
        slot = _Slot(self._settings.jobs_nice)
        slot.begin()
        try:
            while not self._stopping.is_set():
                job = self.store.claim()
                if job is None:
                    with self._wake:
                        self._wake.wait(LOOK_EVERY_S)
                else:
                    self._watch(slot, job)
        finally:
            slot.kill()

    def _watch(self, slot: "_Slot", job: str) -> None:
        """Let a job compute; end it when it is cancelled, takes too long, or the server stops."""
        settings = self._settings
        future = slot.submit(self._work, settings, job)
        started_s, cancelled_s = time.monotonic(), None
        ending: tuple[State, str] = ("failed", "api_job_died")
        while not wait([future], timeout=LOOK_EVERY_S).done:
            now_s = time.monotonic()
            if cancelled_s is None and self.store.cancel_asked(job):
                cancelled_s = now_s
            if self._stopping.is_set():
                ending = ("failed", INTERRUPTED)
            elif cancelled_s is not None and now_s - cancelled_s > settings.cancel_grace_s:
                ending = ("cancelled", "api_job_cancelled")
            elif now_s - started_s > settings.run_time_limit_s:
                ending = ("failed", "api_job_too_long")
            else:
                continue
            slot.kill()
            break
        error = None if future.cancelled() or not future.done() else future.exception()
        if error is not None:
            logger.error("job %s ended with its process: %s", job, error)
            slot.kill()
        settle(self.store, settings.workspace, job, ending[0], _problem(ending[1], settings))


class _Slot:
    """One process; a new one takes the place of one that was killed or has died."""

    def __init__(self, nice: int) -> None:
        self._nice = nice
        self._executor: ProcessPoolExecutor | None = None
        self._pid: Future[int] | None = None

    def begin(self) -> None:
        self._executor = single_process(self._nice)
        self._pid = self._executor.submit(process_id)
        self._executor.submit(warm_up)

    def submit(self, work: Work, settings: Settings, job: str) -> "Future[None]":
        for _ in range(2):
            if self._executor is None:
                self.begin()
            assert self._executor is not None
            try:
                return self._executor.submit(work, settings.folder, settings.workspace.root, job)
            except BrokenProcessPool:  # it died between two jobs
                self._executor = None
        raise RuntimeError(job)

    def kill(self) -> None:
        executor, self._executor = self._executor, None
        if executor is None or self._pid is None:
            return
        with suppress(BrokenProcessPool, TimeoutError):
            end_process(self._pid.result(timeout=10), None)
        executor.shutdown(wait=False, cancel_futures=True)


def _problem(code: str, settings: Settings | None = None) -> dict[str, object]:
    limit_s = "" if settings is None else f"{settings.run_time_limit_s:g}"
    return {"code": code, "values": {"seconds": limit_s, "job": ""}}
