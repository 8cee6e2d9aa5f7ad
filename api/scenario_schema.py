"""The JSON Schema of scenarios with titles in both languages, for forms."""

from typing import Any

from api.texts import words_or_none
from dss.language import LANGUAGES
from scenarios.schema import Scenario


def titled_schema() -> dict[str, Any]:
    """Return the schema; each property has ``titles`` in zh and en, and ``descriptions`` where it has words.

    A title is looked for under ``field.<model>.<key>``, then ``field.<key>``; a key that has none goes by its
    name. The description of the model is English; it stands for both until somebody writes another.
    """
    schema = Scenario.model_json_schema()
    _add_titles(schema, "Scenario")
    for name, definition in schema.get("$defs", {}).items():
        _add_titles(definition, name)
    return schema


def _add_titles(definition: dict[str, Any], model: str) -> None:
    definition["titles"] = words_or_none(f"field.{model}") or dict.fromkeys(LANGUAGES, model)
    for key, entry in definition.get("properties", {}).items():
        found = words_or_none(f"field.{model}.{key}") or words_or_none(f"field.{key}")
        entry["titles"] = found or dict.fromkeys(LANGUAGES, key.replace("_", " "))
        choices = entry.get("enum") or ([entry["const"]] if "const" in entry else [])
        if choices:
            entry["choices"] = {
                str(choice): words_or_none(f"field.{key}.{choice}") or dict.fromkeys(LANGUAGES, str(choice))
                for choice in choices
            }
