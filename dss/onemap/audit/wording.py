"""The words of the audit in a reader's language: what a rule is, what a fault is, how to mend it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import numpy as np

from dss.language import Language, has_text, text
from dss.onemap.catalogue import OneMap

NAMED: Final = ("reason", "zone", "system", "datum", "kind")
"""Values that are keys of texts themselves."""


def say(key: str, language: Language, /, **values: object) -> str:
    """Return a text of the section ``audit``."""
    return text(f"audit.{key}", language, **values)


def rule_title(code: str, language: Language) -> str:
    """Return the name of a rule."""
    return say(f"rule_{code}", language)


def rule_way_out(code: str, language: Language) -> str:
    """Return how to mend what a rule finds."""
    return say(f"how_{code}", language)


def fault_text(code: str, values: Mapping[str, object], *, whole: bool, language: Language) -> str:
    """Return what is wrong, with the values of the record, or of the whole layer."""
    suffix = "_layer" if whole and has_text(f"audit.what_{code}_layer") else ""
    shown = {name: _shown(name, value, language) for name, value in values.items()}
    return say(f"what_{code}{suffix}", language, **shown)


def why_not_run(why: str, values: Mapping[str, object], language: Language) -> str:
    """Return why a rule could not run."""
    return say(
        f"not_run_{why}", language, **{name: _shown(name, one, language) for name, one in values.items()}
    )


def layer_title(onemap: OneMap, key: str, language: Language) -> str:
    """Return the title of a layer."""
    return onemap.layer(key).title.of(language)


def _shown(name: str, value: object, language: Language) -> str:
    if name in NAMED and has_text(f"audit.{name}_{_slug(value)}"):
        return say(f"{name}_{_slug(value)}", language)
    if value is None:
        return "–"
    if isinstance(value, bool | str | date):
        return str(value)
    if isinstance(value, int | float | np.integer | np.floating):
        return f"{value:,}"
    return str(value)


def _slug(value: object) -> str:
    return str(value).strip().lower().replace("-", "_").replace(" ", "_")
