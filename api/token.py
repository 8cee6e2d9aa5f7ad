"""Who may read and do what: a token in a file that only its owner can read, made at the first start."""

import hmac
import os
import secrets
from pathlib import Path
from typing import Final

from starlette.requests import Request

from api.faults import Refused, Unauthorised
from api.settings import LOOPBACK, Settings
from dss.language import Term
from dss.onemap.terms import SENSITIVITIES, Sensitivity

TOKEN_FILE: Final = "token"
COOKIE: Final = "dss_token"
"""Set by opening the page with `?token=`; no script can read it and no other site can send it."""
ALWAYS_OPEN: Final = ("/api/health", "/api/settings")
OPEN_LEVEL: Final[Sensitivity] = "internal"
"""What may leave without a token on this machine: up to 内部."""


class Guard:
    """Compares tokens and levels; the token is made when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._file = settings.folder / TOKEN_FILE

    @property
    def file(self) -> Path:
        """Where the token lies."""
        return self._file

    def token(self) -> str:
        """Return the token; makes it, readable by its owner alone, where there is none."""
        try:
            return self._file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            pass
        self._file.parent.mkdir(parents=True, exist_ok=True)
        made = secrets.token_urlsafe(32)
        try:
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was first
            return self._file.read_text(encoding="ascii").strip()
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(made + "\n")
        return made

    def is_known(self, request: Request) -> bool:
        """Tell whether a request brings the token, in its header or as the page's cookie.

        A wrong one in the header is refused; an old cookie counts as none.

        Raises
        ------
        Unauthorised
            If it brings another.
        """
        stated = request.headers.get("authorization")
        if stated is None:
            kept = request.cookies.get(COOKIE)
            return kept is not None and self.is_right(kept)
        scheme, _, token = stated.partition(" ")
        if scheme.lower() != "bearer" or not self.is_right(token.strip()):
            raise Unauthorised("api_token_wrong", file=self._file)
        return True

    def is_right(self, token: str) -> bool:
        """Tell whether a text is the token, in a time that does not depend on how much of it is right."""
        return hmac.compare_digest(token.encode("utf-8", "replace"), self.token().encode("ascii"))

    def allows(self, request: Request, level: Sensitivity) -> bool:
        """Tell whether a request may read what is of a level: above 内部 only with the token."""
        above = SENSITIVITIES.index(level) > SENSITIVITIES.index(OPEN_LEVEL)
        return self.is_known(request) or not above

    def require_level(self, request: Request, level: Sensitivity, what: str) -> None:
        """Refuse what is above 内部 to those without the token.

        Raises
        ------
        Unauthorised
            If the request brings none, or a wrong one.
        """
        if not self.allows(request, level):
            raise Unauthorised("api_token_level", what=what, level=Term(f"word.{level}"))

    def admit(self, request: Request) -> None:
        """Refuse what no page of this server would send.

        On this machine a request must name this machine, so that no other site's name can be turned to it,
        and nothing but a link that a person follows may come from another site. For others the token opens
        the door.

        Raises
        ------
        Refused
            If it comes from another site or names another host.
        Unauthorised
            If the server is open to others and the request brings no token.
        """
        host = (request.url.hostname or "").strip("[]")
        if self._settings.is_local and host not in LOOPBACK:
            raise Refused("api_host", host=host[:100])
        is_link = request.method == "GET" and request.headers.get("sec-fetch-mode") == "navigate"
        if not is_link and request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise Refused("api_other_site")
        known = self.is_known(request)
        path = request.url.path
        is_data = path.startswith(("/api", "/ogc")) and path not in ALWAYS_OPEN
        if is_data and not known and not self._settings.is_local:
            raise Unauthorised("api_token_needed")
