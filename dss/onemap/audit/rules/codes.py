"""Codes: does a layer use the codes of its system, and only those that the profile can translate."""

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np
import pandas as pd

from dss import columns as col
from dss.onemap.audit.city import City
from dss.onemap.audit.hits import RecordHits, rows_where
from dss.onemap.audit.rule import Rule
from dss.onemap.catalogue import Layer
from dss.onemap.codes import detect_system, land_use_system
from dss.onemap.terms import CODE_SYSTEMS, CodeSystem

CODED: Final = (col.LANDUSE_CODE, col.ROAD_CLASS, col.SHELTER_CLASS)
"""Fields whose values are codes, in the order in which they are judged."""
LINK: Final = "_link"


def find_unknown_codes(city: City, layer: Layer) -> Iterable[RecordHits]:
    """Find codes that neither the layer's system nor its profile knows."""
    found = city.open(layer)
    for field in CODED:
        if not found.binds(field):
            continue
        words = pd.Series(found.words(field), dtype=object)
        known, system = _known(city, layer, field, words)
        rows = rows_where((words.notna() & ~words.map(known, na_action="ignore").eq(True)).to_numpy(np.bool_))
        yield RecordHits(
            rows,
            {
                "field": [layer.fields[field]] * rows.size,
                "value": list(words.iloc[rows]),
                "system": [system] * rows.size,
            },
        )


def _known(city: City, layer: Layer, field: str, words: pd.Series) -> tuple[Callable[[str], bool], str]:
    """Return what tells a known code, and the name of the list that it is in."""
    if field in layer.recode:
        return layer.recode[field].__contains__, "profile"
    if field == col.LANDUSE_CODE:
        counted = list(words.dropna())
        system = code_system(layer, counted)
        given = dict(zip(counted, land_use_system(system).is_valid(counted), strict=True))
        return given.__getitem__, system
    if field == col.ROAD_CLASS:
        classes = city.standards.column("roads.design_speed_kmh")
        return lambda word: word.removesuffix(LINK) in classes, "standards"
    return city.standards.column("shelters.area_per_person_m2").__contains__, "standards"


def code_system(layer: Layer, codes: list[str]) -> CodeSystem:
    """Return the system of a layer: what its profile says, else what its names and most of its codes say."""
    if layer.code_system is not None:
        return layer.code_system
    detected = detect_system(codes, layer.fields.get(col.LANDUSE_CODE), layer.file_layer).system
    return detected or CODE_SYSTEMS[0]


CODE_RULES: Final = (
    Rule(
        "CODE_INVALID", "error", find_unknown_codes,
        roles=frozenset({
            "landuse", "residential_land", "landuse_survey", "landuse_planned", "plots",
            "roads", "shelters", "shelters_planned",
        }),
    ),
)  # fmt: skip
