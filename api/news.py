"""News of a relief or a response as the service takes them, checked before a job begins."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel
from pyproj import Transformer

from api.layers import DEGREES
from api.nearest_roads import road_numbers
from api.schemas.relief import NewsRequest
from api.schemas.response import ResponseNewsRequest
from scenarios.relief import inject as of_relief
from scenarios.relief import record as relief_record
from scenarios.response import files as response_files
from scenarios.response import inject as of_response

Roads = Sequence[str | tuple[float, float]]


def relief_inject(folder: Path, body: NewsRequest) -> of_relief.Inject:
    """Return news of a relief in the terms of a run.

    Raises
    ------
    InputError, ScenarioError
        If they name a time, road, vehicle, shelter, depot, commodity or unit that is not there.
    """
    told = relief_record.read_record(folder)
    roads = _roads(body.roads_closed, told.streets.line, told.streets.crs)
    inject = of_relief.Inject.model_validate(_told(body, roads))
    of_relief.news_of(inject, told)
    return inject


def response_inject(folder: Path, body: ResponseNewsRequest) -> of_response.Inject:
    """Return news of a response in the terms of a run.

    Raises
    ------
    InputError, ScenarioError
        If they name a time, place, road, unit, incident or hospital that is not there.
    """
    record = response_files.read_record(folder)
    roads = _roads(body.roads_closed, record.ground.line, record.ground.crs)
    inject = of_response.Inject.model_validate(_told(body, roads))
    of_response.news_of(inject, record)
    return inject


def _told(body: BaseModel, roads: list[str]) -> dict[str, Any]:
    """Return a body as an inject has it: roads by name or number, and no time limit."""
    return {**body.model_dump(mode="json", exclude={"time_limit_s"}), "roads_closed": roads}


def _roads(roads: Roads, lines: NDArray[np.object_], crs: Any) -> list[str]:
    """Return roads by name or number, those given by a point on them last."""
    named = [road for road in roads if isinstance(road, str)]
    points = [road for road in roads if not isinstance(road, str)]
    if not points:
        return named
    to_map = Transformer.from_crs(DEGREES, crs, always_xy=True)
    places = np.column_stack(to_map.transform(*np.array(points, dtype=np.float64).T))
    return [*named, *road_numbers(lines, places, points)]
