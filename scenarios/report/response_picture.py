"""The map of a response: ways of units to incidents, hospitals, moves, and roads in the order of clearing."""

import io
from typing import Final

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dss.language import LANGUAGES, Language, text
from scenarios.report.area_picture import draw_roads
from scenarios.report.fonts import drawing_font
from scenarios.response.ground import Ground

SIZE_IN: Final = (11.0, 6.6)
FRAME: Final = (0.006, 0.01, 0.988, 0.98)
DPI: Final = 150
COLOURS: Final = {
    "fire_engine": "#d00000", "ambulance": "#3b6fb5", "rescue_team": "#e08a00", "pump": "#5aa99c",
    "generator": "#7b1fa2", "excavator": "#8a6d3b",
}  # fmt: skip
BLOCKED: Final = "#1d2327"
HOSPITAL: Final = "#00594f"
MOVE: Final = "#5b2a86"


def draw_response_map(ground: Ground, layers: dict[str, gpd.GeoDataFrame]) -> dict[Language, bytes]:
    """Draw the response as a PNG in each language."""
    crs = ground.crs
    shown = {
        name.removeprefix("response_"): frame.to_crs(crs)
        for name, frame in layers.items()
        if name.startswith("response_")
    }
    figure = Figure(figsize=SIZE_IN, dpi=DPI, facecolor="white")
    axes = figure.add_axes(FRAME)
    bounds = np.array([frame.total_bounds for frame in shown.values()])
    draw_roads(
        axes,
        gpd.GeoDataFrame(geometry=ground.line, crs=crs),
        bounds,
        SIZE_IN[0] * FRAME[2] / (SIZE_IN[1] * FRAME[3]),
    )
    _draw_lines(axes, shown)
    _draw_places(axes, shown)
    pictures: dict[Language, bytes] = {}
    for language in LANGUAGES:
        words = [*_names(axes, shown, language), _legend(axes, shown, language)]
        packed = io.BytesIO()
        figure.savefig(packed, format="png")
        pictures[language] = packed.getvalue()
        for word in words:
            word.remove()
    return pictures


def _parts(frame: gpd.GeoDataFrame) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the corners of every part of every line, and the row that each part belongs to."""
    parts, row = shapely.get_parts(frame.geometry.to_numpy(object), return_index=True)
    return [shapely.get_coordinates(part) for part in parts], row


def _draw_lines(axes: Axes, shown: dict[str, gpd.GeoDataFrame]) -> None:
    """Draw the ways of units by kind, the roads to open with their numbers, and the moves."""
    if "routes" in shown:
        lines, row = _parts(shown["routes"])
        colours = shown["routes"]["kind"].map(COLOURS).to_numpy(object)[row].tolist()
        axes.add_collection(LineCollection(lines, colors=colours, linewidths=1.6, alpha=0.75, zorder=6))
    if "moves" in shown:
        lines, _ = _parts(shown["moves"])
        axes.add_collection(LineCollection(lines, colors=MOVE, linewidths=1.3, linestyles="--", zorder=7))
    if "roads" in shown:
        lines, _ = _parts(shown["roads"])
        axes.add_collection(LineCollection(lines, colors=BLOCKED, linewidths=3.4, zorder=8))
        middle = shown["roads"].geometry.interpolate(0.5, normalized=True)
        for step, x, y in zip(shown["roads"]["step"], middle.x, middle.y, strict=True):
            axes.text(
                x, y, str(step), fontproperties=drawing_font("Bold", 7), color="white", ha="center",
                va="center", zorder=11, clip_on=True,
                bbox={"boxstyle": "circle,pad=0.18", "facecolor": BLOCKED, "edgecolor": "white", "lw": 0.5},
            )  # fmt: skip


def _draw_places(axes: Axes, shown: dict[str, gpd.GeoDataFrame]) -> None:
    incidents = shown["incidents"]
    lacking = incidents["short"] > 0
    for rows, face in ((incidents[~lacking], "#ffd166"), (incidents[lacking], "#b3261e")):
        axes.scatter(
            rows.geometry.x, rows.geometry.y, s=95, marker="*", c=face, edgecolors=BLOCKED, linewidths=0.7,
            zorder=13,
        )  # fmt: skip
    if "hospitals" in shown:
        at = shown["hospitals"].geometry
        axes.scatter(at.x, at.y, s=52, marker="P", c=HOSPITAL, edgecolors="white", linewidths=0.7, zorder=9)


def _names(axes: Axes, shown: dict[str, gpd.GeoDataFrame], language: Language) -> list[Artist]:
    """Name the incidents."""
    incidents = shown["incidents"]
    names = incidents["name" if language == "zh" else "name_en"]
    return [
        axes.annotate(
            str(name), (at.x, at.y), xytext=(6, 5), textcoords="offset points", zorder=14,
            fontproperties=drawing_font(size_pt=7), annotation_clip=True, clip_on=True,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "alpha": 0.7, "linewidth": 0},
        )
        for name, at in zip(names, incidents.geometry, strict=True)
    ]  # fmt: skip


def _legend(axes: Axes, shown: dict[str, gpd.GeoDataFrame], language: Language) -> Artist:
    def say(key: str) -> str:
        return text(f"response.{key}", language)

    def dot(key: str, colour: str, marker: str) -> Line2D:
        return Line2D(
            [], [], color=colour, marker=marker, linestyle="none", markersize=8, label=say(key),
            markeredgecolor=BLOCKED, markeredgewidth=0.5,
        )  # fmt: skip

    entries: list[Artist] = [dot("legend_incident", "#ffd166", "*")]
    if (shown["incidents"]["short"] > 0).any():
        entries.append(dot("legend_short", "#b3261e", "*"))
    if "hospitals" in shown:
        entries.append(dot("legend_hospital", HOSPITAL, "P"))
    kinds = list(dict.fromkeys(shown["routes"]["kind"])) if "routes" in shown else []
    entries += [
        Line2D(
            [], [], color=COLOURS[kind], linewidth=2.2, label=f"{say('legend_route')} · {say(f'kind_{kind}')}"
        )
        for kind in COLOURS
        if kind in kinds
    ]
    if "roads" in shown:
        entries.append(Line2D([], [], color=BLOCKED, linewidth=3.4, label=say("legend_road")))
    if "moves" in shown:
        entries.append(Line2D([], [], color=MOVE, linewidth=1.3, linestyle="--", label=say("legend_move")))
    legend = axes.legend(handles=entries, loc="upper left", prop=drawing_font(size_pt=7.5), framealpha=0.93)
    legend.set_zorder(20)
    return legend
