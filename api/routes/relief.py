"""Relief: what is short, who brings what when, and the sheet of one vehicle."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.accepting import accept, news_job, require_sound
from api.news import relief_inject
from api.parts import Parts
from api.relief import gantt_answer, read_relief, relief_answer, sheet_answer
from api.schemas.relief import GanttAnswer, NewsRequest, ReliefAnswer, SheetAnswer
from api.schemas.runs import Accepted
from api.schemas.shared import RunName

router = APIRouter(tags=["runs"])
Label = Annotated[str, Path(pattern=r"^[0-9]{1,4}-[0-9]{1,4}$", examples=["1-01"])]


@router.get("/api/runs/{run}/relief", response_model=ReliefAnswer, summary="物资保障 · relief")
def show_relief(request: Request, service: Parts, run: RunName) -> dict[str, Any]:
    """Return what people need and what is short, with and without mutual aid, and what is proven."""
    _, manifest = read_relief(service, request, run)
    return relief_answer(run, manifest)


@router.get("/api/runs/{run}/relief/gantt", response_model=GanttAnswer, summary="车辆时间表 · gantt")
def show_gantt(request: Request, service: Parts, run: RunName) -> dict[str, Any]:
    """Return what each vehicle does when: loading, driving, unloading, waiting."""
    folder, _ = read_relief(service, request, run)
    return gantt_answer(run, folder)


@router.get(
    "/api/runs/{run}/relief/vehicles/{label}", response_model=SheetAnswer, summary="车辆配送单 · a sheet"
)
def show_sheet(request: Request, service: Parts, run: RunName, label: Label) -> dict[str, Any]:
    """Return what one vehicle does: its trips, stops, loads and ways in words."""
    folder, _ = read_relief(service, request, run)
    return sheet_answer(run, folder, label)


@router.post(
    "/api/runs/{run}/relief/news", response_model=Accepted, status_code=202, summary="新消息重排 · news"
)
def start_news(
    request: Request, service: Parts, response: Response, run: RunName, body: NewsRequest
) -> dict[str, Any]:
    """Plan a relief again after news: a new run beside the old one.

    Legs that have been driven or are under way stay as they were; the rest is planned anew, changing little.
    """
    folder, manifest = read_relief(service, request, run)
    require_sound(run, manifest)
    inject = relief_inject(folder, body)
    wanted = {"part": "relief", "inject": inject.model_dump(mode="json"), "time_limit_s": body.time_limit_s}
    return accept(service, response, news_job(service, run, manifest, wanted))
