"""Siting studies on a one map: presets, candidates, plan, explanation, frontier, robust sites, report."""

from scenarios.siting.preset import Preset, find_preset, preset_names
from scenarios.siting.study import Study, StudyOptions, run_study

__all__ = ["Preset", "Study", "StudyOptions", "find_preset", "preset_names", "run_study"]
