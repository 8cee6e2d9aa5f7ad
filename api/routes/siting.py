"""Siting: presets, studies as jobs, and what they found."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from api.accepting import accept, job_name
from api.faults import Conflict, NotFound
from api.jobs import NewJob
from api.layers import plan_layer
from api.paging import GEOJSON
from api.parts import Lang, Parts
from api.reader import asked_language
from api.routes.plans import whole_layer
from api.schemas.runs import Accepted, SitingRequest
from api.schemas.shared import LayerName, RunName
from api.schemas.siting import Presets, StudyAnswer, StudyHead
from api.siting_presets import preset_card, preset_title
from api.studies import layer_names, require_study, study_card, study_head, study_level
from scenarios.siting.preset import preset_names

router = APIRouter(tags=["siting"])


@router.get("/api/siting/presets", response_model=Presets, summary="选址预设 · presets")
def list_presets() -> dict[str, Any]:
    """Return the presets: who is served, how near, by which clause, and what candidates must keep."""
    return {"presets": [preset_card(name) for name in preset_names()]}


@router.post("/api/siting", response_model=Accepted, status_code=202, summary="开始选址 · start a study")
def start_study(service: Parts, response: Response, body: SitingRequest) -> dict[str, Any]:
    """Start a siting study; it is a job like a run, with the same events and cancel under `/api/runs`."""
    service.maps.open(body.map)
    title = preset_title(body.preset)
    request = body.model_dump(mode="json", exclude={"map"})
    name = job_name(f"site-{body.preset}")
    return accept(service, response, NewJob(name, "siting", body.map, title, request))


@router.get("/api/siting", response_model=list[StudyHead], summary="选址列表 · studies")
def list_studies(service: Parts) -> list[dict[str, Any]]:
    """Return the studies, the newest first."""
    return [study_head(row) for row in service.store.rows() if row.kind == "siting"]


@router.get("/api/siting/{study}", response_model=StudyAnswer, summary="选址研究 · a study")
def show_study(request: Request, service: Parts, study: RunName, *, lang: Lang = None) -> dict[str, Any]:
    """Return a study: its state, and when it is over, sites, gains, exclusions and the frontier."""
    del lang
    return study_card(service, request, study)


@router.get(
    "/api/siting/{study}/layers/{layer}",
    response_class=Response,
    responses={200: {"content": {GEOJSON: {"schema": {"type": "object"}}}}},
    summary="选址图层 · a layer",
)
def show_study_layer(request: Request, service: Parts, study: RunName, layer: LayerName) -> Response:
    """Return a layer of a study as GeoJSON: sites, catchments, cells, exclusions, frontier_sites."""
    _, folder = require_study(service, study)
    file = folder / f"{layer}.parquet"
    if not file.is_file():
        raise NotFound("api_plan_layer", run=study, layer=layer, layers=layer_names(folder))
    service.guard.require_level(request, study_level(folder), study)
    key = ("study", study, layer, str(file.stat().st_mtime_ns))
    return whole_layer(request, service, service.layers.get(key, lambda: plan_layer(file, study)), key)


@router.get(
    "/api/siting/{study}/report",
    response_class=FileResponse,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}},
    summary="选址报告 · report",
)
def show_study_report(request: Request, service: Parts, study: RunName, *, lang: Lang = None) -> FileResponse:
    """Return the report of a study."""
    del lang
    row, folder = require_study(service, study)
    service.guard.require_level(request, study_level(folder), study)
    file = folder / f"report.{asked_language(request)}.html"
    if not file.is_file():
        raise Conflict("api_run_no_plan", run=study, state=row.state)
    return FileResponse(file, media_type="text/html", headers={"Cache-Control": "private, no-cache"})
