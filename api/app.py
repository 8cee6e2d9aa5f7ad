"""The HTTP face, first form: the finished runs and their reports. The console comes in its place."""

import re
from typing import Annotated, Any, Final

from fastapi import FastAPI, Path, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from jinja2 import Environment, PackageLoader

from dss.errors import DssError, InputError
from dss.language import LANGUAGES, Language, current_language, text
from dss.workspace import Workspace, default_workspace
from scenarios.finished import list_runs, read_manifest

RunName = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$", examples=["20261122-101500-demo"])]
PROBLEM: Final = "application/problem+json"


def create_app(workspace: Workspace | None = None) -> FastAPI:
    """Return the application over a workspace; without one, over that of the process."""
    home = workspace or default_workspace()
    # FastAPI's own documentation pages load from another host, which an intranet does not have
    app = FastAPI(title="onemap-dss", docs_url=None, redoc_url=None)

    @app.get("/", response_class=HTMLResponse, include_in_schema=False)
    def start_page(request: Request, lang: str | None = None) -> str:
        return render_start(list_runs(home.runs), chosen_language(request, lang))

    @app.get("/runs")
    def runs() -> list[dict[str, Any]]:
        return list_runs(home.runs)

    @app.get("/runs/{run}")
    def run(run: RunName) -> dict[str, Any]:
        return read_manifest(home.runs / run)

    @app.get("/runs/{run}/report", response_class=HTMLResponse)
    def report(request: Request, run: RunName, lang: str | None = None) -> FileResponse:
        read_manifest(home.runs / run)
        return FileResponse(home.runs / run / f"report.{chosen_language(request, lang)}.html")

    @app.exception_handler(DssError)
    def explain(request: Request, error: DssError) -> JSONResponse:
        language = chosen_language(request, None)
        status = 404 if isinstance(error, InputError) and error.code == "run_missing" else 422
        body = {"type": f"urn:onemap-dss:{error.code}", "title": error.message(language), "status": status}
        return JSONResponse(body, status_code=status, media_type=PROBLEM)

    return app


def chosen_language(request: Request, asked: str | None) -> Language:
    """Return the language asked for, else the first of the browser's that there is."""
    wanted = [asked or "", *re.findall(r"[a-z]{2}", request.headers.get("accept-language", "").lower())]
    for language in wanted:
        if language in LANGUAGES:
            return "en" if language == "en" else "zh"
    return current_language()


def render_start(manifests: list[dict[str, Any]], language: Language) -> str:
    """Return the page that lists the runs."""
    environment = Environment(loader=PackageLoader("api", "."), autoescape=True)

    def say(key: str) -> str:
        return text(key, language)

    return environment.get_template("start.html").render(runs=manifests, lang=language, say=say)
