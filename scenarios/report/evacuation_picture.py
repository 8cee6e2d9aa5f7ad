"""Pictures of an evacuation: who is safe when, who stands in queues, and the map with the roads that bind."""

import io
from itertools import pairwise
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dss.arrays import FloatArray
from dss.language import LANGUAGES, Language, text
from scenarios.evacuation.animation import arrival_curves, queue_curves
from scenarios.evacuation.record import Record
from scenarios.report.area_picture import draw_ground
from scenarios.report.fonts import drawing_font
from scenarios.report.picture import line_parts
from scenarios.situation import Situation

CURVES_IN: Final = (11.0, 3.9)
MAP_IN: Final = (11.0, 6.4)
MAP_FRAME: Final = (0.006, 0.01, 0.988, 0.98)
DPI: Final = 150
PLAN: Final = "#00594f"
AT_ONCE: Final = "#b3261e"
OTHERS: Final = ("#3b6fb5", "#8a4b00", "#5b2a86")
LOADED: Final = "#1c3d5a"
BINDING: Final = "#d00000"
TURNED: Final = "#e08a00"
POCKET: Final = "#7b1fa2"
DEPARTURES: Final = ("#fde7c4", "#f9c67a", "#ee9a3e", "#cf6a1c", "#8f3d0a")
"""Departure from early to late, in steps that print and are told apart by colour-blind readers."""


def draw_curves(record: Record) -> dict[Language, bytes]:
    """Draw the arrivals and the queues over time as a PNG in each language."""
    arrivals, queues = arrival_curves(record, 30.0), queue_curves(record, 30.0)

    def draw(language: Language) -> bytes:
        figure = Figure(figsize=CURVES_IN, dpi=DPI, facecolor="white")
        left, right = figure.subplots(1, 2)
        figure.subplots_adjust(left=0.075, right=0.985, top=0.88, bottom=0.14, wspace=0.2)
        _draw_lines(left, arrivals, language, "evac_curve_title")
        _draw_lines(right, queues, language, "evac_queue_title")
        if record.facts.deadline_min is not None:
            left.axvline(record.facts.deadline_min, color="#555555", linestyle=":", linewidth=1.2)
        return _png(figure)

    return {language: draw(language) for language in LANGUAGES}


def _draw_lines(axes: Axes, curves: pd.DataFrame, language: Language, title: str) -> None:
    minutes = curves["at_s"] / 60
    names = [str(name) for name in curves.columns if name != "at_s"]
    others = iter(OTHERS)
    for name in names:
        own = {"plan": PLAN, "at_once": AT_ONCE}.get(name) or next(others)
        style = "--" if name == "at_once" else "-"
        label = text(f"report.evac_{name}", language)
        axes.plot(
            minutes, curves[name], style, color=own, linewidth=2 if name == "plan" else 1.5, label=label
        )
    axes.set_title(text(f"report.{title}", language), fontproperties=drawing_font("Bold", 9), loc="left")
    axes.set_xlabel(text("report.evac_minutes", language), fontproperties=drawing_font(size_pt=8))
    axes.legend(prop=drawing_font(size_pt=7.5), frameon=False)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    axes.grid(alpha=0.25)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for tick in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        tick.set_fontproperties(drawing_font(size_pt=7.5))


def draw_evacuation_map(situation: Situation, layers: dict[str, gpd.GeoDataFrame]) -> dict[Language, bytes]:
    """Draw the cells by departure, the loaded, turned and binding roads, as a PNG in each language."""
    crs = situation.onemap.crs
    cells, roads = (layers[f"evacuation_{name}"].to_crs(crs) for name in ("cells", "roads"))
    shelters = layers["shelters"].to_crs(crs)
    used = shelters[shelters["load_persons"] > 0]
    figure = Figure(figsize=MAP_IN, dpi=DPI, facecolor="white")
    axes = figure.add_axes(MAP_FRAME)
    shown = [frame.total_bounds for frame in (cells, roads, used) if len(frame)]
    draw_ground(axes, situation, np.array(shown), MAP_IN[0] * MAP_FRAME[2] / (MAP_IN[1] * MAP_FRAME[3]))
    steps = _draw_cells(axes, cells)
    _draw_roads(axes, roads)
    axes.scatter(used.geometry.x, used.geometry.y, s=26, c=PLAN, edgecolors="white", linewidths=0.8, zorder=9)
    pickups = layers.get("evacuation_pickups")
    if pickups is not None:
        at = pickups.to_crs(crs).geometry
        axes.scatter(at.x, at.y, s=16, marker="s", c="#3b6fb5", edgecolors="white", linewidths=0.5, zorder=8)
    pictures: dict[Language, bytes] = {}
    for language in LANGUAGES:
        legend = _legend(axes, steps, language)
        pictures[language] = _png(figure)
        legend.remove()
    return pictures


