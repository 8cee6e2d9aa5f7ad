"""The map picture of a siting study: cells by service, candidates, sites, catchments."""

import io
from typing import Final

import geopandas as gpd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dss.language import Language, text
from scenarios.report.fonts import drawing_font
from scenarios.siting.explaining import Explanation
from scenarios.siting.layers import catchment_layer, cell_layer, site_layer
from scenarios.siting.study import Study

SIZE_IN: Final = (11.0, 7.6)
DPI: Final = 140
ROADS: Final = "#d0cec8"
SERVED: Final = "#bfe3dd"
LEFT: Final = "#e8a79b"
ADMITTED: Final = "#5c6bc0"
EXCLUDED: Final = "#9e9e9e"
BUILD: Final = "#00695c"
OLD: Final = "#795548"


def draw_study(study: Study, explanation: Explanation, language: Language) -> bytes:
    """Return the map as a PNG with a legend in one language."""
    crs = study.ground.onemap.crs
    figure = Figure(figsize=SIZE_IN, dpi=DPI, facecolor="white")
    axes = figure.add_axes((0.01, 0.02, 0.98, 0.96))
    axes.set_axis_off()
    axes.set_aspect("equal")
    cells = cell_layer(study, explanation).to_crs(crs)
    full = cells["served_share"].to_numpy() >= 1
    study.ground.roads.features.plot(ax=axes, color=ROADS, linewidth=0.3, zorder=1)
    for rows, colour in ((full, SERVED), (~full, LEFT)):
        if rows.any():
            cells[rows].plot(ax=axes, color=colour, alpha=0.75, linewidth=0, zorder=2)
    _draw_candidates(study, axes)
    catchments = catchment_layer(study)
    if len(catchments):
        catchments.to_crs(crs).boundary.plot(ax=axes, color=BUILD, linewidth=0.5, zorder=4)
    sites = site_layer(study, explanation)
    old = sites["standing"] == "existing_site"
    for rows, colour, marker, size in ((old, OLD, "s", 18), (~old, BUILD, "*", 130)):
        part: gpd.GeoDataFrame = sites[rows]
        if len(part):
            axes.scatter(
                part.geometry.x,
                part.geometry.y,
                s=size,
                c=colour,
                marker=marker,
                edgecolors="white",
                zorder=6,
            )
    _frame(axes, framed_cells(study))
    axes.legend(handles=_legend(language), prop=drawing_font(size_pt=8), loc="lower right", framealpha=0.9)
    packed = io.BytesIO()
    figure.savefig(packed, format="png")
    return packed.getvalue()


def _draw_candidates(study: Study, axes: Axes) -> None:
    features = study.ground.candidates.features
    admitted = study.ground.candidates.admitted_without(*study.options.rules_left_out)
    points = features.geometry.representative_point()
    for rows, colour in ((~admitted, EXCLUDED), (admitted, ADMITTED)):
        if rows.any():
            points[rows].plot(ax=axes, color=colour, markersize=5, zorder=5)


def framed_cells(study: Study) -> gpd.GeoSeries:
    """Return the cells that a picture has to show, in the map's CRS: those that a road reaches."""
    shown = study.connected if study.connected.any() else study.ground.demand > 0
    return study.ground.cells.polygons()[shown].to_crs(study.ground.onemap.crs)


def persons_beyond(study: Study) -> float:
    """Return the persons who live beyond what a picture shows."""
    west, south, east, north = framed_cells(study).total_bounds
    x_m, y_m = study.ground.cells.x_m, study.ground.cells.y_m
    return study.persons((x_m < west) | (x_m > east) | (y_m < south) | (y_m > north))


def _frame(axes: Axes, cells: gpd.GeoSeries) -> None:
    """Show where people are: a record far out, or a road leaving the city, does not make the city small."""
    west, south, east, north = cells.total_bounds
    margin_m = 0.04 * max(east - west, north - south)
    axes.set_xlim(west - margin_m, east + margin_m)
    axes.set_ylim(south - margin_m, north + margin_m)


def _legend(language: Language) -> list[Patch | Line2D]:
    def named(key: str) -> str:
        return text(f"siting.{key}", language)

    def dot(colour: str, marker: str, key: str) -> Line2D:
        return Line2D([], [], color=colour, marker=marker, linestyle="", label=named(key))

    return [
        Patch(color=SERVED, label=named("legend_served")),
        Patch(color=LEFT, label=named("legend_left")),
        dot(BUILD, "*", "legend_build"),
        dot(OLD, "s", "legend_existing"),
        dot(ADMITTED, ".", "legend_admitted"),
        dot(EXCLUDED, ".", "legend_excluded"),
    ]
