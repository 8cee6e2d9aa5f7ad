"""Land-use codes: which are valid in a system, which system a layer uses, and what they are in another one.

The same digits mean other uses in another system (1003 is 公路用地 in 三调 and 盐田 in 用地用海), so a code
is nothing without its system.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray

from dss.arrays import BoolArray
from dss.onemap.terms import CODE_SYSTEMS, CodeSystem, Title

PIVOT: Final[CodeSystem] = "landuse_2023"
DEEPEST: Final = 6
LEVEL: Final = 2
"""Digits of one level: 08, 0804, 080403."""

Codes = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class LandUseSystem:
    """One list of land-use codes.

    Parameters
    ----------
    status, source
        How far its names may be trusted; names in ``unverified`` are from memory whatever ``status`` says.
    field_names, layer_names
        Local names that tell that a layer uses it.
    names
        Name of each code.
    """

    key: CodeSystem
    title: Title
    status: str
    source: str
    field_names: frozenset[str]
    layer_names: frozenset[str]
    names: Mapping[str, str]
    unverified: frozenset[str]

    def lookup(self, code: str) -> str | None:
        """Return the listed code that a code falls under, by its longest prefix; None where there is none.

        >>> land_use_system("landuse_2023").lookup("08040399")
        '080403'
        """
        for size in range(len(code), 0, -1):
            if code[:size] in self.names:
                return code[:size]
        return None

    def is_valid(self, codes: Iterable[object]) -> BoolArray:
        """Tell which codes the system has, shape (n,); empty ones are not valid.

        A third level under a second one for which none is listed counts as valid: cities add their own there.
        """
        given = _texts(codes)
        known = {code: self._has(code) for code in set(given)}
        return np.array([known[code] for code in given], dtype=np.bool_)

    def _has(self, code: str) -> bool:
        if code in self.names:
            return True
        parent = code[:-LEVEL]
        if len(code) != DEEPEST or not code.isdecimal() or parent not in self.names:
            return False
        return not any(other.startswith(parent) and len(other) > len(parent) for other in self.names)


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """What the codes of one system are in another one.

    ``target`` lacks codes that have no counterpart; ``coarse`` holds codes whose target is only the parent
    or the commonest of several (待细分).
    """

    source_system: CodeSystem
    target_system: CodeSystem
    status: str
    target: Mapping[str, str]
    coarse: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Translation:
    """Codes in another system.

    Parameters
    ----------
    codes
        Shape (n,); None where there is no counterpart.
    coarse
        Rows whose code is only the parent or the commonest of several, shape (n,).
    untranslatable
        Codes without counterpart and how many rows hold them, the most frequent first.
    status
        How far the crosswalk may be trusted.
    """

    codes: Codes
    coarse: BoolArray
    untranslatable: Mapping[str, int]
    status: str


@dataclass(frozen=True, slots=True)
class Detection:
    """Which system a layer seems to use.

    Parameters
    ----------
    system
        None where fewer than half of the codes are valid in any.
    evidence
        ``layer`` or ``field`` for a name that only one system uses, ``codes`` for the codes themselves,
        ``default`` where several systems fit equally and the newest was taken.
    valid_share
        Share of the codes that each system has, empty ones left out.
    """

    system: CodeSystem | None
    evidence: str
    valid_share: Mapping[str, float]


def land_use_system(key: CodeSystem) -> LandUseSystem:
    """Return one system by its key."""
    return _systems()[key]


def crosswalk(source: CodeSystem, target: CodeSystem) -> Crosswalk:
    """Return the way from one system to another.

    Notes
    -----
    Ways are written down to the 2023 list only. Back from it, a code is translated where exactly one code
    leads to it, and is coarse where the way there was; between two others, by way of 2023.
    """
    if source == target:
        names = land_use_system(source).names
        same = {code: code for code in names}
        return Crosswalk(source, target, land_use_system(source).status, same, frozenset())
    if target == PIVOT:
        return _to_pivot()[source]
    if source == PIVOT:
        return _inverse(_to_pivot()[target])
    return _joined(_to_pivot()[source], _inverse(_to_pivot()[target]))


def translate(codes: Iterable[object], source: CodeSystem, target: CodeSystem) -> Translation:
    """Return codes in another system, and which of them have no counterpart there.

    A code that is not listed is taken as the listed one that it falls under, and is then coarse.
    """
    way, system = crosswalk(source, target), land_use_system(source)
    given = _texts(codes)
    found: dict[str, tuple[str | None, bool]] = {}
    for code in set(given):
        listed = system.lookup(code)
        to = way.target.get(listed) if listed else None
        found[code] = (to, to is not None and (listed != code or listed in way.coarse))
    missing = Counter(code for code in given if code and found[code][0] is None)
    return Translation(
        codes=np.array([found[code][0] for code in given], dtype=object),
        coarse=np.array([found[code][1] for code in given], dtype=np.bool_),
        untranslatable=MappingProxyType(dict(missing.most_common())),
        status=way.status,
    )


def detect_system(
    codes: Iterable[object], field: str | None = None, layer_name: str | None = None
) -> Detection:
    """Tell which system a layer uses, by its name, its field's name, else by its codes.

    Parameters
    ----------
    codes
        The layer's codes, shape (n,).
    field, layer_name
        Local names, as delivered.
    """
    given = [code for code in _texts(codes) if code]
    shares: dict[str, float] = {
        key: float(land_use_system(key).is_valid(given).mean()) if given else 0.0 for key in CODE_SYSTEMS
    }
    for key in CODE_SYSTEMS:
        system = land_use_system(key)
        if layer_name and layer_name.upper() in system.layer_names:
            return Detection(key, "layer", shares)
        if field and field.upper() in system.field_names and shares[key] >= 0.5:
            return Detection(key, "field", shares)
    best = max(shares.values())
    if best < 0.5:
        return Detection(None, "codes", shares)
    leading = [key for key in CODE_SYSTEMS if shares[key] == best]
    return Detection(leading[0], "codes" if len(leading) == 1 else "default", shares)


def _texts(codes: Iterable[object]) -> list[str]:
    """Return codes as texts: a number that a table made of 0101 gets its zero back, nothing becomes empty."""
    return [_text(code) for code in codes]


def _text(code: object) -> str:
    if code is None or code is pd.NA or (isinstance(code, float) and np.isnan(code)):
        return ""
    if isinstance(code, (int, float, np.integer, np.floating)):
        digits = str(int(code))
        return digits.zfill(len(digits) + len(digits) % LEVEL)
    return str(code).strip().upper()


@cache
def _content() -> dict[str, Any]:
    path = files("dss.standards").joinpath("landuse_codes.yaml")
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


@cache
def _systems() -> Mapping[str, LandUseSystem]:
    return MappingProxyType({key: _system(key, _content()["systems"][key]) for key in CODE_SYSTEMS})


def _system(key: CodeSystem, entry: Mapping[str, Any]) -> LandUseSystem:
    return LandUseSystem(
        key=key,
        title=Title(zh=entry["zh"], en=entry["en"]),
        status=entry["status"],
        source=entry["source"],
        field_names=frozenset(entry["fields"]),
        layer_names=frozenset(entry["layers"]),
        names=MappingProxyType({**entry["codes"], **entry["unverified"]}),
        unverified=frozenset(entry["unverified"]),
    )


@cache
def _to_pivot() -> Mapping[str, Crosswalk]:
    pivot = land_use_system(PIVOT).names
    ways: dict[str, Crosswalk] = {}
    for key in CODE_SYSTEMS:
        if key != PIVOT:
            entry = _content()["crosswalks"][key]
            same = {code: code for code in land_use_system(key).names if code in pivot}
            listed = entry["to_2023"]
            target = listed if key == "sandiao" else {**same, **listed}
            ways[key] = Crosswalk(key, PIVOT, entry["status"], target, frozenset(entry["coarse"]))
    return MappingProxyType(ways)


def _inverse(way: Crosswalk) -> Crosswalk:
    back: dict[str, list[str]] = {}
    for code, to in way.target.items():
        back.setdefault(to, []).append(code)
    single = {to: codes[0] for to, codes in back.items() if len(codes) == 1}
    coarse = frozenset(to for to, code in single.items() if code in way.coarse)
    return Crosswalk(way.target_system, way.source_system, way.status, single, coarse)


def _joined(first: Crosswalk, second: Crosswalk) -> Crosswalk:
    target = {code: second.target[to] for code, to in first.target.items() if to in second.target}
    coarse = frozenset(code for code in target if code in first.coarse or first.target[code] in second.coarse)
    return Crosswalk(first.source_system, second.target_system, first.status, target, coarse)
