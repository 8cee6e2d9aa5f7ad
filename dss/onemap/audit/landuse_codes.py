"""Which land-use codes there are, by the system that a layer is coded in."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final, Literal

import yaml

from dss import columns as col
from dss.onemap.catalogue import Layer

CodeSystem = Literal["landuse_2023", "landuse_2020", "sandiao"]

CODE_SYSTEMS: Final[tuple[CodeSystem, ...]] = ("landuse_2023", "landuse_2020", "sandiao")
"""用地用海 2023, its trial of 2020, and 三调; the first is taken where nothing speaks for another."""
SURVEY_FIELDS: Final = ("DLBM", "DLMC")
"""Fields that only layers of the land survey (三调) have."""


def valid_codes(system: CodeSystem) -> frozenset[str]:
    """Return every code of a system, of all its levels."""
    return _tables()[system]


def code_system(layer: Layer, codes: Iterable[str]) -> CodeSystem:
    """Return the system of a layer: what its profile says, else what its field and most of its codes say."""
    stated = getattr(layer, "code_system", None)
    if stated in CODE_SYSTEMS:
        return stated
    if layer.fields.get(col.LANDUSE_CODE, "").upper() in SURVEY_FIELDS or layer.role == "landuse_survey":
        return "sandiao"
    known = list(codes)
    fits = [sum(code in valid_codes(system) for code in known) for system in CODE_SYSTEMS]
    return CODE_SYSTEMS[fits.index(max(fits))]


@cache
def _tables() -> dict[CodeSystem, frozenset[str]]:
    text = files(__package__).joinpath("landuse_codes.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    return {system: frozenset(content[system]["codes"].split()) for system in CODE_SYSTEMS}
