"""Prove the relief of a finished run again from its folder: stock, trips, drives, bounds, figures, tables."""

from pathlib import Path
from typing import Any

from models import Violation
from scenarios.relief.checking import check_record
from scenarios.relief.record import read_record
from scenarios.relief.tables import described, relief_figures
from scenarios.verification import stated_otherwise


def verify_relief(folder: Path, manifest: dict[str, Any]) -> tuple[list[Violation], list[str]]:
    """Return what the stored relief breaks, and the figures and tables that it does not give.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    told = read_record(folder)
    broken = check_record(told)
    if broken:
        return broken, []  # figures of a plan that is none would only repeat it
    return [], stated_otherwise(manifest, "relief", relief_figures(told.record), described(told.record))
