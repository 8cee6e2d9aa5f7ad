"""A what-if: the quick answer from the run's folder first, then a whole new run beside the old one."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import yaml

from api.jobs.rows import JobStore
from api.jobs.running import Tell, run_into
from api.jobs.tables import JobRow, State
from api.jobs.work import folder_of
from api.nearest_roads import road_numbers
from dss import columns as col
from dss.errors import ScenarioError
from dss.onemap import OneMap, open_map, read_vector
from dss.roads import build_roads
from dss.standards import StandardsReader
from dss.workspace import Workspace
from scenarios.allocation.quick import QuickAnswer, answer_loss
from scenarios.places import to_map

CHANGES_FILE: Final = "whatif.json"
ADDED: Final = "added_shelters"
"""Key of that file: every new place of this what-if and of those before it."""


def do_what_if(row: JobRow, workspace: Workspace, store: JobStore, tell: Tell) -> State:
    """Plan a run again with roads closed and shelters shut or opened.

    Raises
    ------
    ScenarioError
        If there is no such road or shelter.
    """
    wanted, base = row.request, workspace.runs / str(row.parent)
    tell("map", 0.0, None)
    if wanted["close_shelters"] and not (wanted["close_roads"] or wanted["open_shelters"]):
        quick = answer_loss(base, wanted["close_shelters"], wanted["stability_s"])
        store.tell_found(row.job, quick_facts(quick))
    onemap = open_map(workspace.maps / row.map)
    scenario = yaml.safe_load((base / "scenario.yaml").read_text(encoding="utf-8"))
    added = [*shelters_added(base), *(one for one in wanted["open_shelters"] if isinstance(one, dict))]
    changed = change_scenario(scenario, onemap, wanted, base)
    folder = folder_of(workspace, row.kind, row.job)
    changes = {name: wanted[name] for name in ("close_roads", "close_shelters", "open_shelters")}
    told = {"parent": row.parent, **changes, ADDED: added}
    beside = {CHANGES_FILE: json.dumps(told, ensure_ascii=False, indent=1)}
    return run_into(folder, changed, with_shelters(onemap, added), tell, beside=beside)


def shelters_added(run: Path) -> list[dict[str, Any]]:
    """Return the places that a run has beside its map's shelters, from the what-ifs that led to it."""
    file = run / CHANGES_FILE
    if not file.is_file():
        return []
    added: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8")).get(ADDED, [])
    return added


def change_scenario(
    scenario: dict[str, Any], onemap: OneMap, wanted: dict[str, Any], base: Path
) -> dict[str, Any]:
    """Return the scenario of a run with its changes.

    People keep the shelter that they were told where that is worth it. With a new place there is no
    telling, as the plan before knows none: the plan is then made as though nobody had been told anything.
    """
    allocation = dict(scenario.get("allocation") or {})
    shelters = dict(allocation.get("shelters") or {})
    again = {name for name in wanted["open_shelters"] if isinstance(name, str)}
    unknown = again - set(shelters.get("lost", []))
    if unknown:
        raise ScenarioError("api_shelter_not_shut", name=", ".join(sorted(unknown)))
    lost = [name for name in shelters.get("lost", []) if name not in again]
    shelters["lost"] = [*lost, *wanted["close_shelters"]]
    before = allocation.pop("previous", None) or {}
    roads = [*allocation.get("roads_closed", []), *before.get("roads_closed", [])]
    allocation["roads_closed"] = [*roads, *road_names(onemap, wanted["close_roads"])]
    allocation["shelters"] = shelters
    if all(isinstance(one, str) for one in wanted["open_shelters"]):
        allocation["previous"] = {"run": str(base.resolve()), "stability_s": wanted["stability_s"]}
    return {**scenario, "allocation": allocation}


def road_names(onemap: OneMap, roads: Sequence[str | Sequence[float]]) -> list[str]:
    """Return roads given by name or by a point [longitude, latitude] on them, as a run knows them."""
    points = [road for road in roads if not isinstance(road, str)]
    named = [road for road in roads if isinstance(road, str)]
    if not points:
        return named
    lines = np.asarray(build_roads(onemap, StandardsReader()).features.geometry.array)
    places = to_map(onemap, [(point[0], point[1]) for point in points])
    return [*named, *road_numbers(lines, places, points)]


def with_shelters(onemap: OneMap, opened: Sequence[dict[str, Any]]) -> OneMap:
    """Return the map with more shelters in its first shelter layer, in memory only."""
    if not opened:
        return onemap
    layer = onemap.require_role("shelters")[0]
    frame = read_vector(onemap, layer)
    places = to_map(onemap, [(shelter["at"][0], shelter["at"][1]) for shelter in opened])
    classes = frame[col.SHELTER_CLASS].dropna()
    more = gpd.GeoDataFrame(
        {
            col.NAME: [shelter["name"] for shelter in opened],
            col.SHELTER_CLASS: [classes.mode().iloc[0]] * len(opened),
            col.CAPACITY_PERSONS: [shelter["capacity_persons"] for shelter in opened],
        },
        geometry=shapely.points(places),
        crs=frame.crs,
    )
    both = pd.concat([frame, more], ignore_index=True)
    return onemap.replacing({layer.key: gpd.GeoDataFrame(both, crs=frame.crs)})


def quick_facts(quick: QuickAnswer) -> dict[str, Any]:
    """Return the quick answer as a row can hold it."""
    return {
        "kept": quick.told.kept,
        "told_anew": quick.told.elsewhere,
        "forced": quick.told.forced,
        "unmet_before": quick.unmet_before,
        "unmet_after": quick.unmet_after,
        "hours_before": quick.hours_before,
        "hours_after": quick.hours_after,
        "changes": [asdict(change) for change in quick.changes],
        "check_passed": not quick.violations,
        "seconds": round(quick.read_s + quick.solve_s + quick.check_s, 3),
    }
