"""What-if: a finished run again, with roads closed and shelters shut or opened."""

from typing import Any, Final

import pandas as pd
import shapely
from fastapi import APIRouter, Request, Response

from api.accepting import accept, job_name
from api.faults import Conflict
from api.jobs import NewJob
from api.maps import map_bounds
from api.parts import Parts
from api.plans import read_plan_for
from api.schemas.runs import Accepted, NewShelter, WhatIfRequest
from api.schemas.shared import RunName
from api.service import Service
from dss import columns as col
from dss.errors import ScenarioError

router = APIRouter(tags=["runs"])
BESIDE_DEG: Final = 0.002
"""Roads and places may lie so far beside the map's boundary."""


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
    if not manifest["check"]["passed"]:
        raise Conflict("api_what_if_unsound", run=run)
    row = service.store.get(run)
    name = row.map if row else manifest["map"]["name"]
    require_places(service, name, body)
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


def require_places(service: Service, name: str, body: WhatIfRequest) -> None:
    """Refuse points that lie outside the map.

    Raises
    ------
    ScenarioError
        Names the field.
    """
    bounds = map_bounds(service.maps.open(name))
    points = {
        f"open_shelters.{i}.at": one.at
        for i, one in enumerate(body.open_shelters)
        if isinstance(one, NewShelter)
    }
    points |= {f"close_roads.{i}": one for i, one in enumerate(body.close_roads) if not isinstance(one, str)}
    for field, point in points.items():
        if bounds is not None and not shapely.box(*bounds).buffer(BESIDE_DEG).covers(shapely.Point(point)):
            shown = ", ".join(f"{one:.3f}" for one in bounds)
            raise ScenarioError("api_shape_elsewhere", field=field, bounds=shown)
