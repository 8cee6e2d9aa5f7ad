"""The description of the API is true, whole, and has examples."""

import json

import pytest

from api.description import FILE
from api.openapi_file import current_description

DESCRIPTION = json.loads(FILE.read_text(encoding="utf-8"))
OPERATIONS = [
    (path, method, operation)
    for path, methods in DESCRIPTION["paths"].items()
    for method, operation in methods.items()
]


def test_the_file_is_the_application_s_own_description():
    assert FILE.read_text(encoding="utf-8") == current_description(), (
        "python -m api.openapi_file writes it anew"
    )


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_every_route_has_words_problems_and_examples(path: str, method: str, operation: dict):
    assert operation["summary"]
    assert operation["description"]
    assert "4XX" in operation["responses"]
    for parameter in operation.get("parameters", []):
        has_example = parameter["schema"].get("examples") or parameter.get("example")
        assert has_example or not parameter["required"], parameter["name"]
    answer = next(answer for status, answer in operation["responses"].items() if status[0] == "2")
    for kind, content in answer["content"].items():
        assert "example" in content or kind != "application/json"
    if "requestBody" in operation:
        assert operation["requestBody"]["content"]["application/json"]["example"]
