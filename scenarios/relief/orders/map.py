"""The map of a vehicle's sheet, as SVG: its ways thick, other roads thin, its stops numbered."""

from collections.abc import Sequence

import numpy as np
import shapely

from dss.arrays import FloatArray
from scenarios.evacuation.orders.sketch import (
    HEIGHT,
    MOST_AROUND,
    SCALES_M,
    WIDTH,
    Frame,
    colour_of,
    draw_line,
    draw_names,
)
from scenarios.relief.layers import leg_path
from scenarios.relief.orders.sheets import Sheet, Trip
from scenarios.relief.record import Told

FONT = "Noto Sans SC"


class Maps:
    """Draws the maps of one plan, whose streets are sorted by place once."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._tree = shapely.STRtree(told.streets.line)

    def draw(self, sheet: Sheet) -> tuple[str, float]:
        """Return the map of a vehicle, and the metres that its scale bar stands for."""
        paths = [self._paths(trip) for trip in sheet.trips]
        frame = Frame(np.concatenate([path for trip in paths for path in trip]))
        around = np.sort(self._tree.query(frame.box))[:MOST_AROUND]
        streets = self._told.streets
        parts = [
            draw_line(frame.on_paper(shapely.get_coordinates(streets.line[r])), "#c9ced3", 1.0)
            for r in around
        ]
        for number, trip in reversed(list(enumerate(paths))):
            parts += [draw_line(frame.on_paper(path), colour_of(number), 4.0) for path in trip]
        parts += draw_names(frame, streets, self._edges(sheet))
        parts += self._places(frame, sheet)
        bar_m = max((m for m in SCALES_M if m * frame.scale <= WIDTH / 4), default=SCALES_M[0])
        bar = np.array([[12, HEIGHT - 12], [12 + bar_m * frame.scale, HEIGHT - 12]])
        parts.append(draw_line(bar, "#111", 2.0))
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}" height="{HEIGHT:g}"'
            f' viewBox="0 0 {WIDTH:g} {HEIGHT:g}" font-family="{FONT}">'
        )
        return f"{head}{''.join(parts)}</svg>", float(bar_m)

    def _paths(self, trip: Trip) -> list[FloatArray]:
        x_m, y_m = self._told.record.places.x_m, self._told.record.places.y_m
        drives = self._told.record.drives
        legs = [*(visit.way.leg for visit in trip.visits), trip.back.leg]
        return [
            np.concatenate(
                [
                    [[x_m[drives.begin[leg]], y_m[drives.begin[leg]]]],
                    leg_path(self._told, leg),
                    [[x_m[drives.end[leg]], y_m[drives.end[leg]]]],
                ]
            )
            for leg in legs
        ]

    def _edges(self, sheet: Sheet) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        legs = [leg for trip in sheet.trips for leg in (*(v.way.leg for v in trip.visits), trip.back.leg)]
        edges = np.unique(np.concatenate([self._told.record.drives.legs.of(leg)[0] for leg in legs]))
        return edges[np.argsort(-self._told.streets.length_m()[edges], kind="stable")]

    def _places(self, frame: Frame, sheet: Sheet) -> list[str]:
        """Draw the depot as a square, and each stop as a dot with its number on the sheet."""
        record = self._told.record
        x_m, y_m = record.places.x_m, record.places.y_m
        d = len(record.depots.name)
        numbers = stop_numbers(sheet.trips)
        at = np.array([sheet.trips[0].depot, *(d + stop for stop in numbers)])
        points = frame.on_paper(np.column_stack([x_m[at], y_m[at]]))
        (x, y), *stops = points.tolist()
        parts = [f'<rect x="{x - 7:.1f}" y="{y - 7:.1f}" width="14" height="14" fill="#111" stroke="#fff"/>']
        for (px, py), number in zip(stops, numbers.values(), strict=True):
            parts.append(
                f'<circle cx="{px:.1f}" cy="{py:.1f}" r="9" fill="#fff" stroke="#111" stroke-width="1.6"/>'
                f'<text x="{px:.1f}" y="{py + 4:.1f}" font-size="11" text-anchor="middle">{number}</text>'
            )
        return parts


def stop_numbers(trips: Sequence[Trip]) -> dict[int, int]:
    """Return the number of each stop on a sheet, in the order in which they are first come to."""
    stops = dict.fromkeys(visit.stop for trip in trips for visit in trip.visits)
    return {stop: number for number, stop in enumerate(stops, start=1)}
