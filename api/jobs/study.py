"""A siting study as a job: solve, check, explain, and write its folder whole or not at all."""

import json
from pathlib import Path
from typing import Any, Final

import pyogrio

from api.jobs.rows import JobRow, JobStore, State
from api.jobs.running import Tell
from api.jobs.work import PARTIAL, folder_of
from dss.onemap import open_map
from dss.onemap.lineage import Lineage
from dss.workspace import Workspace
from scenarios.siting import StudyOptions, find_preset, run_study
from scenarios.siting.explaining import explain
from scenarios.siting.figures import study_figures
from scenarios.siting.frontier import frontier
from scenarios.siting.report import write_study

SOURCES: Final = "sources.json"
SHARE_BEFORE: Final = {
    "ground": 0.0, "ways": 0.25, "solve": 0.5, "check": 0.7, "explain": 0.75, "frontier": 0.85, "write": 0.9,
}  # fmt: skip
"""Usual share of the whole that is done when a step begins."""


def do_siting(row: JobRow, workspace: Workspace, store: JobStore, tell: Tell) -> State:
    """Do a siting study; one without a sound plan has its causes in ``study.json`` and no layers."""
    del store
    folder = folder_of(workspace, row.kind, row.job)
    partial = folder.with_name(folder.name + PARTIAL)
    partial.mkdir(parents=True)

    def told(step: str) -> None:
        tell(step, SHARE_BEFORE[step], None)

    wanted: dict[str, Any] = dict(row.request)
    preset, with_frontier = wanted.pop("preset"), wanted.pop("frontier")
    options = StudyOptions(**{**wanted, "without_rules": tuple(wanted["without_rules"])})
    onemap = open_map(workspace.maps / row.map)
    study = run_study(onemap, find_preset(preset), options, told)
    lineage = Lineage.of(onemap, [layer.key for layer in onemap.used])
    sources = {**lineage.as_record(), "records": [source.as_record() for source in lineage.sources]}
    (partial / SOURCES).write_text(json.dumps(sources, ensure_ascii=False), encoding="utf-8")
    if study.plan.decision is None or study.violations:
        figures = study_figures(study, None)
        text = json.dumps(figures, ensure_ascii=False, indent=1, default=str)
        (partial / "study.json").write_text(text, encoding="utf-8")
    else:
        told("explain")
        explanation = explain(study, study.ground.costs())
        told("frontier")
        points = frontier(study) if with_frontier else ()
        told("write")
        write_study(partial, study, explanation, study_figures(study, explanation, points), points)
        _write_parquet(partial)
    partial.replace(folder)
    return "check_failed" if study.violations else "done"


def _write_parquet(folder: Path) -> None:
    """Write each layer of the study as GeoParquet too: the form in which layers of plans are served."""
    for name, _ in pyogrio.list_layers(folder / "plan.gpkg"):
        pyogrio.read_dataframe(folder / "plan.gpkg", layer=name).to_parquet(folder / f"{name}.parquet")
