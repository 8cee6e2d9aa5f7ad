"""The page: its built files, or a plain list of runs where it was not built."""

from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader

from api.faults import NotFound, Unauthorised
from api.parts import Parts
from api.plans import readable_manifests
from api.reader import asked_language
from api.token import COOKIE
from dss.language import Language, text

router = APIRouter(include_in_schema=False)
FOLDER: Final = Path(__file__).parents[1] / "static"
TYPES: Final = {
    ".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".html": "text/html",
    ".woff2": "font/woff2", ".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json",
    ".txt": "text/plain", ".ico": "image/x-icon",
}  # fmt: skip


@router.get("/")
def start_page(request: Request, service: Parts, token: str | None = None) -> Response:
    """Return the page; with the token in the address, keep it as a cookie and take it out of the address.

    Raises
    ------
    Unauthorised
        If the token is wrong.
    """
    if token is not None:
        if not service.guard.is_right(token):
            raise Unauthorised("api_token_wrong", file=service.guard.file)
        opened = RedirectResponse("/", status_code=303)
        opened.set_cookie(COOKIE, token, httponly=True, samesite="strict")
        return opened
    index = FOLDER / "index.html"
    if index.is_file():
        return FileResponse(index, media_type="text/html", headers={"Cache-Control": "no-cache"})
    return HTMLResponse(render_start(readable_manifests(service, request), asked_language(request)))


@router.get("/assets/{path:path}")
def asset(path: str) -> Response:
    """Return a built file of the page; their names change with their contents."""
    root = (FOLDER / "assets").resolve()
    file = (root / path).resolve() if "\0" not in path and len(path) < 300 else root
    if not file.is_relative_to(root) or not file.is_file():
        raise NotFound("api_path", path=f"/assets/{path[:100]}")
    media_type = TYPES.get(file.suffix, "application/octet-stream")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(file, media_type=media_type, headers=headers)


def render_start(runs: list[dict[str, Any]], language: Language) -> str:
    """Return the page that lists the runs, for a program whose console was not built."""
    environment = Environment(loader=PackageLoader("api", "."), autoescape=True)

    def say(key: str) -> str:
        return text(key, language)

    return environment.get_template("start.html").render(runs=runs, lang=language, say=say)
