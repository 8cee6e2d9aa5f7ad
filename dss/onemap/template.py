"""The template catalogue: the 80 middle classes of a city's one map, by class.

The list is closed: a layer belongs to one of them or to none. A city names its layers as it likes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

import yaml

from dss.language import Language
from dss.onemap.terms import LayerClass, Sensitivity, Title

Geometry = Literal["point", "line", "polygon", "mixed", "grid", "raster"]


@dataclass(frozen=True, slots=True)
class MiddleClass:
    """One of the middle classes: what it usually is, whose, how often renewed, how secret, and its role.

    ``cycle_days`` is 0 where the owner renews it as things happen.
    """

    key: str
    layer_class: LayerClass
    title: Title
    geometry: Geometry
    owner: Title
    cycle_days: int
    sensitivity: Sensitivity
    role: str

    def short(self, language: Language) -> str:
        """Return its title without what stands in brackets."""
        return _stem(self.title.of(language))


@dataclass(frozen=True, slots=True)
class Template:
    """The whole template, with how far it may be trusted."""

    status: str
    source: Title
    middle_classes: Mapping[str, MiddleClass]


@cache
def template() -> Template:
    """Return the template catalogue."""
    content = yaml.safe_load(files("dss.onemap").joinpath("template.yaml").read_text(encoding="utf-8"))
    departments: dict[str, str] = content["departments"]
    found = [
        _middle_class(layer_class, dict(zip(content["columns"], row, strict=True)), departments)
        for layer_class, rows in content["classes"].items()
        for row in rows
    ]
    by_key = MappingProxyType({entry.key: entry for entry in found})
    return Template(content["status"], Title(**content["source"]), by_key)


def find_middle_class(text: str) -> MiddleClass | None:
    """Return the middle class of a key or a Chinese title, with or without its brackets; None for others.

    >>> find_middle_class("道路网").key
    'roads'
    """
    known = template().middle_classes
    if text in known:
        return known[text]
    wanted = _stem(text)
    return next((entry for entry in known.values() if _stem(entry.title.zh) == wanted), None)


def _middle_class(
    layer_class: LayerClass, row: Mapping[str, Any], departments: Mapping[str, str]
) -> MiddleClass:
    owners = row["owner"].split("/")
    return MiddleClass(
        key=row["key"],
        layer_class=layer_class,
        title=Title(zh=row["zh"], en=row["en"]),
        geometry=row["geometry"],
        owner=Title(zh=row["owner"], en=" / ".join(departments[owner] for owner in owners)),
        cycle_days=row["cycle_days"],
        sensitivity=row["sensitivity"],
        role=row["role"],
    )


def _stem(title: str) -> str:
    return title.replace("（", "(").split("(")[0].strip()
