"""Runs as answers show them: rows of jobs and folders of finished runs together."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from fastapi import Request

from api.cards import step_words, unit_words
from api.errors import problem, status_of_code
from api.faults import Conflict, NotFound
from api.jobs import JobRow, State
from api.reader import asked_language
from api.service import Service
from api.texts import words, words_or_key
from dss.language import Language
from dss.onemap.terms import Sensitivity, highest
from scenarios.finished import MANIFEST, list_runs, read_manifest

KEY_FIGURES: Final = (
    "persons_in_area", "persons_affected", "persons_allocated", "persons_unmet", "trip_mean_min",
    "trip_p95_min", "shelters_open", "roads_closed", "person_hours", "person_hours_bound", "gap_percent",
)  # fmt: skip
FILES: Final = {
    "report.zh.html": "text/html", "report.en.html": "text/html", "map.zh.png": "image/png",
    "map.en.png": "image/png", "areas.zh.png": "image/png", "areas.en.png": "image/png",
    "plan.gpkg": "application/geopackage+sqlite3", "manifest.json": "application/json",
    "scenario.yaml": "application/yaml", "whatif.json": "application/json",
}  # fmt: skip
"""Files of a run that may be taken, with their types."""
STATES: Final = {"done": "done", "failed_check": "check_failed"}
"""Status in a manifest -> state of a run."""


RESULTS: Final = ("figures", "layers", "cells", "report")
PARTS_BY_STATE: Final[dict[State, tuple[str, ...]]] = {
    "queued": ("cancel",), "running": ("cancel",), "failed": ("again",), "cancelled": ("again",),
    "done": RESULTS, "check_failed": RESULTS,
}  # fmt: skip
"""State of a run -> its parts under its address, beside its progress."""


def run_folder(service: Service, run: str) -> Path:
    """Return where a run's folder is or would be."""
    return service.settings.workspace.runs / run


def find_manifest(service: Service, run: str) -> dict[str, Any] | None:
    """Return what a run that is over was made of; None where it is not over, or failed before that."""
    folder = run_folder(service, run)
    return read_manifest(folder) if (folder / MANIFEST).is_file() else None


def readable_manifests(service: Service, request: Request) -> list[dict[str, Any]]:
    """Return the manifests of the runs that are over and that a request may read, the newest first."""
    found = list_runs(service.settings.workspace.runs)
    return [one for one in found if service.guard.allows(request, one["sensitivity"])]


def read_plan(service: Service, run: str) -> tuple[Path, dict[str, Any]]:
    """Return the folder and manifest of a run that is over.

    Raises
    ------
    NotFound
        If there is no such run.
    Conflict
        If it is not over, or failed before there was a plan.
    """
    manifest = find_manifest(service, run)
    if manifest is not None:
        return run_folder(service, run), manifest
    row = service.store.get(run)
    if row is None or row.kind == "siting":
        raise NotFound("api_run", run=run)
    raise Conflict("api_run_no_plan", run=run, state=row.state)


def read_plan_for(service: Service, request: Request, run: str) -> tuple[Path, dict[str, Any]]:
    """Return the folder and manifest of a run that is over to one who may read it.

    Raises
    ------
    NotFound, Conflict
        As ``read_plan``.
    Unauthorised
        If the plan rests on layers above what the request may read.
    """
    folder, manifest = read_plan(service, run)
    service.guard.require_level(request, manifest["sensitivity"], run)
    return folder, manifest


def run_level(service: Service, row: JobRow | None, manifest: dict[str, Any] | None) -> Sensitivity:
    """Return how secret a run is: as the highest layer that it asked for; until it is over, as its parent."""
    if manifest is None and row is not None and row.parent is not None:
        manifest = find_manifest(service, row.parent)
    return highest([] if manifest is None else [manifest["sensitivity"]])


def run_heads(service: Service, request: Request, limit: int) -> list[dict[str, Any]]:
    """Return the runs, the newest first: those with a row, and finished ones without."""
    rows = [row for row in service.store.rows() if row.kind != "siting"]
    manifests = {manifest["run"]: manifest for manifest in list_runs(service.settings.workspace.runs)}
    heads = [_head(row, manifests.pop(row.job, None), service, request) for row in rows]
    heads += [_head(None, manifest, service, request) for manifest in manifests.values()]
    return sorted(heads, key=lambda head: head["created"], reverse=True)[:limit]


