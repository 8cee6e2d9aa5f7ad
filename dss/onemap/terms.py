"""Words that every part of the one map uses: texts in two languages, the four classes, levels of secrecy."""

from collections.abc import Iterable
from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict

from dss.language import Language

LayerClass = Literal["现状", "规划", "管理", "社会经济"]
Sensitivity = Literal["public", "internal", "sensitive", "secret"]
CodeSystem = Literal["landuse_2023", "landuse_2020", "sandiao"]

LAYER_CLASSES: Final[tuple[LayerClass, ...]] = get_args(LayerClass)
SENSITIVITIES: Final[tuple[Sensitivity, ...]] = get_args(Sensitivity)
CODE_SYSTEMS: Final[tuple[CodeSystem, ...]] = get_args(CodeSystem)


class Strict(BaseModel):
    """A frozen record of a file: unknown keys are refused."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True
    )


class Title(Strict):
    """A text in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """Return the text in one language."""
        return self.zh if language == "zh" else self.en


def highest(levels: Iterable[Sensitivity]) -> Sensitivity:
    """Return the highest of some levels of secrecy; public for none.

    >>> highest(["internal", "public"])
    'internal'
    """
    return max(levels, key=SENSITIVITIES.index, default="public")
