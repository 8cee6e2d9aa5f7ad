"""The HTTP face: the application over a workspace."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.description import TAGS, describe
from api.door import Door
from api.errors import add_handlers
from api.ogc.routes import router as ogc
from api.routes import (
    audit,
    base,
    bases,
    cells,
    compare,
    docs,
    evacuations,
    events,
    layers,
    maps,
    page,
    plans,
    relief,
    response,
    runs,
    scenarios,
    siting,
    tiles,
    what_if,
)
from api.service import make_service
from api.settings import Settings, read_settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application; without settings, with those of the environment."""
    chosen = settings or read_settings()
    service = make_service(chosen)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        del app
        service.guard.token()
        service.start()
        yield
        service.stop()

    # FastAPI's own documentation pages load from another host, which an intranet does not have
    app = FastAPI(
        title="onemap-dss",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        openapi_tags=TAGS,
        lifespan=life,
    )
    app.state.service = service
    for part in (base, maps, layers, tiles, bases, cells, audit, scenarios, runs, events, plans, what_if):
        app.include_router(part.router)
    for part in (compare, evacuations, relief, response, siting, docs):
        app.include_router(part.router)
    app.include_router(ogc)
    app.include_router(page.router)
    add_handlers(app)
    app.add_middleware(Door, settings=chosen, guard=service.guard)
    describe(app)
    return app
