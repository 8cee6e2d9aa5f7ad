"""Every text a person reads: one catalogue per language, Chinese first, English beside it.

A catalogue is the folder of one language; its files are the sections. A text is asked for by
``section.name``; the data of a run never depends on it.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

Language = Literal["zh", "en"]

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Term:
    """A text of the catalogue as a value within another one: a level, a kind, a class.

    Parameters
    ----------
    key
        ``section.name``.
    """

    key: str


def current_language() -> Language:
    """Return the language of this process: ``DSS_LANG``, or Chinese."""
    return "en" if os.environ.get("DSS_LANG", "zh").lower().startswith("en") else "zh"


def text(key: str, language: Language, /, **values: object) -> str:
    """Return one text with its values filled in.

    Parameters
    ----------
    key
        ``section.name``, for instance ``error.layer_missing``.
    language
        ``zh`` or ``en``.
    **values
        What the text's placeholders stand for, a :class:`Term` in the same language; surplus values are
        ignored.

    Raises
    ------
    KeyError
        If the catalogue has no such text: a mistake of the program, not of the user.
    """
    words = catalogue(language)
    said = {name: words[value.key] if isinstance(value, Term) else value for name, value in values.items()}
    return words[key].format_map(said)


def has_text(key: str) -> bool:
    """Tell whether the catalogues hold this text."""
    return key in catalogue("zh")


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return all texts of one language by ``section.name``."""
    texts: dict[str, str] = {}
    for file in sorted(files(__package__).joinpath(language).iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".json"):
            section = file.name.removesuffix(".json")
            entries = json.loads(file.read_text(encoding="utf-8"))
            texts |= {f"{section}.{name}": value for name, value in entries.items()}
    return texts
