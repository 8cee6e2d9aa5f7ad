"""Walks along lines and outlines from cell to cell, and sums what lies in each cell.

**Length.** A piece of a line adds its length to the cell it runs in.

**Area** (Green's theorem). What a polygon P covers of a cell C is bounded by the pieces of P's outline inside
C and by the pieces of C's outline inside P. With r measured from the middle of C,

    area(P and C) = sum over pieces p -> q inside C of (p x q) / 2
                  + sum over entries s of swept(s) - sum over exits s of swept(s)   (mod area of C),

where swept(s) is the area between the middle and C's outline from corner 0 to s: between an exit and the
next entry the boundary follows C's outline. The order of the pieces, and what ring they belong to, does not
matter. The sum is known up to whole cells, and the area of P and C is between none and one.

Paths hold coordinates ``x``, ``y`` of all parts, ``start`` (parts + 1,) bounds of each part, and ``first``
(parts,), a cell near the part's first point. Features hold ``bound`` (features + 1,), bounds of their parts.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from dss.arrays import FloatArray, Int32Array, IntArray
from dss.cells.kernels.mesh import (
    NOWHERE,
    Mesh,
    edge_towards,
    locate,
    nearest_edge,
    part_of_edge,
    swept_to,
    way_out,
)


class Walks(NamedTuple):
    """Parts of lines, or rings with the sign that makes outlines counter-clockwise and holes clockwise."""

    x: FloatArray
    y: FloatArray
    start: IntArray
    first: Int32Array
    sign: FloatArray
    bound: IntArray


class Tally(NamedTuple):
    """What a feature has gathered so far: amounts by cell (n,), the cells seen (n,), how many (1,)."""

    amount: FloatArray
    seen: Int32Array
    is_seen: FloatArray
    used: IntArray


@njit(cache=True, nogil=True)
def new_tally(n: int) -> Tally:
    """Return an empty tally of a mesh of n cells."""
    return Tally(np.zeros(n), np.zeros(n, np.int32), np.zeros(n), np.zeros(1, np.int64))


@njit(cache=True, nogil=True)
def _add(tally: Tally, c: int, amount: float) -> None:
    if tally.is_seen[c] == 0.0:
        tally.is_seen[c] = 1.0
        tally.seen[tally.used[0]] = c
        tally.used[0] += 1
    tally.amount[c] += amount


@njit(cache=True, nogil=True)
def _sector(mesh: Mesh, c: int, px: float, py: float, qx: float, qy: float) -> float:
    """Return the signed area between the middle of a cell and a piece p -> q."""
    mx, my = mesh.middle_x[c], mesh.middle_y[c]
    return 0.5 * ((px - mx) * (qy - my) - (qx - mx) * (py - my))


@njit(cache=True, nogil=True)
def trace_line(mesh: Mesh, walks: Walks, part: int, tally: Tally) -> bool:
    """Add the length of a part to the cells it runs through; False where it leaves the mesh.

    O(points + cells passed).
    """
    lo, hi = walks.start[part], walks.start[part + 1]
    c = locate(mesh, walks.first[part], walks.x[lo], walks.y[lo])
    if c == NOWHERE:
        return False
    for k in range(lo, hi - 1):
        ax, ay = walks.x[k], walks.y[k]
        dx, dy = walks.x[k + 1] - ax, walks.y[k + 1] - ay
        length, t = np.hypot(dx, dy), 0.0
        while True:
            edge, leaves = way_out(mesh, c, ax, ay, dx, dy)
            if edge == NOWHERE or leaves >= 1.0:
                break
            until = max(t, leaves)
            _add(tally, c, (until - t) * length)
            t = until
            c = mesh.neighbour[c, edge]
            if c == NOWHERE:
                return False
        _add(tally, c, (1.0 - t) * length)
    return True


@njit(cache=True, nogil=True)
def _cross(mesh: Mesh, c: int, edge: int, point: tuple[float, float], sign: float, tally: Tally) -> int:
    """Account for leaving a cell through an edge at a point, and return the cell entered; -1 for none."""
    other = mesh.neighbour[c, edge]
    if other == NOWHERE:
        return NOWHERE
    part = part_of_edge(mesh, c, edge, point[0], point[1])
    _add(tally, c, -sign * swept_to(mesh, c, edge, part))
    back = edge_towards(mesh, other, c)
    if back == NOWHERE:
        return NOWHERE
    _add(tally, other, sign * swept_to(mesh, other, back, 1.0 - part))
    return other


@njit(cache=True, nogil=True)
def _close(mesh: Mesh, c: int, first: int, point: tuple[float, float], sign: float, tally: Tally) -> None:
    """Account for a ring that begins on a border and ended in the cell on the other side of it."""
    i, j = nearest_edge(mesh, c, point[0], point[1]), nearest_edge(mesh, first, point[0], point[1])
    part = part_of_edge(mesh, c, i, point[0], point[1])
    _add(tally, c, -sign * swept_to(mesh, c, i, part))
    part = part_of_edge(mesh, first, j, point[0], point[1])
    _add(tally, first, sign * swept_to(mesh, first, j, part))


@njit(cache=True, nogil=True)
def trace_ring(mesh: Mesh, walks: Walks, part: int, tally: Tally) -> bool:
    """Add a closed part to the areas of the cells it passes; False where it leaves the mesh.

    O(points + cells passed).
    """
    lo, hi = walks.start[part], walks.start[part + 1]
    sign = walks.sign[part]
    first = locate(mesh, walks.first[part], walks.x[lo], walks.y[lo])
    if first == NOWHERE:
        return False
    c = first
    for k in range(lo, hi - 1):
        ax, ay, bx, by = walks.x[k], walks.y[k], walks.x[k + 1], walks.y[k + 1]
        px, py, t = ax, ay, 0.0
        while True:
            edge, leaves = way_out(mesh, c, ax, ay, bx - ax, by - ay)
            if edge == NOWHERE or leaves >= 1.0:
                break
            t = max(t, leaves)
            qx, qy = ax + t * (bx - ax), ay + t * (by - ay)
            _add(tally, c, sign * _sector(mesh, c, px, py, qx, qy))
            c = _cross(mesh, c, edge, (qx, qy), sign, tally)
            if c == NOWHERE:
                return False
            px, py = qx, qy
        _add(tally, c, sign * _sector(mesh, c, px, py, bx, by))
    if c != first:
        _close(mesh, c, first, (walks.x[hi - 1], walks.y[hi - 1]), sign, tally)
    return True


@njit(cache=True, nogil=True)
def gather(
    mesh: Mesh, walks: Walks, features: tuple[int, int], is_ring: bool
) -> tuple[Int32Array, Int32Array, FloatArray, bool]:
    """Return what each feature of a run has in each cell it touches.

    Returns
    -------
    Feature, cell and amount, one row per feature and cell, and whether every part stayed in the mesh. Areas
    are brought between none and the whole cell.
    """
    tally = new_tally(mesh.middle_x.size)
    size = 1024
    feature, cell, amount = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size)
    rows, inside = 0, True
    for f in range(features[0], features[1]):
        for part in range(walks.bound[f], walks.bound[f + 1]):
            if is_ring:
                inside &= trace_ring(mesh, walks, part, tally)
            else:
                inside &= trace_line(mesh, walks, part, tally)
        n = tally.used[0]
        if rows + n > size:
            size = 2 * (rows + n)
            feature, cell, amount = _longer(feature, size), _longer(cell, size), _longer(amount, size)
        for k in range(n):
            c = tally.seen[k]
            value = tally.amount[c]
            if is_ring:
                value %= mesh.swept[c, 6]
            feature[rows], cell[rows], amount[rows] = f, c, value
            tally.amount[c] = 0.0
            tally.is_seen[c] = 0.0
            rows += 1
        tally.used[0] = 0
    return feature[:rows], cell[:rows], amount[:rows], inside


@njit(cache=True, nogil=True)
def _longer(array, size):  # type: ignore[no-untyped-def]  # one source for three types of arrays
    longer = np.empty(size, array.dtype)
    longer[: array.size] = array
    return longer
