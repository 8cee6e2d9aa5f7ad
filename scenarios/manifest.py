"""What a run was made of: versions, seed, hashes, standards with their status; written as `manifest.json`."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import yaml

from dss.onemap import OneMap
from dss.onemap.importing import sha256_of
from models import Violation
from scenarios.allocation.outcome import Figure
from scenarios.finished import MANIFEST
from scenarios.hazard.course import course_of
from scenarios.made_with import made_with
from scenarios.provenance import Provenance, describe_columns, describe_figures
from scenarios.schema import Scenario
from scenarios.situation import Situation

EVENTS: Final = "events.jsonl"
FORMAT: Final = 1
PACKAGES: Final = (
    "onemap-dss",
    "geopandas",
    "h3ronpy",
    "numpy",
    "ortools",
    "pyarrow",
    "pyproj",
    "rasterio",
    "scipy",
    "shapely",
)
LAYER_FACTS: Final = (
    "key", "role", "title", "owner", "date", "cycle_days", "sensitivity", "source", "licence",
    "caveat", "assumed", "records", "sha256", "source_sha256",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run found out.

    Parameters
    ----------
    figures, violations, seconds
        Its figures, what its check found, and how long each step took.
    layers
        The plan's layers.
    more
        What else the manifest says of the plan.
    """

    figures: tuple[Figure, ...]
    violations: list[Violation]
    seconds: dict[str, float]
    layers: dict[str, gpd.GeoDataFrame]
    more: dict[str, Any]


def describe_run(run_id: str, scenario: Scenario, situation: Situation, findings: Findings) -> dict[str, Any]:
    """Return the manifest of a run, without the hashes of its files."""
    onemap, violations = situation.onemap, findings.violations
    lineage = Provenance(situation).whole()
    return {
        "format": FORMAT,
        "run": run_id,
        "status": "failed_check" if violations else "done",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "title": scenario.title.model_dump(),
        "note": scenario.note.model_dump() if scenario.note else None,
        "map": describe_map(onemap),
        "sensitivity": lineage.sensitivity,
        "sources": [source.as_record() for source in lineage.sources],
        "scenario_sha256": hashlib.sha256(scenario_text(scenario).encode()).hexdigest(),
        "seed": scenario.seed,
        "hazard": _describe_hazard(situation),
        "figures": describe_figures(situation, findings.figures),
        "columns": describe_columns(situation, findings.layers),
        **findings.more,
        "check": {
            "passed": not violations,
            "violations": [asdict(violation) for violation in violations[:100]],
            "violation_count": len(violations),
        },
        "standards": [asdict(value) for value in situation.standards.used],
        "assumptions": _assumptions(scenario, situation),
        "seconds": findings.seconds,
        **made_with(PACKAGES),
    }


def describe_map(onemap: OneMap) -> dict[str, Any]:
    """Return the map's title, its warnings, and every layer with its owner, date and hash."""
    catalogue = onemap.catalogue.model_dump(mode="json", by_alias=True)
    return {
        "name": onemap.folder.name,
        "title": catalogue["title"],
        "generated": catalogue["generated"],
        "note": catalogue["note"],
        "crs": catalogue["crs"],
        "layers": [{fact: layer[fact] for fact in LAYER_FACTS} for layer in catalogue["layers"]],
    }


def _describe_hazard(situation: Situation) -> dict[str, Any]:
    impact = situation.impact
    return {
        "kind": impact.kind,
        "measure": impact.measure.key,
        "unit": impact.measure.unit,
        "at_s": impact.at_s,
        "steps_s": list(situation.hazard.steps_s),
        "course": [asdict(step) for step in course_of(situation)],
    }


def _assumptions(scenario: Scenario, situation: Situation) -> dict[str, int]:
    """Return what the run took for granted, as counts that the report turns into sentences."""
    depart_s = scenario.travel.depart_s
    roads, shelters = situation.roads, situation.shelters
    basis = shelters.features["capacity_basis"]
    return {
        **situation.assumptions,
        "roads_two_way": roads.assumed_two_way,
        "roads_design_speed": roads.assumed_speed,
        "roads_unknown_class": roads.unknown_class,
        "roads_without_geometry": roads.without_geometry,
        "shelters_modelled": int((basis == "modelled").sum()),
        "shelters_from_area": int((basis == "area").sum()),
        "travel_in_time": 0 if depart_s is None else int(depart_s // 60) + 1,
        "free_flow": 1,
    }


def scenario_text(scenario: Scenario) -> str:
    """Return the resolved scenario as YAML."""
    content = scenario.model_dump(mode="json", exclude_none=True)
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest with the hash of every file beside it."""
    files = {
        path.relative_to(folder).as_posix(): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in (MANIFEST, EVENTS)
    }
    text = json.dumps({**manifest, "files": files}, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
