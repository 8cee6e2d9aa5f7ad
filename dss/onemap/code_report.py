"""A layer's land-use codes: of which system, which are not in it, which have no counterpart in 2023."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dss import columns as col
from dss.onemap.catalogue import Layer, OneMap
from dss.onemap.codes import PIVOT, Detection, detect_system, land_use_system, translate
from dss.onemap.terms import CodeSystem


@dataclass(frozen=True, slots=True)
class CodeReport:
    """The codes of one layer.

    Parameters
    ----------
    stated, detected
        The system that the profile names, and the one that the layer's names and codes point to.
    invalid
        Codes that the system does not have, and how many records hold them.
    untranslatable
        Codes of the system without counterpart in the 2023 list, and how many records hold them.
    coarse
        Records whose 2023 code would be only a parent or the commonest of several (待细分).
    empty
        Records without a code.
    """

    stated: CodeSystem | None
    detected: Detection
    invalid: Mapping[str, int]
    untranslatable: Mapping[str, int]
    coarse: int
    empty: int

    @property
    def system(self) -> CodeSystem | None:
        """The stated system, else the detected one."""
        return self.stated or self.detected.system


def report_codes(onemap: OneMap, layer: Layer) -> CodeReport | None:
    """Look at a layer's land-use codes; None where it binds no such field."""
    field = layer.fields.get(col.LANDUSE_CODE)
    if field is None or layer.kind == "raster":
        return None
    stored = pd.read_parquet(onemap.folder / layer.path, columns=[field])[field]
    codes = stored.dropna().astype(str).str.strip()
    codes = codes[codes != ""]
    detected = detect_system(codes, field, layer.file_layer or layer.file.split(".")[0])
    system = layer.code_system or detected.system
    if system is None:
        return CodeReport(layer.code_system, detected, _counted(codes), {}, 0, len(stored) - len(codes))
    valid = land_use_system(system).is_valid(codes)
    translated = translate(codes[valid], system, PIVOT)
    return CodeReport(
        stated=layer.code_system,
        detected=detected,
        invalid=_counted(codes[~valid]),
        untranslatable=dict(translated.untranslatable),
        coarse=int(translated.coarse.sum()),
        empty=len(stored) - len(codes),
    )


def _counted(codes: pd.Series) -> dict[str, int]:
    return dict(Counter(codes.tolist()).most_common())
