"""The river, its green banks, and the lake."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss.arrays import FloatArray
from dss.sample.frame.bend import STEP_M, GeometryArray
from dss.sample.frame.plan import BOUNDARY_REACH, CityPlan
from dss.sample.frame.zones import Zone
from dss.sample.land.parcels import HALF_WIDTH_M, Parcels
from dss.sample.ways.lines import Rank

SHORE_M: Final = 45.0
"""From the lake to the streets around it."""


@dataclass(frozen=True, slots=True, eq=False)
class Water:
    """Water and its banks on the plan.

    Parameters
    ----------
    river
        The river, as far as the city's boundary.
    lake
        The lake; empty in a town that has no room for one.
    banks
        Green land between the river and the riverside streets, one piece between each two bridges.
    """

    river: shapely.Polygon
    lake: shapely.Polygon
    banks: GeometryArray


def draw_water(plan: CityPlan, parcels: Parcels, rng: np.random.Generator) -> Water:
    """Draw the river between its riverside streets, and the lake in its superblocks."""
    outline = plan.outline(BOUNDARY_REACH)
    river = shapely.intersection(_river(plan, rng), outline)
    return Water(river, _lake(parcels, rng), _green_banks(plan, river))


def _river(plan: CityPlan, rng: np.random.Generator) -> shapely.Polygon:
    a = np.arange(-2.2 * plan.radius_m, 2.2 * plan.radius_m, STEP_M)
    phase = rng.uniform(0, 2 * np.pi, 4)
    sides = []
    for side in (0, 1):
        swell = 0.1 * np.sin(a / (0.31 * plan.radius_m) + phase[side])
        swell += 0.06 * np.sin(a / (0.12 * plan.radius_m) + phase[2 + side])
        half_m = plan.river_width_m / 2 * (1 + swell)
        sides.append(np.column_stack([a, plan.river_b_m + (2 * side - 1) * half_m]))
    return shapely.Polygon(np.vstack([sides[0], sides[1][::-1]]))


def _lake(parcels: Parcels, rng: np.random.Generator) -> shapely.Polygon:
    faces = parcels.face[parcels.zone == Zone.LAKE]
    if not faces.size:
        return shapely.Polygon()
    face = faces[np.argmax(shapely.area(faces))]
    room = shapely.buffer(face, -SHORE_M)
    west, south, east, north = shapely.bounds(room)
    turn = np.linspace(0, 2 * np.pi, 121)[:-1]
    phase = rng.uniform(0, 2 * np.pi, 3)
    out = 0.86 + 0.09 * np.sin(2 * turn + phase[0]) + 0.07 * np.sin(3 * turn + phase[1])
    out += 0.04 * np.sin(5 * turn + phase[2])
    ray = np.column_stack([np.cos(turn) * (east - west) / 2, np.sin(turn) * (north - south) / 2])
    shape = shapely.Polygon(np.array([(west + east) / 2, (south + north) / 2]) + ray * out[:, None])
    parts = shapely.get_parts(shapely.intersection(shape, room))
    return shapely.segmentize(parts[np.argmax(shapely.area(parts))], STEP_M)


def _green_banks(plan: CityPlan, river: shapely.Polygon) -> GeometryArray:
    """Return the land between river and quays, parted by the bridges, as far as the city reaches."""
    bridges = np.sort(np.r_[0.0, plan.rings[:, :2].ravel()])
    ends = np.r_[-0.95 * plan.radius_m, bridges, 0.95 * plan.radius_m]
    ends = ends[np.abs(ends) <= 0.95 * plan.radius_m]
    gap_m: FloatArray = np.full(ends.size, 30.0)
    margin_m = float(HALF_WIDTH_M[Rank.ARTERIAL])
    pieces = []
    for low, high in (
        (plan.quays_b_m[0] + margin_m, plan.river_b_m),
        (plan.river_b_m, plan.quays_b_m[1] - margin_m),
    ):
        boxes = shapely.box(ends[:-1] + gap_m[:-1], low, ends[1:] - gap_m[1:], high)
        pieces.append(shapely.difference(shapely.segmentize(boxes, STEP_M), river))
    return np.concatenate(pieces)
