"""Jobs that behave badly, for a pool of processes to be tested with."""

import os
from pathlib import Path

import psutil

from api.jobs import JobStore


def hang(service: Path, root: Path, job: str) -> None:
    """Never end and never listen, as a solver that hangs."""
    JobStore(service).note_process(job, os.getpid(), psutil.Process().create_time())
    (root / "runs" / f"{job}.partial").mkdir(parents=True)
    while True:
        pass


def die(service: Path, root: Path, job: str) -> None:
    """End the process in the middle of the work, as when memory runs out."""
    (root / "runs" / f"{job}.partial").mkdir(parents=True)
    os._exit(9)


def stay_cold() -> None:
    """Import nothing: none of these jobs needs it."""


def finish(service: Path, root: Path, job: str) -> None:
    """Be done at once."""
    JobStore(service).end(job, "done")
