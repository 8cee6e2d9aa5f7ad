"""The description of the API, and a page that shows it without any other host."""

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse

from api.faults import NotFound
from api.reader import asked_language
from dss.language import text

router = APIRouter(include_in_schema=False)
FOLDER: Final = Path(__file__).parents[1] / "static" / "docs"
FILES: Final = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "start.js": "text/javascript",
}
PAGE: Final = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>onemap-dss API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css"></head><body><div id="docs"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></body></html>
"""
START: Final = 'SwaggerUIBundle({url: "/api/openapi.json", dom_id: "#docs", validatorUrl: null});\n'


@router.get("/api/openapi.json")
def description(request: Request) -> Any:
    """Return the OpenAPI description."""
    return JSONResponse(request.app.openapi(), media_type="application/vnd.oai.openapi+json;version=3.1")


@router.get("/api/docs")
def page(request: Request) -> HTMLResponse:
    """Return the page; where it was not built, say so and where the description is."""
    if not (FOLDER / "swagger-ui-bundle.js").is_file():
        return HTMLResponse(
            f"<!doctype html><meta charset=utf-8><p>{_not_built(request)}</p>", status_code=200
        )
    return HTMLResponse(PAGE)


@router.get("/api/docs/{name}")
def file(name: str) -> Response:
    """Return a file of the page."""
    if name == "start.js":
        return Response(START, media_type=FILES[name])
    if name not in FILES or not (FOLDER / name).is_file():
        raise NotFound("api_path", path=f"/api/docs/{name[:100]}")
    return FileResponse(FOLDER / name, media_type=FILES[name])


def _not_built(request: Request) -> str:
    link = '<a href="/api/openapi.json">/api/openapi.json</a>'
    return text("api.docs_not_built", asked_language(request)).replace("/api/openapi.json", link)
