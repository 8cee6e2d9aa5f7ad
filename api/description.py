"""The OpenAPI description: what every route has in common, and where it is kept."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.schemas.shared import Problem

FILE: Final = Path(__file__).with_name("openapi.json")
EXAMPLES: Final = Path(__file__).with_name("examples.json")
TAGS: Final = [
    {"name": "service", "description": "服务本身 · the service itself"},
    {"name": "maps", "description": "一张图：图层、切片、格网、体检 · maps, layers, tiles, cells, audit"},
    {"name": "runs", "description": "推演：运行、进度、方案 · scenarios, runs, plans"},
    {"name": "siting", "description": "选址 · siting studies"},
    {"name": "ogc", "description": "OGC API – Features"},
]
PROBLEM_EXAMPLE: Final = {
    "type": "urn:onemap-dss:api_run",
    "code": "api_run",
    "status": 404,
    "title": "没有名为 x 的运行。",
    "titles": {"zh": "没有名为 x 的运行。", "en": "There is no run named x."},
    "hint": "用 GET /api/runs 查看已有的运行。",
    "hints": {"zh": "用 GET /api/runs 查看已有的运行。", "en": "GET /api/runs lists the runs."},
    "field": None,
}
METHODS: Final = ("get", "post", "put", "delete", "head")


def describe(app: FastAPI) -> None:
    """Let the application describe itself, problems included."""

    def description() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(
                title="onemap-dss",
                version=version("onemap-dss"),
                summary="一张图上的避险转移与选址 · plans with a proof from a city's one map",
                routes=app.routes,
                tags=TAGS,
            )
            _add_problems(found)
            _add_examples(found)
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = description  # type: ignore[method-assign]


def as_text(description: dict[str, Any]) -> str:
    """Return the description as the file holds it."""
    return json.dumps(description, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _add_examples(description: dict[str, Any]) -> None:
    """Add an example to every answer and body of JSON: what a server said of the sample city."""
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            if name in examples["bodies"]:
                body = operation["requestBody"]["content"]["application/json"]
                body["example"] = examples["bodies"][name]
            for status, answer in operation["responses"].items():
                content = answer.get("content", {})
                if status[0] == "2" and "application/json" in content and name in examples["answers"]:
                    content["application/json"]["example"] = examples["answers"][name]


def _add_problems(description: dict[str, Any]) -> None:
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {})
    schemas["Problem"] = problem
    content = {
        "application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"}, "example": PROBLEM_EXAMPLE,
        }
    }  # fmt: skip
    for path in description["paths"].values():
        for method in METHODS:
            if method in path:
                answers = path[method]["responses"]
                answers.pop("422", None)
                answers["4XX"] = {"description": "what is wrong with the request", "content": content}
                answers["5XX"] = {"description": "a fault of the service", "content": content}
