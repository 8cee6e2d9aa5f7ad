"""Maps of the workspace, and what their departments owe."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter

from api.cards import map_card, map_head
from api.owing import owed_by_department
from api.parts import Parts
from api.schemas.maps import Map, Maps, Owed
from api.schemas.shared import MapName

router = APIRouter(tags=["maps"])


@router.get("/api/maps", response_model=Maps, summary="一张图列表 · maps")
def list_maps(service: Parts) -> dict[str, Any]:
    """Return the maps of the workspace."""
    today = datetime.now().date()
    names = service.maps.names()
    return {"maps": [map_head(name, service.maps.open(name), today) for name in names]}


@router.get("/api/maps/{map}", response_model=Map, summary="一张图 · a map")
def show_map(service: Parts, map: MapName) -> dict[str, Any]:
    """Return a map as a whole: its extent, and counts by class, department and level."""
    return map_card(map, service.maps.open(map), datetime.now().date())


@router.get("/api/maps/{map}/owed", response_model=Owed, summary="超期与缺交 · what is owed")
def show_owed(service: Parts, map: MapName) -> dict[str, Any]:
    """Return what each department owes: layers that are overdue, and layers never delivered."""
    today = datetime.now().date()
    departments = owed_by_department(service.maps.open(map), today)
    return {"map": map, "day": today.isoformat(), "departments": departments}
