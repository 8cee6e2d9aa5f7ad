"""Who reads: the language that a request asks for."""

import re

from starlette.requests import Request

from dss.language import LANGUAGES, Language, current_language


def asked_language(request: Request) -> Language:
    """Return the language of ``?lang=``, else the first of the browser's that there is."""
    return chosen_language(request.query_params.get("lang"), request.headers.get("accept-language", ""))


def chosen_language(asked: str | None, accepted: str) -> Language:
    """Return the language asked for, else the first one accepted that there is, else that of the process."""
    for language in [asked or "", *re.findall(r"[a-z]{2}", accepted.lower())]:
        if language in LANGUAGES:
            return "en" if language == "en" else "zh"
    return current_language()
