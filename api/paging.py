"""Pages of features: GeoJSON with how many there are and where the next page is."""

from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import urlencode

import numpy as np
from fastapi import Query, Request, Response

from api.answers import packed
from api.layers import FeatureTable, dump
from dss.arrays import IntArray
from dss.errors import InputError

GEOJSON: Final = "application/geo+json"
Limit = Annotated[int, Query(ge=1, le=1_000_000, examples=[10])]
Offset = Annotated[int, Query(ge=0, le=2**31, examples=[0])]
Box = tuple[float, float, float, float]


def parse_box(text: str) -> Box:
    """Return a bbox of four or six numbers in degrees: west, south, east, north.

    Raises
    ------
    InputError
        If it is not one, or lies outside the earth, as coordinates in metres do.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InputError("api_bbox", field="bbox", value=text[:100]) from error
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4 or not np.isfinite(numbers).all():
        raise InputError("api_bbox", field="bbox", value=text[:100])
    west, south, east, north = numbers
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InputError("api_bbox", field="bbox", value=text[:100])
    return west, south, east, north


def page_answer(request: Request, table: FeatureTable, rows: IntArray, limit: int, offset: int) -> Response:
    """Return one page of some rows."""
    page = rows[offset : offset + limit]
    features = ",".join(table.features_json(page))
    links = [_link(request, "self", limit, offset)]
    if offset + limit < rows.size:
        links.append(_link(request, "next", limit, offset + limit))
    if offset > 0:
        links.append(_link(request, "prev", limit, max(0, offset - limit)))
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    content = (
        f'{{"type":"FeatureCollection","numberMatched":{rows.size},"numberReturned":{page.size},'
        f'"timeStamp":"{now}","links":{dump(links)},"features":[{features}]}}'
    ).encode()
    content, headers = packed(request, content)
    return Response(content, media_type=GEOJSON, headers={**headers, "Cache-Control": "private, no-cache"})


def _link(request: Request, rel: str, limit: int, offset: int) -> dict[str, str]:
    given = {name: value for name, value in request.query_params.items() if name not in ("limit", "offset")}
    query = urlencode({**given, "limit": limit, "offset": offset})
    return {
        "rel": rel,
        "type": GEOJSON,
        "href": f"{request.url.scheme}://{request.url.netloc}{request.url.path}?{query}",
    }
