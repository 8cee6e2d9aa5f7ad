"""A sketch of the routes of an order, as SVG: its roads thick, those around thin, no map service needed.

Index names: ``r`` road features.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import shapely
from markupsafe import Markup, escape

from dss.arrays import FloatArray, IntArray
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


class Sketches:
    """Draws sketches of one plan's streets, which are sorted by place once."""

    def __init__(self, streets: Streets) -> None:
        self._streets = streets
        self._tree = shapely.STRtree(streets.line)
        self._length_m = streets.length_m()

    def draw(self, routes: Sequence[Route]) -> tuple[Markup, float]:
        """Return a sketch of some routes and the metres its scale bar stands for."""
        paths = [path_of(route, self._streets) for route in routes]
        frame = Frame(np.concatenate(paths))
        around = np.sort(self._tree.query(frame.box))[:MOST_AROUND]
        lines = (shapely.get_coordinates(self._streets.line[r]) for r in around)
        parts = [draw_line(frame.on_paper(line), "#c9ced3", 1.0) for line in lines]
        edges = np.unique(np.concatenate([route.edges for route in routes]))
        edges = edges[np.argsort(-self._length_m[edges], kind="stable")]
        bar_m = max((m for m in SCALES_M if m * frame.scale <= WIDTH / 4), default=SCALES_M[0])
        bar = np.array([[12, HEIGHT - 12], [12 + bar_m * frame.scale, HEIGHT - 12]])
        parts += [
            *_routes(frame, paths),
            *draw_names(frame, self._streets, edges),
            draw_line(bar, "#111", 2.0),
        ]
        inner = "".join(parts)
        return Markup(f'<svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img">{inner}</svg>'), float(bar_m)


def _routes(frame: "Frame", paths: list[FloatArray]) -> list[str]:
    """Draw routes with their begins and ends, those that leave first on top."""
    parts = []
    for number, path in reversed(list(enumerate(paths))):
        parts.append(draw_line(frame.on_paper(path), colour_of(number), 4.0))
    for number, path in enumerate(paths):
        (x, y), (to_x, to_y) = frame.on_paper(path[[0, -1]])
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{colour_of(number)}" stroke="#fff"/>')
        parts.append(
            f'<rect x="{to_x - 6:.1f}" y="{to_y - 6:.1f}" width="12" height="12" fill="#111" stroke="#fff"/>'
        )
    return parts


def draw_names(frame: "Frame", streets: Streets, edges: IntArray) -> list[str]:
    """Write the name of each street once, beside the first of its edges, if there is room."""
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


class Frame:
    """Fits points into the paper, north up."""

    def __init__(self, points: FloatArray) -> None:
        low, high = points.min(axis=0), points.max(axis=0)
        size = np.maximum(high - low, 100.0) * (1 + 2 * MARGIN_SHARE)
        self._middle = (low + high) / 2
        self.scale = float(min(WIDTH / size[0], HEIGHT / size[1]))
        half = np.array([WIDTH, HEIGHT]) / self.scale / 2
        self.box = shapely.box(*(self._middle - half), *(self._middle + half))

    def on_paper(self, points: FloatArray) -> FloatArray:
        """Return points of the map on the paper."""
        east, north = ((points - self._middle) * self.scale).T
        return np.column_stack([WIDTH / 2 + east, HEIGHT / 2 - north])


def draw_line(points: FloatArray, colour: str, width: float) -> str:
    """Return a line over points on the paper."""
    corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return (
        f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="{width:g}"'
        ' stroke-linejoin="round" stroke-linecap="round"/>'
    )
