"""Runs: start, look after, cancel."""

import re
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from api.accepting import accept, job_name
from api.faults import Conflict, NotFound
from api.jobs import OPEN, NewJob
from api.parts import Lang, Parts
from api.plans import find_manifest, run_card, run_heads
from api.scenario_bodies import scenario_of, stored
from api.schemas.runs import Accepted, Run, RunHead, RunRequest
from api.schemas.shared import RunName

router = APIRouter(tags=["runs"])
AGAIN: Final = ("failed", "cancelled")
"""States after which a run may be started once more."""
_LABEL: Final = re.compile(r"^\d{8}-\d{6}-|-\d+$")
"""What of a run's name is not its scenario."""


@router.post("/api/runs", response_model=Accepted, status_code=202, summary="开始推演 · start a run")
def start_run(service: Parts, response: Response, body: RunRequest) -> dict[str, Any]:
    """Start a run; it is written down before the answer, which says where to look after it."""
    workspace = service.settings.workspace
    scenario, name = scenario_of(body, service.maps, workspace)
    label = body.scenario if isinstance(body.scenario, str) else scenario.hazard.kind
    job = NewJob(
        name=job_name(label),
        kind="run",
        map=name,
        title=scenario.title.model_dump(),
        request={"scenario": stored(scenario, workspace), "source": label},
    )
    return accept(service, response, job)


@router.get("/api/runs", response_model=list[RunHead], summary="推演列表 · runs")
def list_runs(
    request: Request, service: Parts, limit: Annotated[int, Query(ge=1, le=1000, examples=[100])] = 100
) -> list[dict[str, Any]]:
    """Return the runs, the newest first, with their state and progress."""
    return run_heads(service, request, limit)


@router.get("/api/runs/{run}", response_model=Run, summary="推演 · a run")
def show_run(request: Request, service: Parts, run: RunName, *, lang: Lang = None) -> dict[str, Any]:
    """Return a run: its state, progress, error, and the manifest when it is over."""
    del lang
    return run_card(service, request, run)


@router.post("/api/runs/{run}/cancel", response_model=Accepted, status_code=202, summary="取消 · cancel")
def cancel_run(service: Parts, run: RunName) -> dict[str, Any]:
    """End a run; one that does not stop by itself, a hung solver too, is killed within seconds."""
    row = service.store.get(run)
    if row is None:
        if find_manifest(service, run) is not None:
            raise Conflict("api_run_over", run=run)
        raise NotFound("api_run", run=run)
    if row.state not in OPEN:
        raise Conflict("api_run_over", run=run)
    service.jobs.cancel(run)
    here = "/api/siting/" if row.kind == "siting" else "/api/runs/"
    ended = service.store.get(run)
    return {"run": run, "kind": row.kind, "state": ended.state if ended else row.state, "href": here + run}


@router.post(
    "/api/runs/{run}/again", response_model=Accepted, status_code=202, summary="重新计算 · start once more"
)
def start_again(service: Parts, response: Response, run: RunName) -> dict[str, Any]:
    """Start a run once more that was interrupted, failed or was cancelled: the same resolved scenario.

    The new run has `again_of`, the old one `again`. Siting studies are started once more in the same way.
    """
    row = service.store.get(run)
    if row is None:
        raise NotFound("api_run", run=run)
    if row.state not in AGAIN:
        raise Conflict("api_run_not_again", run=run, state=row.state)
    there = service.store.again(run)
    if there is not None and there.state not in AGAIN:
        raise Conflict("api_run_again_there", run=run, again=there.job)
    name = job_name(_LABEL.sub("", run))
    job = NewJob(name, row.kind, row.map, row.title, row.request, parent=row.parent, again_of=run)
    return accept(service, response, job)
