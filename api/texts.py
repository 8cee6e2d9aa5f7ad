"""Titles of keys in both languages, for what goes out with both."""

from dss.language import LANGUAGES, has_text, text


def words(key: str, **values: object) -> dict[str, str]:
    """Return a text of the catalogues in both languages; ``section.name``."""
    return {language: text(key, language, **values) for language in LANGUAGES}


def words_or_none(key: str) -> dict[str, str] | None:
    """Return a text in both languages; None where the catalogues have none."""
    return words(key) if has_text(key) else None


def words_or_key(section: str, key: str) -> dict[str, str]:
    """Return a text in both languages; the key itself where the catalogues have none."""
    return words_or_none(f"{section}.{key}") or dict.fromkeys(LANGUAGES, key)
