"""Pictures of a relief: the map of its trips, and what each vehicle does when."""

import io
from typing import Any, Final

import geopandas as gpd
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from dss.language import LANGUAGES, Language, text
from scenarios.relief.fleet import DAY_S
from scenarios.relief.orders import sheets_of
from scenarios.relief.orders.tables import gantt
from scenarios.relief.record import Told
from scenarios.report.area_picture import draw_roads
from scenarios.report.fonts import drawing_font
from scenarios.report.picture import line_parts

MAP_IN: Final = (11.0, 6.4)
MAP_FRAME: Final = (0.006, 0.01, 0.988, 0.98)
MAP_ASPECT: Final = MAP_IN[0] * MAP_FRAME[2] / (MAP_IN[1] * MAP_FRAME[3])
DPI: Final = 150
COLOURS: Final = {"load": "#8a8a8a", "drive": "#1c3d5a", "unload": "#e08a00"}
WAY: Final = "#1c3d5a"
NEWS: Final = "#c62828"
ROW_IN: Final = 0.24
MOST_ROWS: Final = 60
HOUR_S: Final = 3600.0


def draw_relief_map(told: Told, layers: dict[str, gpd.GeoDataFrame]) -> dict[Language, bytes]:
    """Draw the ways of the trips, the depots and the shelters, as a PNG in each language."""
    crs = told.record.facts.crs
    depots, stops, trips = (layers[f"relief_{name}"].to_crs(crs) for name in ("depots", "stops", "trips"))
    figure = Figure(figsize=MAP_IN, dpi=DPI, facecolor="white")
    axes = figure.add_axes(MAP_FRAME)
    bounds = [frame.total_bounds for frame in (depots, stops, trips) if len(frame)]
    draw_roads(axes, roads_of(told), np.array(bounds), MAP_ASPECT)
    if len(trips):
        loads = trips["load_kg"].to_numpy(np.float64)
        widths = 0.8 + 2.4 * np.sqrt(loads / max(loads.max(), 1.0))
        axes.add_collection(
            LineCollection(line_parts(trips), colors=WAY, linewidths=widths, alpha=0.5, zorder=6)
        )
    served = stops["visits"].to_numpy() > 0
    for chosen, colour in ((served, "#00594f"), (~served, "#b3261e")):
        at = stops.geometry[chosen]
        axes.scatter(at.x, at.y, s=30, c=colour, edgecolors="white", linewidths=0.8, zorder=9)
    lost = depots["lost"].to_numpy(np.bool_)
    for chosen, colour in ((~lost, "#111111"), (lost, "#b3261e")):
        at = depots.geometry[chosen]
        axes.scatter(at.x, at.y, s=52, marker="s", c=colour, edgecolors="white", linewidths=0.9, zorder=10)
    pictures: dict[Language, bytes] = {}
    for language in LANGUAGES:
        legend = axes.legend(
            handles=_entries(language), loc="upper left", prop=drawing_font(size_pt=7.5), framealpha=0.93
        )
        legend.set_zorder(20)
        pictures[language] = png_of(figure)
        legend.remove()
    return pictures


def roads_of(told: Told) -> gpd.GeoDataFrame:
    """Return the roads that a relief's record keeps, as lines."""
    return gpd.GeoDataFrame(geometry=told.streets.line, crs=told.record.facts.crs)


def _entries(language: Language) -> list[Line2D]:
    return [
        dot_entry("map_depot", ("#111111", "s"), language),
        dot_entry("map_depot_lost", ("#b3261e", "s"), language),
        dot_entry("map_served", ("#00594f", "o"), language),
        dot_entry("map_unserved", ("#b3261e", "o"), language),
        Line2D([], [], color=WAY, alpha=0.6, linewidth=2.4, label=text("relief.map_trip", language)),
    ]


def dot_entry(key: str, look: tuple[str, str], language: Language) -> Line2D:
    """Return a legend's entry for a place, its look being colour and marker."""
    return Line2D(
        [], [], color=look[0], marker=look[1], linestyle="none", markersize=6, markeredgecolor="white",
        label=text(f"relief.{key}", language),
    )  # fmt: skip


def draw_gantt(told: Told, news_s: float | None = None) -> dict[Language, bytes]:
    """Draw what each vehicle does when, a column for each day, as a PNG in each language.

    Parameters
    ----------
    news_s
        When news came upon which the relief was planned again, to be marked; None where there were none.
    """
    bars = gantt(told.record, sheets_of(told))
    vehicles: list[dict[str, Any]] = bars["vehicles"][:MOST_ROWS]
    figure = Figure(figsize=(11.0, 1.1 + ROW_IN * max(len(vehicles), 3)), dpi=DPI, facecolor="white")
    columns = figure.subplots(1, int(bars["days"]), sharey=True, squeeze=False)[0]
    for day, axes in enumerate(columns):
        _draw_day(axes, vehicles, day)
    columns[0].set_yticks(range(len(vehicles)), [str(row["vehicle"]) for row in vehicles])
    columns[0].set_ylim(max(len(vehicles), 3) - 0.4, -0.6)
    for label in columns[0].get_yticklabels():
        label.set_fontproperties(drawing_font(size_pt=7))
    if news_s is not None:
        columns[int(news_s // DAY_S)].axvline(news_s % DAY_S / HOUR_S, color=NEWS, linewidth=1.4, zorder=5)
    figure.subplots_adjust(left=0.05, right=0.99, top=1 - 0.55 / figure.get_figheight(),
                           bottom=0.42 / figure.get_figheight(), wspace=0.04)  # fmt: skip
    return {language: _with_words(figure, language, marked=news_s is not None) for language in LANGUAGES}


def _with_words(figure: Figure, language: Language, *, marked: bool) -> bytes:
    """Return the bars with their words; the bars are drawn but once for all languages."""
    for day, axes in enumerate(figure.axes):
        title = text("relief.gantt_day", language, day=day + 1)
        axes.set_title(title, fontproperties=drawing_font("Bold", 8.5), loc="left")
        axes.set_xlabel(text("relief.gantt_hours", language), fontproperties=drawing_font(size_pt=7.5))
    shown = COLOURS | ({"news": NEWS} if marked else {})
    handles = [
        Patch(color=colour, label=text(f"relief.gantt_{what}", language)) for what, colour in shown.items()
    ]
    legend = figure.legend(
        handles=handles, loc="upper right", ncols=len(handles), prop=drawing_font(size_pt=7.5), frameon=False
    )
    drawn = png_of(figure)
    legend.remove()
    return drawn


def _draw_day(axes: Axes, vehicles: list[dict[str, Any]], day: int) -> None:
    until_h = 1.0
    for row, vehicle in enumerate(vehicles):
        for what, colour in COLOURS.items():
            spans = [
                ((bar["from_s"] - day * DAY_S) / HOUR_S, (bar["until_s"] - bar["from_s"]) / HOUR_S)
                for bar in vehicle["bars"]
                if bar["what"] == what and day * DAY_S <= bar["from_s"] < (day + 1) * DAY_S
            ]
            axes.broken_barh(spans, (row - 0.36, 0.72), facecolors=colour, linewidth=0)
            until_h = max([until_h, *(begin + length for begin, length in spans)])
    axes.set_xlim(0, np.ceil(until_h))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, prune="upper"))
    axes.grid(axis="x", alpha=0.25)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for tick in axes.get_xticklabels():
        tick.set_fontproperties(drawing_font(size_pt=7))


def png_of(figure: Figure) -> bytes:
    """Return a drawing as PNG."""
    packed = io.BytesIO()
    figure.savefig(packed, format="png")
    return packed.getvalue()
