"""A whole study: survey, sites, explanation, frontier, cases, and the folder that holds all of it.

The folder is written as `NAME.partial` and gets its name when it is whole; what a crash or a cancelled study
leaves behind keeps the ending, with everything that was finished.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from dss.arrays import FloatArray
from dss.errors import InputError
from dss.onemap import OneMap
from dss.onemap.lineage import Lineage
from dss.standards import StandardsReader
from models.progress import Listener as SolveListener
from models.progress import Progress
from scenarios.manifest import write_manifest
from scenarios.progress import Listener, ProgressTrack
from scenarios.schema import Scenario
from scenarios.siting.cases import Chances, draw_cases, scenario_cases
from scenarios.siting.explaining import explain
from scenarios.siting.figures import Extras, study_figures
from scenarios.siting.frontier import frontier
from scenarios.siting.ground import survey_ground
from scenarios.siting.preset import Preset
from scenarios.siting.proof_files import write_proof
from scenarios.siting.refusing import Refusal, refusals
from scenarios.siting.report import write_plan, write_reports
from scenarios.siting.robust import AIMS, SOLVE_S, robust_study
from scenarios.siting.study import Study, StudyOptions, solve_study
from scenarios.siting.verifying import STUDY

# Steps in their order with their usual share of the time; what is not asked for is left out.
STEPS: Final = {
    "candidates": 0.25,
    "ways": 0.1,
    "choose": 0.2,
    "explain": 0.15,
    "frontier": 0.2,
    "cases": 0.3,
    "last": 0.2,
    "report": 0.1,
}
FORMAT: Final = 1
SOURCES: Final = "sources.json"
# A gap this small is closed.
CLOSED: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Question:
    """What a study answers: where to build, and what else.

    Parameters
    ----------
    frontier
        Whether numbers of sites are weighed against coverage, mean, longest and equity.
    draws
        Draws of closed bridges that the sites are judged by.
    scenarios, chances
        Scenarios that the sites are judged by, and how likely each is.
    """

    preset: Preset
    options: StudyOptions
    frontier: bool = True
    draws: int = 0
    scenarios: tuple[Scenario, ...] = ()
    chances: tuple[float, ...] = ()

    @property
    def steps(self) -> dict[str, float]:
        """The steps that it takes, with their shares of the time."""
        left_out = {"frontier"} if not self.frontier else set()
        if not (self.draws or self.scenarios):
            left_out |= {"cases", "last"}
        whole = sum(share for step, share in STEPS.items() if step not in left_out)
        return {step: share / whole for step, share in STEPS.items() if step not in left_out}


@dataclass(frozen=True, slots=True, eq=False)
class MadeStudy:
    """A finished study: its folder, its figures; without a folder where nothing can be built, and why."""

    study: Study
    figures: dict[str, Any]
    folder: Path | None
    refusals: tuple[Refusal, ...] = field(default=())


def make_study(
    onemap: OneMap,
    question: Question,
    folder: Path,
    listeners: Sequence[Listener] = (),
) -> MadeStudy:
    """Make a study and write its folder.

    Parameters
    ----------
    folder
        Where it is written; must not exist yet.
    listeners
        Called with every sign of life; one that raises stops the study.

    Raises
    ------
    InputError
        If the folder exists, or the options do not fit the preset or the map.
    MapError, ScenarioError
        If a layer is missing, or a scenario cannot come over the map.
    """
    if folder.exists():
        raise InputError("siting_study_exists", folder=folder)
    preset, options = question.preset, question.options
    preset.require_rules((*options.without_rules, *options.excluding))
    chances = Chances.of(question.chances, len(question.scenarios)) if question.scenarios else None
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    track = ProgressTrack(*listeners, steps=question.steps)
    ground = survey_ground(onemap, preset, StandardsReader(), options.survey, track.start("candidates"))
    costs = ground.costs(heard=track.start("ways"))
    track.start("choose")
    study = solve_study(ground, costs, options, _closing(track, options.time_limit_s))
    refused = refusals(study)
    if refused:
        shutil.rmtree(partial)
        return MadeStudy(study, study_figures(study, Extras(), refused), None, refused)
    write_proof(partial, study)
    _keep_sources(partial, onemap)
    extras = _answer(study, costs, question, (track, partial, chances))
    tick = track.start("report")
    figures = _keep(partial, study, extras)
    write_plan(partial, study, extras)
    tick(0.4)
    write_reports(partial, study, figures, extras)
    write_manifest(partial, _manifest(folder.name, onemap))
    track.finish()
    partial.replace(folder)
    return MadeStudy(study, figures, folder)


def _answer(
    study: Study, costs: FloatArray, question: Question, making: tuple[ProgressTrack, Path, Chances | None]
) -> Extras:
    """Explain, and answer what else is wanted; what is finished is kept at once."""
    track, partial, chances = making
    extras = Extras(explain(study, costs, track.start("explain")))
    _keep(partial, study, extras)
    write_plan(partial, study, extras)
    if question.frontier:
        extras = extras.with_points(frontier(study, track.start("frontier")))
        _keep(partial, study, extras)
    if not (question.draws or question.scenarios):
        return extras
    tick = track.start("cases")
    cases = draw_cases(study.ground, costs, question.draws, study.options.seed)
    if chances is not None:
        tick(0.2)
        cases = scenario_cases(study.ground, costs, question.scenarios, chances)
    track.start("last")
    robust = robust_study(study, cases, lambda k: _closing(track, SOLVE_S, k, len(AIMS)))
    extras = extras.with_robust(robust, [value for case in cases for value in case.standards])
    _keep(partial, study, extras)
    return extras


def _closing(track: ProgressTrack, limit_s: float, number: int = 0, count: int = 1) -> SolveListener:
    """Return a listener that turns what a solve knows into signs of life of its step.

    How far it is: by its time or by the digits of its gap, whichever is farther.
    """

    def hear(progress: Progress) -> None:
        gap = max(progress.gap, CLOSED)
        done = max(progress.wall_s / limit_s, min(np.log(min(gap, 1.0)) / np.log(CLOSED), 1.0))
        track.close_gap((number + min(float(done), 1.0)) / count, progress.gap)

    return hear


def _keep(partial: Path, study: Study, extras: Extras) -> dict[str, Any]:
    """Write the figures so far."""
    figures = study_figures(study, extras)
    told = json.dumps(figures, ensure_ascii=False, indent=1, default=str)
    (partial / STUDY).write_text(told, encoding="utf-8")
    return figures


def _keep_sources(partial: Path, onemap: OneMap) -> None:
    """Write which layers the study rests on, and how secret it is by them."""
    lineage = Lineage.of(onemap, [layer.key for layer in onemap.used])
    sources = {**lineage.as_record(), "records": [source.as_record() for source in lineage.sources]}
    (partial / SOURCES).write_text(json.dumps(sources, ensure_ascii=False, indent=1), encoding="utf-8")


def _manifest(name: str, onemap: OneMap) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "study": name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "map": onemap.folder.name,
        "versions": {"onemap-dss": version("onemap-dss")},
    }


def new_study_name(preset: str, now: datetime) -> str:
    """Return a name for a study: when it began and of which preset."""
    return f"{now:%Y%m%d-%H%M%S}-{preset}"
