"""The smallest pieces that every administrative area is made of: land and water between the main streets.

Faces tile the city exactly: neighbours share their corners to the last digit, on the plan and on the map, so
that whatever is made by joining faces tiles it too. Index names: ``f`` face.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, IntArray
from dss.sample.frame.bend import STEP_M, GeometryArray
from dss.sample.frame.plan import BOUNDARY_REACH, CityPlan
from dss.sample.land.parcels import THINNEST_M
from dss.sample.land.regions import district_of
from dss.sample.ways.lines import Rank
from dss.sample.ways.network import GRID_M, Streets

EDGE_M: Final = 22.0
"""From the last superblock to the country; less than two verges are thick."""
COUNTRY_STEP_M: Final = 2_600.0
"""Width of a village's land along the city's edge."""


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """Pieces of the city that tile it.

    Parameters
    ----------
    plan_shape, shape
        Each piece on the plan and on the map, shape (n,).
    district
        Number of its district, shape (n,).
    superblock
        Row of the superblock it is, -1 for country, river and verges, shape (n,).
    beside
        Pairs of neighbours of one district, shape (m, 2), and the length of the edge they share, shape (m,).
    """

    plan_shape: GeometryArray
    shape: GeometryArray
    district: IntArray
    superblock: IntArray
    beside: tuple[IntArray, FloatArray]

    @property
    def point(self) -> FloatArray:
        """A point of each face on the plan, shape (n, 2)."""
        return np.asarray(shapely.get_coordinates(shapely.point_on_surface(self.plan_shape)))


def cut_faces(plan: CityPlan, streets: Streets, superblocks: GeometryArray) -> Faces:
    """Cut the city along its main streets and the lines of its districts."""
    outline = plan.outline(BOUNDARY_REACH)
    lines = np.concatenate(
        [
            streets.line[streets.rank <= Rank.COLLECTOR],
            np.array([outline.exterior], dtype=object),
            _district_lines(plan, outline),
            _country_lines(plan, outline, superblocks),
        ]
    )
    noded = shapely.union_all(lines, grid_size=GRID_M)
    face = np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))), dtype=object)
    point = shapely.get_coordinates(shapely.point_on_surface(face))
    face = face[np.lexsort(point.T)]
    point = shapely.get_coordinates(shapely.point_on_surface(face))
    district = district_of(plan, point)
    superblock = _superblock_of(face, superblocks)
    is_verge = (superblock < 0) & (shapely.area(face) / shapely.length(face) <= THINNEST_M)
    face, district, superblock = _join_verges(face, district, superblock, is_verge)
    return Faces(face, plan.bend.bend(face), district, superblock, _neighbours(face, district))


def merged(shape: GeometryArray, group: IntArray, count: int) -> GeometryArray:
    """Join faces that share a group's number; the groups, 0 to ``count`` - 1, tile what the faces tile."""
    order = np.argsort(group, kind="stable")
    start = np.searchsorted(group[order], np.arange(count + 1))
    parts = [shape[order[low:high]] for low, high in pairwise(start)]
    joined = [part[0] if part.size == 1 else shapely.coverage_union_all(part) for part in parts]
    return np.array([_plain(one) for one in joined], dtype=object)


def _plain(shape: shapely.Geometry) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    return parts[0] if parts.size == 1 else shape


def _district_lines(plan: CityPlan, outline: shapely.Polygon) -> GeometryArray:
    far, river = 3 * plan.radius_m, plan.river_b_m
    west, east = plan.rings[0, :2]
    paths = [
        shapely.LineString([(-far, river), (far, river)]),
        shapely.LineString([(west, river), (west, far)]),
        shapely.LineString([(east, -far), (east, far)]),
    ]
    return _within(np.array(paths, dtype=object), outline)


def _country_lines(plan: CityPlan, outline: shapely.Polygon, superblocks: GeometryArray) -> GeometryArray:
    """Return rays that part the country around the town."""
    count = max(8, round(2 * np.pi * plan.radius_m * BOUNDARY_REACH / COUNTRY_STEP_M))
    turn = (np.arange(count) + 0.31) * 2 * np.pi / count
    ends = np.column_stack([np.cos(turn), np.sin(turn)]) * 3 * plan.radius_m
    rays = shapely.linestrings(np.stack([np.zeros((count, 2)), ends], axis=1))
    town = shapely.union_all(shapely.buffer(superblocks, EDGE_M, quad_segs=1, join_style="mitre"))
    town = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(town))))
    outside = shapely.difference(rays, shapely.union(town, _river_belt(plan)))
    reach_town = shapely.line_merge(outside)
    return np.concatenate([_within(reach_town, outline), _town_edge(town, outline, plan)])


def _river_belt(plan: CityPlan) -> shapely.Polygon:
    far = 3 * plan.radius_m
    return shapely.box(-far, plan.quays_b_m[0], far, plan.quays_b_m[1])


def _town_edge(town: shapely.Geometry, outline: shapely.Polygon, plan: CityPlan) -> GeometryArray:
    """Return the line around the town and the banks of the river's belt, where the rays end."""
    far = 3 * plan.radius_m
    quays = [shapely.LineString([(-far, b), (far, b)]) for b in plan.quays_b_m]
    edge = np.array([shapely.difference(shapely.boundary(town), _river_belt(plan)), *quays], dtype=object)
    return _within(edge, outline)


def _within(lines: GeometryArray, outline: shapely.Polygon) -> GeometryArray:
    parts = shapely.get_parts(shapely.segmentize(shapely.intersection(lines, outline), STEP_M))
    return np.asarray(parts[~shapely.is_empty(parts)], dtype=object)


def _superblock_of(face: GeometryArray, superblocks: GeometryArray) -> IntArray:
    f, inside = shapely.STRtree(superblocks).query(shapely.point_on_surface(face), predicate="within")
    owner = np.full(face.size, -1, dtype=np.int64)
    owner[f] = inside
    return owner


def _join_verges(
    face: GeometryArray, district: IntArray, superblock: IntArray, is_verge: BoolArray
) -> tuple[GeometryArray, IntArray, IntArray]:
    """Give each strip beside a street to the neighbour with which it shares most of its edge."""
    pairs, shared_m = _neighbours(face, district)
    group = np.arange(face.size)
    for _ in range(4):
        loose = is_verge & (group == np.arange(face.size))
        own, other = np.concatenate([pairs, pairs[:, ::-1]]).T
        length_m = np.tile(shared_m, 2)
        useful = loose[own] & ~(is_verge & (group == np.arange(face.size)))[other]
        order = np.lexsort([other[useful], -length_m[useful], own[useful]])
        first, place = np.unique(own[useful][order], return_index=True)
        group[first] = group[other[useful][order][place]]
    kept, number = np.unique(group, return_inverse=True)
    return merged(face, number, kept.size), district[kept], superblock[kept]


def _neighbours(face: GeometryArray, district: IntArray) -> tuple[IntArray, FloatArray]:
    f, g = shapely.STRtree(face).query(face, predicate="intersects")
    once = (f < g) & (district[f] == district[g])
    f, g = f[once], g[once]
    shared_m = shapely.length(shapely.intersection(face[f], face[g]))
    return np.column_stack([f, g])[shared_m > 1.0], shared_m[shared_m > 1.0]
