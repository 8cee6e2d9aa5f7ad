"""Small maps as SVG for pages: the city, what is within the limit, and the sites."""

from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from dss.arrays import BoolArray, FloatArray, IntArray
from scenarios.siting.picture import framed_cells
from scenarios.siting.study import Study

# Width of a sketch in its own units; what is finer than one unit is left out.
WIDTH: Final = 300.0
MARGIN: Final = 6.0
SNAP_M: Final = 1.0


class Sketcher:
    """Draws one city many times."""

    def __init__(self, study: Study) -> None:
        self._study = study
        polygons = study.ground.cells.polygons().to_crs(study.ground.onemap.crs)
        self._cells = np.asarray(polygons.array)
        peopled = study.ground.demand > 0
        self._west, south, east, self._north = framed_cells(study).total_bounds
        self._scale = (WIDTH - 2 * MARGIN) / (east - self._west)
        self.height = round((self._north - south) * self._scale + 2 * MARGIN)
        self.land = self._path(self._union(peopled))
        self._x, self._y = self._place(study.ground.site_x_m, study.ground.site_y_m)

    def draw(self, candidates: IntArray) -> str:
        """Return a sketch of the city with some candidates (rows) built beside what exists."""
        study, e = self._study, len(self._study.ground.existing)
        old = np.arange(study.existing_count)
        sites = np.concatenate([old, candidates + e])
        used = np.flatnonzero(np.isin(study.column, sites))
        within = study.served(used) & (study.ground.demand > 0)
        return (
            f'<svg viewBox="0 0 {WIDTH:g} {self.height}" role="img"><use href="#land"/>'
            f'<path class="within" d="{self._path(self._union(within))}"/>'
            + "".join(self._square(j) for j in old)
            + "".join(self._dot(j) for j in candidates + e)
            + "</svg>"
        )

    def symbol(self) -> str:
        """Return the city's outline for all sketches of a page."""
        return f'<svg class="hidden"><path id="land" d="{self.land}"/></svg>'

    def _union(self, cells: BoolArray) -> BaseGeometry:
        whole = shapely.union_all(self._cells[cells], grid_size=SNAP_M)
        return shapely.simplify(whole, 1.0 / self._scale)

    def _place(self, x_m: FloatArray, y_m: FloatArray) -> tuple[FloatArray, FloatArray]:
        return (x_m - self._west) * self._scale + MARGIN, (self._north - y_m) * self._scale + MARGIN

    def _path(self, shape: BaseGeometry) -> str:
        parts = []
        for ring in shapely.get_rings(shapely.get_parts(shape)):
            x, y = self._place(*shapely.get_coordinates(ring).T)
            points = " ".join(f"{a:.0f},{b:.0f}" for a, b in zip(x[:-1], y[:-1], strict=True))
            parts.append(f"M{points}Z")
        return "".join(parts)

    def _dot(self, j: np.integer) -> str:
        return f'<circle class="built" cx="{self._x[j]:.0f}" cy="{self._y[j]:.0f}" r="6"/>'

    def _square(self, j: np.integer) -> str:
        return (
            f'<rect class="old" x="{self._x[j] - 2.5:.0f}" y="{self._y[j] - 2.5:.0f}" width="5" height="5"/>'
        )
