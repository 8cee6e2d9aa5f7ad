"""The service itself: links, health, settings."""

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request

from api.parts import Parts
from api.reader import asked_language
from api.schemas.service import Health, Landing, ServiceSettings
from dss.language import LANGUAGES

router = APIRouter(tags=["service"])

LINKS = {
    "self": "/api",
    "service-desc": "/api/openapi.json",
    "service-doc": "/api/docs",
    "health": "/api/health",
    "maps": "/api/maps",
    "scenarios": "/api/scenarios",
    "runs": "/api/runs",
    "siting": "/api/siting/presets",
    "ogc": "/ogc",
}


@router.get(
    "/api", response_model=Landing, response_model_exclude_none=True, summary="入口 · where things are"
)
def landing() -> dict[str, Any]:
    """Return links to everything."""
    return {"title": "onemap-dss", "links": [{"href": href, "rel": rel} for rel, href in LINKS.items()]}


@router.get("/api/health", response_model=Health, summary="健康检查 · health")
def health(service: Parts) -> dict[str, Any]:
    """Tell that the service works, and how many jobs it has."""
    rows = service.store.rows(("queued", "running"))
    running = sum(row.state == "running" for row in rows)
    return {
        "status": "ok", "version": version("onemap-dss"), "running": running, "queued": len(rows) - running,
    }  # fmt: skip


@router.get("/api/settings", response_model=ServiceSettings, summary="设置 · settings")
def settings(request: Request, service: Parts) -> dict[str, Any]:
    """Return what a page must know: languages, limits, maps, and whether the token is known."""
    chosen = service.settings
    return {
        "version": version("onemap-dss"),
        "language": asked_language(request),
        "languages": LANGUAGES,
        "token": service.guard.is_known(request),
        "local": chosen.is_local,
        "limits": {
            "body_bytes": chosen.body_limit_bytes,
            "page": chosen.page_limit,
            "queue": chosen.queue_limit,
            "run_time_s": chosen.run_time_limit_s,
        },
        "maps": service.maps.names(),
    }