def _draw_cells(axes: Axes, cells: gpd.GeoDataFrame) -> FloatArray:
    """Fill cells by their last departure; returns the limits of the classes in minutes."""
    going = cells[cells["last_departure_min"].notna()]
    minutes = going["last_departure_min"].to_numpy()
    most = float(minutes.max()) if minutes.size else 1.0
    steps = np.unique(np.round(np.linspace(0, max(most, 1.0), len(DEPARTURES) + 1), 0))
    colour = np.clip(np.searchsorted(steps, minutes, side="right") - 1, 0, len(DEPARTURES) - 1)
    shapes = PolyCollection(
        line_parts(going), facecolors=[DEPARTURES[k] for k in colour], edgecolors="white", linewidths=0.2,
        zorder=2.5, alpha=0.9,
    )  # fmt: skip
    axes.add_collection(shapes)
    left = cells[cells["persons_left"] > 0]
    axes.add_collection(
        PolyCollection(line_parts(left), facecolors="#8a8a8a", hatch="////", lw=0, zorder=2.6)
    )
    pocket = cells[cells["in_pocket"]]
    axes.add_collection(
        PolyCollection(line_parts(pocket), facecolors="none", edgecolors=POCKET, linewidths=1.0, zorder=5)
    )
    return steps


def _draw_roads(axes: Axes, roads: gpd.GeoDataFrame) -> None:
    for column, colour in (("walkers", "#5aa99c"), ("vehicles", LOADED)):
        load = roads[column].to_numpy(np.float64)
        used = load > 0
        widths = 0.4 + 3.2 * np.sqrt(load[used] / max(load.max(initial=1.0), 1.0))
        lines = LineCollection(line_parts(roads[used]), colors=colour, linewidths=widths, alpha=0.7, zorder=6)
        axes.add_collection(lines)
    for column, colour, width in (("turned", TURNED, 2.2), ("binding", BINDING, 3.2)):
        lines = LineCollection(line_parts(roads[roads[column]]), colors=colour, linewidths=width, zorder=7)
        axes.add_collection(lines)


def _legend(axes: Axes, steps: FloatArray, language: Language) -> Artist:
    def say(key: str) -> str:
        return text(f"report.{key}", language)

    def line(key: str, colour: str, width: float) -> Line2D:
        return Line2D([], [], color=colour, linewidth=width, label=say(key))

    def dot(key: str, colour: str, marker: str) -> Line2D:
        return Line2D(
            [], [], color=colour, marker=marker, linestyle="none", markersize=6, markeredgecolor="white",
            label=say(key),
        )  # fmt: skip

    minutes = text("unit.min", language)
    classes = [
        Patch(color=to_hex(DEPARTURES[k]), label=f"{low:g}–{high:g} {minutes}")
        for k, (low, high) in enumerate(pairwise(steps))
    ]
    entries = [
        Line2D([], [], linestyle="none", label=say("evac_legend_departure")),
        *classes,
        Patch(facecolor="#8a8a8a", hatch="////", label=say("evac_legend_left")),
        Patch(facecolor="none", edgecolor=POCKET, linewidth=1.4, label=say("evac_legend_pocket")),
        line("evac_legend_cars", LOADED, 2.4),
        line("evac_legend_walkers", "#5aa99c", 2.4),
        line("evac_legend_turned", TURNED, 2.4),
        line("evac_legend_binding", BINDING, 3.2),
        dot("evac_legend_shelter", PLAN, "o"),
        dot("evac_legend_pickup", "#3b6fb5", "s"),
    ]
    legend = axes.legend(handles=entries, loc="upper left", prop=drawing_font(size_pt=7.5), framealpha=0.93)
    legend.set_zorder(20)
    return legend


def _png(figure: Figure) -> bytes:
    packed = io.BytesIO()
    figure.savefig(packed, format="png")
    return packed.getvalue()
