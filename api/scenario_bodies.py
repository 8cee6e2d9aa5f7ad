"""Scenarios as requests bring them: a name or a whole one, with overrides, on a map of the workspace."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import shapely
import yaml

from api.faults import NotFound
from api.maps import Bounds, MapShelf, map_bounds
from api.schemas.runs import RunRequest
from dss.errors import ScenarioError
from dss.workspace import Workspace
from scenarios.load import find_scenario, library, parse_scenario
from scenarios.schema import Scenario

BESIDE_DEG: Final = 0.5
"""Hazards may come from so far beside the map; the studied area must meet the map itself."""


def library_scenario(name: str) -> dict[str, Any]:
    """Return a scenario of the library as its file holds it; no other file can be named.

    Raises
    ------
    NotFound
        If the library has none of that name.
    """
    if name not in library():
        raise NotFound("api_scenario", name=name, library=", ".join(library()))
    content: dict[str, Any] = yaml.safe_load(find_scenario(name).read_text(encoding="utf-8"))
    return content


def scenario_of(request: RunRequest, maps: MapShelf, workspace: Workspace) -> tuple[Scenario, str]:
    """Return the scenario of a request and the name of its map.

    Raises
    ------
    NotFound
        If there is no such scenario, map or run.
    ScenarioError
        If the scenario holds something it may not, or lies somewhere else than the map.
    """
    given = request.scenario
    content = library_scenario(given) if isinstance(given, str) else copy.deepcopy(given)
    for key, value in request.overrides.items():
        set_key(content, key, value)
    scenario = parse_scenario(content, given if isinstance(given, str) else "scenario")
    name = request.map or scenario.map
    if name is None:
        raise ScenarioError("map_not_named", maps=", ".join(maps.names()) or "-")
    onemap = maps.open(name)
    require_on_map(scenario.model_dump(mode="json"), map_bounds(onemap))
    previous = scenario.allocation.previous
    if previous is not None and not (workspace.runs / previous.run / "manifest.json").is_file():
        raise NotFound("api_run", run=previous.run)
    if previous is not None and "/" in previous.run.replace("\\", "/"):
        raise NotFound("api_run", run=previous.run)
    return scenario, name


def stored(scenario: Scenario, workspace: Workspace) -> dict[str, Any]:
    """Return a scenario as a job's row holds it; a run before it is named by its folder."""
    content = scenario.model_dump(mode="json", exclude_none=True)
    previous = content["allocation"].get("previous")
    if previous is not None:
        previous["run"] = str((workspace.runs / previous["run"]).resolve())
    return content


def set_key(content: dict[str, Any], key: str, value: object) -> None:
    """Set a key with dots; the keys of standards have dots of their own.

    Raises
    ------
    ScenarioError
        If a part of the key is no mapping.
    """
    *parents, last = key.split(".")
    if parents[:1] == ["standards"]:
        parents, last = ["standards"], ".".join([*parents[1:], last])
    here = content
    for parent in parents:
        following = here.setdefault(parent, {}) if isinstance(here, dict) else None
        if not isinstance(following, dict):
            raise ScenarioError("override_form", value=key)
        here = following
    here[last] = value


def require_on_map(content: Mapping[str, Any], bounds: Bounds | None) -> None:
    """Refuse shapes that cross themselves, are not in degrees, or lie outside the map.

    Raises
    ------
    ScenarioError
        Names the field.
    """
    city = None if bounds is None else shapely.box(*bounds)
    for field, rings, beside_deg in _drawn(content):
        for ring in rings:
            _require_degrees(field, ring)
        shape = shapely.Polygon(rings[0], rings[1:])
        if not shape.is_valid or shape.area == 0:
            raise ScenarioError("api_shape_broken", field=field, why=shapely.is_valid_reason(shape))
        if city is not None and not shape.intersects(city.buffer(beside_deg)):
            raise ScenarioError("api_shape_elsewhere", field=field, bounds=_words(city.bounds))


def _drawn(content: Mapping[str, Any]) -> Iterator[tuple[str, list[list[Any]], float]]:
    """Yield every polygon drawn in degrees: its field, its rings, how far beside the map it may lie."""
    area = content.get("area")
    if area and area.get("polygon"):
        yield "area.polygon", [area["polygon"]], 0.0
    hazard = content["hazard"]
    for name in ("zones", "perimeters"):
        for number, zone in enumerate(hazard.get(name) or ()):
            field = f"hazard.{name}.{number}"
            ring = zone.get("ring")
            if ring and all(isinstance(corner, list | tuple) for corner in ring):
                yield f"{field}.ring", [ring], BESIDE_DEG
            geometry = zone.get("geometry")
            if geometry:
                parts = geometry["coordinates"]
                for rings in parts if geometry["type"] == "MultiPolygon" else [parts]:
                    yield f"{field}.geometry", rings, BESIDE_DEG


def _require_degrees(field: str, ring: list[Any]) -> None:
    if len(ring) < 3:
        raise ScenarioError("api_shape_broken", field=field, why=f"{len(ring)} points")
    points = np.asarray(ring, dtype=np.float64)
    if not (np.abs(points) <= [180, 90]).all():
        wrong = points[~(np.abs(points) <= [180, 90]).all(axis=1)][0]
        raise ScenarioError("api_shape_degrees", field=field, value=f"{wrong[0]:g}, {wrong[1]:g}")


def _words(bounds: tuple[float, ...]) -> str:
    return ", ".join(f"{one:.3f}" for one in bounds)
