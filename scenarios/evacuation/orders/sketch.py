"""A sketch of the routes of an order, as SVG: its roads thick, those around thin, no map service needed.

Index names: ``r`` road features.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from markupsafe import Markup, escape

from dss.arrays import FloatArray
from scenarios.evacuation.orders.route import Route, path_of
from scenarios.evacuation.streets import Streets

WIDTH: Final = 660.0
HEIGHT: Final = 330.0
MARGIN_SHARE: Final = 0.12
COLOURS: Final = ("#1f5fa8", "#b4540a", "#2e7d4f", "#7a3b8f", "#8a6d00", "#a3324b")
"""One per part, in turn; each is dark enough beside the others when printed in grey."""
MOST_AROUND: Final = 4000
NAME_SIZE: Final = np.array([60.0, 14.0])
"""Room for a street's name."""
SCALES_M: Final = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)


def colour_of(number: int) -> str:
    """Return the colour of a part."""
    return COLOURS[number % len(COLOURS)]


def draw_routes(streets: Streets, routes: Sequence[Route]) -> tuple[Markup, float]:
    """Return the sketch and the metres its scale bar stands for."""
    paths = [path_of(route, streets) for route in routes]
    frame = _Frame(np.concatenate(paths))
    around = shapely.STRtree(streets.line).query(frame.box)[:MOST_AROUND]
    parts = [
        _line(frame.on_paper(shapely.get_coordinates(streets.line[r])), "#c9ced3", 1.0)
        for r in np.sort(around)
    ]
    for number, path in reversed(list(enumerate(paths))):
        parts.append(_line(frame.on_paper(path), colour_of(number), 4.0))
    for number, path in enumerate(paths):
        (x, y), (to_x, to_y) = frame.on_paper(path[[0, -1]])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{colour_of(number)}" stroke="#fff"/>')
        parts.append(
            f'<rect x="{to_x - 6:.1f}" y="{to_y - 6:.1f}" width="12" height="12" fill="#111" stroke="#fff"/>'
        )
    parts += _names(frame, streets, routes)
    bar_m = max((m for m in SCALES_M if m * frame.scale <= WIDTH / 4), default=SCALES_M[0])
    bar = np.array([[12, HEIGHT - 12], [12 + bar_m * frame.scale, HEIGHT - 12]])
    parts.append(_line(bar, "#111", 2.0))
    inner = "".join(parts)
    return Markup(f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img">{inner}</svg>'), float(bar_m)


def _names(frame: "_Frame", streets: Streets, routes: Sequence[Route]) -> list[str]:
    """Write the name of each street once, beside its longest stretch on a route."""
    edges = np.unique(np.concatenate([route.edges for route in routes]))
    edges = edges[np.argsort(-streets.length_m()[edges], kind="stable")]
    named: dict[str, int] = {}
    for e in edges.tolist():
        named.setdefault(streets.name_of(e), e)
    named.pop("", None)
    texts: list[str] = []
    taken: list[FloatArray] = []
    for name, e in named.items():
        middle = shapely.line_interpolate_point(streets.line[streets.road[e]], 0.5, normalized=True)
        at = frame.on_paper(shapely.get_coordinates(middle))[0]
        if any((np.abs(at - other) < NAME_SIZE).all() for other in taken):
            continue  # two names in one place are none
        taken.append(at)
        x, y = at
        texts.append(
            f'<text x="{x + 6:.1f}" y="{y - 6:.1f}" font-size="11" paint-order="stroke" stroke="#fff"'
            f' stroke-width="3">{escape(name)}</text>'
        )
    return texts


class _Frame:
    """Fits points into the paper, north up."""

    def __init__(self, points: FloatArray) -> None:
        low, high = points.min(axis=0), points.max(axis=0)
        size = np.maximum(high - low, 100.0) * (1 + 2 * MARGIN_SHARE)
        self._middle = (low + high) / 2
        self.scale = float(min(WIDTH / size[0], HEIGHT / size[1]))
        half = np.array([WIDTH, HEIGHT]) / self.scale / 2
        self.box = shapely.box(*(self._middle - half), *(self._middle + half))

    def on_paper(self, points: FloatArray) -> FloatArray:
        east, north = ((points - self._middle) * self.scale).T
        return np.column_stack([WIDTH / 2 + east, HEIGHT / 2 - north])


def _line(points: FloatArray, colour: str, width: float) -> str:
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="{width:g}"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
    )
