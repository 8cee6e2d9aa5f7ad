"""Response: who is sent where, where patients go, and which roads are opened first."""

from typing import Any

from fastapi import APIRouter, Request

from api.parts import Parts
from api.response import read_response, response_answer
from api.schemas.response import ResponseAnswer
from api.schemas.shared import RunName

router = APIRouter(tags=["runs"])


@router.get("/api/runs/{run}/response", response_model=ResponseAnswer, summary="救援调度 · response")
def show_response(request: Request, service: Parts, run: RunName) -> dict[str, Any]:
    """Return who is sent to each incident and when, hospitals, cover, and roads in the order of opening."""
    return response_answer(run, read_response(service, request, run))
