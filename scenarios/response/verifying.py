"""Prove the response of a finished run again from its folder: plans, bounds, figures, tables, orders."""

import json
from pathlib import Path
from typing import Any

from models import Violation
from scenarios.response.checking import check_record
from scenarios.response.files import read_record
from scenarios.response.tables import described, response_figures


def verify_response(folder: Path, manifest: dict[str, Any]) -> tuple[list[Violation], list[str]]:
    """Return what the stored response breaks, and the figures and tables that it does not give.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    record = read_record(folder)
    broken = check_record(record)
    if broken:
        return broken, []  # figures of a plan that is none would only repeat it
    stated = {figure["key"]: figure["value"] for figure in manifest["figures"]}
    differing = [value.key for value in response_figures(record) if stated.get(value.key) != value.value]
    tables = json.loads(json.dumps(described(record)))
    if any(manifest["response"].get(key) != rows for key, rows in tables.items()):
        differing.append("response_tables")
    return [], differing
