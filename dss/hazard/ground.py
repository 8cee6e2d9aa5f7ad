"""What a hazard meets: cells, roads and facilities, and the points at which they are sounded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from dss.arrays import FloatArray, IntArray
from dss.cells import CellFrame, sample_points
from dss.hazard.hazard import Hazard
from dss.roads import Roads
from dss.threads import even_cuts, run_parts

# Roads are sounded at least this often along their length.
SOUNDING_SPACING_M: Final = 15.0
# What is worth a call on another thread.
POINTS_PER_CALL: Final = 300_000


@dataclass(frozen=True, slots=True, eq=False)
class Facilities:
    """Facilities of one role, with their names, as points in the map's CRS, shapes (m,)."""

    name: NDArray[np.object_]
    x_m: FloatArray
    y_m: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Soundings:
    """A hazard's values on the ground at one time.

    Parameters
    ----------
    cells
        At the points that stand for each cell, shape (n cells, 54).
    roads
        Greatest along each road feature, shape (n features,).
    facilities
        At each facility, by role, shape (m,).
    """

    cells: FloatArray
    roads: FloatArray
    facilities: Mapping[str, FloatArray]


class Sounder:
    """Sounds hazards at points that stand for the cells, along the roads, and at the facilities."""

    def __init__(self, cells: CellFrame, roads: Roads, facilities: Mapping[str, Facilities]) -> None:
        cell_x, cell_y = sample_points(cells)
        self._cell_shape = cell_x.shape
        road_points, self._owner = _road_points(roads)
        self._n_features = len(roads.features)
        self._roles = {role: sites.x_m.size for role, sites in facilities.items()}
        sites = facilities.values()
        self._x_m = np.concatenate([cell_x.ravel(), road_points[:, 0], *(one.x_m for one in sites)])
        self._y_m = np.concatenate([cell_y.ravel(), road_points[:, 1], *(one.y_m for one in sites)])

    def sound(self, hazard: Hazard, at_s: float) -> Soundings:
        """Return a hazard's values during the step that holds a time."""
        values = np.concatenate(
            run_parts(
                lambda lo, hi: hazard.value(self._x_m[lo:hi], self._y_m[lo:hi], at_s),
                even_cuts(self._x_m.size, POINTS_PER_CALL),
            )
        )
        ends = np.cumsum([self._cell_shape[0] * self._cell_shape[1], self._owner.size, *self._roles.values()])
        cells, roads, *rest = np.split(values, ends[:-1])
        greatest = np.zeros(self._n_features)
        np.maximum.at(greatest, self._owner, roads)
        return Soundings(cells.reshape(self._cell_shape), greatest, dict(zip(self._roles, rest, strict=True)))

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of all points, in metres."""
        return (
            float(self._x_m.min()),
            float(self._y_m.min()),
            float(self._x_m.max()),
            float(self._y_m.max()),
        )


def _road_points(roads: Roads) -> tuple[FloatArray, IntArray]:
    lines = np.asarray(roads.features.geometry.array)
    dense = shapely.segmentize(lines, SOUNDING_SPACING_M)
    points, owner = shapely.get_coordinates(dense, return_index=True)
    return points, owner


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Everything that a hazard may harm; facilities by role.

    Its points are laid out once, however many hazards come over it.
    """

    cells: CellFrame
    roads: Roads
    facilities: Mapping[str, Facilities]
    sounder: Sounder = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sounder", Sounder(self.cells, self.roads, self.facilities))