def run_card(service: Service, request: Request, run: str) -> dict[str, Any]:
    """Return all that is known of a run, and of its content what the request may read.

    Raises
    ------
    NotFound
        If there is no such run.
    """
    row, manifest = service.store.get(run), find_manifest(service, run)
    if (row is None and manifest is None) or (row is not None and row.kind == "siting"):
        raise NotFound("api_run", run=run)
    head, language = _head(row, manifest, service, request), asked_language(request)
    readable = head["readable"]
    is_over = head["state"] in ("done", "check_failed")
    return {
        **head,
        "started": row.started if row else None,
        "ended": row.ended if row else None,
        "request": row.request if row and readable else None,
        "found": row.found if row and readable else None,
        "error": job_problem(row, language) or (_check_problem(manifest, language) if manifest else None),
        "again": again.job if (again := service.store.again(run)) else None,
        "manifest": manifest if is_over and readable else None,
        "links": links_of(run, head["state"]),
    }


def links_of(run: str, state: State) -> dict[str, str]:
    """Return where the parts of a run are, and what may be asked of it."""
    parts = ("events", "progress", *PARTS_BY_STATE[state])
    here = f"/api/runs/{run}"
    return {"self": here, **{part: f"{here}/{part}" for part in parts}}


def job_problem(row: JobRow | None, language: Language) -> dict[str, Any] | None:
    """Return why a job failed; None where it did not."""
    if row is None or row.problem is None:
        return None
    code, values = row.problem["code"], row.problem["values"]
    return problem(code, status_of_code(code), language, {**values, "job": row.job})


def progress_of(row: JobRow | None) -> dict[str, Any]:
    """Return how far a job is; a run without a row is over."""
    if row is None:
        return {"step": "done", "step_title": step_words("done"), "fraction": 1.0, "elapsed_s": None,
                "remaining_s": None}  # fmt: skip
    elapsed_s = None
    if row.started is not None:
        until = datetime.fromisoformat(row.ended) if row.ended else datetime.now(UTC)
        elapsed_s = round((until - datetime.fromisoformat(row.started)).total_seconds(), 1)
    step = "done" if row.state in ("done", "check_failed") else row.step
    return {
        "step": step,
        "step_title": step_words(step),
        "fraction": row.fraction,
        "elapsed_s": elapsed_s,
        "remaining_s": row.remaining_s,
    }


def plan_figures(run: str, manifest: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of a plan with words for keys and units, and the gap in plain words."""
    figures = [
        {
            **figure,
            "title": words_or_key("figure", figure["key"]),
            "unit_title": unit_words(figure["unit"]),
        }
        for figure in manifest["figures"]
    ]
    values = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    return {
        "run": run,
        "check_passed": manifest["check"]["passed"],
        "sensitivity": manifest["sensitivity"],
        "figures": figures,
        "sources": manifest["sources"],
        "gap": gap_words(values),
    }


def gap_words(values: dict[str, Any]) -> dict[str, str] | None:
    """Return what the proven gap means; None where there is no bound."""
    hours, bound, gap = (values.get(key) for key in ("person_hours", "person_hours_bound", "gap_percent"))
    if hours is None or bound is None or gap is None:
        return None
    told = "api.gap_none" if gap < 0.005 else "api.gap_some"
    return words(told, hours=f"{hours:,.1f}", bound=f"{bound:,.1f}", gap=f"{gap:.2f}")


def _head(
    row: JobRow | None, manifest: dict[str, Any] | None, service: Service, request: Request
) -> dict[str, Any]:
    assert row is not None or manifest is not None
    state = row.state if row is not None else STATES[manifest["status"]] if manifest else "failed"
    title = manifest["title"] if manifest else row.title if row else {}
    if row is not None and row.kind == "whatif":
        title = {one: words("api.what_if_title", title=title[one])[one] for one in title}
    level = run_level(service, row, manifest)
    readable = service.guard.allows(request, level)
    shown = manifest["figures"] if manifest and state == "done" and readable else []
    figures = {one["key"]: one["value"] for one in shown}
    return {
        "run": row.job if row else str(manifest and manifest["run"]),
        "kind": row.kind if row else "run",
        "state": state,
        "title": title,
        "map": row.map if row else manifest["map"]["name"] if manifest else "",
        "generated": manifest["map"]["generated"] if manifest else None,
        "created": row.created if row else str(manifest and manifest["created"]),
        "parent": row.parent if row else None,
        "again_of": row.again_of if row else None,
        "sensitivity": level,
        "readable": readable,
        "progress": progress_of(row),
        "figures": {key: figures[key] for key in KEY_FIGURES if key in figures},
    }


def _check_problem(manifest: dict[str, Any], language: Language) -> dict[str, Any] | None:
    check = manifest["check"]
    if check["passed"]:
        return None
    return problem("api_check_failed", 409, language, {"count": check["violation_count"]})
