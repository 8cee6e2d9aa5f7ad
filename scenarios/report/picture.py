"""The map picture of a report: hazard, cells to leave, roads, shelters; legend, scale, north, sources."""

import io
import textwrap
from dataclasses import dataclass
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.path import Path
from matplotlib.ticker import NullLocator
from shapely import Polygon

from dss.arrays import FloatArray
from dss.hazard import worst_value
from dss.language import LANGUAGES, Language, text
from dss.onemap import read_vector
from scenarios.report.danger import class_colours, class_labels
from scenarios.report.fonts import drawing_font
from scenarios.situation import Situation

SIZE_IN: Final = (11.0, 7.6)
DPI: Final = 150
# left, bottom, width and height of the map in the picture, as shares of it
FRAME: Final = (0.008, 0.045, 0.984, 0.947)
ASPECT: Final = SIZE_IN[0] * FRAME[2] / (SIZE_IN[1] * FRAME[3])
GRID: Final = 420
# more in one path could overrun the drawing library's buffer
LINES_PER_PATH: Final = 1000
# letters of the imprint in a line
IMPRINT_WIDTH: Final[dict[Language, int]] = {"zh": 110, "en": 190}

PAPER: Final = "#f6f5f1"
WATER: Final = "#cfe3f1"
# classed, dark = long; safe for colour-blind readers and in print
TRIP: Final = ("#fff3c4", "#fdd276", "#f59b3f", "#d9591f", "#8f2308")
UNMET: Final = "#7b1fa2"
CLOSED: Final = "#c62828"
USED: Final = "#2b2b2b"
SHELTER: Final = "#00796b"
FULL: Final = "#004d40"
LOST: Final = "#8a8a8a"
ROAD_WIDTHS: Final = {"motorway": 1.1, "trunk": 1.1, "primary": 0.8, "secondary": 0.6}


@dataclass(frozen=True, slots=True)
class _Extent:
    left: float
    bottom: float
    right: float
    top: float

    @property
    def width_m(self) -> float:
        return self.right - self.left

    @property
    def height_m(self) -> float:
        return self.top - self.bottom


def draw_maps(
    situation: Situation, layers: dict[str, gpd.GeoDataFrame], manifest: dict[str, Any]
) -> dict[Language, bytes]:
    """Draw the situation and the plan as a PNG in each language; only the words are drawn twice."""
    crs = situation.onemap.crs
    cells, shelters, roads = (layers[name].to_crs(crs) for name in ("cells", "shelters", "roads"))
    affected = cells[cells["affected"]]
    extent = _extent(affected, shelters[shelters["load_persons"] > 0])
    figure = Figure(figsize=SIZE_IN, dpi=DPI, facecolor="white")
    axes = figure.add_axes(FRAME)
    _draw_ground(axes, situation, extent)
    _draw_hazard(axes, situation, extent)
    steps_min = _draw_cells(axes, affected)
    _draw_roads(axes, roads)
    _draw_shelters(axes, shelters)
    _frame(axes, extent)
    pictures: dict[Language, bytes] = {}
    for language in LANGUAGES:
        words = [
            _draw_legend(axes, situation, steps_min, language),
            *_draw_scale(axes, extent, language),
            _draw_imprint(figure, manifest, language),
        ]
        packed = io.BytesIO()
        figure.savefig(packed, format="png")
        pictures[language] = packed.getvalue()
        for word in words:
            word.remove()
    return pictures


