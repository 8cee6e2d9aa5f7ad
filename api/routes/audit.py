"""The audit of a map: what was found, and where."""

from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query, Request, Response

from api.auditing import audit_facts, audit_folder, faults_of
from api.paging import Limit, Offset, page_answer, parse_box
from api.parts import Parts
from api.reading import may_read
from api.schemas.audit import AuditAnswer
from api.schemas.layers import FeaturePage
from api.schemas.shared import MapName

router = APIRouter(tags=["maps"])
Wanted = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9_-]{1,100}$")]


@router.get("/api/maps/{map}/audit", response_model=AuditAnswer, summary="数据体检 · audit")
def show_audit(service: Parts, map: MapName) -> dict[str, Any]:
    """Return what today's audit of a map found: by rule, layer and department. The first call makes it."""
    facts = audit_facts(audit_folder(service, service.maps.open(map)))
    return {**facts, "map": map, "features": f"/api/maps/{map}/audit/features"}


@router.get("/api/maps/{map}/audit/features", response_model=FeaturePage, summary="问题位置 · faults")
def show_faults(
    request: Request,
    service: Parts,
    map: MapName,
    *,
    rule: Wanted = None,
    layer: Wanted = None,
    severity: Annotated[Literal["error", "warning", "info"] | None, Query()] = None,
    bbox: Annotated[str | None, Query(max_length=200, examples=["114.2,30.5,114.4,30.7"])] = None,
    limit: Limit = 1000,
    offset: Offset = 0,
) -> Response:
    """Return the faults as GeoJSON, page by page; those of layers one may not read are left out."""
    onemap = service.maps.open(map)
    table = faults_of(service, audit_folder(service, onemap))
    kept = np.ones(len(table.shapes), dtype=np.bool_)
    for column, value in (("code", rule), ("layer", layer), ("severity", severity)):
        if value is not None:
            kept &= (table.columns[column] == value).to_numpy(np.bool_)
    for hidden in onemap.layers:
        if not may_read(service, request, onemap, hidden.key):
            kept &= (table.columns["layer"] != hidden.key).to_numpy(np.bool_)
    rows = np.flatnonzero(kept)
    if bbox is not None:
        rows = np.intersect1d(rows, table.within(parse_box(bbox)))
    return page_answer(request, table, rows, min(limit, service.settings.page_limit), offset)
