"""Siting studies on a one map: presets, candidates, plan, explanation, frontier, robust sites, report."""

from scenarios.siting.ground import SitingGround, Survey, survey_ground
from scenarios.siting.preset import Preset, find_preset, preset_names
from scenarios.siting.study import Study, StudyOptions, run_study, solve_study

__all__ = [
    "Preset",
    "SitingGround",
    "Study",
    "StudyOptions",
    "Survey",
    "find_preset",
    "preset_names",
    "run_study",
    "solve_study",
    "survey_ground",
]
