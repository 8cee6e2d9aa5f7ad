"""From exceptions to answers after RFC 9457: one table, a stable code, words in both languages."""

import logging
import uuid
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.faults import BadRequest, Conflict, NotFound, NotReady, Refused, TooLarge, TooMany, Unauthorised
from api.reader import asked_language
from dss.errors import CheckFailedError, DssError, InputError
from dss.language import LANGUAGES, Language, has_text, text

logger = logging.getLogger(__name__)

PROBLEM: Final = "application/problem+json"
STATUS: Final[dict[type[DssError] | str, int]] = {
    "layer_missing": 404,
    "map_missing": 404,
    "run_missing": 404,
    "scenario_missing": 404,
    "siting_preset": 404,
    "rights_refused": 403,
    NotFound: 404,
    BadRequest: 400,
    Unauthorised: 401,
    Refused: 403,
    Conflict: 409,
    TooLarge: 413,
    TooMany: 429,
    NotReady: 409,
    CheckFailedError: 409,
    InputError: 422,
    DssError: 422,
}
"""Code of an error, or else its class or the nearest above it -> status."""
HTTP_CODES: Final = {404: "api_path", 405: "api_method", 400: "api_body", 415: "api_body"}
RETRY_S: Final = {"api_queue_full": "10", "api_building": "2"}


def status_of(error: DssError) -> int:
    """Return the status of an error by its code, else by its class."""
    if error.code in STATUS:
        return STATUS[error.code]
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def status_of_code(code: str) -> int:
    """Return the status of an error of which only the code is known, as in the row of a job."""
    return STATUS.get(code, STATUS[DssError])


def problem_of(error: DssError, language: Language, *, field: str | None = None) -> dict[str, Any]:
    """Return an error as the body of an answer."""
    return problem(error.code, status_of(error), language, error.values, field=field)


def problem(
    code: str, status: int, language: Language, values: dict[str, Any], *, field: str | None = None
) -> dict[str, Any]:
    """Return a problem after RFC 9457 with its title and a hint in both languages and the field at fault."""
    titles = {name: text(f"error.{code}", name, **values) for name in LANGUAGES}
    hint = f"api.hint_{code}" if has_text(f"api.hint_{code}") else f"api.hint_{status}"
    hints = {name: text(hint, name) for name in LANGUAGES}
    stated = field or values.get("field") or values.get("key")
    return {
        "type": f"urn:onemap-dss:{code}",
        "code": code,
        "status": status,
        "title": titles[language],
        "titles": titles,
        "hint": hints[language],
        "hints": hints,
        "field": None if stated is None else str(stated),
    }


def answer(error: DssError, language: Language) -> JSONResponse:
    """Return the answer that an error becomes."""
    body = problem_of(error, language)
    headers = {"Retry-After": RETRY_S[error.code]} if error.code in RETRY_S else {}
    if body["status"] == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body, status_code=body["status"], media_type=PROBLEM, headers=headers)


def add_handlers(app: FastAPI) -> None:
    """Let every exception become an answer."""

    @app.exception_handler(DssError)
    def explain(request: Request, error: DssError) -> JSONResponse:
        return answer(error, asked_language(request))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        if first["type"] == "json_invalid":
            return answer(BadRequest("api_body", why=first["msg"]), asked_language(request))
        return answer(InputError("api_field", field=field, why=_clean(first["msg"])), asked_language(request))

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> JSONResponse:
        code = HTTP_CODES.get(error.status_code, "api_path")
        values = {
            "path": _clean(request.url.path),
            "method": request.method,
            "why": _clean(str(error.detail)),
        }
        body = problem(code, error.status_code, asked_language(request), values)
        return JSONResponse(body, status_code=error.status_code, media_type=PROBLEM, headers=error.headers)


def unforeseen(request: Request, error: Exception) -> JSONResponse:
    """Return the answer to a fault of the service: a number that the log has too, never the fault's text."""
    number = uuid.uuid4().hex[:12]
    logger.error("%s: %s %s", number, request.method, request.url.path, exc_info=error)
    body = problem("api_unforeseen", 500, asked_language(request), {"number": number})
    return JSONResponse(body, status_code=500, media_type=PROBLEM)


def _clean(words: str) -> str:
    """Return words that any JSON can hold."""
    return words.encode("utf-8", "replace").decode("utf-8")[:300]
