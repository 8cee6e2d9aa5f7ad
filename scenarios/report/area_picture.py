"""Two maps beside each other: which cells each shelter answers for, and what one more place would save."""

import io
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.ticker import NullLocator

from dss.arrays import IntArray
from dss.language import LANGUAGES, Language, text
from scenarios.report.fonts import drawing_font
from scenarios.report.picture import PAPER, SHELTER, compound_paths
from scenarios.situation import Situation

SIZE_IN: Final = (11.0, 5.4)
DPI: Final = 150
# width and height of a map in the picture, as shares of it
FRAME: Final = (0.489, 0.92)
ASPECT: Final = SIZE_IN[0] * FRAME[0] / (SIZE_IN[1] * FRAME[1])
# told apart by colour-blind readers, and light enough for roads and names on them
FILLS: Final = ("#8dd3c7", "#ffffb3", "#bebada", "#fdb462", "#80b1d3", "#fccde5", "#d9d9d9", "#b3de69")
PRICES_MIN: Final = (0.0, 2.0, 5.0, 10.0, 20.0)
"""Classes of what a place is worth, in minutes."""
PRICE_FILLS: Final = ("#eef3f2", "#d3e6e2", "#9fcdc4", "#5aa99c", "#1f7d70", "#00443d")
TAKES_IN: Final = "#7b1fa2"
NAMED: Final = 8


def draw_areas(situation: Situation, layers: dict[str, gpd.GeoDataFrame]) -> dict[Language, bytes]:
    """Draw the responsibility areas and prices of places as a PNG in each language; empty without areas."""
    crs = situation.onemap.crs
    areas = layers["areas"].to_crs(crs)
    if areas.empty:
        return {}
    shelters = layers["shelters"].to_crs(crs).iloc[areas["shelter_row"]]
    figure = Figure(figsize=SIZE_IN, dpi=DPI, facecolor="white")
    left, right = (figure.add_axes((x, 0.01, FRAME[0], FRAME[1])) for x in (0.006, 0.505))
    bounds = np.array([areas.total_bounds, shelters.total_bounds])
    for axes in (left, right):
        draw_ground(axes, situation, bounds, ASPECT)
    _fill(left, areas, [FILLS[k] for k in neighbour_colours(areas)])
    _fill(right, areas, _price_fills(areas))
    _draw_ways(left, areas, shelters)
    for axes in (left, right):
        axes.scatter(
            shelters.geometry.x,
            shelters.geometry.y,
            s=11,
            c=SHELTER,
            edgecolors="white",
            linewidths=0.6,
            zorder=6,
        )
    pictures: dict[Language, bytes] = {}
    for language in LANGUAGES:
        words = [*_names(left, areas, shelters), *_titles(left, right, language), _legend(right, language)]
        packed = io.BytesIO()
        figure.savefig(packed, format="png")
        pictures[language] = packed.getvalue()
        for word in words:
            word.remove()
    return pictures


def neighbour_colours(areas: gpd.GeoDataFrame) -> IntArray:
    """Return a colour for each area that none of its neighbours has, if eight colours allow, shape (m,)."""
    shapes = areas.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    a, b = tree.query(shapes, predicate="dwithin", distance=1.0)
    colour = np.full(len(areas), -1)
    degree = np.bincount(a, minlength=len(areas))
    for k in np.argsort(-degree, kind="stable"):
        used = set(colour[b[a == k]].tolist())
        uses = np.bincount(colour[colour >= 0], minlength=len(FILLS))
        free = [c for c in range(len(FILLS)) if c not in used] or list(range(len(FILLS)))
        colour[k] = min(free, key=lambda c: (uses[c], c))
    return colour


def draw_ground(axes: Axes, situation: Situation, bounds: np.ndarray, aspect: float) -> None:
    """Draw the roads under a map that shows some bounds, (k, 4), in a frame so many times as wide as high."""
    draw_roads(axes, situation.roads.features, bounds, aspect)


