"""Prove the relief of a finished run again from its folder: stock, trips, drives, bounds, figures, tables."""

from pathlib import Path
from typing import Any

from models import Violation
from scenarios.relief.again_files import check_agains, is_again, read_again
from scenarios.relief.again_tables import again_figures, again_tables
from scenarios.relief.changes import changes_of
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
    if is_again(folder):
        return _verify_again(folder, manifest)
    told = read_record(folder)
    broken = check_record(told)
    if broken:
        return broken, []  # figures of a plan that is none would only repeat it
    return [], stated_otherwise(manifest, "relief", relief_figures(told.record), described(told.record))


def _verify_again(folder: Path, manifest: dict[str, Any]) -> tuple[list[Violation], list[str]]:
    """Return the same of a relief that was planned again after news, back to the first plan."""
    broken = check_agains(folder)
    if broken:
        return broken, []
    again = read_again(folder)
    return [], stated_otherwise(manifest, "relief", again_figures(again), again_tables(changes_of(again)))
