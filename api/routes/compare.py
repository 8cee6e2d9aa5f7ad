"""Two runs side by side."""

from typing import Any

from fastapi import APIRouter, Request

from api.comparing import compare_plans
from api.parts import Parts
from api.plans import read_plan_for
from api.schemas.runs import Comparison
from api.schemas.shared import RunName

router = APIRouter(tags=["runs"])


@router.get("/api/runs/{run}/compare/{other}", response_model=Comparison, summary="方案比选 · compare")
def compare_runs(request: Request, service: Parts, run: RunName, other: RunName) -> dict[str, Any]:
    """Return the figures of two runs with their differences, and the shelters and cells that changed."""
    folder, manifest = read_plan_for(service, request, run)
    other_folder, other_manifest = read_plan_for(service, request, other)
    return compare_plans((folder, other_folder), (manifest, other_manifest))
