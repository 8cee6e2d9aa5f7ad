"""Requests that schemathesis makes up from the description of the API."""

from collections.abc import Iterator
from typing import Any

import httpx2
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

from api.description import FILE

Broken = tuple[str, str, int]
"""Method, address and status of an answer that tells of a fault of the service."""


def operations() -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """Return every operation of the description."""
    for found in schemathesis.openapi.from_path(FILE).get_all_operations():
        yield found.ok()


def send(client: TestClient | httpx2.Client, case: Case) -> httpx2.Response:
    """Send a request as it was made up."""
    given = case.as_transport_kwargs(base_url="http://localhost")
    url = "/" + given["url"].split("/", 3)[3]
    body = {name: given[name] for name in ("json", "data") if given.get(name) is not None}
    if "data" in body:
        body["content"] = body.pop("data")
    headers = {name: str(value) for name, value in (given.get("headers") or {}).items()}
    kept = {name: value for name, value in headers.items() if value.isascii() and value.isprintable()}
    return client.request(case.method, url, params=given.get("params"), headers=kept, **body)


def broken(client: TestClient | httpx2.Client, cases_each: int, first_seed: int) -> tuple[int, list[Broken]]:
    """Send made-up requests, right and wrong, to every operation; return how many, and the faults."""
    sent, faults = 0, []
    for operation in operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @seed(first_seed)
            @settings(
                max_examples=cases_each,
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(operation.as_strategy(generation_mode=mode))
            def ask(case: Case) -> None:
                nonlocal sent
                answer = send(client, case)
                sent += 1
                if answer.status_code >= 500:
                    faults.append((case.method, str(answer.request.url), answer.status_code))

            try:
                ask()
            except (Unsatisfiable, schemathesis.errors.SchemathesisError):
                continue  # nothing wrong can be made up where nothing is asked for
    return sent, faults
