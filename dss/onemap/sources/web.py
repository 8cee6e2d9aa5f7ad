"""Ask a web service warily: limits of time and size, retries, and answers that are no answers."""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from xml.etree.ElementTree import Element, ParseError, fromstring

import httpx2

from dss.errors import MapError

LARGEST_ANSWER: Final = 512 * 1024 * 1024
MOST_REDIRECTS: Final = 3
SHOWN_PARAMETERS: Final = frozenset({"map", "service", "version", "typename", "typenames", "layers", "f"})
"""Parameters of an address that are no secret; keys and tokens have too many names to list."""
RETRIED: Final = frozenset({429, 502, 503, 504})

Parameters = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class WebLimits:
    """How long to wait, how often to ask again, and how much to take."""

    connect_s: float = 10.0
    answer_s: float = 60.0
    """Longest silence within an answer."""
    whole_answer_s: float = 300.0
    """Longest time for one answer, however steadily it drips."""
    attempts: int = 3
    wait_s: float = 1.0
    page_features: int = 1000
    pages: int = 20_000


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer, what it is said to be, and where it came from."""

    content: bytes
    kind: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Web:
    """A client of one service; every refusal names the service and the way out."""

    def __init__(self, limits: WebLimits) -> None:
        self.limits = limits
        timeout = httpx2.Timeout(limits.answer_s, connect=limits.connect_s)
        self._client = httpx2.Client(timeout=timeout, follow_redirects=True, max_redirects=MOST_REDIRECTS)

    def __enter__(self) -> "Web":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, url: str, parameters: Parameters) -> Answer:
        """Get a page; parameters take the place of those of the same name in the address."""
        return self._ask("GET", with_parameters(url, parameters), None)

    def post(self, url: str, form: Parameters) -> Answer:
        """Send a form, for requests too long for an address."""
        return self._ask("POST", httpx2.URL(url), {name: str(value) for name, value in form.items()})

    def _ask(self, method: str, url: httpx2.URL, form: dict[str, str] | None) -> Answer:
        shown = shown_url(str(url))
        for attempt in range(1, self.limits.attempts + 1):
            last = attempt == self.limits.attempts
            try:
                return self._once(method, url, form, shown, last)
            except httpx2.TimeoutException as error:
                if last:
                    raise MapError(
                        "import_service_timeout", url=shown, seconds=self.limits.answer_s, attempts=attempt
                    ) from error
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                if last:
                    why = _no_secret(" ".join(str(error).split()), url)[:300] or type(error).__name__
                    raise MapError("import_service_unreachable", url=shown, why=why) from error
            except _AskAgainError:
                pass
            time.sleep(self.limits.wait_s * attempt)
        raise AssertionError("the last attempt answers or raises")

    def _once(
        self, method: str, url: httpx2.URL, form: dict[str, str] | None, shown: str, last: bool
    ) -> Answer:
        began = time.monotonic()
        with self._client.stream(method, url, data=form) as response:
            if response.status_code in RETRIED and not last:
                raise _AskAgainError
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > LARGEST_ANSWER:
                    raise MapError("import_service_large", url=shown, megabytes=LARGEST_ANSWER >> 20)
                if time.monotonic() - began > self.limits.whole_answer_s:
                    raise MapError(
                        "import_service_timeout", url=shown, seconds=self.limits.whole_answer_s, attempts=1
                    )
            kind = response.headers.get("content-type", "").split(";")[0].strip().lower()
            if response.status_code >= 400:
                why = said_error(bytes(content)) or response.reason_phrase
                raise MapError("import_service_status", url=shown, status=response.status_code, why=why)
            return Answer(bytes(content), kind, str(response.url), dict(response.headers))


class _AskAgainError(Exception):
    """The service is busy and may answer later."""


def json_of(answer: Answer) -> dict[str, Any]:
    """Return the JSON object of an answer, whatever the answer says that it is.

    Raises
    ------
    MapError
        If it is a web page, an error document, or broken off.
    """
    shown = shown_url(answer.url)
    _refuse_page(answer, shown)
    try:
        content = json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        code = "import_service_truncated" if answer.content[:1] in (b"{", b"[") else "import_service_answer"
        if code == "import_service_truncated":
            raise MapError("import_service_truncated", url=shown, size=len(answer.content)) from error
        why = said_error(answer.content) or answer.content[:80].decode("utf-8", "replace")
        raise MapError("import_service_answer", url=shown, why=why) from error
    if not isinstance(content, dict):
        raise MapError("import_service_answer", url=shown, why=type(content).__name__)
    if "error" in content or "exceptions" in content:
        raise MapError("import_service_refused", url=shown, why=said_error(answer.content) or "?")
    return content


def xml_of(answer: Answer) -> Element:
    """Return the root of an XML answer; documents that define entities are refused unread.

    Raises
    ------
    MapError
        If it is a web page, an exception report, or broken off.
    """
    shown = shown_url(answer.url)
    _refuse_page(answer, shown)
    if b"<!ENTITY" in answer.content or b"<!DOCTYPE" in answer.content:
        raise MapError("import_service_answer", url=shown, why="<!DOCTYPE")
    try:
        root = fromstring(answer.content)
    except ParseError as error:
        if answer.content.lstrip()[:1] == b"<":
            raise MapError("import_service_truncated", url=shown, size=len(answer.content)) from error
        why = answer.content[:80].decode("utf-8", "replace")
        raise MapError("import_service_answer", url=shown, why=why) from error
    if root.tag.rpartition("}")[2] in ("ExceptionReport", "ServiceExceptionReport"):
        raise MapError("import_service_refused", url=shown, why=said_error(answer.content) or "?")
    return root


def said_error(content: bytes) -> str:
    """Return the words of an error document, of XML or JSON, in one line; empty where there are none."""
    text = content[:20_000].decode("utf-8", "replace")
    try:
        parsed = json.loads(text)
    except ValueError:
        words = re.findall(r"<(?:\w+:)?(?:ExceptionText|ServiceException)[^>]*>([^<]+)<", text)
        return " ".join(" ".join(words).split())[:300]
    found = parsed.get("error", parsed) if isinstance(parsed, dict) else {}
    if isinstance(found, str):
        return found[:300]
    parts = [found.get(key) for key in ("code", "message", "title", "description", "detail", "details")]
    return " ".join(str(part) for part in parts if part)[:300] if isinstance(found, dict) else ""


def with_parameters(url: str, parameters: Parameters) -> httpx2.URL:
    """Return an address with parameters put in; those of the same name, in any case, give way."""
    parsed = httpx2.URL(url)
    names = {name.lower() for name in parameters}
    kept = [(name, value) for name, value in parsed.params.multi_items() if name.lower() not in names]
    return parsed.copy_with(params=[*kept, *((name, str(value)) for name, value in parameters.items())])


def shown_url(url: str) -> str:
    """Return an address as it may be shown and stored: without user, password and keys."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port else ""
    open_ones = [pair for pair in parse_qsl(parts.query) if pair[0].lower() in SHOWN_PARAMETERS]
    return urlunsplit((parts.scheme, f"{host}{port}", parts.path, urlencode(open_ones), ""))


def _no_secret(text: str, url: httpx2.URL) -> str:
    return text.replace(str(url), shown_url(str(url)))


def _refuse_page(answer: Answer, shown: str) -> None:
    start = answer.content[:500].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        title = re.search(rb"<title[^>]*>([^<]*)<", answer.content[:20_000], re.IGNORECASE)
        said = title.group(1).decode("utf-8", "replace").strip() if title else ""
        raise MapError("import_service_html", url=shown, title=said)
