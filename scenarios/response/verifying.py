"""Prove the response of a finished run again from its folder: plans, bounds, figures, tables."""

from pathlib import Path
from typing import Any

from models import Violation
from scenarios.response.again_files import check_agains, is_again, read_agains
from scenarios.response.checking import check_record
from scenarios.response.files import read_record
from scenarios.response.replanning import again_figures, again_tables
from scenarios.response.tables import described, response_figures
from scenarios.verification import stated_otherwise


def verify_response(folder: Path, manifest: dict[str, Any]) -> tuple[list[Violation], list[str]]:
    """Return what the stored response breaks, and the figures and tables that it does not give.

    Raises
    ------
    InputError
        If a file is missing or broken.
    """
    if is_again(folder):
        agains = read_agains(folder)
        broken = check_agains(agains)
        told = again_figures(agains[0]), again_tables(agains[0])
    else:
        record = read_record(folder)
        broken = check_record(record)
        told = list(response_figures(record)), described(record)
    if broken:
        return broken, []  # figures of a plan that is none would only repeat it
    return [], stated_otherwise(manifest, "response", *told)