def _extent(affected: gpd.GeoDataFrame, shelters: gpd.GeoDataFrame) -> _Extent:
    """Return what to show: the cells to leave and the shelters in use, in the picture's shape."""
    bounds = np.array([frame.total_bounds for frame in (affected, shelters) if len(frame)])
    left, bottom = bounds[:, :2].min(axis=0)
    right, top = bounds[:, 2:].max(axis=0)
    height = max(top - bottom, (right - left) / ASPECT) * 1.06
    x, y = (left + right) / 2, (bottom + top) / 2
    width = height * ASPECT
    return _Extent(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _draw_ground(axes: Axes, situation: Situation, extent: _Extent) -> None:
    axes.set_facecolor(PAPER)
    # floods cover rivers and lakes; under any other hazard they stay to be seen
    water_order = 1 if situation.impact.kind == "flood" else 2.5
    for layer in situation.onemap.role("water"):
        if layer.kind == "polygon":
            shapes = read_vector(situation.onemap, layer).geometry.explode()
            axes.add_collection(
                PathCollection([_outline(shape) for shape in shapes], color=WATER, lw=0, zorder=water_order)
            )
    features = situation.roads.features.cx[extent.left : extent.right, extent.bottom : extent.top]
    base = features["road_class"].str.removesuffix("_link")
    for width, group in features.groupby(base.map(ROAD_WIDTHS).fillna(0.3)):
        paths = compound_paths(group)
        axes.add_collection(
            PathCollection(paths, facecolors="none", edgecolors="#c9c6bd", linewidths=width, zorder=3)
        )


def compound_paths(lines: gpd.GeoDataFrame) -> list[Path]:
    """Return many lines as few paths: the same picture from a hundredth of the objects."""
    paths = []
    for k in range(0, len(lines), LINES_PER_PATH):
        points, owner = shapely.get_coordinates(
            lines.geometry.array[k : k + LINES_PER_PATH], return_index=True
        )
        codes = np.where(np.diff(owner, prepend=-1) != 0, Path.MOVETO, Path.LINETO)
        paths.append(Path(points, codes))
    return paths


def _outline(shape: Polygon) -> Path:
    """Return a polygon with its holes as one path."""
    rings = [Path(np.asarray(ring.coords)[:, :2], closed=True) for ring in (shape.exterior, *shape.interiors)]
    return Path.make_compound_path(*rings)


def _add_lines(axes: Axes, frame: gpd.GeoDataFrame, **style: Any) -> None:  # matplotlib's own keywords
    axes.add_collection(LineCollection(line_parts(frame), **style))


def line_parts(frame: gpd.GeoDataFrame) -> list[FloatArray]:
    """Return the coordinates of each line, or of each polygon without holes."""
    points, owner = shapely.get_coordinates(frame.geometry.array, return_index=True)
    return np.split(points, np.flatnonzero(np.diff(owner)) + 1) if owner.size else []


def _draw_hazard(axes: Axes, situation: Situation, extent: _Extent) -> None:
    measure = situation.hazard.measure
    columns = np.linspace(extent.left, extent.right, GRID)
    rows = np.linspace(extent.bottom, extent.top, round(GRID * extent.height_m / extent.width_m))
    x_m, y_m = np.meshgrid(columns, rows)
    value = worst_value(situation.hazard, x_m.ravel(), y_m.ravel(), situation.impact.at_s)
    colours = class_colours(measure)
    axes.imshow(
        np.ma.masked_less(value.reshape(x_m.shape), measure.limits[0]),
        extent=(extent.left, extent.right, extent.bottom, extent.top),
        origin="lower",
        cmap=ListedColormap(colours),
        norm=BoundaryNorm([*measure.limits, np.inf], len(colours)),
        interpolation="nearest",
        zorder=2,
    )


def _draw_cells(axes: Axes, affected: gpd.GeoDataFrame) -> FloatArray:
    minutes = affected["trip_mean_s"] / 60
    steps_min = _classes(minutes.dropna().to_numpy())
    served = affected[minutes.notna()]
    hexagons = PolyCollection(
        line_parts(served),
        array=minutes[minutes.notna()].to_numpy(),
        cmap=ListedColormap(TRIP),
        norm=BoundaryNorm(steps_min, len(TRIP)),
        alpha=0.82,
        linewidths=0.15,
        edgecolors="#ffffff",
        zorder=4,
    )
    axes.add_collection(hexagons)
    without = line_parts(affected[affected["persons_unmet"] > 0])
    axes.add_collection(
        PolyCollection(without, facecolors="none", edgecolors=UNMET, linewidths=0.7, zorder=5)
    )
    return steps_min


def _classes(minutes: FloatArray) -> FloatArray:
    """Return the limits of the classes: round minutes that split the people's trips evenly."""
    if minutes.size == 0:
        return np.arange(len(TRIP) + 1, dtype=np.float64)
    wanted = np.quantile(minutes, np.linspace(0, 1, len(TRIP) + 1)[1:-1])
    inner = np.maximum.accumulate(np.maximum(np.round(wanted), 1))
    inner += np.arange(inner.size) * 1e-9
    for k in range(1, inner.size):
        inner[k] = max(inner[k], np.floor(inner[k - 1]) + 1)
    inner = np.round(inner)
    return np.concatenate([[0.0], inner, [max(np.ceil(minutes.max()), inner[-1] + 1)]])


def _draw_roads(axes: Axes, roads: gpd.GeoDataFrame) -> None:
    _add_lines(axes, roads[roads["state"] == "closed"], color=CLOSED, linewidths=0.7, zorder=6)
    persons = roads["persons_walking"] + roads["persons_driving"]
    used = persons > 0
    widths = 0.25 + 2.6 * np.sqrt(persons[used] / max(persons.max(), 1))
    _add_lines(axes, roads[used], color=USED, linewidths=widths.to_numpy(), alpha=0.55, zorder=7)


def _draw_shelters(axes: Axes, shelters: gpd.GeoDataFrame) -> None:
    lost = shelters[~shelters["open"]]
    axes.scatter(lost.geometry.x, lost.geometry.y, marker="x", s=26, c=LOST, linewidths=1.2, zorder=8)
    used = shelters[shelters["load_persons"] > 0].sort_values("load_persons", ascending=False)
    if used.empty:
        return
    full = used["load_persons"] >= used["capacity_persons"]
    size = 18 + 190 * used["load_persons"] / used["load_persons"].max()
    axes.scatter(
        used.geometry.x,
        used.geometry.y,
        s=size,
        c=np.where(full, FULL, SHELTER),
        edgecolors=np.where(full, "#ffeb3b", "#ffffff").tolist(),
        linewidths=np.where(full, 1.6, 0.8).tolist(),
        zorder=9,
        alpha=0.95,
    )


def _frame(axes: Axes, extent: _Extent) -> None:
    axes.set_xlim(extent.left, extent.right)
    axes.set_ylim(extent.bottom, extent.top)
    axes.set_aspect("equal")
    axes.xaxis.set_major_locator(NullLocator())
    axes.yaxis.set_major_locator(NullLocator())
    for spine in axes.spines.values():
        spine.set_color("#9b988f")


def _draw_legend(axes: Axes, situation: Situation, steps_min: FloatArray, language: Language) -> Artist:
    def say(key: str) -> str:
        return text(f"report.{key}", language)

    def heading(label: str) -> Line2D:
        return Line2D([], [], linestyle="none", label=label)

    def disc(key: str, colour: str, edge: str) -> Line2D:
        return Line2D(
            [],
            [],
            marker="o",
            linestyle="none",
            markersize=8,
            color=colour,
            markeredgecolor=edge,
            label=say(key),
        )

    measure = situation.hazard.measure
    minutes = [
        Patch(color=colour, label=f"{low:.0f}–{high:.0f} {say('legend_minutes')}")
        for colour, low, high in zip(TRIP, steps_min[:-1], steps_min[1:], strict=True)
    ]
    danger = [
        Patch(color=colour, label=label)
        for colour, label in zip(class_colours(measure), class_labels(measure, language), strict=True)
    ]
    title = text(f"measure.{measure.key}", language)
    entries = [
        heading(say("legend_cells")),
        *minutes,
        Patch(facecolor="none", edgecolor=UNMET, linewidth=1.4, label=say("legend_unmet")),
        heading(title),
        *danger,
        Line2D([], [], color=CLOSED, linewidth=1.4, label=say("legend_closed")),
        Line2D([], [], color=USED, linewidth=2.4, alpha=0.6, label=say("legend_used")),
        disc("legend_shelter", SHELTER, "#ffffff"),
        disc("legend_full", FULL, "#ffeb3b"),
        Line2D(
            [], [], marker="x", linestyle="none", color=LOST, markeredgewidth=1.6, label=say("legend_lost")
        ),
    ]
    legend = axes.legend(
        handles=entries,
        loc="upper left",
        prop=drawing_font(size_pt=7.5),
        frameon=True,
        framealpha=0.93,
        edgecolor="#9b988f",
        borderpad=0.8,
        labelspacing=0.42,
        handlelength=1.8,
    )
    legend.set_zorder(20)
    for entry in legend.get_texts():
        if entry.get_text() in (say("legend_cells"), title):
            entry.set_fontproperties(drawing_font("Bold", 7.5))
    return legend


def _draw_scale(axes: Axes, extent: _Extent, language: Language) -> list[Artist]:
    """Draw a scale bar of round length and a north arrow."""
    length_m = _round_length(extent.width_m / 6)
    x, y = extent.right - length_m - extent.width_m * 0.03, extent.bottom + extent.height_m * 0.035
    bar = Line2D([x, x + length_m], [y, y], color="#222222", linewidth=3, zorder=21, solid_capstyle="butt")
    axes.add_line(bar)
    label = axes.text(
        x + length_m / 2,
        y + extent.height_m * 0.012,
        f"{length_m / 1000:g} {text('report.km', language)}",
        ha="center",
        va="bottom",
        fontproperties=drawing_font("Bold", 8.5),
        zorder=21,
    )
    east = extent.right - extent.width_m * 0.035
    north = axes.annotate(
        text("report.north", language),
        xy=(east, extent.top - extent.height_m * 0.03),
        xytext=(east, extent.top - extent.height_m * 0.105),
        ha="center",
        fontproperties=drawing_font("Bold", 10),
        arrowprops={"arrowstyle": "-|>", "color": "#222222", "linewidth": 2},
        zorder=21,
    )
    return [bar, label, north]


def _round_length(wanted_m: float) -> float:
    power = 10 ** np.floor(np.log10(wanted_m))
    return float(max(step for step in (1, 2, 5) if step * power <= wanted_m) * power)


def _draw_imprint(figure: Figure, manifest: dict[str, Any], language: Language) -> Artist:
    layers = manifest["map"]["layers"]
    owners = "; ".join(dict.fromkeys(layer["owner"][language] for layer in layers))
    years = sorted({layer["date"][:4] for layer in layers})
    span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
    parts = [
        text("report.map_source", language, owners=owners, years=span),
        text("report.map_crs", language, crs=manifest["map"]["crs"]),
    ]
    if manifest["map"]["generated"]:
        parts.insert(0, text("report.map_generated", language))
    line = "\n".join(textwrap.wrap("  ·  ".join(parts), IMPRINT_WIDTH[language]))
    return figure.text(
        0.01,
        0.02,
        line,
        va="center",
        linespacing=1.15,
        fontproperties=drawing_font(size_pt=7),
        color="#444444",
    )
