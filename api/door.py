"""What every request passes: who sends it, how large it is, what it holds; and the headers of answers."""

import json
import math
from typing import Any, Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import answer, unforeseen
from api.faults import BadRequest, TooLarge
from api.reader import asked_language
from api.settings import Settings
from api.token import Guard
from dss.errors import DssError

HEADERS: Final = (
    (b"content-security-policy",
     b"default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
     b"worker-src 'self' blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
     b"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
)  # fmt: skip


class Door:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, settings: Settings, guard: Guard) -> None:
        self._app = app
        self._settings = settings
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def send_with_headers(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                extra = [pair for pair in HEADERS if pair[0] not in there]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        request = Request(scope)
        try:
            self._guard.admit(request)
            body = await self._read(request, receive)
        except DssError as error:
            await answer(error, asked_language(request))(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, _replay(body, receive), send_with_headers)
        except Exception as error:
            if begun:  # half an answer is out: only closing the connection says so
                raise
            await unforeseen(request, error)(scope, receive, send_with_headers)

    async def _read(self, request: Request, receive: Receive) -> bytes:
        limit = self._settings.body_limit_bytes
        stated = request.headers.get("content-length", "0")
        if stated.isdigit() and int(stated[:20]) > limit:
            raise TooLarge("api_too_large", limit=limit)
        parts, size = [], 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                break
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > limit:
                raise TooLarge("api_too_large", limit=limit)
            if not message.get("more_body", False):
                break
        body = b"".join(parts)
        if body and request.method in ("POST", "PUT", "PATCH"):
            require_plain_json(body, self._settings.json_depth_limit)
        return body


def require_plain_json(body: bytes, depth_limit: int) -> None:
    """Refuse what is no JSON, is nested too deep, or holds numbers and characters that no JSON has.

    Raises
    ------
    BadRequest
        In each of these cases.
    """
    depth = deepest(body)
    if depth > depth_limit:
        raise BadRequest("api_too_deep", depth=depth, limit=depth_limit)
    try:
        content = json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_float=_finite)
        json.dumps(content, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise BadRequest("api_body", why=str(error).encode("ascii", "replace").decode()[:200]) from error


def deepest(body: bytes) -> int:
    """Return how deep brackets are nested, those in texts left out, without building anything."""
    depth = most = 0
    in_text = escaped = False
    for octet in body:
        if in_text:
            in_text = escaped or octet != 0x22
            escaped = not escaped and octet == 0x5C
        elif octet == 0x22:
            in_text = True
        elif octet in b"[{":
            depth += 1
            most = max(most, depth)
        elif octet in b"]}":
            depth -= 1
    return most


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:30]} is too large")
    return number


def _replay(body: bytes, receive: Receive) -> Receive:
    told = False

    async def replay() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
