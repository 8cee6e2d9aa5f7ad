"""Prove the relief of a finished run again from its folder: stock, trips, drives, bounds, figures, tables."""

import json
from pathlib import Path
from typing import Any

from models import Violation
from scenarios.relief.checking import check_record
from scenarios.relief.record import read_record
from scenarios.relief.tables import described, relief_figures


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
    stated = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    derived = {value.key: value.value for value in relief_figures(told.record)}
    differing = [key for key, value in derived.items() if stated.get(key) != value]
    tables = json.loads(json.dumps(described(told.record)))
    if any(manifest["relief"].get(key) != rows for key, rows in tables.items()):
        differing.append("relief_tables")
    return [], differing
