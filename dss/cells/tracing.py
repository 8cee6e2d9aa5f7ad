"""Walks lines and outlines through the mesh of cells, and cuts by GEOS where a cell is bent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dss.arrays import BoolArray, FloatArray, Int32Array, IntArray
from dss.cells.kernels.mesh import NOWHERE
from dss.cells.kernels.trace import Walks, gather
from dss.cells.mesh import CellMesh, GeometryArray, Paths
from dss.threads import balanced_cuts, run_parts

# Points of paths that are worth a call on another thread.
POINTS_PER_CALL: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What the walks found, one row per feature and cell passed: feature, place in the mesh, amount, (k,)."""

    feature: IntArray
    place: Int32Array
    amount: FloatArray

    def where(self, kept: BoolArray) -> "Trace":
        """Return some of the rows."""
        return Trace(self.feature[kept], self.place[kept], self.amount[kept])


def flatten(parts: GeometryArray) -> Paths:
    """Return the paths of lines or rings."""
    points, part_of = shapely.get_coordinates(parts, return_index=True)
    x, y = np.ascontiguousarray(points.T)
    return Paths(x, y, bounds_of(part_of, parts.size))


def bounds_of(owner: IntArray, count: int) -> IntArray:
    """Return the bounds of the runs of an ascending owner index, shape (count + 1,)."""
    return np.searchsorted(owner, np.arange(count + 1)).astype(np.int64)


def trace_lines(mesh: CellMesh, paths: Paths, bound: IntArray) -> Trace:
    """Walk along the parts of lines; ``bound`` are the bounds of each line's parts, shape (lines + 1,)."""
    return _trace(mesh, paths, bound, None)


def trace_rings(mesh: CellMesh, paths: Paths, bound: IntArray, sign: FloatArray) -> Trace:
    """Walk along rings; ``sign`` makes outlines counter-clockwise and holes clockwise, shape (rings,)."""
    return _trace(mesh, paths, bound, sign)


def _trace(mesh: CellMesh, paths: Paths, bound: IntArray, sign: FloatArray | None) -> Trace:
    is_ring = sign is not None
    signs = np.ones(mesh.first.size) if sign is None else sign
    walks = Walks(paths.x_m, paths.y_m, paths.start, mesh.first, signs, bound)
    runs = run_parts(
        lambda lo, hi: gather(mesh.mesh, walks, (lo, hi), is_ring),
        balanced_cuts(paths.start[bound], POINTS_PER_CALL),
    )
    assert all(run[3] for run in runs), "a path left the mesh laid out around it"
    feature, place, amount = (np.concatenate([run[k] for run in runs]) for k in range(3))
    return Trace(feature.astype(np.int64), place, amount)


def recut_bent(found: Trace, mesh: CellMesh, cut: Callable[[IntArray, GeometryArray], FloatArray]) -> Trace:
    """Work bent cells out anew, those passed and the bent ones beside them: the walk took them as straight.

    Bends only lie between bent cells, so all other rows stand. ``cut`` returns the amounts of features, given
    by their rows, within polygons, one for each.
    """
    is_bent = mesh.hexagons.is_bent
    bent = is_bent[found.place]
    if not bent.any():
        return found
    beside = mesh.mesh.neighbour[found.place[bent]]
    place = np.column_stack([found.place[bent], np.where(is_bent[beside], beside, NOWHERE)])
    pairs = np.column_stack([np.repeat(found.feature[bent], place.shape[1]), place.ravel()])
    feature, at = np.unique(pairs[pairs[:, 1] != NOWHERE], axis=0).T
    amount = cut(feature, _outlines(mesh, at))
    rest = found.where(~bent)
    return Trace(
        np.concatenate([rest.feature, feature]),
        np.concatenate([rest.place, at.astype(np.int32)]),
        np.concatenate([rest.amount, amount]),
    )


def _outlines(mesh: CellMesh, place: IntArray) -> GeometryArray:
    hexes = mesh.hexagons
    return np.asarray(shapely.polygons(np.stack([hexes.x_m[place], hexes.y_m[place]], axis=-1)))
