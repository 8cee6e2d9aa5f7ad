"""Siting studies as answers show them: their rows and their folders together."""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from fastapi import Request

from api.faults import NotFound
from api.jobs import JobRow
from api.plans import job_problem, progress_of
from api.reader import asked_language
from api.service import Service
from api.texts import words_or_key
from dss.onemap.terms import Sensitivity, highest
from scenarios.siting.making import SOURCES
from scenarios.siting.verifying import STUDY


def study_card(service: Service, request: Request, study: str) -> dict[str, Any]:
    """Return all that is known of a study, and of its content what the request may read.

    Raises
    ------
    NotFound
        If there is none of that name.
    """
    row, folder = require_study(service, study)
    here, file, level = f"/api/siting/{study}", folder / STUDY, study_level(folder)
    readable = service.guard.allows(request, level)
    layers = [
        {
            "key": path.stem,
            "title": words_or_key("api", f"layer_{path.stem}"),
            "features": pq.read_metadata(path).num_rows if readable else None,
            "sensitivity": level,
            "href": f"{here}/layers/{path.stem}",
        }
        for path in sorted(folder.glob("*.parquet"))
    ]
    return {
        **study_head(row),
        "request": row.request,
        "error": job_problem(row, asked_language(request)),
        "sensitivity": level,
        "readable": readable,
        "figures": json.loads(file.read_text(encoding="utf-8")) if file.is_file() and readable else None,
        "layers": layers,
        "links": {"self": here, "events": f"/api/runs/{study}/events", "cancel": f"/api/runs/{study}/cancel"},
    }


def require_study(service: Service, study: str) -> tuple[JobRow, Path]:
    """Return the row and the folder of a study.

    Raises
    ------
    NotFound
        If there is none of that name.
    """
    row = service.store.get(study)
    if row is None or row.kind != "siting":
        raise NotFound("api_run", run=study)
    return row, service.settings.workspace.root / "studies" / study


def study_level(folder: Path) -> Sensitivity:
    """Return how secret a study is: as the highest layer that it asked for; public until it is over.

    One without a sound plan says not what it rests on, and counts as secret.
    """
    file = folder / SOURCES
    if file.is_file():
        return highest([json.loads(file.read_text(encoding="utf-8"))["sensitivity"]])
    return "secret" if (folder / STUDY).is_file() else "public"


def layer_names(folder: Path) -> str:
    """Return the names of a study's layers."""
    return ", ".join(sorted(path.stem for path in folder.glob("*.parquet"))) or "-"


def study_head(row: JobRow) -> dict[str, Any]:
    """Return a study as a list shows it."""
    return {
        "run": row.job,
        "state": row.state,
        "title": row.title,
        "map": row.map,
        "created": row.created,
        "progress": progress_of(row),
    }
