"""Response: who is sent where, where patients go, which roads are opened first, and news."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api.accepting import accept, news_job, require_sound
from api.ambulances import response_gantt
from api.news import response_inject
from api.parts import Parts
from api.places import require_on_map
from api.response import read_response, response_answer
from api.schemas.response import ResponseAnswer, ResponseGantt, ResponseNewsRequest
from api.schemas.runs import Accepted
from api.schemas.shared import RunName

router = APIRouter(tags=["runs"])


@router.get("/api/runs/{run}/response", response_model=ResponseAnswer, summary="救援调度 · response")
def show_response(request: Request, service: Parts, run: RunName) -> dict[str, Any]:
    """Return who is sent to each incident and when, hospitals, cover, and roads in the order of opening."""
    _, manifest = read_response(service, request, run)
    return response_answer(run, manifest)


@router.get(
    "/api/runs/{run}/response/gantt", response_model=ResponseGantt, summary="单元时间表 · gantt of units"
)
def show_response_gantt(request: Request, service: Parts, run: RunName) -> dict[str, Any]:
    """Return what each unit does when: driving, working; ambulances trip by trip."""
    folder, manifest = read_response(service, request, run)
    return response_gantt(run, folder, manifest)


@router.post(
    "/api/runs/{run}/response/news",
    response_model=Accepted,
    status_code=202,
    summary="救援新消息重排 · news of a response",
)
def start_response_news(
    request: Request, service: Parts, response: Response, run: RunName, body: ResponseNewsRequest
) -> dict[str, Any]:
    """Plan a response again after news: a new run beside the old one.

    Units at work stay; those on their way are diverted only where it is worth its price.
    """
    folder, manifest = read_response(service, request, run)
    require_sound(run, manifest)
    wanted = {"part": "response", "inject": response_inject(folder, body).model_dump(mode="json")}
    job = news_job(service, run, manifest, wanted)
    require_on_map(
        service.maps.open(job.map), {f"incidents.{i}.at": one.at for i, one in enumerate(body.incidents)}
    )
    return accept(service, response, job)