def draw_roads(axes: Axes, roads: gpd.GeoDataFrame, bounds: np.ndarray, aspect: float) -> None:
    """Draw roads under a map that shows some bounds, (k, 4), in a frame so many times as wide as high."""
    x0, y0 = bounds[:, :2].min(axis=0)
    x1, y1 = bounds[:, 2:].max(axis=0)
    half = 0.54 * max(y1 - y0, (x1 - x0) / aspect, 100.0)
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    axes.set_facecolor(PAPER)
    axes.set_xlim(x - half * aspect, x + half * aspect)
    axes.set_ylim(y - half, y + half)
    axes.set_aspect("equal")
    axes.xaxis.set_major_locator(NullLocator())
    axes.yaxis.set_major_locator(NullLocator())
    shown = roads.cx[x - half * aspect : x + half * aspect, y - half : y + half]
    axes.add_collection(
        PathCollection(
            compound_paths(shown), facecolors="none", edgecolors="#c9c6bd", linewidths=0.3, zorder=3
        )
    )


def _fill(axes: Axes, areas: gpd.GeoDataFrame, fills: list[str]) -> None:
    paths = [_outline(shape) for shape in areas.geometry]
    axes.add_collection(
        PathCollection(paths, facecolors=fills, edgecolors="#4a4f52", linewidths=0.7, alpha=0.82, zorder=4)
    )


def _draw_ways(axes: Axes, areas: gpd.GeoDataFrame, shelters: gpd.GeoDataFrame) -> None:
    """Draw a line from the middle of each area to its shelter."""
    middle = areas.geometry.representative_point()
    ends = np.array([[middle.x, middle.y], [shelters.geometry.x, shelters.geometry.y]])
    axes.add_collection(
        LineCollection(
            list(ends.transpose(2, 0, 1)), colors="#00594f", linewidths=0.7, linestyles="--", zorder=5
        )
    )


def _outline(shape: shapely.Geometry) -> Path:
    rings = [
        Path(np.asarray(ring.coords)[:, :2], closed=True)
        for part in shapely.get_parts(shape)
        for ring in (part.exterior, *part.interiors)
    ]
    return Path.make_compound_path(*rings)


def _price_fills(areas: gpd.GeoDataFrame) -> list[str]:
    minutes = areas["price_s"].to_numpy() / 60
    step = np.searchsorted(PRICES_MIN, minutes, side="left")
    return [
        TAKES_IN if takes else to_hex(PRICE_FILLS[k])
        for k, takes in zip(step, areas["place_takes_one_in"], strict=True)
    ]


def _names(axes: Axes, areas: gpd.GeoDataFrame, shelters: gpd.GeoDataFrame) -> list[Artist]:
    """Name the shelters with the most people."""
    top = areas["load_persons"].to_numpy().argsort(kind="stable")[::-1][:NAMED]
    return [
        axes.annotate(
            str(areas["shelter"].iloc[k])[:12],
            (shelters.geometry.x.iloc[k], shelters.geometry.y.iloc[k]),
            xytext=(3, 3),
            textcoords="offset points",
            fontproperties=drawing_font(size_pt=6.5),
            zorder=8,
            annotation_clip=True,
            clip_on=True,
        )
        for k in top
    ]


def _titles(left: Axes, right: Axes, language: Language) -> list[Artist]:
    font = drawing_font("Bold", 9)
    return [
        axes.text(0.0, 1.015, text(f"report.{key}", language), transform=axes.transAxes, fontproperties=font)
        for axes, key in ((left, "areas_title"), (right, "prices_title"))
    ]


def _legend(axes: Axes, language: Language) -> Artist:
    minutes = text("unit.min", language)
    limits = [*PRICES_MIN[1:], np.inf]
    labels = [text("report.prices_none", language)]
    for low, high in zip(PRICES_MIN, limits, strict=True):
        labels.append(f"{low:g}–{high:g} {minutes}" if np.isfinite(high) else f"> {low:g} {minutes}")
    entries = [Patch(color=c, label=label) for c, label in zip(PRICE_FILLS, labels, strict=True)]
    entries.append(Patch(color=TAKES_IN, label=text("report.prices_takes_in", language)))
    legend = axes.legend(handles=entries, loc="upper left", prop=drawing_font(size_pt=7), framealpha=0.93)
    legend.set_zorder(20)
    return legend
