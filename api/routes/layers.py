"""Layers of a map and their records."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from api.auditing import found_of_layer, found_of_record
from api.cards import layer_card, layer_head, legend_of
from api.faults import NotFound
from api.parts import Parts
from api.reading import may_read, open_layer
from api.schemas.layers import LayerCard, Layers, RecordCard
from api.schemas.shared import LayerName, MapName
from dss.onemap.lineage import Source

router = APIRouter(tags=["maps"])
RecordNumber = Annotated[int, Path(ge=1, le=2**31, examples=[1])]


@router.get("/api/maps/{map}/layers", response_model=Layers, summary="图层目录 · layers")
def list_layers(request: Request, service: Parts, map: MapName) -> dict[str, Any]:
    """Return the layers of a map: class, owner, date, age, level, role."""
    onemap, today = service.maps.open(map), datetime.now().date()
    heads = [
        layer_head(map, onemap, layer, today, readable=may_read(service, request, onemap, layer.key))
        for layer in onemap.layers
    ]
    return {"map": map, "day": today.isoformat(), "layers": heads}


@router.get("/api/maps/{map}/layers/{layer}", response_model=LayerCard, summary="图层卡片 · a layer")
def show_layer(request: Request, service: Parts, map: MapName, layer: LayerName) -> dict[str, Any]:
    """Return all that is known of a layer: source, lineage, legend, and what the audit found."""
    onemap, found = service.maps.layer(map, layer)
    readable = may_read(service, request, onemap, layer)
    has_records = readable and found.kind != "raster"
    legend = legend_of(found, open_layer(service, request, onemap, found)) if has_records else []
    head = layer_head(map, onemap, found, datetime.now().date(), readable=readable)
    return {**head, **layer_card(onemap, found, legend), "audit": found_of_layer(service, onemap, layer)}


@router.get(
    "/api/maps/{map}/layers/{layer}/features/{number}", response_model=RecordCard, summary="记录 · a record"
)
def show_record(
    request: Request, service: Parts, map: MapName, layer: LayerName, number: RecordNumber
) -> dict[str, Any]:
    """Return a record with its fields as delivered, its source, and what the audit found of it."""
    onemap, found = service.maps.layer(map, layer)
    table = open_layer(service, request, onemap, found)
    if number > len(table.shapes):
        raise NotFound("api_record", layer=layer, number=number, count=len(table.shapes))
    return {
        "feature": table.feature(number - 1),
        "fields": found.fields,
        "source": Source.of(onemap, found).as_record(),
        "audit": found_of_record(service, onemap, layer, number),
    }
