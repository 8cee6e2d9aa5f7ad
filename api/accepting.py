"""Take a job: its row is written, then the answer says where it is."""

from datetime import datetime
from typing import Any

from fastapi import Response

from api.faults import Conflict, TooMany
from api.jobs import NewJob
from api.service import Service
from api.texts import words
from scenarios.run import new_run_id


def job_name(label: str) -> str:
    """Return a name for a job that begins now."""
    return new_run_id(label, datetime.now())


def require_sound(run: str, manifest: dict[str, Any]) -> None:
    """Refuse to plan on from a run whose plan failed its check.

    Raises
    ------
    Conflict
        If it did.
    """
    if not manifest["check"]["passed"]:
        raise Conflict("api_what_if_unsound", run=run)


def news_job(service: Service, run: str, manifest: dict[str, Any], wanted: dict[str, Any]) -> NewJob:
    """Return a job that plans a part of a run again after news.

    Parameters
    ----------
    wanted
        What the job is to know: the ``part``, its ``inject``, and what else the part takes.
    """
    row = service.store.get(run)
    return NewJob(
        name=job_name("news"),
        kind="news",
        map=row.map if row else manifest["map"]["name"],
        title=words(f"api.{wanted['part']}_news_title", at=wanted["inject"]["at"]),
        request=wanted,
        parent=run,
    )


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
