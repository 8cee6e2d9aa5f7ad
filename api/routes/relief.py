"""Relief: what is short, who brings what when, and the sheet of one vehicle."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from api.parts import Parts
from api.relief import gantt_answer, read_relief, relief_answer, sheet_answer
from api.schemas.relief import GanttAnswer, ReliefAnswer, SheetAnswer
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
