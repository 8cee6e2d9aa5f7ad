"""The audit as a page: one file a language that needs nothing beside it."""

import base64
from importlib.metadata import version
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from dss.language import Language
from dss.onemap.audit.audit import Audit
from dss.onemap.audit.picture import Picture
from dss.onemap.audit.report import report
from dss.onemap.audit.wording import say

FONTS_HERE: Final = "/*fonts*/"
"""Where the page takes embedded fonts."""
TREND_SIZE: Final = (220.0, 46.0)


def render_page(audit: Audit, picture: Picture | None, language: Language) -> str:
    """Return the page of one language, with a place for its fonts."""
    facts = report(audit, language)
    environment = Environment(
        loader=PackageLoader("dss.onemap.audit", "."), autoescape=True, undefined=StrictUndefined
    )

    def texts(key: str, **values: object) -> str:
        return say(key, language, **values)

    return environment.get_template("page.html").render(
        a=facts,
        say=texts,
        number=lambda value: f"{value:,}",
        grade=_grade,
        trend=_trend([check["score"] for check in facts["history"]]),
        picture=None if picture is None else base64.b64encode(picture.png).decode("ascii"),
        width_km="" if picture is None else f"{picture.width_km:.0f}",
        crs=audit.onemap.crs,
        version=version("onemap-dss"),
    )


def _grade(score: float) -> str:
    """Return the class that colours a score."""
    return "good" if score >= 95 else "fair" if score >= 80 else "poor"


def _trend(scores: list[float]) -> dict[str, Any] | None:
    """Return the line of the scores over time, in points of the drawing; None for a single check."""
    if len(scores) < 2:
        return None
    width, height = TREND_SIZE
    low, high = min(scores), max(scores)
    span = max(high - low, 1.0)
    step = width / (len(scores) - 1)
    points = [(i * step, height - (score - low) / span * height) for i, score in enumerate(scores)]
    return {
        "line": " ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        "last": points[-1],
        "before": scores[-2],
        "now": scores[-1],
        "width": width,
        "height": height,
    }
