"""Progress of a run: a stream of events that can be taken up again, and the same by asking."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from api.faults import NotFound
from api.jobs import ENDED, EventRow, JobRow
from api.parts import Parts
from api.plans import run_level
from api.schemas.runs import Events
from api.schemas.shared import RunName
from api.service import Service
from dss.onemap.terms import Sensitivity

router = APIRouter(tags=["runs"])
LOOK_EVERY_S: Final = 0.25
ALIVE_EVERY: Final = 60
"""Looks without news after which a comment keeps proxies from closing the stream."""
After = Annotated[int, Query(ge=0, le=2**53, examples=[0])]


@router.get(
    "/api/runs/{run}/events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    summary="进度流 · events",
)
async def stream_events(
    request: Request,
    service: Parts,
    run: RunName,
    last_event_id: Annotated[str | None, Header(pattern=r"^\d{1,15}$", examples=["7"])] = None,
) -> StreamingResponse:
    """Return the events of a job as they come; `Last-Event-ID` takes them up where they were left.

    The names of events are `state`, `progress` and `found`; the stream ends after the last state.
    """
    row = await run_in_threadpool(find_job, service, run)
    level = await run_in_threadpool(run_level, service, row, None)
    look = partial(events_for, service, request, run, level)
    stream = _events(request, look, partial(find_job, service, run), int(last_event_id or 0))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


@router.get("/api/runs/{run}/progress", response_model=Events, summary="进度查询 · progress by asking")
def poll_events(request: Request, service: Parts, run: RunName, after: After = 0) -> dict[str, Any]:
    """Return the events after a number, for networks that let no stream through."""
    row = find_job(service, run)
    found = events_for(service, request, run, run_level(service, row, None), after)
    events = [{"sequence": one.sequence, "kind": one.kind, "data": one.data} for one in found]
    return {"state": row.state, "events": events}


def events_for(
    service: Service, request: Request, run: str, level: Sensitivity, after: int
) -> list[EventRow]:
    """Return the events of a job after a number; a quick answer that one may not read is empty."""
    events = service.store.events(run, after)
    if service.guard.allows(request, level):
        return events
    return [replace(one, data={}) if one.kind == "found" else one for one in events]


def find_job(service: Service, run: str) -> JobRow:
    """Return the row of a job.

    Raises
    ------
    NotFound
        If it has no row: a run of the command line tells nobody of its progress.
    """
    row = service.store.get(run)
    if row is None:
        raise NotFound("api_run", run=run)
    return row


async def _events(
    request: Request, look: Callable[[int], list[EventRow]], job: Callable[[], JobRow], after: int
) -> AsyncIterator[str]:
    yield "retry: 1000\n\n"
    quiet = 0
    while not await request.is_disconnected():
        events = await run_in_threadpool(look, after)
        for one in events:
            after, quiet = one.sequence, 0
            data = json.dumps(one.data, ensure_ascii=False)
            yield f"id: {one.sequence}\nevent: {one.kind}\ndata: {data}\n\n"
            if one.kind == "state" and one.data["state"] in ENDED:
                return
        if not events:
            if (await run_in_threadpool(job)).state in ENDED:
                return
            quiet += 1
            if quiet % ALIVE_EVERY == 0:
                yield ": alive\n\n"
            await asyncio.sleep(LOOK_EVERY_S)
