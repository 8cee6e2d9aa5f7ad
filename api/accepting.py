"""Take a job: its row is written, then the answer says where it is."""

from datetime import datetime
from typing import Any

from fastapi import Response

from api.faults import TooMany
from api.jobs import NewJob
from api.service import Service
from scenarios.run import new_run_id


def job_name(label: str) -> str:
    """Return a name for a job that begins now."""
    return new_run_id(label, datetime.now())


def accept(service: Service, response: Response, job: NewJob) -> dict[str, Any]:
    """Write a job's row and return the answer; ``Location`` says where to look after it.

    Raises
    ------
    TooMany
        If too many jobs wait.
    """
    name = service.jobs.submit(job)
    if name is None:
        raise TooMany("api_queue_full", limit=service.settings.queue_limit)
    href = f"/api/siting/{name}" if job.kind == "siting" else f"/api/runs/{name}"
    response.headers["Location"] = href
    return {"run": name, "kind": job.kind, "state": "queued", "href": href}
