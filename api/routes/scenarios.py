"""Scenarios: the library, and what a scenario may hold."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Path

from api.scenario_bodies import library_scenario
from api.scenario_schema import titled_schema
from api.schemas.scenarios import ScenarioAnswer, Scenarios
from scenarios.load import library

router = APIRouter(tags=["runs"])
ScenarioName = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$", examples=["sample_flood"])]


@router.get("/api/scenarios", response_model=Scenarios, summary="情景库 · scenarios")
def list_scenarios() -> dict[str, Any]:
    """Return the scenarios that come with the program."""
    return {"scenarios": [_head(name) for name in library()]}


@router.get(
    "/api/scenarios/schema",
    response_model=dict[str, Any],
    summary="情景的 JSON Schema · what a scenario may hold",
)
def show_schema() -> dict[str, Any]:
    """Return the JSON Schema of scenarios; every key has `titles` and `descriptions` in zh and en."""
    return _schema()


@router.get("/api/scenarios/{name}", response_model=ScenarioAnswer, summary="情景 · a scenario")
def show_scenario(name: ScenarioName) -> dict[str, Any]:
    """Return a scenario of the library as it may be sent back to `POST /api/runs`."""
    content = library_scenario(name)
    return {**_head(name), "scenario": content}


def _head(name: str) -> dict[str, Any]:
    content = library_scenario(name)
    return {
        "name": name,
        "title": content["title"],
        "note": content.get("note"),
        "map": content.get("map"),
        "hazard": content["hazard"]["kind"],
    }


@cache
def _schema() -> dict[str, Any]:
    return titled_schema()
