"""What surrounds the streets: the city's boundary, its districts, the fields and woods around the town."""

from typing import Final

import numpy as np
import shapely

from dss.arrays import FloatArray, IntArray
from dss.sample.frame.bend import STEP_M, GeometryArray
from dss.sample.frame.plan import BOUNDARY_REACH, CityPlan
from dss.sample.land.uses import DRY_FIELD, ORCHARD, POND, RICE, VILLAGE, WOODS, Codes

FIELD_SHARE: Final = 0.13
"""Distance between fields, in radii of the city."""


def district_of(plan: CityPlan, points: FloatArray) -> IntArray:
    """Return the number of the district of points on the plan, in the order of the layer, shape (n,)."""
    west, east = plan.rings[0, :2]
    north_side = np.searchsorted([west, east], points[:, 0])
    return np.where(points[:, 1] > plan.river_b_m, north_side, 3 + (points[:, 0] > east))


def draw_fields(
    plan: CityPlan, town: GeometryArray, river: shapely.Polygon, rng: np.random.Generator
) -> tuple[GeometryArray, Codes]:
    """Return fields, woods, ponds and villages between the town and the boundary, and their codes."""
    outline = plan.outline(BOUNDARY_REACH)
    streets = shapely.buffer(shapely.union_all(shapely.buffer(town, 45, quad_segs=1)), -15, quad_segs=1)
    quays = shapely.box(-0.98 * plan.radius_m, *plan.quays_b_m[:1], 0.98 * plan.radius_m, plan.quays_b_m[1])
    taken = shapely.union_all([streets, shapely.buffer(river, 25), quays])
    cells = _voronoi(outline, FIELD_SHARE * plan.radius_m, rng)
    fields = shapely.difference(shapely.intersection(cells, outline), taken)
    parts = shapely.get_parts(shapely.buffer(fields, -6, join_style="mitre"))
    parts = parts[shapely.area(parts) > 2000]
    points = shapely.get_coordinates(shapely.point_on_surface(parts))
    return _with_hamlets(parts, _field_uses(plan, points, rng), rng)


def _with_hamlets(field: GeometryArray, code: Codes, rng: np.random.Generator) -> tuple[GeometryArray, Codes]:
    """Put a village or a pond into some of the fields."""
    core = shapely.buffer(shapely.buffer(field, -95), 40, quad_segs=4)
    drawn = (rng.random(code.size) < 0.3) & (code != WOODS) & (shapely.area(core) > 5000)
    field = shapely.difference(field, np.where(drawn, core, shapely.Polygon()))
    core, core_code = core[drawn], np.where(rng.random(int(drawn.sum())) < 0.6, VILLAGE, POND)
    parts = np.concatenate([field, core])
    return np.asarray(shapely.segmentize(parts, STEP_M), dtype=object), np.concatenate([code, core_code])


def _voronoi(outline: shapely.Polygon, step_m: float, rng: np.random.Generator) -> GeometryArray:
    west, south, east, north = outline.bounds
    a, b = np.meshgrid(np.arange(west, east, step_m), np.arange(south, north, step_m))
    points = np.column_stack([a.ravel(), b.ravel()]) + rng.uniform(-0.42, 0.42, (a.size, 2)) * step_m
    return np.asarray(shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points))), dtype=object)


def _field_uses(plan: CityPlan, points: FloatArray, rng: np.random.Generator) -> Codes:
    """Rice by the river, dry fields and orchards farther off, woods on the hills in the north."""
    off_river = np.abs(points[:, 1] - plan.river_b_m) / plan.radius_m
    hills = points[:, 1] / plan.radius_m + 0.25 * np.sin(points[:, 0] / plan.radius_m * 4)
    orchard = rng.random(len(points)) < 0.2
    return np.select([hills > 0.85, off_river < 0.55, orchard], [WOODS, RICE, ORCHARD], DRY_FIELD).astype(
        "<U6"
    )
