"""News of a relief as the service takes them, checked before a job begins."""

from pathlib import Path
from typing import Any

import numpy as np
from pyproj import Transformer

from api.layers import DEGREES
from api.nearest_roads import road_numbers
from api.schemas.relief import NewsRequest
from scenarios.relief.inject import Inject, news_of
from scenarios.relief.record import Told, read_record


def inject_of(folder: Path, body: NewsRequest) -> Inject:
    """Return news in the terms of a run.

    Raises
    ------
    InputError, ScenarioError
        If they name a time, road, vehicle, shelter, depot, commodity or unit that is not there.
    """
    told = read_record(folder)
    wanted: dict[str, Any] = body.model_dump(mode="json", exclude={"time_limit_s"})
    inject = Inject.model_validate({**wanted, "roads_closed": _roads(told, body)})
    news_of(inject, told)
    return inject


def _roads(told: Told, body: NewsRequest) -> list[str]:
    """Return roads by name or number, those given by a point on them last."""
    named = [road for road in body.roads_closed if isinstance(road, str)]
    points = [road for road in body.roads_closed if not isinstance(road, str)]
    if not points:
        return named
    to_map = Transformer.from_crs(DEGREES, told.streets.crs, always_xy=True)
    places = np.column_stack(to_map.transform(*np.array(points, dtype=np.float64).T))
    return [*named, *road_numbers(told.streets.line, places, points)]
