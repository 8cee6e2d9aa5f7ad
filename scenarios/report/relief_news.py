"""What the report of a relief that was planned again shows of the news: words, tables, and a map."""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dss.arrays import IntArray
from dss.language import LANGUAGES, Language, text
from scenarios.relief.changes import Changed, change_rows
from scenarios.relief.layers import trip_layer
from scenarios.relief.orders.wording import write_moment
from scenarios.report.area_picture import draw_roads
from scenarios.report.fonts import drawing_font
from scenarios.report.picture import line_parts
from scenarios.report.relief_picture import DPI, MAP_ASPECT, MAP_FRAME, MAP_IN, dot_entry, png_of, roads_of

Say = Callable[..., str]
Number = Callable[[float | None], str]

TILES: Final = (
    "relief_begun_trips", "relief_halted_trips", "relief_lost_t", "relief_before_brought_t",
    "relief_brought_t", "relief_kept_percent",
)  # fmt: skip
LOOKS: Final = {"closed": ("#c62828", 3.4), "before": ("#8a8f93", 1.2), "now": ("#1c3d5a", 1.8)}
"""Colour and width of a line on the map, by what it stands for."""
NAMED: Final = 12


def news_words(
    changed: Changed, manifest: dict[str, Any], values: dict[str, Any], say: Say, number: Number
) -> dict[str, Any]:
    """Return what the page says of the news: lines of news, notes, and the changes by vehicle."""
    language: Language = "zh" if say("html_lang").startswith("zh") else "en"
    rows = change_rows(changed, language)
    same = text("relief.change_same", language)
    return {
        "news_lines": news_lines(manifest["relief"], say, number),
        "news_notes": note_lines(manifest, values, say, number),
        "news_tiles": TILES,
        "news_rows": [[cell.split("\n") for cell in row] for row in rows if row[1] != same],
        "news_same": sum(row[1] == same for row in rows),
    }


def news_lines(relief: dict[str, Any], say: Say, number: Number) -> list[str]:
    """Return the news, a line for each kind."""
    again, clock, joiner = relief["again"], relief["clock"], say("relief.joiner")
    lines = [say("relief.news_at", time=write_moment(again["at_s"], clock, say))]
    if again["roads_closed"]:
        lines.append(say("relief.news_roads", names=joiner.join(again["roads_closed"])))
    if again["lost_vehicles"]:
        lines.append(say("relief.news_vehicles", names=joiner.join(again["lost_vehicles"])))
    for row in again["needs"]:
        goods = say(f"relief.plain_{row['key']}", packs=number(row["amount"]))
        due = write_moment(row["due_s"], clock, say)
        lines.append(say("relief.news_need", stop=row["stop"], goods=goods, due=due))
    for row in again["stock"]:
        before, now = (say(f"relief.plain_{row['key']}", packs=number(row[key])) for key in ("before", "now"))
        lines.append(say("relief.news_stock", depot=row["depot"], before=before, now=now))
    return lines


def note_lines(manifest: dict[str, Any], values: dict[str, Any], say: Say, number: Number) -> list[str]:
    """Return how the plan came about, what is lost, and of what the bound speaks."""
    again, proof = manifest["relief"]["again"], manifest["relief"]["proof"]
    lines = [say("relief.news_follows", run=manifest["follows"]["run"])]
    if values["relief_lost_t"]:
        names = say("relief.joiner").join(again["stops_without_lost"][:NAMED])
        lines.append(say("relief.news_lost", lost=number(values["relief_lost_t"]), names=names))
    if again["stops_moved"]:
        names = say("relief.joiner").join(again["stops_moved"][:NAMED])
        lines.append(say("relief.news_moved", count=len(again["stops_moved"]), names=names))
    if proof["weighted_shortage"]:
        facts = {name: number(proof[name]) for name in ("weighted_shortage", "shortage_bound")}
        lines.append(say("relief.news_shortage", **facts))
    key = "relief.news_bound" if proof["driving_bound_h"] else "relief.news_no_bound"
    facts = {name: number(proof[name]) for name in ("trips", "driving_h", "driving_bound_h", "gap_percent")}
    lines.append(say(key, **facts))
    return lines


def draw_news_map(changed: Changed) -> dict[Language, bytes]:
    """Draw what is still driven as before, what is new, and what is closed, as a PNG in each language."""
    again = changed.again
    told, at_s = again.told, again.news.at_s
    fresh = new_trips(changed)
    trips = trip_layer(told)
    ahead = trips["end_s"].to_numpy() > at_s
    roads = roads_of(told)
    closed = roads.iloc[np.unique(told.streets.road[again.news.edges])]
    places = told.record.places
    shown = [frame.total_bounds for frame in (trips[ahead], closed) if len(frame)]
    shown.append(np.array([places.x_m.min(), places.y_m.min(), places.x_m.max(), places.y_m.max()]))
    figure = Figure(figsize=MAP_IN, dpi=DPI, facecolor="white")
    axes = figure.add_axes(MAP_FRAME)
    draw_roads(axes, roads, np.array(shown), MAP_ASPECT)
    is_new = np.isin(np.arange(len(trips)), fresh)
    for order, (what, frame) in enumerate(
        (("before", trips[ahead & ~is_new]), ("now", trips[ahead & is_new]), ("closed", closed))
    ):
        colour, width = LOOKS[what]
        lines = LineCollection(
            line_parts(frame), colors=colour, linewidths=width, alpha=0.75, zorder=6 + order
        )
        axes.add_collection(lines)
    d = len(told.record.depots.name)
    for rows, colour, marker, size in (
        (slice(0, d), "#111111", "s", 52),
        (slice(d, None), "#00594f", "o", 30),
    ):
        at = places.x_m[rows], places.y_m[rows]
        axes.scatter(*at, s=size, c=colour, marker=marker, edgecolors="white", linewidths=0.8, zorder=10)
    return {language: _with_legend(figure, language) for language in LANGUAGES}


def new_trips(changed: Changed) -> IntArray:
    """Return the trips that are not as they were before, shape (n,)."""
    record = changed.again.told.record
    order = np.lexsort((record.decision.trip_start_s, record.vehicle_of_trip()))
    numbers = [trip.number for one in changed.vehicles for trip in one.split()[2]]
    return order[np.array(numbers, dtype=np.int64) - 1]


def _with_legend(figure: Figure, language: Language) -> bytes:
    axes = figure.axes[0]
    lines = [
        Line2D([], [], color=colour, linewidth=width, label=text(f"relief.map_{what}", language))
        for what, (colour, width) in LOOKS.items()
    ]
    dots = [dot_entry("map_depot", ("#111111", "s"), language), dot_entry("stop", ("#00594f", "o"), language)]
    legend = axes.legend(
        handles=[*lines, *dots], loc="upper left", prop=drawing_font(size_pt=7.5), framealpha=0.93
    )
    legend.set_zorder(20)
    drawn = png_of(figure)
    legend.remove()
    return drawn
