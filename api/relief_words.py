"""Names of what a relief is about, in both languages."""

from api.texts import words, words_or_none
from dss.language import LANGUAGES


def good_words(key: str) -> dict[str, str]:
    """Return the name of a commodity."""
    return words(f"relief.good_{key}")


def kind_words(kind: str) -> dict[str, str]:
    """Return the name of a kind of vehicle; a scenario's own kinds are called as it calls them."""
    return words_or_none(f"relief.kind_{kind}") or dict.fromkeys(LANGUAGES, kind)
