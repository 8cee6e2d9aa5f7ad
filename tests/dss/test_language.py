"""The two language catalogues say the same things."""

import ast
import string
from pathlib import Path

import pytest

from dss.errors import DssError
from dss.language import LANGUAGES, Term, catalogue, text

ROOT = Path(__file__).parents[2]
ERRORS = {"DssError", "InputError", "MapError", "ScenarioError", "NetworkError", "ProblemError",
          "CheckFailedError", "Cancelled"}  # fmt: skip


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def raised_errors() -> list[tuple[str, str, set[str] | None]]:
    found = []
    for package in ("dss", "models", "scenarios", "api"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", None) in ERRORS and node.args:
                    assert isinstance(node.args[0], ast.Constant), (
                        f"{path}:{node.lineno} needs a literal code"
                    )
                    names = {k.arg for k in node.keywords}
                    given = None if None in names else {str(name) for name in names}
                    found.append((f"{path.name}:{node.lineno}", str(node.args[0].value), given))
    return found


def test_both_languages_have_the_same_texts_and_placeholders():
    zh, en = (catalogue(language) for language in LANGUAGES)
    assert set(zh) == set(en)
    assert [key for key in zh if placeholders(zh[key]) != placeholders(en[key])] == []


def test_every_error_has_a_text_and_gives_the_values_it_names():
    for where, code, given in raised_errors():
        template = catalogue("en").get(f"error.{code}")
        assert template is not None, f"{where}: no text for error.{code}"
        assert given is None or placeholders(template) <= given, f"{where}: {code} lacks values"


def test_an_error_speaks_the_language_of_the_reader(monkeypatch):
    error = DssError("layer_missing", layer="roads", map="m", layers="a, b")
    monkeypatch.setenv("DSS_LANG", "en")
    assert "roads" in str(error)
    assert error.message("zh") != error.message("en")


def test_a_word_within_an_error_is_in_the_language_of_the_error():
    refused = DssError("api_token_level", what="stock", level=Term("word.sensitive"))

    assert text("word.sensitive", "zh") in refused.message("zh")
    assert text("word.sensitive", "en") in refused.message("en")


def test_an_unknown_text_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        text("error.no_such_text", "zh")


def told_guesses() -> list[tuple[str, str, set[str] | None]]:
    found = []
    for path in sorted((ROOT / "dss" / "onemap").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "guess":
                rule = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
                names = {k.arg for k in node.keywords}
                found.append((str(rule), f"{path.name}:{node.lineno}", None if None in names else names))
    return [one for one in found if one[0] != "None"]


def test_every_guess_has_a_text_and_gives_the_values_it_names():
    guesses = told_guesses()
    assert len(guesses) > 15
    for rule, where, given in guesses:
        template = catalogue("en").get(f"guess.{rule}")
        assert template is not None, f"{where}: no text for guess.{rule}"
        assert given is None or placeholders(template) <= given, f"{where}: {rule} lacks values"


@pytest.mark.parametrize("what", ["dbf", "gpkg", "service", "workbook", "raster", "file_time", "read"])
def test_every_source_of_a_date_has_a_text(what: str):
    assert placeholders(catalogue("zh")[f"guess.date_from_{what}"]) == {"date"}
