"""Prove the evacuation of a finished run again from its folder: plans, bounds, figures, tables."""

from pathlib import Path
from typing import Any

from models import Violation
from scenarios.evacuation.checking import check_record
from scenarios.evacuation.files import read_record
from scenarios.evacuation.tables import described, evacuation_figures
from scenarios.verification import stated_otherwise


def verify_evacuation(folder: Path, manifest: dict[str, Any]) -> tuple[list[Violation], list[str]]:
    """Return what the stored evacuation breaks, and the figures and tables that it does not give.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    record = read_record(folder)
    broken = check_record(record)
    if broken:
        return broken, []  # figures of a plan that is none would only repeat it
    return [], stated_otherwise(manifest, "evacuation", evacuation_figures(record), described(record))
