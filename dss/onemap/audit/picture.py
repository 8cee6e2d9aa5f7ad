"""The map of the faults: a picture without words, so that every language shows the same one."""

import io
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure
from matplotlib.path import Path

from dss.arrays import FloatArray
from dss.onemap.audit.audit import Audit
from dss.onemap.audit.city import City
from dss.onemap.audit.layer import GeometryArray

WIDTH_IN: Final = 10.4
DPI: Final = 130
LEAST_RATIO, MOST_RATIO = 0.45, 0.8
"""Height of the picture by its width."""
PAPER, LAND, EDGE, WATER, ROAD = "#eceff1", "#fbfaf7", "#90a4ae", "#cfe3f1", "#bdb8ae"
COLOUR: Final = {"error": "#c62828", "warning": "#ef8f00"}
MOST_ROADS: Final = 40_000
MARGIN: Final = 0.03


@dataclass(frozen=True, slots=True)
class Picture:
    """A map of the faults.

    Parameters
    ----------
    png
        The picture.
    width_km
        Width of the ground that it shows.
    """

    png: bytes
    width_km: float


def draw_faults(audit: Audit) -> Picture | None:
    """Draw where the records at fault lie; None where none has a place in or near the city."""
    city = City(audit.onemap, audit.today)
    middle = shapely.centroid(np.asarray(audit.faults.geometry.array, dtype=object))
    placed = ~(shapely.is_missing(middle) | shapely.is_empty(middle))
    faults, points = audit.faults[placed], shapely.get_coordinates(middle[placed])
    boundary = city.area_of("boundary")
    frame = _frame(boundary, points)
    if frame is None:
        return None
    left, bottom, right, top = frame
    ratio = (top - bottom) / (right - left)
    figure = Figure(figsize=(WIDTH_IN, WIDTH_IN * ratio), dpi=DPI, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    _draw_ground(axes, city, boundary)
    for severity in ("warning", "error"):  # errors lie on top
        x, y = points[(faults["severity"] == severity).to_numpy()].T
        axes.scatter(x, y, s=_size(len(points)), c=COLOUR[severity], alpha=0.75, linewidths=0, zorder=4)
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)
    packed = io.BytesIO()
    figure.savefig(packed, format="png")
    return Picture(packed.getvalue(), (right - left) / 1000.0)


def _frame(boundary: shapely.Geometry | None, points: FloatArray) -> tuple[float, float, float, float] | None:
    """Return what to show: the city, else where most faults lie."""
    if boundary is not None:
        left, bottom, right, top = shapely.bounds(boundary)
    elif len(points):
        (left, bottom), (right, top) = np.quantile(points, 0.02, axis=0), np.quantile(points, 0.98, axis=0)
    else:
        return None
    pad = MARGIN * max(right - left, top - bottom, 100.0)
    width, height = float(right - left + 2 * pad), float(top - bottom + 2 * pad)
    width, height = max(width, height / MOST_RATIO), max(height, width * LEAST_RATIO)
    x, y = float(left + right) / 2, float(bottom + top) / 2
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _draw_ground(axes: Axes, city: City, boundary: shapely.Geometry | None) -> None:
    if boundary is None:
        axes.set_facecolor(LAND)
    else:
        _fill(axes, np.array([boundary], dtype=object), LAND, EDGE, 1)
    _fill(axes, city.areas("water"), WATER, "none", 2)
    if city.roads is None:
        return
    roads = np.asarray(city.roads.geometries, dtype=object)
    step = max(1, roads.size // MOST_ROADS)
    lines = [shapely.get_coordinates(line) for line in shapely.get_parts(roads[::step])]
    axes.add_collection(LineCollection(lines, colors=ROAD, linewidths=0.35, zorder=3))


def _fill(axes: Axes, areas: GeometryArray, colour: str, edge: str, order: int) -> None:
    parts = shapely.get_parts(areas)
    outlines = [_outline(part) for part in parts[shapely.get_type_id(parts) == 3]]
    axes.add_collection(PathCollection(outlines, facecolor=colour, edgecolor=edge, lw=0.8, zorder=order))


def _outline(shape: shapely.Polygon) -> Path:
    rings = [shape.exterior, *shape.interiors]
    return Path.make_compound_path(*[Path(shapely.get_coordinates(ring), closed=True) for ring in rings])


def _size(count: int) -> float:
    """Return the size of a dot: smaller where there are many."""
    return float(np.clip(12_000.0 / max(count, 1), 4.0, 30.0))
