"""What-if: a finished run again, with roads closed and shelters shut or opened."""

from typing import Any

import pandas as pd
from fastapi import APIRouter, Request, Response

from api.accepting import accept, job_name, require_sound
from api.jobs import NewJob
from api.parts import Parts
from api.places import require_on_map
from api.plans import read_plan_for
from api.schemas.runs import Accepted, NewShelter, WhatIfRequest
from api.schemas.shared import RunName
from dss import columns as col
from dss.errors import ScenarioError

router = APIRouter(tags=["runs"])


@router.post("/api/runs/{run}/whatif", response_model=Accepted, status_code=202, summary="假设分析 · what if")
def start_what_if(
    request: Request, service: Parts, response: Response, run: RunName, body: WhatIfRequest
) -> dict[str, Any]:
    """Plan a run again with changes: a new run beside the old one.

    Where only shelters are shut, `found` holds a quick answer within seconds, while the whole run goes on.
    People keep the shelter that they were told as far as that is worth it; with a shelter more than before
    the plan is made anew.
    """
    folder, manifest = read_plan_for(service, request, run)
    require_sound(run, manifest)
    row = service.store.get(run)
    name = row.map if row else manifest["map"]["name"]
    require_on_map(service.maps.open(name), _points(body))
    shelters = pd.read_parquet(folder / "shelters.parquet", columns=[col.NAME])[col.NAME].astype(str)
    for shelter in body.close_shelters:
        if shelter not in set(shelters):
            raise ScenarioError("api_shelter", field="close_shelters", name=shelter, run=run)
    job = NewJob(
        name=job_name("whatif"),
        kind="whatif",
        map=name,
        title=manifest["title"],
        request=body.model_dump(mode="json"),
        parent=run,
    )
    return accept(service, response, job)


def _points(body: WhatIfRequest) -> dict[str, tuple[float, float]]:
    """Return the points that a body names, by field."""
    shelters = {
        f"open_shelters.{i}.at": one.at
        for i, one in enumerate(body.open_shelters)
        if isinstance(one, NewShelter)
    }
    roads = {f"close_roads.{i}": one for i, one in enumerate(body.close_roads) if not isinstance(one, str)}
    return shelters | roads
