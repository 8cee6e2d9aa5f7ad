"""Scenarios over HTTP: the library, and a schema that a form can be made from in both languages."""

import json
from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient

from scenarios.load import library
from scenarios.schema import Scenario


def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for definition in (schema, *schema["$defs"].values()):
        yield from definition.get("properties", {}).items()


def test_every_scenario_of_the_library_may_be_sent_back(empty: TestClient):
    heads = empty.get("/api/scenarios").json()["scenarios"]
    assert [head["name"] for head in heads] == library()
    for head in heads:
        Scenario.model_validate(empty.get(f"/api/scenarios/{head['name']}").json()["scenario"])


def test_every_key_of_the_schema_has_a_title_in_both_languages(empty: TestClient):
    schema = empty.get("/api/scenarios/schema").json()
    found = list(properties(schema))
    assert len(found) > 80
    for key, entry in found:
        assert not entry["titles"]["zh"].isascii(), key
        assert entry["titles"]["en"]
        for choice, words in entry.get("choices", {}).items():
            assert not words["zh"].isascii(), (key, choice)


def test_the_schema_allows_what_the_program_allows(empty: TestClient):
    schema = json.dumps(Scenario.model_json_schema(), sort_keys=True)
    found = empty.get("/api/scenarios/schema").json()
    for definition in (found, *found["$defs"].values()):
        definition.pop("titles")
        for entry in definition.get("properties", {}).values():
            entry.pop("titles")
            entry.pop("choices", None)
    assert json.dumps(found, sort_keys=True) == schema


def test_an_unknown_scenario_is_not_found(empty: TestClient):
    assert empty.get("/api/scenarios/nothing").json()["code"] == "api_scenario"
